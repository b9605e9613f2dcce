"""
The door's side of the line to one node.

    async with asyncio.TaskGroup() as tasks:
        client = NodeClient("/run/vigie/node.sock")
        tasks.create_task(client.run())
        async for delivery in client.deliveries():
            await handle(delivery.node, delivery.event)
            client.ack(delivery)
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from vigie.telephony.doors import is_unix
from vigie.telephony.protocol import Ack, BadMessage, Command, Event, Hello, decode_event, encode

logger = logging.getLogger(__name__)

_LINE_LIMIT_BYTES = 1 << 20


class NodeAway(ConnectionError):
    """The node cannot be reached at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event and the run of the node it comes from: ``(node, event.seq)`` names it for ever, unless seq is 0."""

    node: str
    event: Event


class NodeClient:
    """One node, seen from the door; `run` keeps the connection, for ever."""

    def __init__(self, address: str, *, retry_s: float = 0.5) -> None:
        self.address = address
        self._retry_s = retry_s
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._writer: asyncio.StreamWriter | None = None

    @property
    def connected(self) -> bool:
        return self._writer is not None

    async def run(self) -> None:
        """Connect, read, and connect again when the node was away; ends only when cancelled."""
        while True:
            try:
                await self._converse()
            except OSError as error:
                logger.info("node %s away: %s", self.address, error)
            await asyncio.sleep(self._retry_s)

    async def deliveries(self) -> AsyncIterator[Delivery]:
        """Yield what the node says, in order. The same event may come again after a reconnection."""
        while True:
            yield await self._queue.get()

    def send(self, command: Command) -> None:
        """Raises: NodeAway."""
        if self._writer is None or self._writer.is_closing():
            raise NodeAway(self.address)
        self._writer.write(encode(command))

    def ack(self, delivery: Delivery) -> None:
        """Tell the node that everything up to `delivery` is safe; nothing when it is away: it will send it again."""
        if delivery.event.seq and self.connected:
            self.send(Ack(seq=delivery.event.seq, node=delivery.node))

    async def _converse(self) -> None:
        reader, writer = await self._open()
        self._writer = writer
        node = ""
        try:
            while line := await reader.readline():
                try:
                    event = decode_event(line)
                except BadMessage as error:
                    logger.warning("not an event: %s", error)
                    continue
                if isinstance(event, Hello):
                    node = event.node
                self._queue.put_nowait(Delivery(node=node, event=event))
        finally:
            self._writer = None
            writer.close()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if is_unix(self.address):
            return await asyncio.open_unix_connection(self.address, limit=_LINE_LIMIT_BYTES)
        host, _, port = self.address.rpartition(":")
        return await asyncio.open_connection(host, int(port), limit=_LINE_LIMIT_BYTES)
