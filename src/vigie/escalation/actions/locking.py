"""Taking hold of a ticket and its hand-over, in the one order that cannot deadlock, and who may do what with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vigie.actors import Actor
from vigie.directory.models import Staff
from vigie.errors import Forbidden, NotFound, Refused
from vigie.escalation.models import Handover, HierarchicalAlert
from vigie.escalation.queries import receives_for
from vigie.escalation.rules.words import AlertReason
from vigie.tickets.actions.access import author_of, locked, must_be_live
from vigie.tickets.models import Note, Ticket
from vigie.tickets.rules.vocabulary import NoteKind, TicketState


class AlreadyDecided(Refused):
    """Somebody has already decided on this hand-over."""

    code = "already_decided"


def hold_ticket(ticket_id: int, *, right: str, by: Actor) -> Ticket:
    """Lock a live ticket. Raises: NotFound, Forbidden, TicketEnded."""
    ticket = locked(ticket_id, right=right, by=by)
    must_be_live(ticket)
    return ticket


def hold_handover(handover_id: int, *, right: str, by: Actor) -> tuple[Ticket, Handover]:
    """Lock a hand-over and its live ticket. Raises: NotFound, Forbidden, TicketEnded."""
    ticket_id = Handover.objects.filter(pk=handover_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        raise NotFound
    ticket = hold_ticket(ticket_id, right=right, by=by)
    rows = Handover.objects.select_for_update(of=("self",))
    return ticket, rows.select_related("to_group", "from_group", "decided_by").get(pk=handover_id)


def must_be_open(handover: Handover) -> None:
    """Raises: AlreadyDecided, with who decided what."""
    if not handover.is_open:
        raise AlreadyDecided(state=handover.state, winner=str(handover.decided_by or ""), at=handover.decided_at)


def must_receive(handover: Handover, *, by: Actor) -> None:
    """Raises: Forbidden unless the actor belongs to the receiving group, or steers its agents."""
    if not receives_for(handover.to_group, staff_id=author_of(by)) and not by.may(
        "agent.steer", client_id=handover.client_id
    ):
        raise Forbidden(right="handover.decide", group=handover.to_group_id)


def write_note(ticket: Ticket, text: str, *, kind: NoteKind, by: Actor, at: datetime) -> Note | None:
    """Put words on the ticket's timeline; None when there are none."""
    if not text.strip():
        return None
    return Note.objects.create(ticket=ticket, kind=kind, text=text.strip(), at=at, author_id=author_of(by))


def back_at_work(ticket: Ticket) -> TicketState:
    """Return the state of a ticket that comes back: what it waited for before, it still waits for."""
    waits = ticket.pauses.filter(ended_at=None).exists()
    return TicketState.WAITING if waits else TicketState.IN_PROGRESS


def raise_alert(handover: Handover, reason: AlertReason, *, told: Staff | None, at: datetime) -> None:
    """Bring a hand-over before a supervisor: `told`, or every supervisor of the client when nobody is named."""
    HierarchicalAlert.objects.create(
        client_id=handover.client_id,
        ticket_id=handover.ticket_id,
        handover=handover,
        reason=reason,
        told=told,
        raised_at=at,
    )


def topics_of(handover: Handover, *, people: Iterable[int | None] = ()) -> list[str]:
    """Return the screens to refresh: the receivers' inbox, the wallboard, and those of some people."""
    told = {handover.sent_by_id, handover.spokesperson_id, *people} - {None}
    return [f"inbox-{handover.to_group_id}", "wallboard", *(f"agent-{person}" for person in sorted(told, key=str))]
