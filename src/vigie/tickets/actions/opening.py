"""From a call, or from nothing, to a ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import connection, transaction
from django.db.models import QuerySet

from vigie.actors import Actor, ActorKind
from vigie.calls.models import Call, CallFact
from vigie.directory.models import Client, Contact, Equipment, Site
from vigie.errors import NotFound
from vigie.tickets import queries
from vigie.tickets.actions.access import author_of, locked, must_not_be_closed
from vigie.tickets.actions.clocking import meet, move_clocks, say, start_clocks, touch
from vigie.tickets.actions.weighing import WEIGHED, weigh
from vigie.tickets.models import Fact, Ticket, TicketCall
from vigie.tickets.rules.vocabulary import (
    REFERENCES,
    CommitmentKind,
    Consequence,
    FactValue,
    Source,
    TicketState,
    TicketType,
    YesNo,
)

MIRRORED = ("type", "perceived_urgency")
TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """One fact a ticket starts with. `words` are those of the caller."""

    name: str
    value: FactValue
    words: str = ""
    source: Source = Source.AGENT
    confidence: float = 1.0


# What the attendant calls things → (our fact, our value for each of its values).
_TOPICS = {"incident": TicketType.TECHNICAL_INCIDENT.value, "assistance": TicketType.ASSISTANCE.value}
_IMPACTS = {
    "stopped": Consequence.STOPPED.value,
    "hindered": Consequence.HINDERED.value,
    "unaffected": Consequence.DISCOMFORT.value,
}
_YES_NO = {"yes": YesNo.YES.value, "no": YesNo.NO.value}
_FROM_BOT: Mapping[str, tuple[str, Callable[[str], FactValue]]] = MappingProxyType(
    {
        "topic": ("type", _TOPICS.get),
        "description": ("symptom", str),
        "impact": ("consequence", _IMPACTS.get),
        "danger": ("safety", _YES_NO.get),
        "called_before": ("called_before", _YES_NO.get),
        **{name: (name, lambda text: int(text) if text.isdecimal() else None) for name in REFERENCES},
    }
)


@transaction.atomic
def open_ticket(
    client_id: int,
    *,
    call_id: int | None = None,
    heard: Iterable[Heard] = (),
    language: str = "",
    by: Actor,
    at: datetime,
) -> Ticket:
    """
    Open a ticket for a client. From a call, what the attendant learned comes along, and the same call opens it once.

    A ticket opened by the person who has the caller on the line is taken in charge at once.
    Raises: NotFound, Forbidden.
    """
    by.must("ticket.open", client_id=client_id)
    client = Client.objects.filter(pk=client_id).first()
    if client is None:
        raise NotFound
    call = None if call_id is None else _call(call_id, client_id)
    if call is not None and (known := _opened_by(call)) is not None:
        return known
    facts = {fact.name: fact for fact in [*(_from_call(call) if call else ()), *heard] if fact.value is not None}
    ticket = Ticket(client=client, opened_at=at, updated_at=at, opened_by_id=author_of(by))
    ticket.language = language or (call.language if call else "") or next(iter(client.languages), "fr")
    rows = _first_facts(ticket, facts.values(), by=by, at=at)
    if call is not None and by.kind is ActorKind.STAFF:
        ticket.assignee_id, ticket.state = by.id, TicketState.IN_PROGRESS.value
    ticket.number = _next_number(client_id)
    ticket.fields_version, _ = queries.fields_of(client_id)
    known_values = {name: row.value for name, row in rows.items()}
    ticket.search = queries.search_text(ticket.number, known_values)
    weigh(ticket, current=rows)
    ticket.save()
    for row in rows.values():
        row.ticket = ticket
    Fact.objects.bulk_create(rows.values())
    start_clocks(ticket, at=at)
    if call is not None:
        TicketCall.objects.create(ticket=ticket, call=call, client=client, opened_it=True, at=at, by_id=author_of(by))
        if ticket.assignee_id is not None:
            meet(ticket, CommitmentKind.TAKE_CHARGE, at=at)
    say("ticket.opened", ticket, by=by, at=at, number=ticket.number, call=call_id, criticality=ticket.criticality)
    return ticket


@transaction.atomic
def attach_call(ticket_id: int, *, call_id: int, by: Actor, at: datetime) -> Ticket:
    """
    Say that a call is about an existing ticket. What the attendant learned fills what was not known, and no more.

    Attaching twice changes nothing. Raises: NotFound (also for a call of another client), Forbidden, TicketClosed.
    """
    ticket = locked(ticket_id, right="ticket.qualify", by=by)
    must_not_be_closed(ticket)
    call = _call(call_id, ticket.client_id)
    _, is_new = TicketCall.objects.get_or_create(
        ticket=ticket, call=call, defaults={"client_id": ticket.client_id, "at": at, "by_id": author_of(by)}
    )
    if not is_new:
        return ticket
    current = queries.current_facts(ticket)
    news = [fact for fact in _from_call(call) if fact.name not in current and fact.value is not None]
    rows = _first_facts(ticket, news, by=by, at=at)
    Fact.objects.bulk_create(rows.values())
    before = ticket.level
    weigh(ticket, current={**current, **rows})
    touch(ticket, at, *MIRRORED, *REFERENCES, "title", *WEIGHED)
    if ticket.level != before:
        move_clocks(ticket, at=at)
    say("ticket.call_attached", ticket, by=by, at=at, call=call_id, before=before, after=ticket.level)
    return ticket


def _call(call_id: int, client_id: int) -> Call:
    """Return the call, locked, so that two screens do not open two tickets from it."""
    call = Call.objects.select_for_update(no_key=True).filter(pk=call_id, client_id=client_id).first()
    if call is None:
        raise NotFound
    return call


def _opened_by(call: Call) -> Ticket | None:
    link = TicketCall.objects.filter(call=call, opened_it=True).select_related("ticket").first()
    return link.ticket if link else None


def _from_call(call: Call) -> Iterator[Heard]:
    """Yield what the attendant learned, then what the caller's number told."""
    seen = set()
    for fact in CallFact.objects.filter(call=call):
        name, translate = _FROM_BOT.get(fact.name, ("", str))
        value = translate(str(fact.value)) if name else None
        if value is not None:
            seen.add(name)
            yield Heard(name, value, fact.words, Source.BOT, fact.confidence)
    for name in REFERENCES:
        value = getattr(call, f"{name}_id")
        if value is not None and name not in seen:
            yield Heard(name, value, source=Source.BOT)


