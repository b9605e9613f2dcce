"""Waiting: entering the queue, what is said there, and leaving it otherwise than with an agent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from vigie.actors import Actor
from vigie.callbot.prompts import prompt
from vigie.calls import queries
from vigie.calls.actions import lines
from vigie.calls.models import Call, QueueEntry
from vigie.calls.rules.policies import ClosedInQueue
from vigie.calls.rules.states import CallState, Outcome, Stakes
from vigie.journal.actions import announce, record


def enter_queue(
    call: Call, *, at: datetime, by: Actor, is_head: bool = False, since: datetime | None = None
) -> QueueEntry:
    """Put the call in its client's queue; `since` keeps the age of a former stay."""
    client = call.client
    if client is None:
        raise ValueError("a call without client has no queue")
    policy = queries.routing_of(client.pk)
    call.state = CallState.QUEUED
    call.queued_at = call.queued_at or at
    stay = QueueEntry.objects.create(
        call=call,
        client=client,
        entered_at=since or at,
        is_head=is_head,
        stakes=call.stakes,
        required=[f"language:{call.language}", *policy.required],
        preferred=[f"client:{client.code}", *_environment(call), *policy.preferred],
        overflow_due=(since or at) + timedelta(seconds=policy.overflow_after_s),
        say_due=at + timedelta(seconds=policy.announce_every_s),
    )
    facts = {"stakes": int(call.stakes), "angry": call.is_angry, "reason": call.handoff_reason, "head": is_head}
    record("call.queued", call, client_id=client.pk, by=by, at=at, topics=_topics(call), **facts)
    return stay


def _environment(call: Call) -> list[str]:
    if call.equipment is not None:
        return [f"environment:{call.equipment.environment}"]
    environments = call.client.environments if call.client is not None else []
    return [f"environment:{environments[0]}"] if len(environments) == 1 else []


def leave_queue(call: Call, *, at: datetime) -> None:
    """Close the stay of a call that waits no more."""
    QueueEntry.objects.filter(call=call, left_at__isnull=True).update(left_at=at)
    announce(*_topics(call))


def _topics(call: Call) -> tuple[str, ...]:
    return (f"queue-{call.client_id}", "wallboard")


def part_with(call: Call, outcome: Outcome, *codes: str, at: datetime) -> None:
    """Say the last words, then hang up; `outcome` is how the call will have ended."""
    leave_queue(call, at=at)
    call.state, call.leaving_as = CallState.LEAVING, outcome
    lines.say(call, *codes, then=lines.HANGUP, interruptible=False, at=at)
    call.save()


def keep_in_line(call: Call, stay: QueueEntry, *codes: str, at: datetime) -> None:
    """Tell the caller something true and let him wait on; he is not diverted again for a while."""
    patience = timedelta(seconds=queries.routing_of(stay.client_id).overflow_after_s)
    stay.callback_due, stay.patient_until = None, at + patience
    stay.save(update_fields=["callback_due", "patient_until"])
    lines.say(call, *codes, then=lines.MUSIC, at=at)
    call.save()


@transaction.atomic
def speak_to_waiting(*, at: datetime) -> bool:
    """Tell one caller whose turn it is to hear something where he stands, truthfully and without a time."""
    stay = (
        QueueEntry.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(left_at__isnull=True, say_due__lte=at)
        .order_by("say_due")
        .first()
    )
    if stay is None:
        return False
    call = Call.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=stay.call_id).first()
    stay.say_due = at + timedelta(seconds=queries.routing_of(stay.client_id).announce_every_s)
    if call is not None and call.state == CallState.QUEUED and stay.callback_due is None:
        _tell_where(call, stay, at=at)
    stay.save()
    return True


def _tell_where(call: Call, stay: QueueEntry, *, at: datetime) -> None:
    if _has_closed(call, at=at) and not stay.told_closed:
        policy = queries.routing_of(stay.client_id)
        if policy.closed_in_queue is ClosedInQueue.TELL and stay.stakes < Stakes.CRITICAL:
            stay.left_at = at
            part_with(call, Outcome.CLOSED, "closed_message", "goodbye", at=at)
            return
        stay.told_closed = True
        lines.say(call, "closed_while_waiting", then=lines.MUSIC, at=at)
    else:
        position = next(p.position for p in queries.positions(stay.client_id, at=at) if p.call == str(call.pk))
        passed = stay.position_said and position > stay.position_said
        stay.position_said = position
        place = (
            prompt("queue_position_first", call.language)
            if position == 1
            else prompt("queue_position", call.language, position=str(position))
        )
        codes = ["queue_order"] if passed else []
        lines.say(call, "queue_waiting", place, *codes, then=lines.MUSIC, at=at)
    call.save(update_fields=["play_token", "after_play"])


def _has_closed(call: Call, *, at: datetime) -> bool:
    """Tell whether the hotline, open when the call came, is closed now."""
    client = call.client
    if client is None:
        return False
    return queries.is_open(client, at=call.arrived_at) and not queries.is_open(client, at=at)
