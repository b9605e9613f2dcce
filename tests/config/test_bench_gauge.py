"""The other ends of the bench."""

from __future__ import annotations

import socket
import threading

from vigie.config.bench.gauge import PHASES, Gauge


def _free_ports(count: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return min(port, 65000 - 4 * count)


def test_each_caller_sends_every_packet_in_its_turn() -> None:
    gauge = Gauge(_free_ports(2 * PHASES), 2 * PHASES)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as node:
        node.bind(("127.0.0.1", 0))
        node.settimeout(5)
        for stream in gauge.streams:
            stream.peer = node.getsockname()
        sending = threading.Thread(target=gauge.send)
        sending.start()
        packets = [node.recvfrom(2048) for _ in range(6 * PHASES)]
        gauge.over.set()
        sending.join()
    for stream in gauge.streams:
        stream.socket.close()

    ports = [port for _, (_, port) in packets]
    sequences = [int.from_bytes(packet[2:4]) for packet, _ in packets]
    callers = [stream.port for stream in gauge.streams]
    turns = [callers[turn::PHASES] for turn in range(PHASES)]
    assert ports[: 2 * PHASES] == [port for turn in turns for port in turn]
    assert sequences == [1] * 2 * PHASES + [2] * 2 * PHASES + [3] * 2 * PHASES
