"""What is done for a caller whom nobody can take: a call-back offered, numbers of last resort rung, a last word."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from vigie.actors import CALLER, SYSTEM
from vigie.calls import queries
from vigie.calls.actions import lines
from vigie.calls.actions.callbacks import can_be_called_back, propose
from vigie.calls.actions.last_resort import ring_last_resort
from vigie.calls.actions.queueing import keep_in_line, leave_queue, part_with
from vigie.calls.models import Call, QueueEntry
from vigie.calls.rules.policies import Way
from vigie.calls.rules.states import CallState, Outcome, ProposalReason, Stakes
from vigie.journal.actions import record

ANSWER_WITHIN = timedelta(seconds=25)  # of the offer of a call-back: time to hear it and press a key
LET_SPEAK = timedelta(seconds=15)
YES_KEY = "1"  # any other key is somebody who stays


def divert(call: Call, stay: QueueEntry, *, way: Way, why: str, at: datetime) -> bool:
    """
    Do what the client settled for a caller whom nobody can take; say whether something was done.

    A caller whose operations have stopped is never sent away: the numbers of last resort are rung, whatever the way,
    and where there is none the call-back is written down while he stays in line.
    """
    waits_by_choice = stay.patient_until is not None and stay.patient_until > at
    if stay.callback_due is not None or waits_by_choice or _is_being_told(call, stay, at=at):
        return False
    is_critical = call.stakes >= Stakes.CRITICAL
    if queries.routing_of(stay.client_id).fallback_numbers and (way is Way.ONCALL or is_critical):
        leave_queue(call, at=at)
        ring_last_resort(call, at=at)
    elif way is not Way.MESSAGE and can_be_called_back(call):
        _offer_callback(call, stay, at=at)
    elif is_critical:
        propose(call, ProposalReason(why), at=at)
        word = "overloaded" if why == Outcome.OVERFLOW else "no_agent_callback"
        keep_in_line(call, stay, word, "queue_still_here", at=at)
    else:
        part_with(call, Outcome(why), "overloaded" if why == Outcome.OVERFLOW else "no_agent", "goodbye", at=at)
    topics = (f"queue-{call.client_id}", "wallboard")
    record("call.diverted", call, client_id=call.client_id, by=SYSTEM, at=at, topics=topics, why=why, way=way)
    return True


def _is_being_told(call: Call, stay: QueueEntry, *, at: datetime) -> bool:
    """Tell whether the sentence that brought the caller to the queue is still being said."""
    return call.after_play == lines.MUSIC and at - stay.entered_at < LET_SPEAK


def _offer_callback(call: Call, stay: QueueEntry, *, at: datetime) -> None:
    stay.callback_due = at + ANSWER_WITHIN
    stay.save(update_fields=["callback_due"])
    lines.say(call, "no_agent_callback", "callback_offer", then=lines.MUSIC, at=at)
    call.save()


def answer_callback_offer(call: Call, key: str, *, at: datetime) -> None:
    """Take the caller's choice between being called back and staying on the line for a person."""
    stay = QueueEntry.objects.select_for_update().filter(call=call, left_at__isnull=True).first()
    if stay is None or stay.callback_due is None:
        return
    if key == YES_KEY:
        _accept_callback(call, at=at)
    else:
        keep_in_line(call, stay, "callback_declined", at=at)


def _accept_callback(call: Call, *, at: datetime) -> None:
    propose(call, ProposalReason.ASKED, at=at)
    record("call.callback_taken", call, client_id=call.client_id, by=CALLER, at=at)
    part_with(call, Outcome.CALLBACK, "callback_accepted", at=at)


@transaction.atomic
def close_callback_offer(*, at: datetime) -> bool:
    """
    Write the call-back down for a caller who was offered one and pressed nothing, and let the caller go.

    One whose operations have stopped stays in line all the same: saying nothing is not asking to be left.
    """
    stay = (
        QueueEntry.objects.filter(left_at__isnull=True, callback_due__lte=at, call__state=CallState.QUEUED)
        .order_by("callback_due")
        .first()
    )
    if stay is None:
        return False
    call = Call.objects.select_for_update(of=("self",)).get(pk=stay.call_id)
    stay.refresh_from_db()
    if call.state != CallState.QUEUED or stay.left_at is not None or stay.callback_due is None:
        return True
    if call.stakes >= Stakes.CRITICAL:
        propose(call, ProposalReason.LEAVE_EMPTY, at=at)
        keep_in_line(call, stay, "queue_still_here", at=at)
    else:
        _accept_callback(call, at=at)
    return True
