"""The end of a ticket, and its return."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vigie.actors import Actor
from vigie.errors import Invalid, Refused
from vigie.tickets.actions.access import author_of, locked, must_be_live
from vigie.tickets.actions.clocking import end_pause, meet, move_clocks, say, touch
from vigie.tickets.actions.weighing import MotiveNeeded
from vigie.tickets.models import Commitment, Note, Pause, Ticket
from vigie.tickets.queries import service_levels_at
from vigie.tickets.rules.clocks import Resolved
from vigie.tickets.rules.resolution import missing_to_resolve, stands_in_for_the_expert
from vigie.tickets.rules.vocabulary import (
    Awaited,
    ClosureCode,
    CommitmentKind,
    PauseReason,
    TicketState,
)

ENDING = ("state", "resolved_at", "closed_at", "closure_code", "cause", "solution", "reopened")


class ResolutionIncomplete(Invalid):
    """Say what it was and what was done. `missing` names what is still to be written."""

    code = "resolution_incomplete"


class OutsidePerimeter(Refused):
    """This lies outside the perimeter of your level: hand it to the expert, or pass it to who answers for it."""

    code = "outside_perimeter"


class NotResolved(Refused):
    """This ticket is not resolved."""

    code = "not_resolved"


@transaction.atomic
def resolve_ticket(
    ticket_id: int, *, code: ClosureCode, cause: str = "", solution: str = "", by: Actor, at: datetime
) -> Ticket:
    """
    End a ticket: what it was, what was done, under one closure code.

    Raises: NotFound, Forbidden, TicketEnded, OutsidePerimeter, ResolutionIncomplete.
    """
    ticket = locked(ticket_id, right="ticket.resolve", by=by)
    must_be_live(ticket)
    if stands_in_for_the_expert(code, type_=ticket.type, tier=ticket.tier):
        raise OutsidePerimeter
    missing = missing_to_resolve(code, cause=cause, solution=solution)
    if missing:
        raise ResolutionIncomplete(missing=list(missing))
    before = ticket.state
    end_pause(ticket, at=at)
    ticket.state, ticket.closure_code, ticket.resolved_at = TicketState.RESOLVED.value, code.value, at
    ticket.cause, ticket.solution = cause.strip(), solution.strip()
    touch(ticket, at, *ENDING)
    move_clocks(ticket, at=at)
    for kind in CommitmentKind:
        meet(ticket, kind, at=at)
    say("ticket.resolved", ticket, by=by, at=at, before=before, after=ticket.state, closure_code=code.value)
    return ticket


@transaction.atomic
def reopen_ticket(ticket_id: int, *, motive: str, by: Actor, at: datetime) -> Ticket:
    """
    Take a resolved or closed ticket up again. The contract says whether the time in between counts.

    Raises: NotFound, Forbidden, NotResolved, MotiveNeeded.
    """
    ticket = locked(ticket_id, right="ticket.resolve", by=by)
    if ticket.is_live or ticket.resolved_at is None:
        raise NotResolved
    if not motive.strip():
        raise MotiveNeeded
    before = ticket.state
    commitment = Commitment.objects.get(ticket=ticket, kind=CommitmentKind.RESOLVE.value)
    levels = service_levels_at(ticket.client_id, commitment.levels_version)
    if levels.count_resolved_as is Resolved.PAUSE:
        Pause.objects.create(
            ticket=ticket,
            reason=PauseReason.RESOLVED.value,
            awaited=Awaited.NOBODY.value,
            started_at=ticket.resolved_at,
            ended_at=at,
            author_id=author_of(by),
        )
    note = Note.objects.create(ticket=ticket, text=motive.strip(), at=at, author_id=author_of(by))
    ticket.state, ticket.closure_code = TicketState.IN_PROGRESS.value, ""
    ticket.resolved_at = ticket.closed_at = None
    ticket.reopened += 1
    touch(ticket, at, *ENDING)
    commitment.met_at = None
    commitment.save(update_fields=["met_at"])
    move_clocks(ticket, at=at)
    say("ticket.reopened", ticket, by=by, at=at, before=before, after=ticket.state, times=ticket.reopened, note=note.pk)
    return ticket


@transaction.atomic
def close_ticket(ticket_id: int, *, by: Actor, at: datetime) -> Ticket:
    """
    Close a resolved ticket for good.

    Raises: NotFound, Forbidden, NotResolved.
    """
    ticket = locked(ticket_id, right="ticket.resolve", by=by)
    if ticket.state != TicketState.RESOLVED:
        raise NotResolved
    ticket.state, ticket.closed_at = TicketState.CLOSED.value, at
    touch(ticket, at, *ENDING)
    say("ticket.closed", ticket, by=by, at=at, before=TicketState.RESOLVED.value, after=ticket.state)
    return ticket
