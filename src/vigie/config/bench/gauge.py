"""
The other ends of many calls: sends a packet every 20 ms on each port and notes when each answer packet arrived.

A process of its own, so that it never slows what it measures: ``python -m vigie.config.bench.gauge …``. Arrival times
are the kernel's (SO_TIMESTAMPNS): a late loop here does not look like a late node there.
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import struct
import sys
import threading
import time
from dataclasses import dataclass, field

import numpy as np

PORT_STEP = 4  # leaves room for RTCP beside each
FRAME_S = 0.02
PHASES = 5  # the node's own beat falls anywhere between two packets of a caller: the delay through it depends on that
SILENCE = b"\xff" * 160  # G.711 µ-law
LOUD = b"\x00" * 160
SO_TIMESTAMPNS = 35
GAP_LIMIT_MS = 60.0
BURST_EVERY_S = 0.25
BURST_FRAMES = 3
SETTLE_S = 2.0


@dataclass(slots=True)
class Stream:
    """One port: who talks to it, when packets came, and when it last heard something loud."""

    port: int
    socket: socket.socket
    peer: tuple[str, int] | None = None
    arrivals: list[float] = field(default_factory=list)
    sequences: list[int] = field(default_factory=list)
    sequence: int = 0
    loud_frames: int = 0
    loud_at: float = 0.0


@dataclass(slots=True)
class Burst:
    """A loud moment sent on one port; the first other port that hears it gives the delay through the node."""

    sent_at: float
    port: int
    delay_ms: float | None = None


class Gauge:
    def __init__(self, first_port: int, count: int) -> None:
        self.streams = [self._open(first_port + PORT_STEP * index) for index in range(count)]
        self.by_descriptor = {stream.socket.fileno(): stream for stream in self.streams}
        self.bursts: list[Burst] = []
        self.over = threading.Event()

    @staticmethod
    def _open(port: int) -> Stream:
        peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        peer.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 17)
        peer.bind(("127.0.0.1", port))
        peer.setblocking(False)
        return Stream(port, peer)

    def receive(self) -> None:
        """Note every arrival until `over`."""
        poll = select.epoll()
        for descriptor in self.by_descriptor:
            poll.register(descriptor, select.EPOLLIN)
        while not self.over.is_set():
            for descriptor, _ in poll.poll(0.1):
                self._drain(self.by_descriptor[descriptor])

    def _drain(self, stream: Stream) -> None:
        while True:
            try:
                packet, ancillary, _, peer = stream.socket.recvmsg(2048, 64)
            except BlockingIOError:
                return
            if len(packet) < 172 or packet[1] & 0x7F != 0:  # not PCMU audio
                continue
            seconds, nanoseconds = struct.unpack("qq", ancillary[0][2])
            at = seconds + nanoseconds * 1e-9
            stream.peer = peer
            stream.arrivals.append(at)
            stream.sequences.append(packet[2] << 8 | packet[3])
            if self.bursts and _is_loud(packet[12:172]):
                self._heard(stream, at)

    def _heard(self, stream: Stream, at: float) -> None:
        burst = self.bursts[-1]
        if burst.delay_ms is None and stream.port != burst.port and burst.sent_at <= at < burst.sent_at + BURST_EVERY_S:
            burst.delay_ms = (at - burst.sent_at) * 1000

    def send(self) -> None:
        """Speak on every port whose call is up, every 20 ms until `over`: some now, some later, as real callers do."""
        due, turn = time.monotonic(), 0
        while not self.over.is_set():
            due += FRAME_S / PHASES
            for stream in self.streams[turn % PHASES :: PHASES]:
                if stream.peer:
                    self._speak(stream, turn // PHASES)
            turn += 1
            time.sleep(max(0.0, due - time.monotonic()))

    def _speak(self, stream: Stream, frame: int) -> None:
        stream.sequence = (stream.sequence + 1) & 0xFFFF
        head = struct.pack("!BBHII", 0x80, 0, stream.sequence, frame * 160 & 0xFFFFFFFF, stream.port)
        payload = SILENCE
        if stream.loud_frames:
            stream.loud_frames -= 1
            payload = LOUD
            if self.bursts and self.bursts[-1].sent_at == 0.0:
                self.bursts[-1].sent_at = time.time()
        try:
            stream.socket.sendto(head + payload, stream.peer)  # type: ignore[arg-type]
        except OSError:  # the node closed this port: the call is over
            stream.peer = None

    def burst(self) -> None:
        """Be loud on one port after another, so that the delay to its partner shows."""
        index = 0
        while not self.over.wait(BURST_EVERY_S):
            live = [stream for stream in self.streams if stream.peer]
            if live:
                stream = live[(index * 7) % len(live)]
                self.bursts.append(Burst(0.0, stream.port))
                stream.loud_frames = BURST_FRAMES
                index += 1


def _is_loud(payload: bytes) -> bool:
    return payload.count(0xFF) + payload.count(0x7F) < 40


def figures(gauge: Gauge, *, until: float) -> dict[str, float]:
    """Return gaps, losses and delays, leaving out the first two seconds of each stream and what came after `until`."""
    gaps, lost, packets, streams = [np.zeros(0)], 0, 0, 0
    for stream in gauge.streams:
        at = np.array(stream.arrivals)
        if len(at) < 50:
            continue
        kept = (at > at[0] + SETTLE_S) & (at < until)
        at, sequences = at[kept], np.array(stream.sequences)[kept]
        if len(at) < 50:
            continue
        streams += 1
        steps = np.diff(sequences) & 0xFFFF
        lost += int((steps[steps < 1000] - 1).clip(0).sum())
        packets += len(at)
        gaps.append(np.diff(at) * 1000)
    gap = np.concatenate(gaps)
    delays = sorted(burst.delay_ms for burst in gauge.bursts if burst.delay_ms is not None)
    return {
        "streams": streams,
        "packets": packets,
        "packets_lost": lost,
        "gap_ms_p99": round(float(np.percentile(gap, 99)), 2) if len(gap) else 0.0,
        "max_gap_ms": round(float(gap.max()), 2) if len(gap) else 0.0,
        "gaps_over_60_ms": int((gap > GAP_LIMIT_MS).sum()),
        "delay_ms_p50": round(delays[len(delays) // 2], 2) if delays else 0.0,
        "delay_ms_p95": round(delays[int(len(delays) * 0.95)], 2) if delays else 0.0,
    }


def main() -> None:
    """Listen and speak until a line comes on standard input, then print the figures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--first-port", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--bursts", action="store_true")
    options = parser.parse_args()
    gauge = Gauge(options.first_port, options.count)
    doing = [gauge.receive, gauge.send] + ([gauge.burst] if options.bursts else [])
    threads = [threading.Thread(target=work, daemon=True) for work in doing]
    for thread in threads:
        thread.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    until = time.time()
    gauge.over.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(figures(gauge, until=until)) + "\n")


if __name__ == "__main__":
    main()
