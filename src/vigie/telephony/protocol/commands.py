"""What the door asks of the node."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class MediaProfile(StrEnum):
    """How a trunk protects its audio."""

    PLAIN = "plain"  # RTP/AVP
    SRTP = "srtp"  # RTP/SAVP with SDES keys (RFC 4568), required


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
