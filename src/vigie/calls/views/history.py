"""Calls after the fact: the list, one call, the export, and who should be called back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST, require_safe

from vigie.actors import Actor
from vigie.calls import actions, cards, labels, queries
from vigie.calls.models import Call, CallbackProposal
from vigie.calls.rules.states import Outcome
from vigie.calls.views.desk import actor, now
from vigie.directory.actions import note_export
from vigie.directory.labels import LANGUAGES
from vigie.directory.queries import clients_seen_by
from vigie.errors import NotFound
from vigie.journal.queries import entries_about

PAGE = 50
SEE_CALLER = "caller.see"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@login_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """List the calls that match what is searched for, last ones first."""
    clients = clients_seen_by(actor(request))
    page = Paginator(_found(request), PAGE).get_page(request.GET.get("page"))
    kept = {name: value for name, value in request.GET.items() if name != "page" and value}
    return render(
        request,
        "calls/list.html",
        {
            "page": page,
            "rows": [
                (found, labels.OUTCOMES.get(found.outcome or "", ""), _is_named(found, actor(request)))
                for found in page.object_list
            ],
            "clients": clients,
            "outcomes": labels.OUTCOMES.items(),
            "asked": request.GET,
            "query": urlencode(kept),
            "topics": [f"client-{client.pk}" for client in clients],
        },
    )


LAST_YEAR = 9998  # a day later must still be a date


def _found(request: HttpRequest) -> QuerySet[Call]:
    """Return the calls seen by the asker and matching client, outcome, dates and words."""
    asked, found = request.GET, queries.calls_seen_by(actor(request))
    if asked.get("client", "").isdecimal():
        found = found.filter(client_id=int(asked["client"]))
    if asked.get("outcome") in set(Outcome):
        found = found.filter(outcome=asked["outcome"])
    for name, lookup, days in (("from", "arrived_at__gte", 0), ("to", "arrived_at__lt", 1)):
        day = _day(asked.get(name, ""))
        if day is not None:
            found = found.filter(**{lookup: day + timedelta(days=days)})
    words = asked.get("q", "").strip()
    if words:
        digits = "".join(sign for sign in words if sign.isdecimal()).lstrip("0")
        named = Q(site__name__icontains=words) | Q(equipment__name__icontains=words)
        named |= Q(agent__last_name__icontains=words) | Q(agent__first_name__icontains=words)
        caller = Q(contact__name__icontains=words)
        if len(digits) > 2:
            caller |= Q(caller_id__contains=digits)
        known = actor(request).clients(SEE_CALLER)
        found = found.filter(named | (caller if known is None else caller & Q(client__in=known)))
    return found


def _is_named(call: Call, reader: Actor) -> bool:
    """Say whether the reader may know who called."""
    return reader.may(SEE_CALLER, client_id=call.client_id)


def _day(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None or day.year > LAST_YEAR:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


@login_required
@require_safe
def call(request: HttpRequest, call_id: int) -> HttpResponse:
    """Show one call: who, what was learned, how it went."""
    found = queries.calls_seen_by(actor(request)).filter(pk=call_id).first()
    if found is None:
        raise NotFound
    may_hear = actor(request).may("recording.hear", client_id=found.client_id)
    context = {
        "call": found,
        "is_named": _is_named(found, actor(request)),
        "facts": cards.facts_told(found),
        "state": labels.STATES[found.state],
        "outcome": labels.OUTCOMES.get(found.outcome or "", ""),
        "stakes": labels.STAKES[found.stakes],
        "recording": labels.CONSENTS[found.consent],
        "recordings": found.recordings.filter(deleted_at=None).exclude(ended_at=None) if may_hear else [],
        "reason": labels.HANDOFF_REASONS.get(found.handoff_reason, ""),
        "earlier": cards.earlier_calls(found)[:20],
        "steps": [(entry, labels.STEPS.get(entry.code, entry.code)) for entry in entries_about("call", found.pk)],
        "language": LANGUAGES.get(found.language, found.language),
        "topics": [f"call-{found.pk}"],
    }
    return render(request, "calls/detail.html", context)


@login_required
@require_GET
def recording(request: HttpRequest, call_id: int, recording_id: int) -> FileResponse:
    """Let a segment be heard."""
    path = actions.hear_recording(recording_id, call_id=call_id, by=actor(request), at=now())
    response = FileResponse(path.open("rb"), content_type="audio/wav")
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Stream the calls found as CSV, no cell of which a spreadsheet would run."""
    rows = csv.writer(_Echo(), delimiter=";")
    found, reader = _found(request), actor(request)
    note_export("calls", client_ids=found.order_by().values_list("client", flat=True).distinct(), by=reader, at=now())
    lines = (rows.writerow([_inert(cell) for cell in cells]) for cells in _cells(found, reader))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="calls.csv"'
    return response


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _cells(found: QuerySet[Call], reader: Actor) -> Iterator[list[object]]:
    yield list(labels.COLUMNS)
    for one in found.iterator(chunk_size=500):
        is_named = _is_named(one, reader)
        yield [
            timezone.localtime(one.arrived_at).strftime("%Y-%m-%d %H:%M:%S"),
            one.client or "",
            one.caller_id if is_named else "",
            (one.contact or "") if is_named else "",
            one.site or "",
            one.equipment or "",
            LANGUAGES.get(one.language, one.language),
            labels.STAKES[one.stakes],
            one.agent or "",
            labels.OUTCOMES.get(one.outcome or "", ""),
            _seconds(one.queued_at, one.taken_at or one.ended_at),
            _seconds(one.bridged_at, one.ended_at),
            round(one.held_s),
        ]


def _seconds(start: datetime | None, end: datetime | None) -> int | str:
    return round((end - start).total_seconds()) if start is not None and end is not None else ""


def _inert(cell: object) -> str:
    """Return the cell so that no spreadsheet takes it for a formula. A telephone number is one only with more in it."""
    text = str(cell)
    is_number = text[:1] == "+" and text[1:].isdecimal()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text


@login_required
@require_safe
def callbacks(request: HttpRequest) -> HttpResponse:
    """List who should be called back: known callers first, then by what is at stake."""
    clients = clients_seen_by(actor(request), right="call.take")
    waiting = CallbackProposal.objects.filter(done_at__isnull=True, client__in=clients)
    context = {
        "proposals": [
            (proposal, labels.PROPOSALS[proposal.reason], labels.STAKES[proposal.stakes])
            for proposal in waiting.select_related("client", "call__contact", "call__site")[:200]
        ],
        "topics": [f"queue-{client.pk}" for client in clients],
    }
    return render(request, "calls/callbacks.html", context)


@login_required
@require_POST
def callback_done(request: HttpRequest, proposal_id: int) -> HttpResponse:
    get_object_or_404(CallbackProposal, pk=proposal_id)
    actions.finish_callback(proposal_id, by=actor(request), at=now())
    return redirect("calls:callbacks")
