"""`vigie bench tickets`: what opening a ticket costs, journal and clocks included."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from vigie.config.database import EmbeddedDatabase
from vigie.config.env import settle

TICKETS = 500
WARM_UP = 20


def run(tell: Callable[[str], None]) -> dict[str, float]:
    """Open tickets on a database of its own, as the agent's desk does; CPU of ours and of PostgreSQL apart."""
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder:
        tell("starting a database for the bench")
        settle(VIGIE_HOME=folder, DATABASE_URL=EmbeddedDatabase(Path(folder)).url)
        from vigie.config.bench.hotline import prepare

        hotline = prepare(tell)
        hotline.open_tickets(WARM_UP)
        tell(f"opening {TICKETS} tickets")
        database = hotline.database_process()
        own, theirs = time.process_time(), _cpu_s(database)
        took = hotline.open_tickets(TICKETS)
        own, theirs = time.process_time() - own, _cpu_s(database) - theirs
    took.sort()
    return {
        "tickets": TICKETS,
        "ticket_cpu_ms": round((own + theirs) * 1000 / TICKETS, 2),
        "ticket_own_cpu_ms": round(own * 1000 / TICKETS, 2),
        "ticket_database_cpu_ms": round(theirs * 1000 / TICKETS, 2),
        "ticket_ms_p50": round(took[TICKETS // 2] * 1000, 2),
        "ticket_ms_p95": round(took[int(TICKETS * 0.95)] * 1000, 2),
    }


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
