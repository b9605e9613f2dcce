"""The end of a call: exactly one outcome, everybody freed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vigie.actors import CALLER, Actor
from vigie.calls import queries
from vigie.calls.actions.agents import begin_wrap_up, lock_presence, set_free
from vigie.calls.actions.callbacks import propose
from vigie.calls.actions.last_resort import note_last_resort_ended, stop_ringing
from vigie.calls.actions.queueing import leave_queue
from vigie.calls.actions.recordings import close_segment
from vigie.calls.actions.routing import reroute
from vigie.calls.models import Call, Offer
from vigie.calls.rules.outcomes import LastMoment, outcome_of
from vigie.calls.rules.policies import RoutingPolicy
from vigie.calls.rules.states import AgentState, CallState, OfferOutcome, Outcome, ProposalReason
from vigie.journal.actions import record
from vigie.telephony.protocol import EndCause

CALLER_LEFT = "caller_left"
SAME_INSTANT_S = 0.5  # the caller left while the agent answered: nobody has talked
_LEFT = (Outcome.ABANDONED, Outcome.SHORT_ABANDON, Outcome.ABANDONED_IN_BOT)


@transaction.atomic
def end_call(leg: str, *, cause: EndCause, happened_at: datetime, at: datetime) -> None:
    """
    Close the call of `leg`: its outcome, its stay in the queue, its agent. Nothing when it is over already.

    `happened_at` is when the node saw it, which is long ago when the database was away.
    """
    call = Call.objects.select_for_update(of=("self",)).select_related("client").filter(leg=leg).first()
    if call is None:
        note_last_resort_ended(leg, at=at)
    elif call.state != CallState.ENDED:
        close_call(call, cause=cause, by=CALLER, ended_at=happened_at, at=at)


def close_call(
    call: Call,
    *,
    cause: EndCause,
    by: Actor,
    at: datetime,
    ended_at: datetime | None = None,
    with_node: bool = False,
) -> None:
    """Close a call that the caller of this function has locked."""
    ended_at = ended_at or at
    policy = queries.routing_of(call.client_id) if call.client_id is not None else RoutingPolicy()
    waited_s = _seconds(call.queued_at, call.taken_at if call.agent_id else ended_at)
    talked_s = _seconds(call.bridged_at, ended_at) if call.agent_id is not None else 0.0
    talked = call.agent_id is not None and call.bridged_at is not None
    if cause is EndCause.HANGUP and talked_s < SAME_INSTANT_S:
        talked = False
    last = LastMoment(
        state=CallState(call.state),
        leaving_as=Outcome(call.leaving_as) if call.leaving_as else None,
        waited_s=waited_s,
        talked=talked,
        with_node=with_node,
        technical=cause in (EndCause.TECHNICAL, EndCause.REFUSED),
        fallback_answered=call.bridged_at is not None,
    )
    outcome = outcome_of(last, short_abandon_s=policy.short_abandon_s)
    _close_row(call, outcome, cause=cause, at=ended_at)
    leave_queue(call, at=at)
    stop_ringing(call, at=at)
    if cause is EndCause.MEDIA_LOST:
        close_segment(call, at=ended_at)
    _free_agents(call, policy, talked=talked, at=at)
    _propose(call, outcome, policy, at=at)
    topics = (f"queue-{call.client_id}", "wallboard", *([f"agent-{call.agent_id}"] if call.agent_id else []))
    figures = {"waited_s": round(waited_s, 1), "talked_s": round(talked_s, 1), "held_s": round(call.held_s, 1)}
    facts = {"outcome": outcome, "cause": cause, "agent": call.agent_id, "stakes": call.stakes}
    record("call.ended", call, client_id=call.client_id, by=by, at=at, topics=topics, **facts, **figures)
    reroute(at=at)


def _seconds(start: datetime | None, end: datetime | None) -> float:
    return max(0.0, (end - start).total_seconds()) if start is not None and end is not None else 0.0


def _close_row(call: Call, outcome: Outcome, *, cause: EndCause, at: datetime) -> None:
    if call.held_at is not None:
        call.held_s += (at - call.held_at).total_seconds()
    call.held_at = call.rejoin_due = call.reap_due = None
    call.state, call.outcome, call.end_cause, call.ended_at = CallState.ENDED, outcome, cause, at
    call.save()


def _free_agents(call: Call, policy: RoutingPolicy, *, talked: bool, at: datetime) -> None:
    """Give the agent his wrap-up; one who had not heard the caller yet is told and free at once."""
    offer = Offer.objects.filter(call=call, outcome=OfferOutcome.PENDING).first()
    if offer is not None:
        offer.outcome, offer.closed_at = OfferOutcome.CALLER_LEFT, at
        offer.save(update_fields=["outcome", "closed_at"])
    agent = offer.agent_id if offer is not None else call.agent_id
    if agent is None:
        return
    presence = lock_presence(agent, at=at)
    if presence.call_id != call.pk or presence.state not in (AgentState.RINGING, AgentState.TALKING):
        return
    if talked:
        begin_wrap_up(presence, call, length_s=policy.wrap_up_s, at=at)
    else:
        set_free(presence, at=at, notice=CALLER_LEFT)


def _propose(call: Call, outcome: Outcome, policy: RoutingPolicy, *, at: datetime) -> None:
    if outcome is Outcome.LOST_WITH_NODE:
        propose(call, ProposalReason.LOST_WITH_NODE, at=at)
    elif outcome is Outcome.FALLBACK_EXHAUSTED:
        propose(call, ProposalReason.LEAVE_EMPTY, at=at)
    elif outcome in _LEFT and policy.call_back_abandoned and call.contact_id is not None:
        propose(call, ProposalReason.ABANDONED, at=at)
