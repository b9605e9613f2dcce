"""`vigie bench desk`: how long the agent waits — for the desk, for a saved field, for a change to reach the screen."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from vigie.config.database import EmbeddedDatabase
from vigie.config.env import settle
from vigie.errors import Unavailable

TICKETS = 20_000
SEED = 200
ROUNDS = 100
BROWSER_CONNECTIONS = 6
PANEL = ("qualification/", "next-question/", "criticality/", "clocks/", "reformulation/", "resolution/", "timeline/")


class Page:
    """A signed-in browser without a screen."""

    def __init__(self, origin: str) -> None:
        self.http = httpx.Client(base_url=origin, follow_redirects=True, timeout=20)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.http.get("/accounts/login/").text)
        form = {"login": "bench", "password": "bench-vigie-2026", "csrfmiddlewaretoken": token[1] if token else ""}
        self.http.post("/accounts/login/", data=form, headers={"Referer": f"{origin}/accounts/login/"})
        self.pool = ThreadPoolExecutor(BROWSER_CONNECTIONS)

    def get(self, address: str) -> httpx.Response:
        return self.http.get(address).raise_for_status()

    def get_all(self, addresses: list[str]) -> None:
        """Read several fragments as a browser does, six at a time."""
        list(self.pool.map(self.get, addresses))

    def post(self, address: str, **form: str) -> httpx.Response:
        headers = {"X-CSRFToken": self.http.cookies["csrftoken"], "HX-Request": "true"}
        return self.http.post(address, data=form, headers=headers).raise_for_status()


class Stream(threading.Thread):
    """The page's one connection to the live process: notes when each topic came."""

    def __init__(self, address: str, topics: str) -> None:
        super().__init__(daemon=True)
        self.address = f"{address}?topics={topics}"
        self.heard: queue.Queue[tuple[str, float]] = queue.Queue()
        self.open = threading.Event()

    def run(self) -> None:
        with contextlib.suppress(httpx.HTTPError), httpx.stream("GET", self.address, timeout=None) as answer:  # noqa: S113  it lasts
            for line in answer.iter_lines():
                self.open.set()
                if line.startswith("data: ticket-"):
                    self.heard.put((line.removeprefix("data: "), time.perf_counter()))

    def wait(self, topic: str) -> None:
        """Return once `topic` was heard. Raises: Unavailable after five seconds."""
        deadline = time.perf_counter() + 5
        while time.perf_counter() < deadline:
            with contextlib.suppress(queue.Empty):
                if self.heard.get(timeout=0.5)[0] == topic:
                    return
        raise Unavailable(f"{topic} never reached the page")


def run(tell: Callable[[str], None]) -> dict[str, float]:
    """Serve a hotline of 20,000 tickets with the real `vigie web` and `vigie live`, and be its agent."""
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder:
        tell("starting a database for the bench")
        web, live = _free_port(), _free_port()
        settle(
            VIGIE_HOME=folder,
            DATABASE_URL=EmbeddedDatabase(Path(folder)).url,
            VIGIE_WEB_PORT=str(web),
            VIGIE_LIVE_PORT=str(live),
        )
        tickets = _fill(tell)
        with _serving("web", web), _serving("live", live):
            return {"tickets": TICKETS, **_measure(Page(f"http://127.0.0.1:{web}"), tickets, tell)}


def _fill(tell: Callable[[str], None]) -> list[int]:
    from vigie.config.bench.hotline import prepare

    hotline = prepare(tell)
    tell(f"opening {SEED} tickets, then copying them to {TICKETS}")
    hotline.open_tickets(SEED)
    return hotline.multiply(SEED, to=TICKETS)


def _measure(page: Page, tickets: list[int], tell: Callable[[str], None]) -> dict[str, float]:
    shell = page.get("/desk/").text
    around = re.findall(r'hx-get="([^"]+)"', shell)
    sample = tickets[:: max(1, len(tickets) // ROUNDS)][:ROUNDS]
    tell(f"opening the desk {ROUNDS} times")
    figures = _ranks("desk", [_timed(page.get, "/desk/") for _ in range(ROUNDS)])
    whole = [_timed(_whole_desk, page, [*around, *_panel(ticket)]) for ticket in sample[: ROUNDS // 2]]
    figures |= _ranks("whole_desk", whole)
    figures |= _ranks("ticket_page", [_timed(page.get, f"/tickets/{ticket}/") for ticket in sample])
    figures |= _ranks("ticket_list", [_timed(page.get, f"/tickets/?q=E{n % 90}") for n in range(ROUNDS // 2)])
    tell("saving fields")
    figures |= _ranks("save", [_timed(_save, page, ticket, f"essai {ticket}") for ticket in sample])
    tell("watching changes arrive")
    return figures | _ranks("live", _live(page, sample[0]))


def _panel(ticket: int) -> list[str]:
    return [f"/tickets/{ticket}/{part}" for part in PANEL]


def _whole_desk(page: Page, addresses: list[str]) -> None:
    page.get("/desk/")
    page.get_all(addresses)


def _save(page: Page, ticket: int, text: str, seen: int = 0) -> int:
    answer = page.post(f"/tickets/{ticket}/facts/context", value=text, seen=str(seen))
    revision = re.search(r'name="seen"[^>]*value="(\d+)"', answer.text)
    return int(revision[1]) if revision else seen


def _live(page: Page, ticket: int) -> list[float]:
    """Time from sending a change on one page until another page has read again the fragment that shows it."""
    shown = page.get(f"/tickets/{ticket}/").text
    attributes = re.search(r'data-live="([^"]+)" data-live-topics="([^"]+)"', shown)
    if attributes is None:
        raise Unavailable("the ticket page watches nothing")
    stream = Stream(attributes[1], attributes[2])
    stream.start()
    stream.open.wait(5)
    took = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        page.post(f"/tickets/{ticket}/notes", text=f"note {number}", kind="note")
        stream.wait(f"ticket-{ticket}")
        page.get(f"/tickets/{ticket}/clocks/")
        took.append(time.perf_counter() - started)
    return took


def _timed(do: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    do(*arguments)
    return time.perf_counter() - started


def _ranks(name: str, seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        f"{name}_ms_p50": round(ordered[len(ordered) // 2] * 1000, 1),
        f"{name}_ms_p95": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
    }


@contextlib.contextmanager
def _serving(name: str, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "vigie", name]
    process = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(15)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
            return
        time.sleep(0.1)
    raise Unavailable(f"nothing answers on port {port}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
