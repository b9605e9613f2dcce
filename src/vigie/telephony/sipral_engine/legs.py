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

Socket = socket.socket
Way = tuple[int, object]  # how a key came: the kind of event and its source


class Kind(Enum):
    """Where a leg comes from."""

    INCOMING = auto()
    OUTGOING = auto()
    BROWSER = auto()


@dataclass(slots=True, eq=False)
class Leg:
    """
    One call, or one browser.

    `socket` carries the audio, `control` is the odd port above it, where RTCP comes from those who do not multiplex.
    `ending` is the cause we know before the wire says it (our own hang-up, a time-out). `packet_at` is when the last
    audio or control packet came, on the pump's monotonic clock. `keys` are the last ones told: key, way, when.
    """

    id: str
    kind: Kind
    call: int
    account: int = 0
    socket: Socket | None = None
    control: Socket | None = None
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
    keys: list[tuple[str, Way, float]] = field(default_factory=list)
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
        self._free = deque(range(first + first % 2, last, 2))

    def give(self, leg: Leg) -> None:
        """Open the pair of sockets of `leg`. Raises: NoFreePort."""
        for _ in range(len(self._free)):
            port = self._free.popleft()
            try:
                leg.socket = self._bound(port)
                leg.control = self._bound(port + 1)
            except OSError:
                self.take_back(leg, port=port)
                continue
            return
        raise NoFreePort(self._host)

    def take_back(self, leg: Leg, *, port: int = 0) -> None:
        """Close the sockets of `leg`, as far as they were opened."""
        for sock in (leg.socket, leg.control):
            if sock is not None:
                port = port or sock.getsockname()[1]
                sock.close()
        leg.socket = leg.control = None
        if port:
            self._free.append(port)

    def _bound(self, port: int) -> Socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.bind((self._host, port))
        except OSError:
            sock.close()
            raise
        sock.setblocking(False)
        return sock
