"""Tickets to hand over. A row is made as the database holds it; the journeys make them as people do."""

from __future__ import annotations

from datetime import datetime, timedelta

from cast import AT, Cast, acting
from vigie.directory.models import Staff
from vigie.escalation.actions.receive import refuse_handover
from vigie.escalation.actions.send import hand_over_ticket
from vigie.escalation.models import Handover
from vigie.escalation.rules.words import Motive, RefusalMotive
from vigie.tickets.models import Attempt, Fact, Ticket
from vigie.tickets.rules.vocabulary import AttemptResult, Criticality, Source

KNOWN = {
    "symptom": "La cellule de comptage s'arrête",
    "context": "Au changement de format",
    "frequency": "often",
    "environment": "pharmaceutical",
}


def make_ticket(
    cast: Cast, *, criticality: Criticality = Criticality.P3, known: bool = True, at: datetime = AT
) -> Ticket:
    """Return a ticket of the cast's agent; `known` says whether it holds all that a hand-over needs."""
    number = Ticket.objects.filter(client=cast.client).count() + 1
    ticket = Ticket.objects.create(
        client=cast.client,
        number=number,
        group=cast.n1,
        assignee=cast.agent,
        contact=cast.contact,
        site=cast.site,
        equipment=cast.equipment,
        state="in_progress",
        title="Arrêts de la ligne blister 2",
        criticality=criticality,
        opened_at=AT,
        opened_by=cast.agent,
        updated_at=AT,
    )
    if known:
        learn(ticket, **KNOWN)
        tried(ticket)
    return ticket


def learn(ticket: Ticket, **facts: str) -> None:
    Fact.objects.bulk_create(
        Fact(ticket=ticket, name=name, value=value, source=Source.CALLER, at=AT) for name, value in facts.items()
    )


def tried(ticket: Ticket) -> None:
    Attempt.objects.create(ticket=ticket, action="Redémarrage du capteur", result=AttemptResult.BETTER, at=AT)


def hand_over(cast: Cast, ticket: Ticket, *, by: Staff | None = None, at: datetime = AT, **changes: object) -> Handover:
    """Hand the ticket from N1 to N2, or as `changes` say."""
    given = {"to_group": cast.n2.pk, "seen_tier": 1, "motive": Motive.SKILL, **changes}
    return hand_over_ticket(ticket.pk, by=acting(by or cast.agent), at=at, **given)  # type: ignore[arg-type]


def refuse(cast: Cast, handover: Handover, *, at: datetime = AT + timedelta(minutes=5), **changes: object) -> Handover:
    given = {"motive": RefusalMotive.INCOMPLETE, "lacking": ["context"], **changes}
    return refuse_handover(handover.pk, by=acting(cast.expert2), at=at, **given)  # type: ignore[arg-type]
