"""What the engine knows of each leg, and which legs hear each other."""

from __future__ import annotations

import socket
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

from vigie.telephony.protocol import EndCause, Play
from vigie.telephony.recording import Recording
from vigie.telephony.sipral_engine.abi import Media
from vigie.telephony.sipral_engine.pump import Timer
from vigie.telephony.sounds import Player


class Kind(Enum):
    """Where a leg comes from."""

    INCOMING = auto()
    OUTGOING = auto()
    BROWSER = auto()


@dataclass(slots=True, eq=False)
class Leg:
    """
    One call, or one browser.

    `ending` is the cause we know before the wire says it (our own hang-up, a time-out). `packet_at` is when the last
    audio or control packet came, on the pump's monotonic clock.
    """

    id: str
    kind: Kind
    call: int
    socket: socket.socket | None = None
    media: Media | None = None
    answered_at: float = 0.0
    codecs: str = "PCMU,PCMA"
    srtp: int = 0
    has_offer: bool = True
    early: bool = False
    player: Player | None = None
    play: Play | None = None
    silence: Timer | None = None
    silence_play: Play | None = None
    room: Room | None = None
    recording: Recording | None = None
    has_frame: bool = False
    eager_until: int = 0
    quiet_ticks: int = 0
    packet_at: float = 0.0
    media_lost: bool = False
    peer_held: bool = False
    ending: EndCause | None = None
    timeout: Timer | None = None
    last_digit: tuple[str, int, float] = ("", 0, 0.0)
    replaces: str = ""
    connected: bool = False
    rang: bool = False
    slot: int = 0


@dataclass(slots=True, eq=False)
class Room:
    """Legs that hear each other."""

    legs: list[Leg] = field(default_factory=list)


class Legs:
    """Every leg, by its id and by its call."""

    def __init__(self) -> None:
        self.by_id: dict[str, Leg] = {}
        self.by_call: dict[int, Leg] = {}
        self._slots = 0

    def add(self, leg: Leg) -> None:
        self._slots += 1
        leg.slot = self._slots
        self.by_id[leg.id] = leg
        self.by_call[leg.call] = leg

    def remove(self, leg: Leg) -> None:
        self.by_id.pop(leg.id, None)
        self.by_call.pop(leg.call, None)

    def count(self, *, browsers: bool) -> int:
        return sum((leg.kind is Kind.BROWSER) is browsers for leg in list(self.by_id.values()))


class NoFreePort(OSError):
    """Every RTP port of the range is taken."""


class Ports:
    """The RTP ports, each used again as late as possible, so that stray packets of an old call meet nobody."""

    def __init__(self, host: str, *, first: int, last: int) -> None:
        self._host = host
        self._free = deque(range(first + first % 2, last + 1, 2))

    def open(self) -> socket.socket:
        """Return a bound, non-blocking socket on an even port. Raises: NoFreePort."""
        for _ in range(len(self._free)):
            port = self._free.popleft()
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                sock.bind((self._host, port))
            except OSError:
                sock.close()
                self._free.append(port)
                continue
            sock.setblocking(False)
            return sock
        raise NoFreePort(self._host)

    def close(self, sock: socket.socket) -> None:
        self._free.append(sock.getsockname()[1])
        sock.close()
