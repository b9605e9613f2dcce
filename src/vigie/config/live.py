"""
The live stream: one LISTEN on the database, fanned out to the open pages by Server-Sent Events.

A message carries a topic and no data; the page reads again the fragment that shows it, where rights are checked.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core import signing
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from vigie.journal.actions import LIVE_CHANNEL, beat

logger = logging.getLogger(__name__)

SALT = "vigie.live"
MAX_AGE_S = 12 * 3600
KEEP_ALIVE_S = 15.0
BEAT_S = 2.0
REFRESH = "refresh"  # sent to everyone when something may have been missed


class Subscriber:
    """One open page: the topics it watches and those that changed since it was last told."""

    def __init__(self, topics: list[str]) -> None:
        self.topics = frozenset(topics)
        self._changed: dict[str, None] = {}
        self._wake = asyncio.Event()

    def tell(self, topic: str) -> None:
        self._changed[topic] = None
        self._wake.set()

    async def changed(self, *, timeout_s: float) -> list[str]:
        """Return the topics that changed, each once, waiting for the first one; [] after `timeout_s`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), timeout_s)
        changed, self._changed = list(self._changed), {}
        self._wake.clear()
        return changed


class Exchange:
    """Who watches what."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[Subscriber]] = defaultdict(set)
        self._everyone: set[Subscriber] = set()

    def __len__(self) -> int:
        return len(self._everyone)

    @contextlib.contextmanager
    def watching(self, subscriber: Subscriber) -> Iterator[None]:
        self._everyone.add(subscriber)
        for topic in subscriber.topics:
            self._watchers[topic].add(subscriber)
        try:
            yield
        finally:
            self._everyone.discard(subscriber)
            for topic in subscriber.topics:
                self._watchers[topic].discard(subscriber)
                if not self._watchers[topic]:
                    del self._watchers[topic]

    def tell(self, topic: str) -> None:
        for subscriber in self._watchers.get(topic, ()):
            subscriber.tell(topic)

    def refresh_all(self) -> None:
        for subscriber in self._everyone:
            subscriber.tell(REFRESH)


exchange = Exchange()


async def listen() -> None:
    """Pass on every notification, for ever; after a lost connection, tell every page to read again."""
    while True:
        try:
            connection = await psycopg.AsyncConnection.connect(settings.ENV.database_url, autocommit=True)
            async with connection:
                await connection.execute(f"listen {LIVE_CHANNEL}")
                exchange.refresh_all()
                async for notice in connection.notifies():
                    exchange.tell(notice.payload)
        except psycopg.OperationalError as error:
            logger.warning("database away, trying again: %s", error)
        await asyncio.sleep(1)


async def beating() -> None:
    """Stamp the heartbeat; a database that is away is `listen`'s to report."""
    while True:
        with contextlib.suppress(Exception):
            await sync_to_async(beat)("live", at=datetime.now(UTC), pages=len(exchange))  # noqa: TID251  a door's clock
        await asyncio.sleep(BEAT_S)


def topics_of(token: str) -> list[str]:
    """Return the topics signed into `token` by the page that was served. Raises: signing.BadSignature."""
    signed = signing.loads(token, salt=SALT, max_age=MAX_AGE_S)
    return [str(topic) for topic in signed["t"]]


async def stream(request: Request) -> Response:
    try:
        tokens = request.query_params.getlist("topics")  # the page's, then those of fragments that came later
        subscriber = Subscriber([topic for token in tokens or [""] for topic in topics_of(token)])
    except signing.BadSignature:
        return PlainTextResponse("topics", status_code=403)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Access-Control-Allow-Origin": "*"}
    return StreamingResponse(_frames(subscriber), media_type="text/event-stream", headers=headers)


async def _frames(subscriber: Subscriber) -> AsyncIterator[str]:
    with exchange.watching(subscriber):
        yield "retry: 1000\nevent: open\ndata: \n\n"
        while True:
            changed = await subscriber.changed(timeout_s=KEEP_ALIVE_S)
            yield "".join(f"event: topic\ndata: {topic}\n\n" for topic in changed) or ": still here\n\n"


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(listen()), asyncio.create_task(beating())]
    yield
    for task in tasks:
        task.cancel()


application = Starlette(routes=[Route("/live", stream)], lifespan=lifespan)
