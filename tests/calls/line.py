"""A telephone door at work beside a fake node, and an agent's page."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from django.test import Client as Browser

from vigie.calls.jobs import SWEEPS
from vigie.calls.models import AgentPresence, Call
from vigie.config.env import env
from vigie.config.phone import Door
from vigie.telephony.fake_node import FakeNode

T = TypeVar("T")


def now() -> datetime:
    return datetime.now(UTC)


def sweep(at: datetime | None = None) -> None:
    """Let the clock look once at everything that is due."""
    for one in SWEEPS:
        while one.step(at or now()):
            pass


def eventually(look: Callable[[], T], *, timeout_s: float = 8.0) -> T:
    """Return what `look` returns, once that is true."""
    end = time.monotonic() + timeout_s
    while not (found := look()):
        assert time.monotonic() < end, f"never happened: {look}"
        time.sleep(0.01)
    return found


@contextmanager
def open_door(socket: Path) -> Iterator[Door]:
    """Run the telephone's door on `socket` in a thread of its own."""
    door = Door(env().model_copy(update={"node_socket": str(socket), "home": socket.parent}))
    started: queue.Queue[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = queue.Queue()

    async def serve() -> None:
        working = asyncio.create_task(door.run())
        started.put((asyncio.get_running_loop(), working))
        with suppress(asyncio.CancelledError):
            await working

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="door", daemon=True)
    thread.start()
    loop, working = started.get(timeout=5)
    try:
        yield door
    finally:
        loop.call_soon_threadsafe(working.cancel)
        thread.join(timeout=10)


@dataclass(slots=True)
class Line:
    """One node, and the door to it."""

    node: FakeNode
    door: Door

    def call(self, leg: str) -> Call:
        return Call.objects.get(leg=leg)

    def wait_for(self, leg: str, state: str) -> Call:
        """Return the call once it is in `state`."""
        eventually(lambda: Call.objects.filter(leg=leg, state=state).exists())
        return self.call(leg)


@dataclass(slots=True)
class Page:
    """The desk of one agent, as its scripts use it."""

    browser: Browser
    staff_id: int
    tab: str = "tab-1"

    def post(self, address: str, body: dict[str, object] | None = None) -> dict[str, object]:
        answer = self.browser.post(
            f"/calls/{address}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={"Accept": "application/json"},
        )
        return {"status": answer.status_code, **(json.loads(answer.content) if answer.content[:1] == b"{" else {})}

    def connect(self, **extra: object) -> dict[str, object]:
        """Offer the page's sound, as at sign-in."""
        return self.post("audio/offer", {"sdp": "v=0", "tab": self.tab, **extra})

    def beat(self, *, microphone: str = "ok", audio: str = "connected") -> dict[str, object]:
        return self.post("heartbeat", {"tab": self.tab, "microphone": microphone, "audio": audio})

    def be(self, state: str, reason: str = "") -> int:
        answer = self.browser.post("/calls/agent/state", {"state": state, "reason": reason})
        return answer.status_code

    def presence(self) -> AgentPresence:
        return AgentPresence.objects.get(staff_id=self.staff_id)

    def ready(self) -> None:
        """Connect the sound and go on the line."""
        assert self.connect()["status"] == 200
        eventually(lambda: self.presence().audio == "connected")
        self.beat()
        assert self.be("available") == 200
