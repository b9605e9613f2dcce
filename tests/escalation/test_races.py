"""Two people decide in the same instant: exactly one of them does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from cast import AT, Cast, acting, make_cast
from escalation.situations import hand_over, make_ticket, refuse
from vigie.errors import Refused
from vigie.escalation.actions.locking import AlreadyDecided
from vigie.escalation.actions.receive import accept_handover
from vigie.escalation.jobs import lapse_one
from vigie.escalation.models import Handover, HierarchicalAlert
from vigie.journal.queries import entries_about, flaws

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Return what each of `acts` gives, or the refusal it meets, all started together in threads of their own."""
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        together.wait(timeout=10)
        try:
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def waiting() -> tuple[Cast, Handover]:
    cast = make_cast()
    cast.n2.members.add(cast.oncall)
    return cast, hand_over(cast, make_ticket(cast))


def test_one_of_two_experts_who_accept_at_once_has_it(waiting: tuple[Cast, Handover]) -> None:
    cast, handover = waiting
    experts = cast.expert2, cast.oncall

    def accept(who: int) -> Callable[[], object]:
        return lambda: accept_handover(handover.pk, by=acting(experts[who]), at=AT)

    results = at_once(accept(0), accept(1))

    refusals = [result for result in results if isinstance(result, AlreadyDecided)]
    handover.refresh_from_db()
    assert len(refusals) == 1
    assert refusals[0].details["winner"] == str(handover.decided_by)
    assert entries_about("ticket", handover.ticket_id).filter(code="handover.accepted").count() == 1


def test_accepting_and_refusing_at_once_leaves_one_decision(waiting: tuple[Cast, Handover]) -> None:
    cast, handover = waiting

    results = at_once(
        lambda: accept_handover(handover.pk, by=acting(cast.oncall), at=AT),
        lambda: refuse(cast, handover, at=AT),
    )

    decided = entries_about("ticket", handover.ticket_id).filter(code__in=["handover.accepted", "handover.refused"])
    assert sum(isinstance(result, AlreadyDecided) for result in results) == 1
    assert decided.count() == 1
    assert list(flaws()) == []


def test_one_of_two_hand_overs_sent_at_once_leaves(waiting: tuple[Cast, Handover]) -> None:
    cast, _ = waiting
    ticket = make_ticket(cast)

    results = at_once(lambda: hand_over(cast, ticket), lambda: hand_over(cast, ticket))

    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Handover.objects.filter(ticket=ticket).count() == 1


def test_two_clocks_report_a_lapse_once(waiting: tuple[Cast, Handover]) -> None:
    _, handover = waiting
    late = handover.accept_due + timedelta(seconds=1)

    results = at_once(lambda: lapse_one(late), lambda: lapse_one(late))

    assert sorted(map(bool, results)) in ([False, True], [True, True])
    assert HierarchicalAlert.objects.count() == 1
    assert entries_about("ticket", handover.ticket_id).filter(code="handover.lapsed").count() == 1