def _first_facts(ticket: Ticket, heard: Iterable[Heard], *, by: Actor, at: datetime) -> dict[str, Fact]:
    """Make the rows of new facts and put on the ticket what its columns repeat; nothing is saved yet."""
    rows = {}
    for fact in heard:
        mirror(ticket, fact.name, fact.value)
        author = author_of(by) if fact.source is not Source.BOT else None
        rows[fact.name] = Fact(
            ticket=ticket if ticket.pk else None,
            name=fact.name,
            value=fact.value,
            words=fact.words,
            source=fact.source.value,
            confidence=fact.confidence,
            at=at,
            author_id=author,
        )
    return rows


def mirror(ticket: Ticket, name: str, value: FactValue) -> None:
    """
    Repeat a fact in the ticket's own columns, for lists. The title follows the symptom until somebody gives it one.

    Raises: NotFound (a site, equipment or contact of another client).
    """
    if name in REFERENCES:
        setattr(ticket, name, None if value is None else _owned(name, value, ticket.client_id))
        if name == "equipment" and ticket.equipment is not None and ticket.site is None:
            ticket.site = ticket.equipment.site
    elif name in MIRRORED:
        setattr(ticket, name, "" if value is None else value)
    elif name == "title" or (name == "symptom" and not ticket.has_own_title):
        ticket.title = " ".join(str(value or "").split())[:TITLE_LENGTH]


def _owned(name: str, pk: FactValue, client_id: int) -> Site | Equipment | Contact:
    owned: QuerySet[Site] | QuerySet[Equipment] | QuerySet[Contact]
    match name:
        case "site":
            owned = Site.objects.filter(client_id=client_id)
        case "equipment":
            owned = Equipment.objects.filter(client_id=client_id)
        case _:
            owned = Contact.objects.filter(client_id=client_id)
    row = owned.filter(pk=int(pk or 0)).first()
    if row is None:
        raise NotFound
    return row


def _next_number(client_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into tickets_ticketcounter (client_id, last) values (%s, 1) "
            "on conflict (client_id) do update set last = tickets_ticketcounter.last + 1 returning last",
            [client_id],
        )
        return int(cursor.fetchone()[0])
