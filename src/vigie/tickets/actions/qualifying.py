"""Understanding: facts one by one, what was tried, what was read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from vigie.actors import Actor
from vigie.errors import Invalid, Refused
from vigie.tickets import queries
from vigie.tickets.actions.access import author_of, locked, must_not_be_closed
from vigie.tickets.actions.clocking import move_clocks, say, touch
from vigie.tickets.actions.opening import MIRRORED, mirror
from vigie.tickets.actions.weighing import WEIGHED, weigh
from vigie.tickets.models import Attempt, Fact, Reformulation, Ticket
from vigie.tickets.rules.fields import read_value
from vigie.tickets.rules.vocabulary import (
    CHOICES,
    REFERENCES,
    AttemptResult,
    FactValue,
    ReadBack,
    Source,
)

SHOWN_IN_LISTS = (*MIRRORED, *REFERENCES, "title")
SAME_BREATH = timedelta(minutes=1)  # the same person still typing the same text: one fact, not a correction


class StaleSave(Refused):
    """Somebody else changed this meanwhile. Both texts are kept."""

    code = "stale_save"


class TextNeeded(Invalid):
    """There is nothing to keep: the text is empty."""

    code = "text_needed"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save left behind: the fact's `revision` to be seen by the next one, and whether anything changed."""

    ticket: Ticket
    name: str
    value: FactValue
    revision: int
    at: datetime
    changed: bool


@transaction.atomic
def qualify_ticket(
    ticket_id: int,
    *,
    name: str,
    text: str,
    seen: int,
    source: Source = Source.AGENT,
    words: str = "",
    confidence: float = 1.0,
    by: Actor,
    at: datetime,
) -> Saved:
    """
    Keep one field of the qualification; the criticality and its clocks follow.

    `seen` is the revision of the field that the asker had on screen, 0 when it was empty. Saving what is already
    there changes nothing. What held before is kept, replaced by this.
    Raises: NotFound, Forbidden, TicketClosed, StaleSave, UnknownFact, ValueRefused.
    """
    ticket = locked(ticket_id, right="ticket.qualify", by=by)
    must_not_be_closed(ticket)
    value = read_value(name, text, fields=queries.fields_at(ticket))
    current = queries.current_facts(ticket)
    old = current.get(name)
    if (old.value if old else None) == value:
        return Saved(ticket, name, value, old.revision if old else 0, old.at if old else at, changed=False)
    if (old.revision if old else 0) != seen:
        raise StaleSave(
            name=name, yours=text, theirs=old.value if old else None, revision=old.revision if old else 0,
            author=old.author_id if old else None,
        )  # fmt: skip
    new = Fact(ticket=ticket, name=name, value=value, words=words, source=source.value, confidence=confidence, at=at)
    new.author_id = author_of(by)
    before, coded = ticket.level, name in CHOICES or name in REFERENCES
    kept = _keep(new, old)
    _follow(ticket, current | {name: kept}, name, at=at)
    say(
        "ticket.qualified",
        ticket,
        by=by,
        at=at,
        name=name,
        fact=kept.pk,
        source=source.value,
        quietly=ticket.level == before and name not in SHOWN_IN_LISTS,
        **({"before": old.value if old else None, "after": value} if coded else {}),
        **({"criticality_before": before, "criticality": ticket.level} if ticket.level != before else {}),
    )
    return Saved(ticket, name, value, kept.revision, at, changed=True)


@transaction.atomic
def add_attempt(
    ticket_id: int,
    *,
    action: str,
    result: AttemptResult,
    detail: str = "",
    source: Source = Source.CALLER,
    by: Actor,
    at: datetime,
) -> Attempt:
    """
    Keep an action already tried and what it gave; `source` tells who tried it.

    Raises: NotFound, Forbidden, TicketClosed, TextNeeded.
    """
    ticket = locked(ticket_id, right="ticket.qualify", by=by)
    must_not_be_closed(ticket)
    if not action.strip():
        raise TextNeeded
    attempt = Attempt.objects.create(
        ticket=ticket,
        action=action.strip(),
        result=result.value,
        detail=detail.strip(),
        source=source.value,
        at=at,
        author_id=author_of(by),
    )
    touch(ticket, at)
    say("attempt.added", ticket, by=by, at=at, attempt=attempt.pk, result=result.value, source=source.value)
    return attempt


@transaction.atomic
def confirm_reformulation(
    ticket_id: int, *, text: str, outcome: ReadBack, correction: str = "", by: Actor, at: datetime
) -> Reformulation:
    """
    Keep what was read back to the caller, and what the caller answered.

    Raises: NotFound, Forbidden, TicketClosed, TextNeeded.
    """
    ticket = locked(ticket_id, right="ticket.qualify", by=by)
    must_not_be_closed(ticket)
    if not text.strip() or (outcome is ReadBack.CORRECTED and not correction.strip()):
        raise TextNeeded
    read_back = Reformulation.objects.create(
        ticket=ticket,
        text=text.strip(),
        outcome=outcome.value,
        correction=correction.strip(),
        at=at,
        author_id=author_of(by),
    )
    touch(ticket, at)
    say("reformulation.answered", ticket, by=by, at=at, reformulation=read_back.pk, outcome=outcome.value)
    return read_back


def _keep(new: Fact, old: Fact | None) -> Fact:
    """Save `new` in the place of `old`, which stays readable; a text still being typed is one fact, not many."""
    if old is None:
        new.save()
        return new
    new.revision = old.revision + 1
    is_typing = isinstance(old.value, str) and old.name not in CHOICES and new.at - old.at < SAME_BREATH
    if is_typing and old.author_id == new.author_id and old.source == new.source and new.value is not None:
        old.value, old.revision = new.value, new.revision
        old.save(update_fields=["value", "revision"])
        return old
    old.is_current = False
    old.save(update_fields=["is_current"])
    new.save()
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    return new


def _follow(ticket: Ticket, current: dict[str, Fact], name: str, *, at: datetime) -> None:
    """Carry a changed fact into the ticket's columns, its criticality, its clocks and its search words."""
    before = ticket.level
    ticket.has_own_title = ticket.has_own_title or name == "title"
    mirror(ticket, name, current[name].value)
    weigh(ticket, current=current)
    ticket.search = queries.search_text(ticket.number, {key: fact.value for key, fact in current.items()})
    touch(ticket, at, *MIRRORED, *REFERENCES, "title", "has_own_title", "search", *WEIGHED)
    if ticket.level != before:
        move_clocks(ticket, at=at)
