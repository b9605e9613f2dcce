"""
The process that holds the calls: ``python -m vigie.telephony.node --json '{"socket": …}'``, or `vigie node`.

The engine's pump has its own thread; this one, an asyncio loop, only talks to the doors and carries out the fallback
plan. Nothing else may run in this process: a busy thread beside the pump makes every call stutter.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from vigie import __version__
from vigie.telephony.clock import utc_now
from vigie.telephony.doors import Doors
from vigie.telephony.engine import Engine
from vigie.telephony.eventlog import EventLog
from vigie.telephony.protocol import Command, CommandFailed, Drain, Event, FallbackStep, Heartbeat, Hello
from vigie.telephony.realtime import allow_many_files, go_first
from vigie.telephony.settings import NodeSettings
from vigie.telephony.sipral_engine import SipralEngine
from vigie.telephony.watch import Talking, Watch

logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.25
_BEATS = 4  # one heartbeat for so many looks


class Node:
    """One run of the node."""

    def __init__(self, settings: NodeSettings, *, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self.name = f"{settings.name}-{clock():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
        self._log = EventLog(self.name, folder=settings.spool_folder)
        self._doors = Doors(settings.socket, log=self._log, hello=self._hello, obey=self._obey)
        self._watch = Watch(settings, obey=engine.obey, tell=self._tell_step, later=self._later)
        self._over = asyncio.Event()
        self._well_at = 0.0
        self._draining = False
        self._loop: asyncio.AbstractEventLoop

    async def run(self) -> None:
        """Serve until SIGTERM, or until a drain is complete."""
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._over.set)
        self._well_at = self._loop.time()
        self._engine.start(self._hand_over)
        await self._doors.open()
        go_first(self._settings.realtime_priority)
        gc.collect()
        gc.freeze()
        logger.info("node %s ready", self.name)
        looking = asyncio.create_task(self._look())
        await self._over.wait()
        looking.cancel()
        await asyncio.to_thread(self._engine.stop)
        await asyncio.sleep(0.05)
        await self._doors.close()
        self._log.close()

    def _hand_over(self, event: Event) -> None:
        """Bring an event from the pump's thread to this one."""
        self._loop.call_soon_threadsafe(self._happened, event)

    def _happened(self, event: Event) -> None:
        if self._watch.see(event):
            self._doors.emit(event)

    def _obey(self, command: Command) -> None:
        if isinstance(command, Drain):
            self._drain()
            return
        try:
            self._watch.command(command)
        except Talking as refusal:
            name = type(command).__name__
            self._doors.emit(
                CommandFailed(seq=0, at=self._clock(), leg=str(refusal), command=name, reason="fallback_talking")
            )
            return
        self._engine.obey(command)

    def _drain(self) -> None:
        self._draining = True
        self._engine.drain()
        self._later(self._settings.drain_limit_s, self._over.set)

    async def _look(self) -> None:
        """Four times a second: who is in silence; once: the heartbeat."""
        beats = 0
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            now = self._loop.time()
            if self._door_is_well():
                self._well_at = now
            else:
                self._watch.look(self._engine.states(), away_s=now - self._well_at)
            beats += 1
            if beats % _BEATS == 0:
                self._beat()

    def _beat(self) -> None:
        vitals = self._engine.vitals()
        if self._draining and vitals.calls == 0:
            self._over.set()
        self._doors.mention(
            Heartbeat(
                seq=0,
                at=self._clock(),
                node=self.name,
                legs=vitals.calls,
                browsers=vitals.browsers,
                tick_lag_ms=round(vitals.tick_lag_ms, 2),
            )
        )

    def _door_is_well(self) -> bool:
        oldest = self._log.oldest_at()
        stuck = oldest is not None and (self._clock() - oldest).total_seconds() > self._settings.door_stuck_s
        return self._doors.count > 0 and not stuck

    def _tell_step(self, leg: str, step: str, number: str) -> None:
        self._doors.emit(FallbackStep(seq=0, at=self._clock(), leg=leg, step=step, number=number))

    def _later(self, delay_s: float, action: Callable[[], None]) -> None:
        self._loop.call_later(delay_s, action)

    def _hello(self) -> Hello:
        return Hello(
            seq=0,
            at=self._clock(),
            node=self.name,
            version=__version__,
            legs=self._engine.legs(),
            pid=os.getpid(),
        )


def run(settings: NodeSettings) -> None:
    """Be a node until told to stop. Raises: OSError when the SIP address is taken, SpoolInUse."""
    sys.setswitchinterval(0.001)
    allow_many_files()

    async def serve() -> None:
        await Node(settings, engine=SipralEngine(settings, clock=utc_now), clock=utc_now).run()

    asyncio.run(serve())


def main() -> None:
    """Start a node from its settings as JSON."""
    parser = argparse.ArgumentParser(prog="vigie.telephony.node")
    parser.add_argument("--json", required=True, help="the fields of NodeSettings, as one JSON object")
    parser.add_argument("--log-level", default="INFO")
    options = parser.parse_args()
    logging.basicConfig(level=options.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    run(msgspec.json.decode(options.json, type=NodeSettings, dec_hook=_path))


def _path(kind: type[Any], text: str) -> Any:
    """Make what JSON has no word for."""
    return kind(text)


if __name__ == "__main__":
    main()
