"""While caller and agent talk: hold, resume, hang up, and what happens when the agent's sound goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from vigie.actors import SYSTEM, Actor
from vigie.calls import queries
from vigie.calls.actions import lines
from vigie.calls.actions.agents import lock_presence, send_away
from vigie.calls.actions.ending import close_call
from vigie.calls.actions.queueing import enter_queue
from vigie.calls.actions.recordings import stop_recording
from vigie.calls.actions.routing import reroute
from vigie.calls.models import AgentPresence, Call
from vigie.calls.rules.states import WITH_AGENT, AwayReason, CallState
from vigie.errors import Forbidden, Refused
from vigie.journal.actions import record
from vigie.telephony.protocol import EndCause


class NotTalking(Refused):
    """This call is not on the line with you."""

    code = "not_talking"


@transaction.atomic(durable=True)
def hold_call(call_id: int, *, by: Actor, at: datetime) -> None:
    """
    Let the caller wait with music.

    Raises: Forbidden, NotFound, NotTalking.
    """
    call = _own(call_id, by=by, states=(CallState.TALKING,))
    call.state, call.held_at = CallState.HELD, at
    lines.hold(call, at=at)
    call.save()
    record("call.held", call, client_id=call.client_id, by=by, at=at, topics=_topics(call))


@transaction.atomic(durable=True)
def resume_call(call_id: int, *, by: Actor, at: datetime) -> None:
    """
    Take the caller back from hold.

    Raises: Forbidden, NotFound, NotTalking.
    """
    call = _own(call_id, by=by, states=(CallState.HELD,))
    _count_hold(call, at=at)
    call.state = CallState.TALKING
    lines.bridge(call, lock_presence(call.agent_id or 0, at=at), at=at)
    call.save()
    record("call.resumed", call, client_id=call.client_id, by=by, at=at, topics=_topics(call))


@transaction.atomic(durable=True)
def hang_up_call(call_id: int, *, by: Actor, at: datetime) -> None:
    """
    End the call.

    Raises: Forbidden, NotFound, NotTalking.
    """
    call = _own(call_id, by=by, states=WITH_AGENT)
    lines.hang_up(call, at=at)
    close_call(call, cause=EndCause.LOCAL, by=by, at=at)


def _own(call_id: int, *, by: Actor, states: tuple[CallState, ...]) -> Call:
    call = Call.objects.select_for_update(of=("self",)).select_related("client").get(pk=call_id)
    by.must("call.take", client_id=call.client_id)
    if call.agent_id != by.id and not by.may("agent.steer", client_id=call.client_id):
        raise Forbidden
    if call.state not in states:
        raise NotTalking(state=call.state)
    return call


def _count_hold(call: Call, *, at: datetime) -> None:
    if call.held_at is not None:
        call.held_s += (at - call.held_at).total_seconds()
        call.held_at = None


def lose_agent(call: Call, *, at: datetime) -> None:
    """Keep the caller company while the agent's sound is gone: a word, then music, until `rejoin_due`."""
    if call.state not in (CallState.TALKING, CallState.HELD) or call.client_id is None:
        return
    _count_hold(call, at=at)
    policy = queries.routing_of(call.client_id)
    call.state, call.rejoin_due = CallState.REJOINING, at + timedelta(seconds=policy.rejoin_s)
    lines.part(call, at=at)
    lines.say(call, "agent_lost", then=lines.MUSIC, interruptible=False, at=at)
    call.save()
    record(
        "call.agent_lost", call, client_id=call.client_id, by=SYSTEM, at=at, topics=_topics(call), agent=call.agent_id
    )


def rejoin(call: Call, presence: AgentPresence, *, at: datetime) -> None:
    """Bring the caller back to the agent whose sound is back."""
    was_lost = call.state == CallState.REJOINING
    if was_lost:
        call.state, call.rejoin_due = CallState.TALKING, None
    if call.state == CallState.TALKING:
        lines.bridge(call, presence, at=at)
    call.save()
    if was_lost:
        record("call.rejoined", call, client_id=call.client_id, by=SYSTEM, at=at, topics=_topics(call))


@transaction.atomic
def give_up_rejoining(*, at: datetime) -> bool:
    """Put one caller whose agent did not come back at the head of the queue, with everything already said."""
    due = Call.objects.filter(rejoin_due__lte=at).order_by("rejoin_due").first()
    if due is None:
        return False
    call = Call.objects.select_for_update(of=("self",)).select_related("client", "equipment").get(pk=due.pk)
    if call.state != CallState.REJOINING or call.rejoin_due is None or call.rejoin_due > at:
        return True
    agent = call.agent_id
    if agent is not None:
        send_away(lock_presence(agent, at=at), AwayReason.AUDIO_LOST, at=at)
    stop_recording(call, at=at)
    call.agent, call.rejoin_due, call.bridged_at = None, None, None
    enter_queue(call, at=at, by=SYSTEM, is_head=True, since=call.queued_at)
    lines.say(call, "agent_lost_queue", then=lines.MUSIC, at=at)
    call.save()
    reroute(at=at)
    return True


def _topics(call: Call) -> tuple[str, ...]:
    return (f"agent-{call.agent_id}", "wallboard")
