"""The engine on sipral: one socket for SIP, one per call for audio, one thread for all."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib.metadata import version

from vigie.telephony.addresses import reachable_host
from vigie.telephony.engine import Emit, LegState, Vitals
from vigie.telephony.protocol import (
    BrowserConnected,
    BrowserLost,
    Command,
    CommandFailed,
    EndCause,
    Hold,
    MediaBack,
    MediaLost,
    Play,
)
from vigie.telephony.settings import NodeSettings
from vigie.telephony.sipral_engine.abi import Stack
from vigie.telephony.sipral_engine.browsers import VIRTUAL, Browsers
from vigie.telephony.sipral_engine.exchange import Exchange
from vigie.telephony.sipral_engine.legs import Kind, Leg
from vigie.telephony.sipral_engine.orders import Orders
from vigie.telephony.sipral_engine.pump import Pump
from vigie.telephony.sipral_engine.signalling import Signalling
from vigie.telephony.sipral_engine.trunks import Trunks
from vigie.telephony.sounds import FRAME_MS, Frames, Sounds, UnreadableSound

_TICKS_PER_CHECK = 25
_BROWSER_STALL_S = 3.0
_SIP_BUFFER_BYTES = 4_000_000
_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 0.02, 1.0  # the stack says "now" for control packets the audio sends itself


class SipralEngine:
    """See `engine.Engine`."""

    def __init__(self, settings: NodeSettings, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._sounds = Sounds()
        self._exchange: Exchange
        self._orders: Orders
        self._signalling: Signalling
        self._browsers: Browsers
        self._trunks: Trunks
        self._pump: Pump
        self._sip: socket.socket

    def start(self, emit: Emit) -> None:
        settings = self._settings
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sip.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SIP_BUFFER_BYTES)
        self._sip.bind((settings.sip_host, settings.sip_port))
        self._sip.setblocking(False)
        host = reachable_host(settings.sip_host, advertised=settings.advertised_sip_host)
        address = f"{host}:{self.sip_port}"
        stack = Stack(advertised=address, max_calls=settings.max_calls, user_agent=f"vigie/{version('vigie')}")
        self._exchange = Exchange(settings, stack=stack, emit=emit, clock=self._clock)
        self._browsers = Browsers(self._exchange, sip_address=address)
        self._trunks = Trunks(self._exchange, contact=address)
        self._signalling = Signalling(self._exchange, browsers=self._browsers, trunks=self._trunks)
        self._orders = Orders(self._exchange, browsers=self._browsers, trunks=self._trunks)
        priority = settings.realtime_priority
        self._pump = Pump(self, self._sip, realtime_priority=priority + 1 if priority else 0)
        self._exchange.pump = self._pump
        self._exchange.writer.start()
        self._pump.start()

    @property
    def sip_port(self) -> int:
        return int(self._sip.getsockname()[1])

    def obey(self, command: Command) -> None:
        sounds: Frames = ()
        if isinstance(command, Play):
            sounds = self._read(command.leg, "Play", command.files)
        elif isinstance(command, Hold):
            sounds = self._read(command.leg, "Hold", (command.music,))
        self._exchange.names.resolve(
            self._trunks.hops(command), lambda: self._pump.post(lambda: self._orders.take(command, sounds))
        )

    def legs(self) -> tuple[str, ...]:
        return tuple(self._exchange.legs.by_id.copy())

    def states(self) -> tuple[LegState, ...]:
        return tuple(
            LegState(
                leg=leg.id,
                incoming=leg.kind is Kind.INCOMING,
                answered=leg.answered_at > 0,
                bridged=leg.room is not None,
                quiet_s=leg.quiet_ticks * FRAME_MS / 1000,
            )
            for leg in self._exchange.legs.by_id.copy().values()
            if leg.kind is not Kind.BROWSER
        )

    def vitals(self) -> Vitals:
        legs = self._exchange.legs
        return Vitals(
            calls=legs.count(browsers=False),
            browsers=legs.count(browsers=True),
            tick_lag_ms=self._pump.take_lag_ms(),
        )

    def drain(self) -> None:
        self._exchange.draining = True

    def stop(self) -> None:
        self._pump.post(self._hang_everyone_up)
        deadline = time.monotonic() + 1.0
        while self._exchange.legs.by_id and time.monotonic() < deadline:
            time.sleep(0.02)
        self._pump.stop()
        for leg in list(self._exchange.legs.by_id.values()):
            self._exchange.forget(leg, cause=EndCause.NODE_DRAIN, reason="detached")
        self._exchange.writer.stop()
        self._exchange.names.close()
        self._exchange.audio.close()
        self._exchange.stack.destroy()
        self._sip.close()

    # What the pump carries

    def receive(self, datagram: bytes, source: str) -> None:
        self._exchange.stack.receive(datagram, source)

    def signal(self) -> float:
        stack = self._exchange.stack
        while True:
            happened, due_in_s = stack.poll()
            for event in happened:
                self._pump.guarded(partial(self._signalling.take, event))
            for payload, destination in stack.outgoing():
                self._deliver(payload, destination)
            from_browsers = self._browsers.pending()
            for datagram in from_browsers:
                stack.receive(datagram, VIRTUAL)
            if not happened and not from_browsers:
                return max(_SHORTEST_WAIT_S, min(due_in_s, _LONGEST_WAIT_S))

    def tick(self, count: int) -> None:
        self._exchange.audio.tick(count)
        if count % _TICKS_PER_CHECK == 0:
            self._check_media()

    def _deliver(self, payload: bytes, destination: str) -> None:
        if destination == VIRTUAL:
            self._browsers.hear(payload)
            return
        host, _, port = destination.rpartition(":")
        with contextlib.suppress(OSError):
            self._sip.sendto(payload, (host, int(port)))

    def _check_media(self) -> None:
        """Notice legs whose packets stopped, and those whose packets came back."""
        now = time.monotonic()
        self._exchange.audio.forget_addresses()
        for leg in list(self._exchange.legs.by_id.values()):
            if leg.media is not None and not leg.peer_held:
                self._check_leg(leg, silent_s=now - leg.packet_at)

    def _check_leg(self, leg: Leg, *, silent_s: float) -> None:
        browser = leg.kind is Kind.BROWSER
        limit = _BROWSER_STALL_S if browser else self._settings.media_lost_after_s
        if silent_s < limit:
            if leg.media_lost:
                self._exchange.tell(BrowserConnected if browser else MediaBack, leg=leg.id)
            leg.media_lost = False
            return
        if not leg.media_lost and (leg.connected or not browser):
            leg.media_lost = True
            if browser:
                self._exchange.tell(BrowserLost, leg=leg.id, reason="stalled")
            else:
                self._exchange.tell(MediaLost, leg=leg.id, silent_ms=int(silent_s * 1000))
        if silent_s >= self._settings.media_timeout_s:
            if browser:
                self._browsers.drop(leg, reason="stalled")
            else:
                self._exchange.hang_up(leg, cause=EndCause.MEDIA_LOST)

    def _hang_everyone_up(self) -> None:
        for leg in list(self._exchange.legs.by_id.values()):
            self._exchange.hang_up(leg, cause=EndCause.NODE_DRAIN)

    def _read(self, leg: str, command: str, files: tuple[str, ...]) -> Frames:
        """Return the files' frames, one after the other; a file that cannot be read is told and left out."""
        found: list[Frames] = []
        for path in files:
            try:
                found.append(self._sounds.frames(path))
            except UnreadableSound:
                failed = CommandFailed(seq=0, at=self._clock(), leg=leg, command=command, reason="unreadable_file")
                self._pump.post(lambda failed=failed: self._exchange.emit(failed))  # type: ignore[misc]
        return found[0] if len(found) == 1 else tuple(frame for frames in found for frame in frames)
