"""
What the node and the telephone door say to each other.

The node holds the calls and knows nothing of clients or queues. The door (``vigie phone``) knows those and holds no
call. Everything between them is one of the frozen dataclasses below, one JSON object per line, tagged by class name,
over a unix socket or TCP. Identifiers are plain strings; nothing refers to a live object.

Delivery. Every event carries ``seq``, strictly increasing for one ``node`` run (``Hello.node`` is new at each start).
The node keeps events until the door says ``Ack(seq)`` (cumulative), and sends the unacknowledged ones again after a
reconnection: the door treats ``(node, seq)`` as an idempotency key. ``Hello`` and ``Heartbeat`` have ``seq`` 0: they
are not kept and need no ``Ack``. What a former run of the node left unacknowledged comes first on a connection, after
a ``Hello`` with that run's name and no legs; then the ``Hello`` of the present run. Commands are fire and forget: each
is idempotent or names a ``token`` so that a repeat does nothing, and one that cannot be carried out is answered by
``CommandFailed``.

Legs. A *call* is one SIP dialogue (incoming or outgoing); a *leg* id may also be a browser. Both are "legs" below: a
uuid4 hex string, chosen by the node for incoming calls and by the door for what it creates.
"""

from __future__ import annotations

from typing import Any

import msgspec

from vigie.telephony.protocol.commands import (
    Ack,
    Answer,
    AttachBrowser,
    Bridge,
    Claim,
    Command,
    ConfigureTrunks,
    DetachBrowser,
    Dial,
    Drain,
    Hangup,
    Hold,
    MediaProfile,
    Play,
    Record,
    Refuse,
    SendDigits,
    StopPlay,
    StopRecording,
    Transfer,
    Trunk,
    Unbridge,
)
from vigie.telephony.protocol.events import (
    Bridged,
    BrowserAnswered,
    BrowserConnected,
    BrowserLost,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallRinging,
    CommandFailed,
    DigitPressed,
    EndCause,
    Event,
    FallbackStep,
    Heartbeat,
    Hello,
    MediaBack,
    MediaLost,
    PeerHeld,
    PlayFinished,
    RecordingSaved,
    SilenceElapsed,
    TrunkChanged,
)

__all__ = [
    "COMMANDS",
    "EVENTS",
    "Ack",
    "Answer",
    "AttachBrowser",
    "BadMessage",
    "Bridge",
    "Bridged",
    "BrowserAnswered",
    "BrowserConnected",
    "BrowserLost",
    "CallAnswered",
    "CallArrived",
    "CallEnded",
    "CallRinging",
    "Claim",
    "Command",
    "CommandFailed",
    "ConfigureTrunks",
    "DetachBrowser",
    "Dial",
    "DigitPressed",
    "Drain",
    "EndCause",
    "Event",
    "FallbackStep",
    "Hangup",
    "Heartbeat",
    "Hello",
    "Hold",
    "MediaBack",
    "MediaLost",
    "MediaProfile",
    "PeerHeld",
    "Play",
    "PlayFinished",
    "Record",
    "RecordingSaved",
    "Refuse",
    "SendDigits",
    "SilenceElapsed",
    "StopPlay",
    "StopRecording",
    "Transfer",
    "Trunk",
    "TrunkChanged",
    "Unbridge",
    "decode_command",
    "decode_event",
    "encode",
]


def _subclasses(root: type) -> dict[str, type]:
    subclasses: list[type] = root.__subclasses__()
    return {found.__name__: found for found in subclasses}


EVENTS: dict[str, type] = _subclasses(Event)
COMMANDS: dict[str, type] = _subclasses(Command)


class BadMessage(ValueError):
    """The line is not a message of this protocol."""


def encode(message: Event | Command) -> bytes:
    """Return the message as one JSON line, newline included."""
    body: dict[str, Any] = msgspec.to_builtins(message)
    return msgspec.json.encode({"type": type(message).__name__, **body}) + b"\n"


def decode_event(line: bytes) -> Event:
    """Raises: BadMessage."""
    event: Event = _decode(line, EVENTS)
    return event


def decode_command(line: bytes) -> Command:
    """Raises: BadMessage."""
    command: Command = _decode(line, COMMANDS)
    return command


def _decode(line: bytes, known: dict[str, type]) -> Any:
    try:
        body = msgspec.json.decode(line)
        return msgspec.convert(body, known[body.pop("type")])
    except (msgspec.MsgspecError, KeyError, AttributeError, TypeError) as error:
        raise BadMessage(repr(line[:200])) from error
