"""The receiver's use cases: accept, ask, refuse; and the clock's, when nobody answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from vigie.actors import SYSTEM, Actor
from vigie.directory.models import Staff
from vigie.errors import Forbidden
from vigie.escalation import queries
from vigie.escalation.actions.locking import (
    back_at_work,
    hold_handover,
    must_be_open,
    must_receive,
    raise_alert,
    topics_of,
    write_note,
)
from vigie.escalation.actions.send import NothingWritten
from vigie.escalation.models import Handover, HandoverQuestion
from vigie.escalation.rules.sending import is_frozen, weigh_refusal
from vigie.escalation.rules.words import AlertReason, RefusalMotive, State
from vigie.journal.actions import record
from vigie.tickets.actions.access import author_of
from vigie.tickets.actions.clocking import touch
from vigie.tickets.rules.vocabulary import NoteKind


@transaction.atomic(durable=True)
def accept_handover(handover_id: int, *, by: Actor, at: datetime) -> Handover:
    """
    Take the ticket: it is now worked on by the actor, in the receiving group.

    Whoever speaks with the caller goes on doing so. The receiver's own clock starts here, the client's goes on.
    Raises: NotFound, Forbidden, TicketEnded, AlreadyDecided (with the winner's name).
    """
    ticket, handover = hold_handover(handover_id, right="handover.decide", by=by)
    must_receive(handover, by=by)
    must_be_open(handover)
    _decide(handover, State.ACCEPTED, by=by, at=at)
    ticket.tier, ticket.group, ticket.assignee_id = handover.to_tier, handover.to_group, author_of(by)
    ticket.state = back_at_work(ticket)
    touch(ticket, at, "tier", "group", "assignee", "state")
    record(
        "handover.accepted",
        ticket,
        client_id=ticket.client_id,
        by=by,
        at=at,
        topics=topics_of(handover),
        handover=handover.pk,
        round=handover.round,
        tier=handover.to_tier,
        group=handover.to_group_id,
        late=at > handover.accept_due,
    )
    return handover


@transaction.atomic(durable=True)
def refuse_handover(
    handover_id: int,
    *,
    motive: RefusalMotive | None,
    lacking: Iterable[str] = (),
    words: str = "",
    by: Actor,
    at: datetime,
) -> Handover:
    """
    Send the ticket back, saying why and what is missing. Its clocks never stopped.

    The second refusal between the same two groups tells their supervisor, and neither may send it to the other again
    before he decides.
    Raises: NotFound, Forbidden, TicketEnded, AlreadyDecided (an accepted one is handed over anew, not refused),
    MotiveNeeded, RefusalUnexplained.
    """
    ticket, handover = hold_handover(handover_id, right="handover.decide", by=by)
    must_receive(handover, by=by)
    must_be_open(handover)
    names = weigh_refusal(motive=motive, lacking=lacking, note=words)
    handover.refusal_motive = motive or ""
    handover.refusal_missing = list(names)
    handover.refusal_words = write_note(ticket, words, kind=NoteKind.REFUSAL, by=by, at=at)
    _decide(handover, State.REFUSED, by=by, at=at)
    ticket.state = back_at_work(ticket)
    touch(ticket, at, "state")
    loops = is_frozen(queries.rounds_of(ticket), between=(handover.from_group_id, handover.to_group_id))
    if loops:
        raise_alert(handover, AlertReason.LOOP, told=_supervisor(handover), at=at)
    record(
        "handover.refused",
        ticket,
        client_id=ticket.client_id,
        by=by,
        at=at,
        topics=topics_of(handover, people=[ticket.assignee_id]),
        handover=handover.pk,
        round=handover.round,
        motive=handover.refusal_motive,
        missing=handover.refusal_missing,
        note=handover.refusal_words_id,
        bounces=queries.bounces(ticket.pk),
        loop=loops,
    )
    return handover


@transaction.atomic(durable=True)
def ask_question(handover_id: int, *, text: str, by: Actor, at: datetime) -> HandoverQuestion:
    """
    Ask the sender for something; the hand-over stays where it is and its delay runs on.

    Raises: NotFound, Forbidden, TicketEnded, AlreadyDecided (it was refused or taken back), NothingWritten.
    """
    ticket, handover = hold_handover(handover_id, right="handover.decide", by=by)
    must_receive(handover, by=by)
    if handover.state != State.ACCEPTED:
        must_be_open(handover)
    note = write_note(ticket, text, kind=NoteKind.QUESTION, by=by, at=at)
    if note is None:
        raise NothingWritten
    question = HandoverQuestion.objects.create(handover=handover, question=note)
    record(
        "handover.asked",
        ticket,
        client_id=ticket.client_id,
        by=by,
        at=at,
        topics=topics_of(handover),
        handover=handover.pk,
        question=question.pk,
        note=note.pk,
    )
    return question


@transaction.atomic(durable=True)
def lapse_handover(handover_id: int, *, by: Actor = SYSTEM, at: datetime) -> bool:
    """
    Tell the receiver's supervisor, once, that nobody answered in time. It still can be accepted or refused.

    Return whether there was something to tell. Raises: NotFound, Forbidden, TicketEnded.
    """
    if by is not SYSTEM:
        raise Forbidden
    ticket, handover = hold_handover(handover_id, right="handover.decide", by=by)
    if handover.lapse_due is None or handover.accept_due > at:
        return False
    handover.state, handover.lapsed_at, handover.lapse_due = State.LAPSED, at, None
    handover.save(update_fields=["state", "lapsed_at", "lapse_due"])
    told = _supervisor(handover)
    raise_alert(handover, AlertReason.NO_ANSWER, told=told, at=at)
    record(
        "handover.lapsed",
        ticket,
        client_id=ticket.client_id,
        by=by,
        at=at,
        topics=topics_of(handover, people=[told.pk if told else None]),
        handover=handover.pk,
        group=handover.to_group_id,
        told=told.pk if told else None,
    )
    return True


def _decide(handover: Handover, state: State, *, by: Actor, at: datetime) -> None:
    handover.state, handover.decided_by_id, handover.decided_at, handover.lapse_due = state, author_of(by), at, None
    handover.save()


def _supervisor(handover: Handover) -> Staff | None:
    policy = queries.escalation_policy(handover.client_id)
    return queries.supervisor_for(policy, handover.to_group, handover.from_group)
