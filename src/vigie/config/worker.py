"""The worker: does the jobs that use cases put aside (reports, messages), through procrastinate."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from vigie.journal.actions import beat

BEAT_S = 2.0


def run() -> None:
    """Work until SIGTERM or SIGINT; a job under way is finished first."""
    asyncio.run(_work())


async def _work() -> None:
    beating = asyncio.create_task(_beating())
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        async with working.open_async():
            await working.run_worker_async(concurrency=4)
    beating.cancel()


async def _beating() -> None:
    while True:
        with contextlib.suppress(Exception):  # the worker itself reports a database that is away
            await sync_to_async(beat)("worker", at=datetime.now(UTC))  # noqa: TID251  a door's clock
        await asyncio.sleep(BEAT_S)
