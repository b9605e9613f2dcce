"""
The telephone's urlconf, and the process behind `vigie phone`.

Events of one leg are handled one after the other, those of different legs side by side in threads. An event is
acknowledged once its transaction is committed, and comes again otherwise. While the database is away nothing is
claimed: the node answers by its fallback plan and keeps what happened.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing import get_context
from threading import Barrier, BrokenBarrierError
from typing import TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connection

from vigie.calls import actions, phone
from vigie.calls.actions.lines import PHONE_CHANNEL, voice
from vigie.calls.models import NodeCommand
from vigie.calls.phrases import phrases_to_render
from vigie.config.env import Env, env
from vigie.config.fallback import write_plan
from vigie.config.node import fallback_path, trunks
from vigie.errors import VigieError
from vigie.journal.actions import beat
from vigie.telephony import protocol
from vigie.telephony.client import Delivery, NodeAway, NodeClient
from vigie.telephony.voice import Phrase

logger = logging.getLogger(__name__)

HANDLERS: dict[type, phone.Handler] = {
    protocol.CallArrived: phone.call_arrived,
    protocol.CallAnswered: phone.call_answered,
    protocol.CallEnded: phone.call_ended,
    protocol.DigitPressed: phone.digit_pressed,
    protocol.PlayFinished: phone.play_finished,
    protocol.SilenceElapsed: phone.silence_elapsed,
    protocol.PeerHeld: phone.peer_held,
    protocol.MediaLost: phone.media_lost,
    protocol.MediaBack: phone.media_back,
    protocol.Bridged: phone.bridged,
    protocol.BrowserAnswered: phone.browser_answered,
    protocol.BrowserConnected: phone.browser_connected,
    protocol.BrowserLost: phone.browser_lost,
    protocol.RecordingSaved: phone.recording_saved,
    protocol.FallbackStep: phone.fallback_step,
    protocol.CommandFailed: phone.command_failed,
    protocol.TrunkChanged: phone.trunk_changed,
}

LANES = 6
THREADS = LANES + 3
POLL_S = 1.0  # for commands, should a notification be missed
RETRY_S = 0.5
NODE_GONE_S = 15.0
PLAN_EVERY_S = 5.0
AWAY = (OperationalError, InterfaceError)
T = TypeVar("T")


def run() -> None:
    """Be the telephone's door until SIGTERM or SIGINT."""
    asyncio.run(_serve())


async def _serve() -> None:
    door = Door(env())
    task = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel if task else lambda: None)
    with suppress(asyncio.CancelledError):
        await door.run(render=_render)


class Receipts:
    """What has been handled of one run of the node: acknowledged only as far as nothing before is missing."""

    def __init__(self) -> None:
        self._open: deque[int] = deque()
        self._done: set[int] = set()

    def take(self, seq: int) -> bool:
        """Note that `seq` came in; return whether it is not in hand already."""
        if seq in self._open or seq in self._done:
            return False
        self._open.append(seq)
        return True

    def finish(self, seq: int) -> int:
        """Note that `seq` is safe; return up to where everything is, 0 when that has not moved."""
        self._done.add(seq)
        last = 0
        while self._open and self._open[0] in self._done:
            last = self._open.popleft()
            self._done.discard(last)
        return last


