"""Real nodes that no door is connected to."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vigie.telephony.music import sine
from vigie.telephony.pcm import write_wav


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


@contextmanager
def lone_node(folder: Path, port: int, *, rtp_from: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real node without a door: its fallback plan greets every caller with a tone."""
    folder.mkdir()
    write_wav(folder / "tone.wav", sine(700, seconds=30))
    plan = {"numbers": {"*": {"greeting": [str(folder / "tone.wav")], "music": str(folder / "tone.wav")}}}
    (folder / "plan.json").write_text(json.dumps(plan))
    settings = {
        "socket": str(folder / "door"),
        "spool_folder": str(folder / "spool"),
        "recordings_folder": str(folder / "recordings"),
        "fallback_path": str(folder / "plan.json"),
        "sip_port": port,
        "rtp_port_min": rtp_from,
        "rtp_port_max": rtp_from + 98,
    }
    with (folder / "node.log").open("w") as log:
        command = [sys.executable, "-m", "vigie.telephony.node", "--json", json.dumps(settings)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
