"""Everything that happened to a ticket, in one list: entries, words, calls, questions between levels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vigie.directory.models import Staff
from vigie.journal.models import Entry
from vigie.tickets import labels
from vigie.tickets.labels import Label
from vigie.tickets.models import Attempt, Fact, Note, Reformulation, Ticket, TicketCall
from vigie.tickets.queries import fields_at
from vigie.tickets.views import rows
from vigie.tickets.views.common import actor, reader_id, seen_ticket

MOST_SHOWN = 300
SAME_BREATH = timedelta(minutes=2)
CALL_CODES = ("call.arrived", "call.taken", "call.held", "call.resumed", "call.ended")
FILTERS = {
    "all": (),
    "words": ("note.", "handover.asked", "handover.answered", "handover.refused", "reformulation.", "ticket.reopened"),
    "facts": ("ticket.opened", "ticket.qualified", "attempt.", "criticality.", "ticket.call_attached"),
    "calls": ("call.", "ticket.call_attached"),
    "passing": ("handover.", "ticket.taken"),
    "clocks": ("commitment.", "ticket.paused", "ticket.resumed", "ticket.taken", "ticket.resolved"),
}
_ICONS = {
    "ticket.opened": "ticket",
    "ticket.qualified": "pencil",
    "ticket.resolved": "circle-check",
    "ticket.closed": "lock",
    "ticket.reopened": "refresh",
    "ticket.taken": "user-check",
    "ticket.paused": "clock-pause",
    "ticket.resumed": "clock-play",
    "attempt.added": "tool",
    "reformulation.answered": "repeat",
    "note.added": "note",
    "commitment.warned": "clock-exclamation",
    "commitment.breached": "alarm",
}
_FAMILY_ICONS = {"call": "phone", "handover": "transfer", "criticality": "gauge"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline. `text` are words that somebody wrote or said."""

    at: datetime
    code: str
    icon: str
    who: Label
    sentence: str
    text: str = ""


@login_required
@require_GET
def timeline(request: HttpRequest, ticket_id: int) -> HttpResponse:
    ticket = seen_ticket(request, ticket_id)
    chosen = request.GET.get("show", "all")
    wanted = FILTERS.get(chosen, ())
    lines = timeline_lines(ticket, prefixes=wanted)
    context = {
        "ticket": ticket,
        "lines": lines,
        "is_cut": len(lines) >= MOST_SHOWN,
        "chosen": chosen if chosen in FILTERS else "all",
        "may": rows.rights(actor(request), ticket),
        "drafts": rows.drafts_of(ticket, reader_id(request)),
    }
    return render(request, "tickets/_timeline.html", context)


def timeline_lines(ticket: Ticket, *, prefixes: Iterable[str] = ()) -> list[Line]:
    """Return the latest lines first. Saves of one field in one breath make one line."""
    entries = list(_entries(ticket, prefixes).order_by("-id")[:MOST_SHOWN])
    words, fields = _Words(ticket, entries), fields_at(ticket)
    people = {staff.pk: str(staff) for staff in Staff.objects.filter(pk__in={entry.actor_id for entry in entries})}
    lines: list[Line] = []
    later: Entry | None = None
    for entry in entries:
        if not _is_same_breath(entry, later):
            text, kind = words.of(entry, fields)
            who = people.get(entry.actor_id or 0) or labels.ACTORS.get(entry.actor_kind, entry.actor_kind)
            sentence = str(kind) or labels.timeline_sentence(entry.code, entry.facts, fields)
            lines.append(Line(entry.at, entry.code, _icon(entry.code), who, sentence, text))
        later = entry
    return lines


def _entries(ticket: Ticket, prefixes: Iterable[str]) -> Any:
    calls = list(TicketCall.objects.filter(ticket=ticket).values_list("call_id", flat=True))
    about = Q(subject_kind="ticket", subject_id=ticket.pk)
    if calls:
        about |= Q(subject_kind="call", subject_id__in=calls, code__in=CALL_CODES)
    chosen = Q()
    for prefix in prefixes:
        chosen |= Q(code__startswith=prefix)
    return Entry.objects.filter(about, chosen, client_id=ticket.client_id)


def _is_same_breath(entry: Entry, later: Entry | None) -> bool:
    return (
        later is not None
        and entry.code == later.code == "ticket.qualified"
        and entry.facts.get("fact") == later.facts.get("fact")
        and later.at - entry.at < SAME_BREATH
    )


def _icon(code: str) -> str:
    return _ICONS.get(code) or _FAMILY_ICONS.get(code.partition(".")[0], "point")


class _Words:
    """The texts that entries point at by number, read once for the whole list."""

    def __init__(self, ticket: Ticket, entries: list[Entry]) -> None:
        def numbers(key: str) -> set[int]:
            return {entry.facts[key] for entry in entries if isinstance(entry.facts.get(key), int)}

        self._notes = Note.objects.filter(ticket=ticket).in_bulk(numbers("note"))
        self._attempts = Attempt.objects.filter(ticket=ticket).in_bulk(numbers("attempt"))
        self._read_back = Reformulation.objects.filter(ticket=ticket).in_bulk(numbers("reformulation"))
        self._facts = Fact.objects.filter(ticket=ticket).in_bulk(numbers("fact"))

    def of(self, entry: Entry, fields: Any) -> tuple[str, Label]:
        """Return (text, kind of note) of one entry."""
        facts = entry.facts
        if note := self._notes.get(facts.get("note", 0)):
            return note.text, labels.NOTE_KINDS[note.kind] if entry.code == "note.added" else ""
        if attempt := self._attempts.get(facts.get("attempt", 0)):
            return attempt.action, ""
        if read_back := self._read_back.get(facts.get("reformulation", 0)):
            return read_back.correction or read_back.text, ""
        if fact := self._facts.get(facts.get("fact", 0)):
            value = labels.fact_text(fact.name, fact.value, fields)
            return str(value) if fact.name not in ("site", "equipment", "contact") else "", ""
        return "", ""
