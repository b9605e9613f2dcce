"""What two people, or two processes, do at the same instant."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from cast import AT, acting, make_cast
from vigie.actors import SYSTEM
from vigie.calls.models import Call
from vigie.journal.models import Entry
from vigie.tickets import actions
from vigie.tickets.actions import StaleSave
from vigie.tickets.models import Fact, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Return what each of `works` gave, or raised, when all began together."""
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            start.wait()
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_clocks_say_a_warning_and_a_breach_once() -> None:
    cast = make_cast()
    tickets = [actions.open_ticket(cast.client.pk, by=SYSTEM, at=AT) for _ in range(4)]

    def sweep(at: datetime) -> None:
        while actions.look_at_next_clock(at):
            pass

    at_once(*[lambda: sweep(AT + timedelta(hours=1))] * 3)

    for ticket in tickets:
        codes = Entry.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
        assert list(codes.values_list("code", flat=True)) == [
            "ticket.opened",
            "commitment.warned",
            "commitment.breached",
        ]


def test_two_screens_open_one_ticket_from_one_call() -> None:
    cast = make_cast()
    call = Call.objects.create(leg="l", node="n", client=cast.client, arrived_at=AT)
    by = acting(cast.agent)

    found = at_once(*[lambda: actions.open_ticket(cast.client.pk, call_id=call.pk, by=by, at=AT)] * 4)

    assert {type(ticket) for ticket in found} == {Ticket}
    assert Ticket.objects.count() == 1


def test_tickets_opened_together_have_numbers_of_their_own() -> None:
    cast = make_cast()

    at_once(*[lambda: actions.open_ticket(cast.client.pk, by=SYSTEM, at=AT)] * 6)

    assert sorted(Ticket.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_of_two_texts_saved_together_one_is_kept_and_the_other_is_told() -> None:
    cast = make_cast()
    ticket = actions.open_ticket(cast.client.pk, by=SYSTEM, at=AT)

    def save(text: str, who: int) -> object:
        by = acting(cast.agent if who == 0 else cast.other_agent)
        return actions.qualify_ticket(ticket.pk, name="context", text=text, seen=0, by=by, at=AT)

    found = at_once(lambda: save("celui-ci", 0), lambda: save("celui-là", 1))

    assert sum(isinstance(one, StaleSave) for one in found) == 1
    assert Fact.objects.filter(ticket=ticket, name="context").count() == 1
