"""Criticality: computed again when facts arrive, overridden by a person with a motive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from vigie.actors import Actor
from vigie.errors import Invalid, Refused
from vigie.tickets import queries
from vigie.tickets.actions.access import author_of, locked, must_not_be_closed
from vigie.tickets.actions.clocking import move_clocks, say, touch
from vigie.tickets.models import Fact, Note, Ticket
from vigie.tickets.rules.criticality import Assessment, assess
from vigie.tickets.rules.vocabulary import Criticality

WEIGHED = ("criticality", "provisional", "because", "criticality_version")
OVERRIDDEN = ("override", "override_motive", "override_by", "override_at")
SHORTEST_MOTIVE = 3


class MotiveNeeded(Invalid):
    """Say why."""

    code = "motive_needed"


class NoOverride(Refused):
    """The criticality of this ticket is the computed one."""

    code = "no_override"


@transaction.atomic
def override_criticality(ticket_id: int, *, to: Criticality, motive: str, by: Actor, at: datetime) -> Ticket:
    """
    Set a criticality beside the computed one, with the motive. Facts that arrive later do not erase it.

    Raises: NotFound, Forbidden, TicketClosed, MotiveNeeded.
    """
    ticket = locked(ticket_id, right="ticket.override", by=by)
    must_not_be_closed(ticket)
    if len(motive.strip()) < SHORTEST_MOTIVE:
        raise MotiveNeeded
    before = ticket.level
    ticket.override, ticket.override_motive = to.value, motive.strip()
    ticket.override_by_id, ticket.override_at = author_of(by), at
    touch(ticket, at, *OVERRIDDEN)
    note = Note.objects.create(ticket=ticket, text=ticket.override_motive, at=at, author_id=author_of(by))
    move_clocks(ticket, at=at)
    say(
        "criticality.overridden",
        ticket,
        by=by,
        at=at,
        before=before,
        after=to.value,
        computed=ticket.criticality,
        note=note.pk,
    )
    return ticket


@transaction.atomic
def lift_override(ticket_id: int, *, by: Actor, at: datetime) -> Ticket:
    """
    Return to the computed criticality.

    Raises: NotFound, Forbidden, TicketClosed, NoOverride.
    """
    ticket = locked(ticket_id, right="ticket.override", by=by)
    must_not_be_closed(ticket)
    if not ticket.override:
        raise NoOverride
    before = ticket.override
    ticket.override = ticket.override_motive = ""
    ticket.override_by_id = ticket.override_at = None
    touch(ticket, at, *OVERRIDDEN)
    move_clocks(ticket, at=at)
    say("criticality.override_lifted", ticket, by=by, at=at, before=before, after=ticket.criticality)
    return ticket


def weigh(ticket: Ticket, *, current: Mapping[str, Fact] | None = None) -> Assessment:
    """Compute the criticality of a ticket from what is known now; the caller saves WEIGHED and moves the clocks."""
    version, policy = queries.criticality_policy(ticket.client_id)
    assessment = assess(queries.facts_of(ticket, current=current), policy)
    ticket.criticality = assessment.criticality.value
    ticket.provisional = assessment.provisional
    ticket.because = [reason.as_json() for reason in assessment.because]
    ticket.criticality_version = version
    return assessment