class Door:
    """The door to the node at `env.socket_path`."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self._client = NodeClient(env.socket_path)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="phone")
        self._lanes: list[asyncio.Queue[Delivery]] = [asyncio.Queue() for _ in range(LANES)]
        self._receipts: dict[str, Receipts] = {}
        self._node = ""
        self._database_is_there = True
        self._to_send = asyncio.Event()

    async def run(self, *, render: Callable[[list[Phrase]], None] = lambda phrases: None) -> None:
        """Work until cancelled. `render` makes sentences ahead, each time the settings name new ones."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._client.run())
                tasks.create_task(self._receive())
                tasks.create_task(self._send_commands())
                tasks.create_task(self._listen())
                tasks.create_task(self._pulse())
                tasks.create_task(self._keep_plan(render))
                for lane in self._lanes:
                    tasks.create_task(self._work(lane))
        finally:
            await asyncio.to_thread(_close_connections, self._threads)

    async def _receive(self) -> None:
        """Claim what arrives and put it in the lane of its leg; greetings wait until what came before is done."""
        async for delivery in self._client.deliveries():
            event = delivery.event
            match event:
                case protocol.Hello():
                    for lane in self._lanes:
                        await lane.join()
                    await self._greet(event)
                case protocol.Heartbeat():
                    await self._note_heartbeat(event)
                case _ if self._receipts.setdefault(delivery.node, Receipts()).take(event.seq):
                    if isinstance(event, protocol.CallArrived) and self._database_is_there:
                        self._tell(protocol.Claim(leg=event.leg))
                    self._lanes[_lane_of(event)].put_nowait(delivery)

    async def _greet(self, hello: protocol.Hello) -> None:
        now = _now()
        await self._in_database(
            lambda: actions.note_node(hello.node, address=self._client.address, at=now),
        )
        await self._in_database(lambda: actions.compare_legs(hello.node, legs=hello.legs, at=now))
        self._node = hello.node
        self._receipts.setdefault(hello.node, Receipts())
        self._tell(protocol.ConfigureTrunks(trunks=trunks(self._env)))
        self._to_send.set()
        logger.info("node %s greeted, %d legs", hello.node, len(hello.legs))

    async def _note_heartbeat(self, pulse: protocol.Heartbeat) -> None:
        if self._database_is_there:
            figures = {"legs": pulse.legs, "browsers": pulse.browsers, "tick_lag_ms": pulse.tick_lag_ms}
            await self._try_in_database(lambda: beat("node", at=_now(), late_after_s=5, **figures))

    async def _work(self, lane: asyncio.Queue[Delivery]) -> None:
        while True:
            delivery = await lane.get()
            await self._in_database(lambda: self._handle(delivery))  # noqa: B023  awaited before the next one
            up_to = self._receipts[delivery.node].finish(delivery.event.seq)
            if up_to:
                self._tell(protocol.Ack(seq=up_to, node=delivery.node))
            self._to_send.set()
            lane.task_done()

    def _handle(self, delivery: Delivery) -> None:
        """Act on one event. What cannot be done is logged and passed by; the caller is brought to a human."""
        event = delivery.event
        try:
            phone.handle(event, node=delivery.node, handlers=HANDLERS, at=_now())
        except AWAY:
            raise
        except VigieError as refusal:
            logger.info("%s refused: %s %s", type(event).__name__, refusal.code, refusal.details)
        except Exception:
            logger.exception("%s of leg %s", type(event).__name__, getattr(event, "leg", ""))
            _rescue(event)

    async def _in_database(self, work: Callable[[], T]) -> T:
        """Do `work` in a thread, again and again until the database is there."""
        while True:
            try:
                result = await self._in_thread(work)
            except AWAY as error:
                if self._database_is_there:
                    logger.warning("database away: %s", error)
                self._database_is_there = False
                await asyncio.sleep(RETRY_S)
            else:
                self._database_is_there = True
                return result

    async def _try_in_database(self, work: Callable[[], T]) -> T | None:
        try:
            return await self._in_thread(work)
        except AWAY:
            self._database_is_there = False
            return None

    async def _in_thread(self, work: Callable[[], T]) -> T:
        def guarded() -> T:
            try:
                return work()
            except AWAY:
                connection.close()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._threads, guarded)

    def _tell(self, command: protocol.Command) -> None:
        with suppress(NodeAway):  # it will say hello again, and send again what was not acknowledged
            self._client.send(command)

    async def _send_commands(self) -> None:
        """Send what the use cases left for the node, as soon as it is committed."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._to_send.wait(), timeout=POLL_S)
            self._to_send.clear()
            if not self._node or not self._client.connected:
                continue
            waiting = await self._in_database(lambda: _unsent(self._node))
            sent = [pk for pk, command in waiting if self._sent(command)]
            if sent:
                await self._in_database(lambda: _mark_sent(sent))  # noqa: B023  awaited before the next round

    def _sent(self, command: protocol.Command) -> bool:
        try:
            self._client.send(command)
        except NodeAway:
            return False
        return True

    async def _listen(self) -> None:
        """Wake the sender when a use case, here or in another process, left something for the node."""
        while True:
            with suppress(psycopg.OperationalError):
                line = await psycopg.AsyncConnection.connect(_conninfo(), autocommit=True)
                async with line:
                    await line.execute(f"listen {PHONE_CHANNEL}")
                    self._to_send.set()
                    async for _ in line.notifies():
                        self._to_send.set()
            await asyncio.sleep(RETRY_S)

    async def _pulse(self) -> None:
        """Show that the door is alive, look whether the database is back, and notice a node that is not there."""
        away_s = 0.0
        while True:
            if await self._try_in_database(_beat):
                self._database_is_there = True
            away_s = 0.0 if self._client.connected else away_s + 2.0
            if NODE_GONE_S <= away_s < NODE_GONE_S + 2.0:
                logger.warning("node at %s gone", self._client.address)
                await self._try_in_database(lambda: actions.end_node_at(self._client.address, at=_now()))
            await asyncio.sleep(2.0)

    async def _keep_plan(self, render: Callable[[list[Phrase]], None]) -> None:
        """Keep the node's fallback plan equal to the settings, and every sentence of the settings rendered."""
        known: list[Phrase] = []
        while True:
            phrases = await self._try_in_database(phrases_to_render)
            if phrases is not None and phrases != known:
                known = phrases
                render(phrases)
            await self._try_in_database(lambda: write_plan(fallback_path(self._env), trunks=trunks(self._env)))
            await asyncio.sleep(PLAN_EVERY_S)


