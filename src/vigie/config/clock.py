"""The clock: the door through which time enters. It runs every slice's sweeps, each on a thread of its own."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import UTC, datetime

from django.db import close_old_connections, connection

import vigie.calls.jobs
import vigie.escalation.jobs
import vigie.journal.jobs
import vigie.tickets.jobs
from vigie.journal.actions import beat
from vigie.journal.sweeps import Sweep

logger = logging.getLogger(__name__)

SWEEPS: tuple[Sweep, ...] = (
    *vigie.journal.jobs.SWEEPS,
    *vigie.calls.jobs.SWEEPS,
    *vigie.tickets.jobs.SWEEPS,
    *vigie.escalation.jobs.SWEEPS,
)
BEAT_EVERY_S = 2.0
LONGEST_RUN = 500  # rows in one go, so that one full sweep cannot hide that the others are late
PAUSE_AFTER_ERROR_S = 1.0


def run() -> None:
    """Sweep until SIGTERM or SIGINT."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    threads = [threading.Thread(target=_loop, args=(sweep, stop), name=sweep.name) for sweep in SWEEPS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _loop(sweep: Sweep, stop: threading.Event) -> None:
    beaten_at = 0.0
    while not stop.is_set():
        pause_s = sweep.every.total_seconds()
        try:
            _run(sweep)
            beaten_at = _beat(sweep, since=beaten_at)
        except Exception:
            logger.exception("sweep %s", sweep.name)
            connection.close()
            pause_s = max(pause_s, PAUSE_AFTER_ERROR_S)
        stop.wait(pause_s)
    connection.close()


def _run(sweep: Sweep) -> None:
    close_old_connections()
    for _ in range(LONGEST_RUN):
        if not sweep.step(datetime.now(UTC)):  # noqa: TID251  the clock is a door
            return


def _beat(sweep: Sweep, *, since: float) -> float:
    now = datetime.now(UTC)  # noqa: TID251  the clock is a door
    if now.timestamp() - since < BEAT_EVERY_S:
        return since
    beat(f"clock:{sweep.name}", at=now, late_after_s=10 + 3 * sweep.every.total_seconds())
    return now.timestamp()
