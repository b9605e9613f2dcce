"""Who is rung next. Looked at after every change, and once a second in case something was missed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction

from vigie.actors import SYSTEM
from vigie.calls import queries
from vigie.calls.actions.agents import move
from vigie.calls.actions.diverting import divert
from vigie.calls.models import AgentPresence, Call, Offer, QueueEntry
from vigie.calls.rules.route import Match, Unmatched, route
from vigie.calls.rules.states import AgentState, CallState
from vigie.journal.actions import record

_LOCK = 0x6361_6C6C  # "call": one router at a time, or the reserve could be given away twice


def reroute(*, at: datetime) -> None:
    """Look at the queues as soon as the present transaction is committed."""
    transaction.on_commit(partial(offer_calls, at=at), robust=True)


def offer_calls(*, at: datetime) -> bool:
    """Ring the agents that waiting calls can have now; say whether something was done."""
    with _alone():
        situation = queries.situation(at=at)
        if not situation.calls:
            return False
        decision = route(situation)
        rung = [_ring(match, at=at) for match in decision.matches]
        diverted = [_divert(call, at=at) for call in decision.unmatched if call.way is not None]
        return any(rung) or any(diverted)


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])


@transaction.atomic
def _ring(match: Match, *, at: datetime) -> bool:
    """Ring one agent's screen, unless the call or the agent has moved since the decision."""
    call = (
        Call.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=match.call, state=CallState.QUEUED)
        .first()
    )
    if call is None or call.client_id is None:
        return False
    presence = (
        AgentPresence.objects.select_for_update(skip_locked=True)
        .filter(staff_id=match.agent, state=AgentState.AVAILABLE)
        .first()
    )
    if presence is None or not queries.can_be_rung(presence, at=at):
        return False
    policy = queries.routing_of(call.client_id)
    offer = Offer.objects.create(
        call=call,
        agent_id=presence.staff_id,
        offered_at=at,
        answer_due=at + timedelta(seconds=policy.ring_s),
        because=list(match.because),
    )
    call.state = CallState.RINGING
    call.save(update_fields=["state"])
    QueueEntry.objects.filter(call=call, left_at__isnull=True).update(callback_due=None)
    presence.notice = ""
    move(presence, AgentState.RINGING, at=at, call=call)
    record(
        "call.offered",
        call,
        client_id=call.client_id,
        by=SYSTEM,
        at=at,
        topics=(f"queue-{call.client_id}", f"agent-{presence.staff_id}"),
        agent=presence.staff_id,
        offer=offer.pk,
        because=list(match.because),
    )
    return True


@transaction.atomic
def _divert(unmatched: Unmatched, *, at: datetime) -> bool:
    call = (
        Call.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=unmatched.call, state=CallState.QUEUED)
        .first()
    )
    stay = QueueEntry.objects.filter(call=call, left_at__isnull=True).first() if call is not None else None
    if call is None or stay is None or unmatched.way is None:
        return False
    return divert(call, stay, way=unmatched.way, why=unmatched.diversion, at=at)
