"""What a supervisor may do from the wallboard: move an agent, put a call first, let one go with a call-back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vigie.actors import Actor
from vigie.calls.actions.callbacks import can_be_called_back, propose
from vigie.calls.actions.presence import change_state
from vigie.calls.actions.queueing import part_with
from vigie.calls.actions.routing import reroute
from vigie.calls.models import AgentPresence, Call, QueueEntry
from vigie.calls.rules.states import AgentState, CallState, Outcome, ProposalReason, Stakes
from vigie.errors import Invalid, NotFound, Refused
from vigie.journal.actions import record
from vigie.steering.queries import works_for
from vigie.steering.rules import QueueMotive


class MotiveNeeded(Invalid):
    """Say why."""

    code = "motive_needed"


class NotWaiting(Refused):
    """This call does not wait any more."""

    code = "not_waiting"


class NeedsAPerson(Refused):
    """Operations have stopped or somebody may be in danger: this caller is put through to a person."""

    code = "needs_a_person"


class CannotBeCalledBack(Refused):
    """This caller's number is withheld: nobody could call back."""

    code = "cannot_be_called_back"


def steer_agent(staff_id: int, *, state: AgentState, reason: str = "", by: Actor, at: datetime) -> AgentPresence:
    """
    Put an agent who works for one of the supervisor's clients on the line, away with a reason, or off shift.

    Raises: NotFound (an agent of other clients only), and what `change_state` raises.
    """
    if not works_for(staff_id, by.clients("agent.steer")):
        raise NotFound
    return change_state(staff_id, state=state, reason=reason, by=by, at=at)


@transaction.atomic(durable=True)
def put_call_first(call_id: int, *, motive: QueueMotive | None, by: Actor, at: datetime) -> QueueEntry:
    """
    Let a waiting call go before the others of its client.

    Raises: NotFound, Forbidden, NotWaiting, MotiveNeeded.
    """
    call, stay = _waiting(call_id, motive=motive, by=by)
    stay.is_head = True
    stay.save(update_fields=["is_head"])
    _record("queue.put_first", call, motive=motive, by=by, at=at)
    reroute(at=at)
    return stay


@transaction.atomic(durable=True)
def take_call_out(call_id: int, *, motive: QueueMotive | None, by: Actor, at: datetime) -> Call:
    """
    Tell a waiting caller that he will be called back, and list him for it. A critical call is never let go.

    Raises: NotFound, Forbidden, NotWaiting, MotiveNeeded, NeedsAPerson, CannotBeCalledBack.
    """
    call, stay = _waiting(call_id, motive=motive, by=by)
    if stay.stakes >= Stakes.CRITICAL or call.is_angry:
        raise NeedsAPerson
    if not can_be_called_back(call):
        raise CannotBeCalledBack
    propose(call, ProposalReason.OVERFLOW, at=at)
    part_with(call, Outcome.CALLBACK, "callback_accepted", at=at)
    _record("queue.taken_out", call, motive=motive, by=by, at=at)
    return call


def _waiting(call_id: int, *, motive: QueueMotive | None, by: Actor) -> tuple[Call, QueueEntry]:
    call = Call.objects.select_for_update(of=("self",)).select_related("client", "contact").filter(pk=call_id).first()
    if call is None:
        raise NotFound
    by.must("queue.steer", client_id=call.client_id)
    if motive is None:
        raise MotiveNeeded
    stay = QueueEntry.objects.select_for_update().filter(call=call, left_at=None).first()
    if stay is None or call.state != CallState.QUEUED:
        raise NotWaiting
    return call, stay


def _record(code: str, call: Call, *, motive: QueueMotive | None, by: Actor, at: datetime) -> None:
    topics = (f"queue-{call.client_id}", "wallboard")
    record(code, call, client_id=call.client_id, by=by, at=at, topics=topics, motive=motive.value if motive else "")
