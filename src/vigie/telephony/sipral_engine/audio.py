"""Move one 20 ms frame of every leg: receive, decode what somebody listens to, mix, encode, send, record."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from vigie.telephony.sipral_engine.abi import Media, frame_bytes, samples
from vigie.telephony.sipral_engine.legs import Leg, Room
from vigie.telephony.sounds import FRAME_BYTES

SILENCE = bytes(FRAME_BYTES)
_SILENCE_SAMPLES = samples(SILENCE)
_CONTROL_EVERY = 5  # ticks between two looks at control packets, when nothing hurries
_EAGER_TICKS = 50
_DATAGRAM_BYTES = 2048
_RTP_VERSION = 0x80  # the two top bits of RTP and RTCP; STUN and DTLS begin lower (RFC 7983)


class Audio:
    """The legs with audio, and their sockets."""

    def __init__(
        self,
        *,
        now_ms: Callable[[], int],
        play_over: Callable[[Leg], None],
        key_begun: Callable[[Leg], None],
        ask_for_keys: Callable[[], None],
    ) -> None:
        self._now_ms = now_ms
        self._play_over = play_over
        self._key_begun = key_begun
        self._ask_for_keys = ask_for_keys
        self.count = 0
        self._legs: list[Leg] = []
        self._sockets: dict[int, tuple[Leg, socket.socket]] = {}
        self._ready = select.epoll()
        self._senders: dict[tuple[str, int], bytes] = {}
        self._addresses: dict[bytes, tuple[str, int]] = {}

    def add(self, leg: Leg, media: Media) -> None:
        """Begin to carry the audio of `leg`."""
        leg.media = media
        leg.packet_at = time.monotonic()
        self._legs.append(leg)
        for sock in (leg.socket, leg.control):
            if sock is not None:
                self._sockets[sock.fileno()] = (leg, sock)
                self._ready.register(sock.fileno(), select.EPOLLIN)

    def remove(self, leg: Leg) -> None:
        """Stop carrying it, and free its media; the sockets stay open."""
        if leg.media is None:
            return
        for sock in (leg.socket, leg.control):
            if sock is not None:
                self._ready.unregister(sock.fileno())
                del self._sockets[sock.fileno()]
        self._legs.remove(leg)
        leg.media.release()
        leg.media = None

    def close(self) -> None:
        self._ready.close()

    def tick(self, count: int) -> None:
        self.count = count
        now_ms = self._now_ms()
        self._receive(now_ms, count)
        legs = self._legs.copy()
        for leg in legs:
            if leg.media is not None and (leg.room is not None or leg.recording is not None or leg.media.tones):
                leg.has_frame = leg.media.play_out()
                if leg.media.tones:
                    self._ask_for_keys()
        for leg in legs:
            if leg.media is not None:
                self._send_frame(leg, leg.media, now_ms)
                if count < leg.eager_until or count % _CONTROL_EVERY == leg.slot % _CONTROL_EVERY:
                    self.send_control(leg, now_ms)

    def send_control(self, leg: Leg, now_ms: int) -> None:
        """Send what is due beside the audio: RTCP, DTLS, ICE, digits."""
        if leg.media is not None and leg.socket is not None:
            for payload, destination in leg.media.control(now_ms):
                self.send(leg.socket, payload, destination)

    def send(self, sock: socket.socket, payload: bytes, destination: bytes) -> None:
        address = self._addresses.get(destination)
        if address is None:
            host, _, port = destination.decode().rpartition(":")
            address = self._addresses[destination] = (host, int(port))
        try:  # noqa: SIM105  (fifty times a second for each leg: a context manager costs more than the rest)
            sock.sendto(payload, address)
        except OSError:
            pass  # one packet lost, as on a wire

    def forget_addresses(self) -> None:
        """Keep the tables of addresses small."""
        if len(self._senders) > 10_000:
            self._senders.clear()
            self._addresses.clear()

    def _receive(self, now_ms: int, count: int) -> None:
        for _ in range(8):
            ready = self._ready.poll(0, 4096)
            for descriptor, _event in ready:
                leg, sock = self._sockets[descriptor]
                if leg.media is not None:
                    self._receive_one(leg, leg.media, sock, now_ms, count)
            if not ready:
                return

    def _receive_one(self, leg: Leg, media: Media, sock: socket.socket, now_ms: int, count: int) -> None:
        try:
            datagram, source = sock.recvfrom(_DATAGRAM_BYTES)
        except OSError:
            return
        sender = self._senders.get(source)
        if sender is None:
            sender = self._senders[source] = f"{source[0]}:{source[1]}".encode()
        if not datagram:
            return
        audio = datagram[0] & 0xC0 == _RTP_VERSION
        media.receive(datagram, sender, now_ms)
        if audio:
            leg.packet_at = time.monotonic()
            if datagram[1] & 0x7F == media.key_payload:
                self._ask_for_keys()
                if leg.play is not None:
                    self._key_begun(leg)
        else:
            leg.eager_until = count + _EAGER_TICKS

    def _send_frame(self, leg: Leg, media: Media, now_ms: int) -> None:
        frame: bytes | None = None
        if leg.room is not None:
            outgoing = _heard_in(leg.room, leg, media)
        else:
            frame = self._next_frame(leg)
            outgoing = _SILENCE_SAMPLES if frame is None else samples(frame)
        leg.quiet_ticks = leg.quiet_ticks + 1 if outgoing is _SILENCE_SAMPLES else 0
        packet = media.capture(outgoing, now_ms)
        if packet is not None and leg.socket is not None:
            self.send(leg.socket, *packet)
        if leg.recording is not None:
            said = media.heard_frame() if leg.has_frame else SILENCE
            heard = frame_bytes(outgoing) if leg.room is not None else frame or SILENCE
            leg.recording.append(said, heard)

    def _next_frame(self, leg: Leg) -> bytes | None:
        if leg.player is None:
            return None
        frame = leg.player.next_frame()
        if frame is None:
            self._play_over(leg)
            return leg.player.next_frame() if leg.player is not None else None
        return frame


def _heard_in(room: Room, leg: Leg, media: Media) -> Any:
    """Return the samples `leg` hears: the other one as it is, or the sum of the others, clipped."""
    others = [
        other
        for other in room.legs
        if other is not leg and other.media is not None and other.has_frame and not other.media_lost
    ]
    if not others:
        return _SILENCE_SAMPLES
    if len(others) == 1 and others[0].media is not None:
        return others[0].media.heard
    total = np.zeros(FRAME_BYTES // 2, dtype=np.int32)
    for other in others:
        if other.media is not None:
            total += other.media.heard_array
    np.clip(total, -32768, 32767, out=total)
    media.mixed_array[:] = total
    return media.mixed
