"""`vigie bench calls`: what a call costs the node, and how many it holds before one stutters."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import psutil

from vigie.config.bench.gauge import PORT_STEP
from vigie.errors import Unavailable
from vigie.telephony.client import NodeClient
from vigie.telephony.music import music
from vigie.telephony.protocol import Answer, Bridge, CallAnswered, CallArrived, CallEnded, Play
from vigie.telephony.settings import NodeSettings

SCENARIO = Path(__file__).with_name("uac.xml")
MEDIA_PORT = 30_000
SETUP_RATE = 50  # calls a second
SETUP_CALLS = 1000
QUEUED, QUEUED_STEPS = 200, (300, 400, 500, 600, 800)
BRIDGED, BRIDGED_STEPS = 40, (80, 120, 160, 200)  # legs: two make a bridged call
MOST_LEGS = 1000
STEADY_S = 12.0
SHORT_CALLS, SHORT_RATE = 3000, 100

Tell = Callable[[str], None]


class Door(threading.Thread):
    """The smallest door: answers, then plays music to each (`bridging` off) or joins them two by two."""

    def __init__(self, socket_path: str, music_file: str) -> None:
        super().__init__(daemon=True)
        self.client = NodeClient(socket_path, retry_s=0.05)
        self.music_file = music_file
        self.bridging = False
        self.up: set[str] = set()
        self._alone = ""

    def run(self) -> None:
        with contextlib.suppress(RuntimeError):  # the bench is over
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        connection = asyncio.create_task(self.client.run())
        async for delivery in self.client.deliveries():
            self._hear(delivery.event)
            self.client.ack(delivery)
        await connection

    def _hear(self, event: Any) -> None:
        match event:
            case CallArrived(leg=leg):
                self.client.send(Answer(leg=leg))
                if not self.bridging:
                    self.client.send(Play(leg=leg, token="music", files=(self.music_file,), loop=True))  # noqa: S106
            case CallAnswered(leg=leg):
                self.up.add(leg)
                self._join(leg)
            case CallEnded(leg=leg):
                self.up.discard(leg)
                self._alone = "" if self._alone == leg else self._alone

    def _join(self, leg: str) -> None:
        if not self.bridging:
            return
        if self._alone:
            self.client.send(Bridge(legs=(self._alone, leg)))
            self._alone = ""
        else:
            self._alone = leg


class Bench:
    """One node, one door, and callers made of sipp (signalling) and the gauge (audio)."""

    def __init__(self, folder: Path, tell: Tell) -> None:
        self.folder = folder
        self.tell = tell
        self.sip_port = _free_port()
        settings = NodeSettings(
            socket=str(folder / "node.sock"),
            spool_folder=folder / "spool",
            recordings_folder=folder / "recordings",
            sip_port=self.sip_port,
            door_timeout_ms=5000,
        )
        command = [
            sys.executable,
            "-m",
            "vigie.telephony.node",
            "--json",
            msgspec.json.encode(settings, enc_hook=str).decode(),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        self.node = psutil.Process(self.process.pid)
        self.door = Door(settings.socket, str(music(folder)))
        self.door.start()
        _wait(lambda: self.door.client.connected, 10, "the node does not answer")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def cpu_s(self) -> float:
        times = self.node.cpu_times()
        return float(times.user + times.system)

    def rss_kb(self) -> float:
        return float(self.node.memory_info().rss) / 1024

    def sipp(self, *, calls: int, rate: int, hold_ms: int, rtt: bool = False) -> subprocess.Popen[bytes]:
        command = ["sipp", "-sf", str(SCENARIO), "-s", "0199001001", f"127.0.0.1:{self.sip_port}"]
        command += [
            "-i",
            "127.0.0.1",
            "-mi",
            "127.0.0.1",
            "-inf",
            str(self._ports()),
            "-m",
            str(calls),
            "-r",
            str(rate),
        ]
        command += ["-d", str(hold_ms), "-l", "5000", "-nostdin", *(["-trace_rtt", "-rtt_freq", "1"] if rtt else [])]
        return subprocess.Popen(  # noqa: S603
            command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _ports(self) -> Path:
        """Return the file that gives each call the audio port where the gauge listens."""
        path = self.folder / "ports.csv"
        if not path.exists():
            ports = (f"{MEDIA_PORT + PORT_STEP * index};" for index in range(MOST_LEGS))
            path.write_text("\n".join(("SEQUENTIAL", *ports, "")))
        return path

    def setup(self) -> dict[str, float]:
        """Calls of 100 ms at fifty a second: how long until the 200, and what one costs."""
        self.tell(f"setting up {SETUP_CALLS} calls at {SETUP_RATE}/s")
        before = self.cpu_s()
        with self._listening(64):
            sipp = self.sipp(calls=SETUP_CALLS, rate=SETUP_RATE, hold_ms=100, rtt=True)
            code = sipp.wait(SETUP_CALLS / SETUP_RATE + 40)
        answers = sorted(_response_times(self.folder, SCENARIO.stem, sipp.pid))
        self._wait_empty()
        return {
            "setup_calls": len(answers),
            "setup_failed": SETUP_CALLS - len(answers) if code else 0,
            "setup_calls_per_s": SETUP_RATE,
            "setup_cpu_ms_per_call": round((self.cpu_s() - before) * 1000 / max(1, len(answers)), 2),
            "answer_ms_p50": _rank(answers, 0.50),
            "answer_ms_p99": _rank(answers, 0.99),
        }

    def steady(self, legs: int, *, bridging: bool) -> dict[str, float]:
        """Hold `legs` calls and look at them for a while."""
        self.tell(f"holding {legs} {'bridged legs' if bridging else 'queued calls'}")
        self.door.bridging = bridging
        rss = self.rss_kb()
        with self._listening(legs, bursts=bridging) as gauge:
            rate = 50
            hold_s = legs / rate + STEADY_S + 5
            sipp = self.sipp(calls=legs, rate=rate, hold_ms=int(hold_s * 1000))
            _wait(lambda: len(self.door.up) >= legs, legs / rate + 10, "not every call was answered")
            time.sleep(2)
            before, started = self.cpu_s(), time.monotonic()
            memory_kb = (self.rss_kb() - rss) / legs
            time.sleep(STEADY_S)
            cpu = (self.cpu_s() - before) / (time.monotonic() - started)
            seen = _ask(gauge)
        sipp.wait(60)
        self._wait_empty()
        return {**seen, "legs": legs, "cpu_pct": round(cpu * 100, 2), "memory_kb_per_leg": round(memory_kb, 1)}

    def largest(self, first: dict[str, float], steps: tuple[int, ...], *, bridging: bool) -> dict[str, float]:
        """Add calls until one stutters; return the last figures without a gap over 60 ms."""
        best = first
        for legs in steps:
            if best["gaps_over_60_ms"]:
                break
            seen = self.steady(legs, bridging=bridging)
            if seen["gaps_over_60_ms"] or seen["streams"] < legs:
                break
            best = seen
        return best

    def short_calls(self) -> dict[str, float]:
        """Thousands of short calls: what stays behind."""
        self.tell(f"{SHORT_CALLS} short calls")
        before, descriptors = self.rss_kb(), self.node.num_fds()
        with self._listening(64):
            self.sipp(calls=SHORT_CALLS, rate=SHORT_RATE, hold_ms=50).wait(SHORT_CALLS / SHORT_RATE + 60)
        self._wait_empty()
        time.sleep(3)
        return {
            "short_calls": SHORT_CALLS,
            "short_calls_rss_growth_mb": round((self.rss_kb() - before) / 1024, 1),
            "short_calls_sockets_left": self.node.num_fds() - descriptors,
        }

    @contextlib.contextmanager
    def _listening(self, count: int, *, bursts: bool = False) -> Iterator[subprocess.Popen[str]]:
        command = [
            sys.executable,
            "-m",
            "vigie.config.bench.gauge",
            "--first-port",
            str(MEDIA_PORT),
            "--count",
            str(count),
        ]
        gauge = subprocess.Popen(  # noqa: S603
            command + (["--bursts"] if bursts else []), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert gauge.stdout is not None
        gauge.stdout.readline()
        try:
            yield gauge
        finally:
            gauge.kill()
            gauge.wait()

    def _wait_empty(self) -> None:
        _wait(lambda: not self.door.up, 30, "calls do not end")


def run(tell: Tell) -> dict[str, float]:
    """Run the whole bench; two to four minutes on two cores. Raises: Unavailable (sipp is not installed)."""
    if shutil.which("sipp") is None:
        raise Unavailable("sipp is needed: Debian package sip-tester", permanent=True)
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder:
        bench = Bench(Path(folder), tell)
        try:
            return {**bench.setup(), **_queued(bench), **_bridged(bench), **bench.short_calls()}
        finally:
            bench.close()


def _queued(bench: Bench) -> dict[str, float]:
    seen = bench.steady(QUEUED, bridging=False)
    best = bench.largest(seen, QUEUED_STEPS, bridging=False)
    return {
        "queued_calls": QUEUED,
        "queued_cpu_pct_per_call": round(seen["cpu_pct"] / QUEUED, 4),
        "queued_cpu_s_per_call_minute": round(seen["cpu_pct"] / QUEUED * 0.6, 4),
        "queued_memory_kb_per_call": seen["memory_kb_per_leg"],
        "queued_gap_ms_p99": seen["gap_ms_p99"],
        "queued_packets_lost": seen["packets_lost"],
        "max_gap_ms": seen["max_gap_ms"],
        "queued_calls_without_gap": best["legs"] if not best["gaps_over_60_ms"] else 0,
    }


def _bridged(bench: Bench) -> dict[str, float]:
    seen = bench.steady(BRIDGED, bridging=True)
    best = bench.largest(seen, BRIDGED_STEPS, bridging=True)
    calls = BRIDGED / 2
    return {
        "bridged_calls": calls,
        "bridged_cpu_pct_per_call": round(seen["cpu_pct"] / calls, 4),
        "bridged_cpu_s_per_call_minute": round(seen["cpu_pct"] / calls * 0.6, 4),
        "bridged_memory_kb_per_call": seen["memory_kb_per_leg"] * 2,
        "bridged_max_gap_ms": seen["max_gap_ms"],
        "bridged_packets_lost": seen["packets_lost"],
        "bridged_delay_ms_p50": seen["delay_ms_p50"],
        "bridged_delay_ms_p95": seen["delay_ms_p95"],
        "bridged_calls_without_gap": best["legs"] / 2 if not best["gaps_over_60_ms"] else 0,
    }


def _response_times(folder: Path, stem: str, pid: int) -> list[float]:
    with (folder / f"{stem}_{pid}_rtt.csv").open() as file:
        return [float(row[1]) for row in csv.reader(file, delimiter=";") if row and row[0][:1].isdigit()]


def _ask(gauge: subprocess.Popen[str]) -> dict[str, float]:
    assert gauge.stdin is not None and gauge.stdout is not None
    gauge.stdin.write("\n")
    gauge.stdin.flush()
    seen: dict[str, float] = json.loads(gauge.stdout.readline())
    return seen


def _rank(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2) if ordered else 0.0


def _wait(ready: Callable[[], bool], within_s: float, otherwise: str) -> None:
    deadline = time.monotonic() + within_s
    while not ready():
        if time.monotonic() > deadline:
            raise Unavailable(otherwise)
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
