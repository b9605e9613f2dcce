"""What the node tells the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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

    `step` is one of waiting (music was put over a silence), started, rang, answered, exhausted, resumed (the door came
    back and took the call again). `number` is the one rung.
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
