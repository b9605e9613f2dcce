"""Things that happen in the same instant, with real threads on a real database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from calls.line import now
from calls.stage import again, orders, presence, sit_down, wait
from cast import Cast, acting, make_cast
from vigie.calls import actions
from vigie.calls.models import AgentPresence, Call, CallbackProposal, Offer
from vigie.calls.rules.states import AgentState
from vigie.errors import Refused
from vigie.journal.models import Entry
from vigie.telephony.protocol import Bridge, EndCause

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(transactional_db: None) -> Cast:
    return make_cast()


def at_once(*doings: Callable[[], object]) -> list[object]:
    """Do everything in the same instant; return what each returned, or the refusal it met."""
    together, results = threading.Barrier(len(doings)), [None] * len(doings)

    def do(place: int) -> None:
        together.wait()
        try:
            results[place] = doings[place]()
        except Refused as refusal:
            results[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(doings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def rung(cast: Cast) -> Call:
    call = wait(cast, at=now())
    AgentPresence.objects.update(heartbeat_at=now())
    actions.offer_calls(at=now())
    return again(call)


def test_one_agent_who_answers_twice_gets_one_call(acme: Cast) -> None:
    sit_down(acme.agent, at=now())
    call = rung(acme)
    by = acting(acme.agent)

    results = at_once(*[lambda: actions.take_call(call.pk, by=by, at=now())] * 4)

    assert sum(isinstance(result, Call) for result in results) == 1
    assert len(orders(Bridge, leg=call.leg)) == 1
    assert Entry.objects.filter(code="call.taken").count() == 1


def test_of_two_agents_who_answer_at_once_one_is_bridged(acme: Cast) -> None:
    sit_down(acme.agent, at=now())
    sit_down(acme.other_agent, at=now(), tab="tab-2")
    call = rung(acme)
    agents = [acting(acme.agent), acting(acme.other_agent)]

    results = at_once(*[lambda by=by: actions.take_call(call.pk, by=by, at=now()) for by in agents])

    assert sum(isinstance(result, Call) for result in results) == 1
    assert {r for r in results if isinstance(r, str)} <= {"already_taken", "not_offered"}
    assert len(orders(Bridge, leg=call.leg)) == 1
    assert sorted(p.state for p in AgentPresence.objects.all()) == ["available", "talking"]


def test_two_routers_ring_each_call_and_each_agent_once(acme: Cast) -> None:
    sit_down(acme.agent, at=now(), state=AgentState.AWAY)
    sit_down(acme.other_agent, at=now(), tab="tab-2", state=AgentState.AWAY)
    for _ in range(3):
        wait(acme, at=now())
    AgentPresence.objects.update(state=AgentState.AVAILABLE, heartbeat_at=now())

    at_once(*[lambda: actions.offer_calls(at=now())] * 4)

    pending = Offer.objects.filter(outcome="pending")
    assert pending.count() == 2
    assert len({offer.agent_id for offer in pending}) == 2


def test_a_caller_who_leaves_as_the_agent_answers_leaves_everything_whole_fifty_times(acme: Cast) -> None:
    sit_down(acme.agent, at=now())
    by = acting(acme.agent)
    for _ in range(50):
        call = rung(acme)
        assert call.state == "ringing", call.state
        moment = now()

        def end(leg: str = call.leg) -> None:
            actions.end_call(leg, cause=EndCause.HANGUP, happened_at=moment, at=moment)  # noqa: B023

        at_once(lambda: actions.take_call(call.pk, by=by, at=moment), end)  # noqa: B023

        ended = again(call)
        assert (ended.state, ended.outcome) in {("ended", "short_abandon"), ("ended", "abandoned")}
        assert presence(acme.agent).state == "available"
        assert presence(acme.agent).notice == "caller_left"
        assert not Offer.objects.filter(outcome="pending").exists()
    assert Entry.objects.filter(code="call.ended").count() == 50
    assert not CallbackProposal.objects.exists()


def test_an_answer_in_the_instant_the_ring_lapses_has_one_winner(acme: Cast) -> None:
    sit_down(acme.agent, at=now())
    by = acting(acme.agent)
    for _ in range(10):
        call = rung(acme)
        late = now() + timedelta(seconds=16)

        results = at_once(
            lambda: actions.take_call(call.pk, by=by, at=late),  # noqa: B023
            lambda: actions.lapse_offer(at=late),  # noqa: B023
        )

        taken = isinstance(results[0], Call)
        assert (again(call).state, presence(acme.agent).state) == (
            ("talking", "talking") if taken else ("queued", "away")
        )
        actions.end_call(call.leg, cause=EndCause.HANGUP, happened_at=late, at=late)
        sit_down(acme.agent, at=now())
