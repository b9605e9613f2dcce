"""The numbers of last resort: rung one after the other for a caller whom nobody on shift can take."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from vigie.actors import SYSTEM
from vigie.calls import queries
from vigie.calls.actions import lines
from vigie.calls.actions.callbacks import can_be_called_back, propose
from vigie.calls.actions.queueing import enter_queue, keep_in_line, part_with
from vigie.calls.models import Call, LastResort
from vigie.calls.rules.states import AgentState, CallState, Outcome, ProposalReason, Stakes
from vigie.journal.actions import record
from vigie.telephony.protocol import Bridge, Dial, Hangup

RING_S = 25.0


def ring_last_resort(call: Call, *, at: datetime) -> None:
    """Tell the caller the truth, then ring the first number."""
    call.state = CallState.FALLBACK
    lines.say(call, "no_agent_on_call", then=lines.MUSIC, interruptible=False, at=at)
    _ring(call, rank=0, at=at)
    call.save()


def _ring(call: Call, *, rank: int, at: datetime) -> None:
    policy = queries.routing_of(call.client_id or 0)
    number = policy.fallback_numbers[rank]
    trunk = "" if number.startswith("sip") else policy.fallback_trunk
    rung = LastResort.objects.create(leg=uuid.uuid4().hex, call=call, number=number, rank=rank, rung_at=at)
    dial = Dial(leg=rung.leg, to=number, trunk=trunk, caller_id=call.dialled, timeout_s=RING_S)
    lines.order(call.node, dial, at=at)
    record("call.last_resort_rung", call, client_id=call.client_id, by=SYSTEM, at=at, rank=rank)


@transaction.atomic
def note_last_resort_answered(leg: str, *, at: datetime) -> None:
    """Join the caller with whoever picked up."""
    rung = _locked(leg)
    if rung is None or rung.call.state != CallState.FALLBACK or rung.answered_at is not None:
        return
    call = rung.call
    LastResort.objects.filter(pk=rung.pk).update(answered_at=at)
    call.bridged_at, call.taken_at, call.play_token, call.after_play = at, at, "", ""
    lines.order(call.node, Bridge(legs=(call.leg, leg)), at=at)
    call.save()
    record("call.last_resort_answered", call, client_id=call.client_id, by=SYSTEM, at=at, rank=rung.rank)


@transaction.atomic
def note_last_resort_ended(leg: str, *, at: datetime) -> None:
    """Ring the next number, unless an agent has come; or end the call with whoever had picked up."""
    rung = _locked(leg)
    if rung is None or rung.ended_at is not None:
        return
    LastResort.objects.filter(pk=rung.pk).update(ended_at=at)
    call = rung.call
    if call.state != CallState.FALLBACK:
        return
    if rung.answered_at is not None:
        lines.hang_up(call, at=at)
    elif _has_agent(call, at=at):
        _back_in_line(call, "queue_still_here", at=at)
    elif rung.rank + 1 < len(queries.routing_of(call.client_id or 0).fallback_numbers):
        _ring(call, rank=rung.rank + 1, at=at)
    else:
        _nobody_answered(call, at=at)


def _nobody_answered(call: Call, *, at: datetime) -> None:
    """
    Tell the caller so and write the call-back down.

    Who cannot be called back, or whose operations have stopped, goes back to the queue instead: somebody may log in.
    """
    propose(call, ProposalReason.LEAVE_EMPTY, at=at)
    if can_be_called_back(call) and call.stakes < Stakes.CRITICAL:
        part_with(call, Outcome.FALLBACK_EXHAUSTED, "nobody_reached", "goodbye", at=at)
    else:
        _back_in_line(call, "nobody_reached", "queue_still_here", at=at)


def _back_in_line(call: Call, *codes: str, at: datetime) -> None:
    stay = enter_queue(call, at=at, by=SYSTEM, is_head=True, since=call.queued_at)
    keep_in_line(call, stay, *codes, at=at)


def _has_agent(call: Call, *, at: datetime) -> bool:
    """Tell whether an agent of this client has come meanwhile."""
    free = [agent for agent in queries.agents_on_shift(at=at) if agent.state is AgentState.AVAILABLE]
    return any(agent.clients is None or str(call.client_id) in agent.clients for agent in free)


def _locked(leg: str) -> LastResort | None:
    """Return the number rung on `leg`, its call locked."""
    found = LastResort.objects.filter(pk=leg).first()
    if found is None:
        return None
    call = Call.objects.select_for_update(of=("self",)).select_related("client").get(pk=found.call_id)
    found.refresh_from_db()
    found.call = call
    return found


def stop_ringing(call: Call, *, at: datetime) -> None:
    """Hang up on the numbers rung for a caller who is gone."""
    for rung in LastResort.objects.filter(call=call, ended_at__isnull=True):
        lines.order(call.node, Hangup(leg=rung.leg), at=at)
