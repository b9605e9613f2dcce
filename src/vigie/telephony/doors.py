"""The node's side of the line to the doors: listen, greet, send events, send them again, hand commands over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from vigie.telephony.eventlog import EventLog
from vigie.telephony.protocol import Ack, BadMessage, Command, Event, Hello, decode_command, encode

logger = logging.getLogger(__name__)

_LINE_LIMIT_BYTES = 1 << 20


class Doors:
    """
    Every telephone door connected to this node.

    `address` is the path of a unix socket, or ``host:port``. `hello` makes the greeting of the present run, `obey` gets
    each command except `Ack`, `changed` is told the number of doors each time it changes.
    """

    def __init__(
        self,
        address: str,
        *,
        log: EventLog,
        hello: Callable[[], Hello],
        obey: Callable[[Command], None],
        changed: Callable[[int], None] = lambda count: None,
    ) -> None:
        self._address = address
        self._log = log
        self._hello = hello
        self._obey = obey
        self._changed = changed
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def count(self) -> int:
        return len(self._writers)

    async def open(self) -> None:
        """Start to listen; a socket file left by a dead node is replaced."""
        if is_unix(self._address):
            path = Path(self._address)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._serve, self._address, limit=_LINE_LIMIT_BYTES)
            path.chmod(0o600)  # whoever speaks here can listen to every call
        else:
            host, _, port = self._address.rpartition(":")
            self._server = await asyncio.start_server(self._serve, host, int(port), limit=_LINE_LIMIT_BYTES)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.close()
        if is_unix(self._address):
            Path(self._address).unlink(missing_ok=True)

    def emit(self, event: Event) -> None:
        """Keep `event` until it is acknowledged, and send it to every door."""
        self._send(self._log.append(event))

    def mention(self, event: Event) -> None:
        """Send `event` to the doors that are there now, and forget it."""
        self._send(encode(event))

    def _send(self, line: bytes) -> None:
        for writer in self._writers:
            writer.write(line)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = self._hello()
        for node, lines in self._log.former().items():
            writer.write(encode(Hello(seq=0, at=hello.at, node=node, version=hello.version)))
            writer.writelines(lines)
        writer.write(encode(hello))
        writer.writelines(self._log.unacknowledged())
        self._writers.add(writer)
        self._changed(self.count)
        try:
            while line := await reader.readline():
                self._receive(line)
        except (ConnectionError, ValueError) as error:
            logger.warning("door lost: %r", error)
        finally:
            self._writers.discard(writer)
            self._changed(self.count)
            writer.close()

    def _receive(self, line: bytes) -> None:
        try:
            command = decode_command(line)
        except BadMessage as error:
            logger.warning("not a command: %s", error)
            return
        if isinstance(command, Ack):
            self._log.acknowledge(command.seq, node=command.node)
        else:
            self._obey(command)


def is_unix(address: str) -> bool:
    """Say whether `address` is the path of a unix socket rather than ``host:port``."""
    return "/" in address
