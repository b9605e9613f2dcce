"""The telephone's door: events once and in order, the database away, the plan for the node."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection
from psycopg.conninfo import make_conninfo

from calls.line import Line, Page, eventually, open_door
from calls.stage import s, settle
from cast import Cast, make_cast
from vigie.calls import phone
from vigie.calls.models import Call, NodeEvent
from vigie.config.fallback import write_plan
from vigie.config.phone import HANDLERS, Receipts, _conninfo
from vigie.directory.models import PolicyKind
from vigie.journal.models import Entry, Heartbeat
from vigie.telephony.fake_node import FakeNode
from vigie.telephony.protocol import (
    EVENTS,
    Answer,
    CallArrived,
    CallRinging,
    Claim,
    EndCause,
    FallbackStep,
    Hello,
    Play,
)
from vigie.telephony.protocol import (
    Heartbeat as Beat,
)


def arrived(leg: str = "d" * 32, seq: int = 1) -> CallArrived:
    return CallArrived(seq=seq, at=s(0), leg=leg, caller_id="0199002001", dialled="0199001001")


def test_every_kind_of_event_has_a_handler() -> None:
    assert set(HANDLERS) == set(EVENTS.values()) - {Hello, Beat, CallRinging}  # nothing waits for a ring


@pytest.mark.django_db
def test_an_event_told_twice_is_acted_upon_once(conditia: Cast) -> None:
    assert phone.handle(arrived(), node="n", handlers=HANDLERS, at=s(0))
    assert not phone.handle(arrived(), node="n", handlers=HANDLERS, at=s(0))

    assert Call.objects.count() == 1


@pytest.mark.django_db
def test_an_event_that_could_not_be_acted_upon_leaves_no_trace(conditia: Cast) -> None:
    def fails(event: object, node: str, at: object) -> None:
        Call.objects.create(leg="x", node="n", arrived_at=s(0))
        raise OperationalError

    with pytest.raises(OperationalError):
        phone.handle(arrived(), node="n", handlers={CallArrived: fails}, at=s(0))

    assert not NodeEvent.objects.exists()
    assert not Call.objects.exists()


def test_nothing_is_acknowledged_before_what_came_first() -> None:
    receipts = Receipts()
    assert [receipts.take(seq) for seq in (1, 2, 3)] == [True, True, True]

    assert receipts.finish(2) == 0
    assert not receipts.take(2)
    assert receipts.finish(1) == 2
    assert receipts.finish(3) == 3


@pytest.mark.django_db(transaction=True)
def test_a_retransmitted_arrival_makes_one_call(line: Line, acme: Cast) -> None:
    leg = line.node.arrive("0199002001", "0199001001")
    line.wait_for(leg, "bot")

    line.node.tell(CallArrived, leg=leg, caller_id="0199002001", dialled="0199001001")
    line.node.hang_up(leg)

    assert line.wait_for(leg, "ended").outcome == "abandoned_in_bot"
    eventually(lambda: not line.node._log.unacknowledged())
    assert Call.objects.filter(leg=leg).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_door_and_the_node_show_that_they_are_alive(line: Line) -> None:
    eventually(lambda: Heartbeat.objects.filter(part="phone").exists())
    line.node.beat(tick_lag_ms=3.5)

    assert eventually(lambda: Heartbeat.objects.filter(part="node").first()).figures["tick_lag_ms"] == 3.5


@pytest.mark.django_db(transaction=True)
def test_what_happened_while_nobody_listened_is_replayed_once(acme: Cast, tmp_path: Path) -> None:
    socket = tmp_path / "node.sock"
    with FakeNode(str(socket)) as node:
        leg = node.arrive("0199002001", "0199001001")
        node.tell(FallbackStep, leg=leg, step="started")
        node.tell(FallbackStep, leg=leg, step="answered", number="+33199005555")
        node.hang_up(leg, cause=EndCause.HANGUP)
        for _ in range(2):  # the second door finds nothing left to do
            with open_door(socket):
                node.wait_for_door()
                eventually(lambda: not node._log.unacknowledged())

    assert Call.objects.get(leg=leg).outcome == "fallback_answered"
    assert Entry.objects.filter(code="call.fallback").count() == 2


@contextmanager
def database_away() -> Iterator[None]:
    """Cut every connection to the database but this one, and let nobody in."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        mine = cursor.fetchone()[0]
    others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> %s"
    with psycopg.connect(make_conninfo(_conninfo(), dbname="postgres"), autocommit=True) as keeper:
        keeper.execute(f'alter database "{name}" allow_connections false')
        keeper.execute(others, [name, mine])
        try:
            yield
        finally:
            keeper.execute(f'alter database "{name}" allow_connections true')


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_nothing_is_claimed_and_nothing_is_lost(line: Line, acme: Cast, desk: Page) -> None:
    desk.ready()
    talking = line.node.arrive("0199002001", "0199001001")
    line.wait_for(talking, "bot")
    with database_away():
        line.node.press(talking, "0")
        eventually(lambda: not line.door._database_is_there)
        away = line.node.arrive("0199002001", "0199001001")
        with pytest.raises(TimeoutError):
            line.node.wait_for(Claim, leg=away, timeout_s=0.5)

    line.wait_for(talking, "ringing")
    line.node.wait_for(Answer, leg=away)
    line.node.wait_for(Play, leg=away)
    eventually(lambda: not line.node._log.unacknowledged())
    assert Entry.objects.filter(code="call.queued").count() == 1


@pytest.mark.django_db
def test_the_plan_names_every_way_to_dial_a_hotline_and_the_numbers_to_ring(tmp_path: Path) -> None:
    acme = make_cast()
    settle(acme, PolicyKind.ROUTING, fallback_numbers=["+33199005555"], fallback_trunk="line-1")
    path = tmp_path / "plan.json"

    assert write_plan(path, trunks=())
    assert not write_plan(path, trunks=())

    numbers = json.loads(path.read_text())["numbers"]
    assert set(numbers) == {"*", "+33199001001", "33199001001", "0033199001001", "0199001001"}
    assert numbers["0199001001"]["ring"] == ["+33199005555"]
    assert numbers["0199001001"]["trunk"] == "line-1"
    assert all(Path(file).exists() for file in numbers["*"]["greeting"])
