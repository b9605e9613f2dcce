"""Words: notes, replies to the caller, drafts, and who is looking."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from vigie.actors import Actor
from vigie.errors import Forbidden
from vigie.journal.actions import announce
from vigie.tickets.actions.access import author_of, locked, must_not_be_closed
from vigie.tickets.actions.clocking import meet, say, touch
from vigie.tickets.actions.qualifying import TextNeeded
from vigie.tickets.models import Draft, Note, Ticket, Viewer
from vigie.tickets.rules.fields import LONGEST_TEXT, UnknownFact, ValueRefused
from vigie.tickets.rules.vocabulary import CommitmentKind, NoteKind, TicketState

LOOKING_FOR = timedelta(seconds=45)
LONGEST_FIELD = 60


@transaction.atomic
def add_note(ticket_id: int, *, text: str, kind: NoteKind = NoteKind.NOTE, by: Actor, at: datetime) -> Note:
    """
    Write on the timeline. A reply to the caller is a first answer; a note among ourselves is not.

    Raises: NotFound, Forbidden, TicketClosed, TextNeeded.
    """
    ticket = locked(ticket_id, right="ticket.comment", by=by)
    must_not_be_closed(ticket)
    if not text.strip():
        raise TextNeeded
    if len(text) > LONGEST_TEXT:
        raise ValueRefused(name="text", reason="too_long", longest=LONGEST_TEXT)
    note = Note.objects.create(ticket=ticket, kind=kind.value, text=text.strip(), at=at, author_id=author_of(by))
    if kind is NoteKind.REPLY and ticket.state != TicketState.RESOLVED:
        meet(ticket, CommitmentKind.TAKE_CHARGE, at=at)
    touch(ticket, at)
    say("note.added", ticket, by=by, at=at, note=note.pk, kind=kind.value)
    return note


def save_draft(ticket: Ticket, *, field: str, text: str, by: Actor, at: datetime) -> None:
    """
    Keep what somebody has typed and not sent. An empty text forgets it. No journal entry: nothing was said yet.

    Raises: Forbidden, NotFound, UnknownFact.
    """
    by.must("ticket.comment", client_id=ticket.client_id)
    staff_id = author_of(by)
    if staff_id is None:
        raise Forbidden
    if not field or len(field) > LONGEST_FIELD:
        raise UnknownFact(name=field)
    if not text:
        Draft.objects.filter(staff_id=staff_id, ticket=ticket, field=field).delete()
        return
    Draft.objects.update_or_create(
        staff_id=staff_id, ticket=ticket, field=field, defaults={"text": text[:LONGEST_TEXT], "at": at}
    )


def look(ticket: Ticket, *, by: Actor, at: datetime) -> None:
    """Say that somebody has the ticket on screen; those who already had it are told when he arrives."""
    staff_id = author_of(by)
    if staff_id is None:
        return
    known = Viewer.objects.filter(ticket=ticket, staff_id=staff_id, seen_at__gt=at - LOOKING_FOR).exists()
    Viewer.objects.update_or_create(ticket=ticket, staff_id=staff_id, defaults={"seen_at": at})
    if not known:
        announce(f"viewers-{ticket.pk}")