def _render(phrases: list[Phrase]) -> None:
    """Render in a process of its own, which ends with this one: nothing here may wait for a voice."""
    get_context("spawn").Process(target=voice().prerender, args=(phrases,), name="voice", daemon=True).start()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the telephone is a door


def _close_connections(threads: ThreadPoolExecutor) -> None:
    """Close the database connection of each thread, then end the threads."""
    together = Barrier(THREADS, timeout=5)  # one thread each, none twice

    def close() -> None:
        connection.close()
        with suppress(BrokenBarrierError):
            together.wait()

    for _ in range(THREADS):
        threads.submit(close)
    threads.shutdown()


def _beat() -> bool:
    beat("phone", at=_now(), late_after_s=10)
    return True


def _lane_of(event: protocol.Event) -> int:
    legs = getattr(event, "legs", ())
    return hash(legs[0] if legs else getattr(event, "leg", "")) % LANES


def _rescue(event: protocol.Event) -> None:
    leg = getattr(event, "leg", "")
    if not leg:
        return
    try:
        actions.rescue_call(leg, at=_now())
    except AWAY:
        raise
    except Exception:
        logger.exception("leg %s could not be rescued", leg)


def _unsent(node: str) -> list[tuple[int, protocol.Command]]:
    rows = NodeCommand.objects.filter(node=node, sent_at__isnull=True).order_by("id")[:500]
    return [(row.pk, protocol.decode_command(json.dumps(row.body).encode())) for row in rows]


def _mark_sent(ids: list[int]) -> None:
    NodeCommand.objects.filter(pk__in=ids).update(sent_at=_now())


def _conninfo() -> str:
    found = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    kept = {name: connection.settings_dict[key] for name, key in found.items() if connection.settings_dict[key]}
    return psycopg.conninfo.make_conninfo(dbname=connection.settings_dict["NAME"], **kept)
