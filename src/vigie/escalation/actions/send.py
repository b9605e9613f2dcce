"""The sender's use cases: hand over, complete after an emergency, take back, answer what the receiver asks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vigie.actors import Actor
from vigie.directory.calendars import hours_of
from vigie.directory.models import Group
from vigie.errors import Invalid, NotFound, Refused
from vigie.escalation import queries
from vigie.escalation.actions.locking import (
    back_at_work,
    hold_handover,
    hold_ticket,
    must_be_open,
    raise_alert,
    topics_of,
    write_note,
)
from vigie.escalation.models import Handover, HandoverQuestion
from vigie.escalation.rules.policy import EscalationPolicy, accept_by
from vigie.escalation.rules.sending import HandoverIncomplete, Sending, missing, weigh_sending
from vigie.escalation.rules.words import AlertReason, AnswerSource, Motive, State, Tier
from vigie.journal.actions import record
from vigie.tickets.actions.access import author_of
from vigie.tickets.actions.clocking import touch
from vigie.tickets.models import Ticket
from vigie.tickets.rules.vocabulary import NoteKind, TicketState


class TierMoved(Refused):
    """The ticket has changed tier meanwhile."""

    code = "tier_moved"


class AlreadyHandedOver(Refused):
    """This ticket already waits for somebody to accept it."""

    code = "already_handed_over"


class AlreadyAnswered(Refused):
    """This question has its answer."""

    code = "already_answered"


class NothingWritten(Invalid):
    """A few words are needed."""

    code = "nothing_written"


@transaction.atomic(durable=True)
def hand_over_ticket(
    ticket_id: int,
    *,
    to_group: int,
    seen_tier: int,
    motive: Motive | None,
    words: str = "",
    emergency: bool = False,
    by: Actor,
    at: datetime,
) -> Handover:
    """
    Hand a ticket to another group, with all that is known of it.

    `seen_tier` is the tier the sender had on screen. Until somebody accepts, the sender keeps the ticket and its clocks
    run on; whoever speaks with the caller goes on doing so after that. A true emergency may go before it is complete.
    Raises: NotFound, Forbidden, TicketEnded, TierMoved, AlreadyHandedOver, and what `weigh_sending` raises.
    """
    ticket = hold_ticket(ticket_id, right="ticket.escalate", by=by)
    receiver = queries.groups_for(ticket.client_id).filter(pk=to_group).first()
    if receiver is None:
        raise NotFound
    if ticket.tier != seen_tier:
        raise TierMoved(tier=ticket.tier)
    if queries.open_handover(ticket.pk):
        raise AlreadyHandedOver
    sender = queries.sending_group(ticket, sender_id=author_of(by))
    policy = queries.escalation_policy(ticket.client_id)
    sending = _weigh(
        ticket, policy=policy, sender=sender, receiver=receiver, motive=motive, note=words, emergency=emergency, by=by
    )
    handover = _write(ticket, sending, policy=policy, sender=sender, receiver=receiver, by=by, at=at)
    handover.words = write_note(ticket, words, kind=NoteKind.NOTE, by=by, at=at)
    handover.save(update_fields=["words"])
    ticket.state = TicketState.HANDED_OVER
    touch(ticket, at, "state")
    _record_sending(ticket, handover, by=by, at=at)
    return handover


def _weigh(
    ticket: Ticket,
    *,
    policy: EscalationPolicy,
    sender: Group | None,
    receiver: Group,
    motive: Motive | None,
    note: str,
    emergency: bool,
    by: Actor,
) -> Sending:
    dossier = queries.dossier_of(ticket)
    return weigh_sending(
        dossier,
        policy=policy,
        stakes=queries.stakes_of(ticket, dossier),
        client_id=ticket.client_id,
        sender=queries.card(sender) if sender else None,
        from_tier=Tier(ticket.tier),
        to=queries.card(receiver),
        rounds=queries.rounds_of(ticket),
        motive=motive,
        note=note,
        emergency=emergency,
        may_skip=by.may("escalate.skip", client_id=ticket.client_id),
    )


def _write(
    ticket: Ticket,
    sending: Sending,
    *,
    policy: EscalationPolicy,
    sender: Group | None,
    receiver: Group,
    by: Actor,
    at: datetime,
) -> Handover:
    last = Handover.objects.filter(ticket=ticket).order_by("-round").first()
    hours = hours_of(ticket.client, at_year=at.year)[1]
    due = accept_by(ticket.level, policy=policy, at=at, open_time=hours.add_working)
    handover = Handover.objects.create(
        client_id=ticket.client_id,
        ticket=ticket,
        round=last.round + 1 if last else 1,
        from_tier=ticket.tier,
        from_group=sender,
        to_tier=receiver.tier,
        to_group=receiver,
        motive=sending.motive,
        payload=queries.snapshot(ticket),
        missing=list(sending.missing),
        emergency=sending.emergency,
        criticality=ticket.level,
        sent_by_id=author_of(by),
        sent_at=at,
        spokesperson_id=last.spokesperson_id if last else ticket.assignee_id or author_of(by),
        accept_due=due,
        lapse_due=due,
    )
    if not sending.complete:
        told = queries.supervisor_for(policy, sender, receiver)
        raise_alert(handover, AlertReason.EMERGENCY_INCOMPLETE, told=told, at=at)
    return handover


def _record_sending(ticket: Ticket, handover: Handover, *, by: Actor, at: datetime) -> None:
    record(
        "handover.sent",
        ticket,
        client_id=ticket.client_id,
        by=by,
        at=at,
        topics=topics_of(handover),
        handover=handover.pk,
        round=handover.round,
        from_tier=handover.from_tier,
        from_group=handover.from_group_id,
        to_tier=handover.to_tier,
        to_group=handover.to_group_id,
        motive=handover.motive,
        missing=handover.missing,
        emergency=handover.emergency,
        note=handover.words_id,
    )


@transaction.atomic(durable=True)
def complete_handover(handover_id: int, *, by: Actor, at: datetime) -> Handover:
    """
    Say that what an emergency left out is now known, and give it to the receiver.

    Raises: NotFound, Forbidden, TicketEnded, HandoverIncomplete (something is still missing).
    """
    ticket, handover = hold_handover(handover_id, right="ticket.escalate", by=by)
    if handover.is_complete:
        return handover
    policy = queries.escalation_policy(ticket.client_id)
    lacking = missing(queries.dossier_of(ticket), policy=policy, to=queries.card(handover.to_group))
    if lacking:
        raise HandoverIncomplete(missing=list(lacking))
    handover.payload = queries.snapshot(ticket)
    handover.completed_at = at
    handover.save(update_fields=["payload", "completed_at"])
    record(
        "handover.completed",
        ticket,
        client_id=ticket.client_id,
        by=by,
        at=at,
        topics=topics_of(handover, people=[handover.decided_by_id]),
        handover=handover.pk,
        missing=handover.missing,
    )
    return handover


@transaction.atomic(durable=True)
def take_back(handover_id: int, *, by: Actor, at: datetime) -> Handover:
    """
    Take a ticket back before anybody has accepted it.

    Raises: NotFound, Forbidden, TicketEnded, AlreadyDecided.
    """
    ticket, handover = hold_handover(handover_id, right="ticket.escalate", by=by)
    must_be_open(handover)
    handover.state, handover.decided_by_id, handover.decided_at = State.TAKEN_BACK, author_of(by), at
    handover.lapse_due = None
    handover.save(update_fields=["state", "decided_by", "decided_at", "lapse_due"])
    ticket.state = back_at_work(ticket)
    touch(ticket, at, "state")
    record(
        "handover.taken_back",
        ticket,
        client_id=ticket.client_id,
        by=by,
        at=at,
        topics=topics_of(handover),
        handover=handover.pk,
    )
    return handover


@transaction.atomic(durable=True)
def answer_question(question_id: int, *, text: str, source: AnswerSource, by: Actor, at: datetime) -> HandoverQuestion:
    """
    Answer what the receiver asked, saying where the answer comes from.

    Raises: NotFound, Forbidden, TicketEnded, AlreadyAnswered, NothingWritten.
    """
    handover_id = HandoverQuestion.objects.filter(pk=question_id).values_list("handover_id", flat=True).first()
    if handover_id is None:
        raise NotFound
    ticket, handover = hold_handover(handover_id, right="ticket.comment", by=by)
    question = HandoverQuestion.objects.select_related("question").get(pk=question_id)
    if question.answer_id:
        raise AlreadyAnswered
    question.answer = write_note(ticket, text, kind=NoteKind.ANSWER, by=by, at=at)
    if question.answer is None:
        raise NothingWritten
    question.source = source
    question.save(update_fields=["answer", "source"])
    record(
        "handover.answered",
        ticket,
        client_id=ticket.client_id,
        by=by,
        at=at,
        topics=topics_of(handover, people=[question.question.author_id]),
        handover=handover.pk,
        question=question.pk,
        source=source.value,
        note=question.answer_id,
    )
    return question
