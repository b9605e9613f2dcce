"""The first two steps of every action on a ticket: the right and the lock."""

from __future__ import annotations

from vigie.actors import Actor, ActorKind
from vigie.errors import NotFound, Refused
from vigie.tickets.models import Ticket
from vigie.tickets.rules.vocabulary import TicketState


class TicketClosed(Refused):
    """This ticket is closed."""

    code = "ticket_closed"


class TicketEnded(Refused):
    """This ticket is resolved or closed: reopen it first."""

    code = "ticket_ended"


def locked(ticket_id: int, *, right: str, by: Actor) -> Ticket:
    """
    Return the ticket, locked until the end of the transaction.

    Raises: NotFound, Forbidden.
    """
    related = Ticket.objects.select_related("client", "equipment", "site")
    ticket = related.select_for_update(of=("self",)).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    by.must(right, client_id=ticket.client_id)
    return ticket


def must_not_be_closed(ticket: Ticket) -> None:
    """Raises: TicketClosed."""
    if ticket.state == TicketState.CLOSED:
        raise TicketClosed


def must_be_live(ticket: Ticket) -> None:
    """Raises: TicketEnded."""
    if not ticket.is_live:
        raise TicketEnded


def author_of(by: Actor) -> int | None:
    """Return the staff id of who acts; None when it is not a member of the staff."""
    return by.id if by.kind is ActorKind.STAFF else None
