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

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class EndCause(StrEnum):
    """Why a leg is over, as far as the wire can tell."""

    HANGUP = "hangup"  # the far end said BYE
    CANCELLED = "cancelled"  # the far end gave up before an answer
    LOCAL = "local"  # we hung up on the door's command
    BUSY = "busy"  # 486, 600
    NO_ANSWER = "no_answer"  # 408, 480, 487 of a Dial that timed out
    REFUSED = "refused"  # any other failure, see `status`
    TECHNICAL = "technical"  # 488: no codec in common
    MEDIA_LOST = "media_lost"  # no RTP for `media_timeout` and no BYE
    NODE_DRAIN = "node_drain"


class MediaProfile(StrEnum):
    """How a trunk protects its audio."""

    PLAIN = "plain"  # RTP/AVP
    SRTP = "srtp"  # RTP/SAVP with SDES keys (RFC 4568), required


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in the node at `at` (UTC)."""

    seq: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello(Event):
    """
    First line of every connection. `legs` are the calls the node holds now; those it lost are not there.

    `pid` is the node's process, 0 for a former run.
    """

    node: str
    version: str
    legs: tuple[str, ...] = ()
    pid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat(Event):
    """Once a second. `tick_lag_ms` is the worst lateness of the 20 ms pump since the last heartbeat."""

    node: str
    legs: int
    browsers: int
    tick_lag_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived(Event):
    """An INVITE came in; 180 was already sent. Numbers are the user parts as received; `caller_id` "" when withheld."""

    leg: str
    caller_id: str
    dialled: str
    display_name: str = ""
    transport: str = "udp"
    secure_media: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(Event):
    """The leg has a 200 and an ACK: for an incoming call after `Answer`, for an outgoing one when it was picked up."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRinging(Event):
    """An outgoing leg rings (180), or sends early media (183: `early_media`)."""

    leg: str
    early_media: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Event):
    """The leg is over and freed. `status` is the SIP status when there is one."""

    leg: str
    cause: EndCause
    status: int = 0
    talked_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitPressed(Event):
    """One key: 0-9 * # A-D, however it was sent (RFC 4733, SIP INFO), exactly once."""

    leg: str
    digit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayFinished(Event):
    """
    `token` of the `Play` is over: by itself, or cut (`interrupted`) by a key, a Hold, another Play or a Bridge.

    A call that ends says so by `CallEnded` alone.
    """

    leg: str
    token: str
    interrupted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceElapsed(Event):
    """`silence_ms` went by after the end of `Play` `token` without a key."""

    leg: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerHeld(Event):
    """The far end put us on hold (`held`) or took us back, by re-INVITE."""

    leg: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLost(Event):
    """No RTP from this leg for `silent_ms`. The dialogue still stands."""

    leg: str
    silent_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaBack(Event):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridged(Event):
    """Audio flows both ways between `legs` from now on."""

    legs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserAnswered(Event):
    """The SDP answer for the page that made the offer, ready for `setRemoteDescription`."""

    leg: str
    sdp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserConnected(Event):
    """DTLS is up, audio can flow; also when it flows again after ``stalled``."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserLost(Event):
    """
    The browser's media stopped or its leg ended: `reason` is one of stalled, detached, replaced, failed.

    After ``stalled`` (3 s without audio) the leg keeps its place for half a minute, for the page to come back or be
    replaced; it is told a second time when it is given up.
    """

    leg: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSaved(Event):
    """
    One segment is closed on disk: stereo WAV, 8 kHz, left = `leg`, right = what `leg` heard.

    It may come just after `CallEnded`.
    """

    leg: str
    token: str
    path: str
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkChanged(Event):
    """Registration of `trunk`; told once per change, never once per retry."""

    trunk: str
    registered: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackStep(Event):
    """
    The fallback plan acted because the door was silent or away.

    `step` is one of started, rang, answered, exhausted, resumed (the door came back and took the call again). `number`
    is the one rung.
    """

    leg: str
    step: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFailed(Event):
    """`command` (class name) on `leg` could not be carried out. `reason` is a stable code."""

    leg: str
    command: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something the door asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack(Command):
    """Every event up to `seq` of the run `node` ("" for the present one) is safely in the database."""

    seq: int
    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Command):
    """The door has `CallArrived` and will decide; stops the 500 ms fallback timer. Any other command claims too."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Command):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(Command):
    """Final answer other than 200 to an incoming call (486, 480, 404, 503)."""

    leg: str
    status: int = 480


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Command):
    """
    Play `files` one after the other to `leg`, replacing what plays.

    Files are absolute paths of WAV (PCM 16 bit mono 8 kHz). `loop` repeats for ever (music). With `interruptible`, a
    key stops it within 60 ms (the key is reported all the same). `silence_ms` > 0 asks for `SilenceElapsed` that long
    after the end when no key came; keys restart that timer. A leg in a bridge leaves it. To a call not yet answered,
    this is early media. A file that cannot be read is told (CommandFailed, ``unreadable_file``) and left out.
    """

    leg: str
    token: str
    files: tuple[str, ...]
    loop: bool = False
    interruptible: bool = True
    silence_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlay(Command):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge(Command):
    """Join two or more legs. A leg already in another bridge leaves it. Two are copied, three and more are mixed."""

    legs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbridge(Command):
    """Take `leg` out of its bridge. It hears silence until the next Play or Bridge."""

    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Command):
    """Part `leg` from its bridge and loop `music` to it; `Bridge` takes it back. No re-INVITE: media stays with us."""

    leg: str
    music: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial(Command):
    """
    Call `to` (a SIP URI, or a number sent to `trunk`) as the new leg `leg`.

    A number without `trunk` goes by the first one. Followed by CallRinging, CallAnswered or CallEnded (busy, no_answer
    after `timeout_s`, refused). One that cannot even begin is told by CommandFailed, then CallEnded (refused).
    """

    leg: str
    to: str
    trunk: str = ""
    caller_id: str = ""
    timeout_s: float = 25.0
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Command):
    """Blind transfer by REFER of `leg` to the SIP URI or number `to`."""

    leg: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Command):
    """Start writing `leg` to the stereo WAV `path` (both directions); `StopRecording` closes that segment."""

    leg: str
    token: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRecording(Command):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDigits(Command):
    leg: str
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup(Command):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachBrowser(Command):
    """
    A page offers its audio as the new leg `leg`; answered by `BrowserAnswered`.

    When `replaces` names a browser leg in a bridge, the new one takes its place there as soon as it is connected (page
    reload), and the old one is dropped with reason ``replaced``.
    """

    leg: str
    sdp: str
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachBrowser(Command):
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureTrunks(Command):
    """The whole list of trunks; the node registers, unregisters and replaces accordingly."""

    trunks: tuple[Trunk, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain(Command):
    """Refuse new calls with 503, let the present ones end, then exit 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """
    An operator's line. `registrar` "" means no registration (address-based). `host` is host:port of the next hop.

    Source: RFC 3261 section 10 (registration), 22 (digest).
    """

    name: str
    host: str
    user: str = ""
    password: str = ""
    registrar: str = ""
    media: MediaProfile = MediaProfile.PLAIN
    expires_s: int = 300


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
