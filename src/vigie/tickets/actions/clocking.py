"""The clocks of a ticket: started, moved, paused, met; warned of and breached exactly once."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import transaction

from vigie.actors import SYSTEM, Actor
from vigie.directory.calendars import hours_of
from vigie.directory.rules import Hours
from vigie.errors import Refused
from vigie.journal.actions import record
from vigie.tickets.actions.access import author_of, locked, must_be_live
from vigie.tickets.models import CalendarSnapshot, Commitment, Pause, Ticket
from vigie.tickets.queries import service_levels, service_levels_at
from vigie.tickets.rules.clocks import Span, clock
from vigie.tickets.rules.vocabulary import Awaited, CommitmentKind, PauseReason, TicketState

RETRY_AFTER = timedelta(minutes=1)
logger = logging.getLogger(__name__)


class AlreadyPaused(Refused):
    """The clocks of this ticket are already paused."""

    code = "already_paused"


class NotPaused(Refused):
    """The clocks of this ticket are running."""

    code = "not_paused"


@transaction.atomic
def take_charge(ticket_id: int, *, by: Actor, at: datetime) -> Ticket:
    """
    Make the asker answerable for the ticket; the clock of taking charge is met.

    Raises: NotFound, Forbidden, TicketEnded.
    """
    ticket = locked(ticket_id, right="ticket.qualify", by=by)
    must_be_live(ticket)
    before = {"assignee": ticket.assignee_id, "state": ticket.state}
    ticket.assignee_id = author_of(by)
    if ticket.state == TicketState.OPEN:
        ticket.state = TicketState.IN_PROGRESS
    touch(ticket, at, "assignee", "state")
    meet(ticket, CommitmentKind.TAKE_CHARGE, at=at)
    after = {"assignee": ticket.assignee_id, "state": str(ticket.state)}
    say("ticket.taken", ticket, by=by, at=at, before=before, after=after)
    return ticket


@transaction.atomic
def pause_clocks(ticket_id: int, *, reason: PauseReason, awaited: Awaited, by: Actor, at: datetime) -> Pause:
    """
    Stop the clocks while somebody else's move is awaited.

    Raises: NotFound, Forbidden, TicketEnded, AlreadyPaused.
    """
    ticket = locked(ticket_id, right="ticket.qualify", by=by)
    must_be_live(ticket)
    if Pause.objects.filter(ticket=ticket, ended_at=None).exists():
        raise AlreadyPaused
    pause = Pause.objects.create(
        ticket=ticket, reason=reason.value, awaited=awaited.value, started_at=at, author_id=author_of(by)
    )
    before = ticket.state
    if ticket.state in (TicketState.OPEN, TicketState.IN_PROGRESS):
        ticket.state = TicketState.WAITING
    touch(ticket, at, "state")
    move_clocks(ticket, at=at)
    say("ticket.paused", ticket, by=by, at=at, reason=reason.value, awaited=awaited.value, before=before)
    return pause


@transaction.atomic
def resume_clocks(ticket_id: int, *, by: Actor, at: datetime) -> Pause:
    """
    Let the clocks of a ticket run again.

    Raises: NotFound, Forbidden, NotPaused.
    """
    ticket = locked(ticket_id, right="ticket.qualify", by=by)
    pause = end_pause(ticket, at=at)
    if pause is None:
        raise NotPaused
    if ticket.state == TicketState.WAITING:
        ticket.state = TicketState.IN_PROGRESS
    touch(ticket, at, "state")
    move_clocks(ticket, at=at)
    say("ticket.resumed", ticket, by=by, at=at, reason=pause.reason, after=str(ticket.state))
    return pause


def start_clocks(ticket: Ticket, *, at: datetime) -> list[Commitment]:
    """Write down what the contract commits to for a new ticket, with the calendar of today."""
    version, levels = service_levels(ticket.client_id)
    hours_version, hours = hours_of(ticket.client, at_year=at.year, subdivision=_subdivision(ticket))
    calendar = _snapshot(ticket, hours, version=hours_version)
    commitments = []
    for kind in CommitmentKind:
        commitment = Commitment(
            ticket=ticket, kind=kind.value, calendar=calendar, levels_version=version, started_at=ticket.opened_at
        )
        target = levels.targets[ticket.level, kind]
        _set(commitment, levels.hours_for(ticket.level, hours), target, [])
        commitments.append(commitment)
    return Commitment.objects.bulk_create(commitments)


def move_clocks(ticket: Ticket, *, at: datetime) -> None:
    """
    Compute again what is not met yet: the target may have changed, or the pauses.

    What has run is kept: a due date depends on the opening, the target and the pauses, never on what was due before.
    The contract and the calendar are those of the opening.
    """
    spans = [Span(pause.started_at, pause.ended_at) for pause in Pause.objects.filter(ticket=ticket)]
    for commitment in Commitment.objects.filter(ticket=ticket, met_at=None).select_related("calendar"):
        levels = service_levels_at(ticket.client_id, commitment.levels_version)
        hours = levels.hours_for(ticket.level, Hours.from_body(commitment.calendar.body))
        _set(commitment, hours, levels.targets[ticket.level, CommitmentKind(commitment.kind)], spans)
        commitment.save(update_fields=["target_s", "due_at", "look_due"])


def meet(ticket: Ticket, kind: CommitmentKind, *, at: datetime) -> None:
    """Stop a clock because what it waits for has happened. Met too late, it is still looked at once: for the breach."""
    for commitment in Commitment.objects.filter(ticket=ticket, kind=kind.value, met_at=None):
        commitment.met_at = at
        if commitment.due_at is None or at < commitment.due_at:
            commitment.look_due = None
        commitment.save(update_fields=["met_at", "look_due"])


def end_pause(ticket: Ticket, *, at: datetime) -> Pause | None:
    """Close the open pause of a ticket, if there is one."""
    pause = Pause.objects.filter(ticket=ticket, ended_at=None).first()
    if pause is not None:
        pause.ended_at = at
        pause.save(update_fields=["ended_at"])
    return pause


def touch(ticket: Ticket, at: datetime, *fields: str) -> None:
    """Save the changed `fields` of a locked ticket and number the change."""
    ticket.revision += 1
    ticket.updated_at = at
    ticket.save(update_fields=[*dict.fromkeys(fields), "revision", "updated_at"])


def say(code: str, ticket: Ticket, *, by: Actor, at: datetime, quietly: bool = False, **facts: object) -> None:
    """
    Write the one journal entry of an action on a ticket, and tell the screens that watch it.

    `quietly` leaves out the wallboard and the assignee: nothing that they show has changed.
    """
    topics = [] if quietly else ["wallboard"]
    if ticket.assignee_id is not None and not quietly:
        topics.append(f"agent-{ticket.assignee_id}")
    record(code, ticket, client_id=ticket.client_id, by=by, at=at, topics=topics, **facts)


def look_at_next_clock(at: datetime) -> bool:
    """Warn of, or mark as breached, the commitment that has waited longest for it; tell whether there was one."""
    due = Commitment.objects.filter(look_due__lte=at).order_by("look_due")
    with transaction.atomic():
        commitment = due.select_for_update(skip_locked=True, of=("self",)).select_related("ticket").first()
        if commitment is None:
            return False
        try:
            with transaction.atomic():
                _warn_or_breach(commitment, at)
        except Exception:
            Commitment.objects.filter(pk=commitment.pk).update(look_due=at + RETRY_AFTER)
            logger.exception("the clock %s could not be looked at", commitment.pk)
    return True


def _warn_or_breach(commitment: Commitment, at: datetime) -> None:
    warned = commitment.warned_75_at is None
    if warned:
        code, commitment.warned_75_at, commitment.look_due = "commitment.warned", at, commitment.due_at
    else:
        code, commitment.breached_at, commitment.look_due = "commitment.breached", commitment.due_at, None
    commitment.save(update_fields=["warned_75_at", "breached_at", "look_due"])
    due = commitment.due_at.isoformat() if commitment.due_at else ""
    say(code, commitment.ticket, by=SYSTEM, at=at, kind=commitment.kind, due=due, criticality=commitment.ticket.level)


def _set(commitment: Commitment, hours: Hours, target: timedelta, pauses: list[Span]) -> None:
    times = clock(hours, started_at=commitment.started_at, target=target, pauses=pauses)
    commitment.target_s = int(target.total_seconds())
    commitment.due_at = times.due_at
    if commitment.breached_at is not None:
        commitment.look_due = None
    else:
        commitment.look_due = times.warn_at if commitment.warned_75_at is None else times.due_at


def _snapshot(ticket: Ticket, hours: Hours, *, version: int) -> CalendarSnapshot:
    defaults = {"body": hours.to_body, "version": version}
    snapshot, _ = CalendarSnapshot.objects.get_or_create(
        client_id=ticket.client_id, digest=_digest(hours), defaults=defaults
    )
    return snapshot


@lru_cache(maxsize=512)
def _digest(hours: Hours) -> str:
    return hashlib.sha256(json.dumps(hours.to_body(), sort_keys=True).encode()).hexdigest()


def _subdivision(ticket: Ticket) -> str:
    site = ticket.site or (ticket.equipment.site if ticket.equipment else None)
    return site.subdivision if site else ""
