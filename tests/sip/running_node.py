"""A real node in a process of its own, with a door in this one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from vigie.telephony.client import Delivery, NodeClient
from vigie.telephony.protocol import Command, Event

E = TypeVar("E", bound=Event)
Samples = NDArray[np.float64]

RATE_HZ = 8000
_WINDOW = 800


class Door:
    """A door without decisions: it keeps what the node says, and sends what the test wants."""

    def __init__(self, address: str, *, acknowledges: bool = True) -> None:
        self._acknowledges = acknowledges
        self.heard: list[Delivery] = []
        self.on: dict[type[Event], Callable[[Any], Command | None]] = {}
        self._client = NodeClient(address, retry_s=0.05)
        self._loop = asyncio.new_event_loop()
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Go away, as a door that is killed."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop)
            self._thread.join(5)

    def send(self, command: Command) -> None:
        self._loop.call_soon_threadsafe(self._client.send, command)

    def events(self, kind: type[E], **fields: object) -> list[E]:
        """Return what came so far of `kind` with these `fields`."""
        return [found for found in (delivery.event for delivery in list(self.heard)) if _fits(found, kind, fields)]

    def expect(self, kind: type[E], *, within_s: float = 5.0, **fields: object) -> E:
        """Return the first event of `kind` with these `fields`, and wait for it if need be."""
        with self._news:
            if not self._news.wait_for(lambda: self.events(kind, **fields), timeout=within_s):
                raise AssertionError(f"no {kind.__name__} {fields} among {[found.event for found in self.heard]}")
        return self.events(kind, **fields)[0]

    def forget(self) -> None:
        self.heard.clear()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._tasks = [self._loop.create_task(self._client.run()), self._loop.create_task(self._collect())]
        self._loop.run_forever()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.close()

    def _stop(self) -> None:
        self._loop.stop()

    async def _collect(self) -> None:
        async for delivery in self._client.deliveries():
            with self._news:
                self.heard.append(delivery)
                self._news.notify_all()
            react = self.on.get(type(delivery.event))
            command = react(delivery.event) if react else None
            if command is not None:
                self._client.send(command)
            if self._acknowledges:
                self._client.ack(delivery)


def _fits(event: Event, kind: type[Event], fields: dict[str, object]) -> bool:
    return isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items())


@dataclass
class RunningNode:
    """`folder` keeps the socket, the spool and the recordings; other settings as `NodeSettings` has them."""

    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    sip_port: int = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    @property
    def socket_path(self) -> str:
        return str(self.folder / "node.sock")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        return (self.folder / "node.log").read_text()

    def start(self) -> None:
        self.sip_port = self.sip_port or free_port()
        settings = {
            "socket": self.socket_path,
            "spool_folder": str(self.folder / "spool"),
            "recordings_folder": str(self.folder),
            "sip_port": self.sip_port,
            **self.settings,
        }
        command = [sys.executable, "-m", "vigie.telephony.node", "--json", json.dumps(settings)]
        with (self.folder / "node.log").open("a") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + 10
        while not os.path.exists(self.socket_path):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(self.log)
            time.sleep(0.02)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> int:
        self._process.send_signal(number)
        return self._process.wait(10)

    def wait(self, timeout_s: float) -> int:
        return self._process.wait(timeout_s)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tone(frequency_hz: float, seconds: float = 1.0, *, rate_hz: int = RATE_HZ) -> Samples:
    return 8000 * np.sin(2 * np.pi * frequency_hz * np.arange(int(rate_hz * seconds)) / rate_hz)


def write_wav(path: Path, samples: Samples, *, rate_hz: int = RATE_HZ) -> str:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes(samples.astype("<i2").tobytes())
    return str(path)


def read_tracks(path: str) -> tuple[Samples, Samples]:
    """Return the left and right track of a stereo recording."""
    with wave.open(path, "rb") as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (2, 2, RATE_HZ)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2).astype(float)
    return samples[:, 0], samples[:, 1]


def purity(samples: Samples, frequency_hz: float) -> float:
    """
    Return which part of the power is at `frequency_hz`: 1 for a pure tone, 0 for its absence.

    The median of windows of 100 ms (Goertzel): clocks differ, so that a phase jumps now and then.
    """
    windows = [samples[at : at + _WINDOW] for at in range(0, len(samples) - _WINDOW + 1, _WINDOW)]
    return float(np.median([_share(window, frequency_hz) for window in windows])) if windows else 0.0


def _share(window: Samples, frequency_hz: float) -> float:
    if not np.any(window):
        return 0.0
    turn = np.exp(-2j * np.pi * frequency_hz / RATE_HZ * np.arange(len(window)))
    return float(2 * abs(np.dot(window, turn)) ** 2 / (len(window) ** 2 * np.mean(window**2)))
