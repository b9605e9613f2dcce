"""Hand-overs as the templates show them: values only, no query left to make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from vigie.actors import Actor
from vigie.escalation import labels
from vigie.escalation.models import Handover, HandoverQuestion
from vigie.escalation.rules.words import State
from vigie.tickets.actions.access import author_of
from vigie.tickets.labels import FACTS, attempt_result, fact_label, fact_text
from vigie.tickets.models import Ticket
from vigie.tickets.queries import fields_at
from vigie.tickets.rules.fields import Fields
from vigie.tickets.rules.vocabulary import REFERENCES, FactValue

_ORDER = tuple(FACTS)
Label = Any  # a text, or a promise of one in the reader's language


@dataclass(frozen=True, slots=True)
class QuestionRow:
    id: int
    text: str
    asked_by: str
    asked_at: datetime
    answer: str
    source: Label
    answered_by: str
    answered_at: datetime | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    name: str
    label: Label
    text: str
    words: str


@dataclass(frozen=True, slots=True)
class AttemptRow:
    action: str
    result: Label
    detail: str


@dataclass(frozen=True, slots=True)
class Given:
    """What the receiver is given to read."""

    title: str
    facts: tuple[FactRow, ...]
    attempts: tuple[AttemptRow, ...]
    reformulation: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One hand-over, and what its reader may do with it."""

    id: int
    ticket_id: int
    number: int
    title: str
    client: str
    criticality: str
    sender: str
    receiver: str
    motive: Label
    words: str
    sent_by: str
    sent_at: datetime
    spokesperson: str
    accept_due: datetime
    state: str
    state_label: Label
    is_open: bool
    emergency: bool
    is_complete: bool
    missing: tuple[Label, ...]
    decided_by: str
    decided_at: datetime | None
    refusal: Label
    refusal_words: str
    refusal_missing: tuple[Label, ...]
    questions: tuple[QuestionRow, ...]
    may_decide: bool
    may_take_back: bool
    may_complete: bool
    may_answer: bool

    @property
    def unanswered(self) -> int:
        return sum(question.answered_at is None for question in self.questions)


def with_people(handovers: QuerySet[Handover]) -> QuerySet[Handover]:
    """Return the hand-overs with all that a row names, in a fixed number of queries."""
    people = ("sent_by", "spokesperson", "decided_by", "from_group", "to_group", "words", "refusal_words")
    questions = ("questions__question__author", "questions__answer__author")
    return handovers.select_related("ticket", "client", *people).prefetch_related(*questions, "to_group__members")


def row(handover: Handover, *, reader: Actor, fields: Fields | None = None) -> HandoverRow:
    """Return a hand-over fetched by `with_people` as its reader sees it."""
    ticket, own = handover.ticket, fields or Fields()
    sender = handover.from_group.name if handover.from_group else labels.TIERS[handover.from_tier]
    is_live = ticket.is_live

    def may(right: str) -> bool:
        return is_live and reader.may(right, client_id=handover.client_id)

    return HandoverRow(
        id=handover.pk,
        ticket_id=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        client=handover.client.name,
        criticality=ticket.level,
        sender=sender,
        receiver=handover.to_group.name,
        motive=labels.MOTIVES[handover.motive],
        words=handover.words.text if handover.words else "",
        sent_by=str(handover.sent_by or ""),
        sent_at=handover.sent_at,
        spokesperson=str(handover.spokesperson or ""),
        accept_due=handover.accept_due,
        state=handover.state,
        state_label=labels.STATES[handover.state],
        is_open=handover.is_open,
        emergency=handover.emergency,
        is_complete=handover.is_complete,
        missing=() if handover.completed_at else names(handover.missing, own),
        decided_by=str(handover.decided_by or ""),
        decided_at=handover.decided_at,
        refusal=labels.REFUSALS.get(handover.refusal_motive, ""),
        refusal_words=handover.refusal_words.text if handover.refusal_words else "",
        refusal_missing=names(handover.refusal_missing, own),
        questions=tuple(_question(question, reader=reader) for question in handover.questions.all()),
        may_decide=may("handover.decide") and handover.is_open and _receives(handover, reader),
        may_take_back=may("ticket.escalate") and handover.is_open and not _receives(handover, reader),
        may_complete=may("ticket.escalate") and not handover.is_complete and handover.state != State.REFUSED,
        may_answer=may("ticket.comment"),
    )


def names(codes: Iterable[str], fields: Fields) -> tuple[Label, ...]:
    """Return what the facts of these names are called."""
    return tuple(fact_label(code, fields) for code in codes)


def named(codes: Iterable[str], fields: Fields) -> list[tuple[str, Label]]:
    """Return each name with what it is called, for a list of choices."""
    return [(code, fact_label(code, fields)) for code in codes]


def given(payload: Mapping[str, Any], ticket: Ticket, *, reader: Actor) -> Given:
    """Return what a hand-over carries, in the words of the reader's language; who called only if he may know it."""
    fields = fields_at(ticket)
    hidden = {"title"} if reader.may("caller.see", client_id=ticket.client_id) else {"title", "contact"}
    read_back = payload.get("reformulation") or {}
    return Given(
        title=payload["title"],
        facts=tuple(
            FactRow(name, fact_label(name, fields), _text(name, fact["value"], ticket, fields), fact["words"])
            for name, fact in sorted(payload["facts"].items(), key=_as_in_the_form)
            if name not in hidden
        ),
        attempts=tuple(
            AttemptRow(tried["action"], attempt_result(tried["result"]), tried["detail"])
            for tried in payload["attempts"]
        ),
        reformulation=read_back.get("text", ""),
        is_confirmed=read_back.get("outcome") == "confirmed",
    )


def _as_in_the_form(fact: tuple[str, Any]) -> tuple[int, str]:
    """Order facts as people are asked for them, the client's own last."""
    name = fact[0]
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


def _text(name: str, value: FactValue, ticket: Ticket, fields: Fields) -> Label:
    """Return how a fact reads; a site, an equipment and a contact are kept by number and read by name."""
    related = getattr(ticket, name) if name in REFERENCES else None
    return str(related) if related is not None and related.pk == value else fact_text(name, value, fields)


def _receives(handover: Handover, reader: Actor) -> bool:
    if reader.may("agent.steer", client_id=handover.client_id):
        return True
    return author_of(reader) in {member.pk for member in handover.to_group.members.all()}


def _question(question: HandoverQuestion, *, reader: Actor) -> QuestionRow:
    answer = question.answer
    return QuestionRow(
        id=question.pk,
        text=question.question.text,
        asked_by=str(question.question.author or ""),
        asked_at=question.question.at,
        answer=answer.text if answer else "",
        source=labels.SOURCES.get(question.source, ""),
        answered_by=str(answer.author or "") if answer else "",
        answered_at=answer.at if answer else None,
        is_mine=question.question.author_id == author_of(reader),
    )
