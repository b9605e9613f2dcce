"""Whole pages: one ticket, the list, and the ticket panel of a call."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from vigie.calls.models import Call
from vigie.directory.actions import note_export
from vigie.directory.queries import clients_seen_by
from vigie.errors import NotFound
from vigie.tickets import actions, labels
from vigie.tickets.models import Commitment, Ticket, TicketCall
from vigie.tickets.queries import matching, tickets_seen_by
from vigie.tickets.rules.vocabulary import LIVE_STATES, CommitmentKind, Criticality, TicketState, TicketType
from vigie.tickets.views import rows
from vigie.tickets.views.common import actor, done, now, reader_id, seen_ticket
from vigie.tickets.views.qualification import qualification_context

PAGE_SIZE = 50
HISTORY_SIZE = 8
COUNTED_UP_TO = 1000
LONGEST_EXPORT = 100_000
SORTS = {
    "newest": ("-id",),
    "oldest": ("id",),
    "criticality": ("effective", "-id"),
    "updated": ("-updated_at", "-id"),
}
FILTERS: dict[str, tuple[str, ...]] = {
    "state": ("live", *TicketState),
    "level": tuple(Criticality),
    "type": tuple(TicketType),
    "tier": ("1", "2", "3"),
}
RELATED = ("client", "site", "equipment", "assignee")


class BadListing(Exception):
    """A sort, a filter or a page that does not exist."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list was asked for, already checked. Empty means any."""

    text: str
    sort: str
    page: int
    client: int | None
    mine: bool
    chosen: dict[str, str]


@login_required
@require_GET
def ticket_list(request: HttpRequest) -> HttpResponse:
    try:
        listing = _listing(request)
    except BadListing:
        return HttpResponse(status=400)
    tickets = _listed(request, listing)
    first = (listing.page - 1) * PAGE_SIZE
    page = _page(tickets, first)
    due = _due_dates(page)
    context = {
        "rows": [rows.ticket_row(ticket, due_at=due.get(ticket.pk)) for ticket in page[:PAGE_SIZE]],
        "listing": listing,
        "count": tickets.order_by()[:COUNTED_UP_TO].count(),
        "counted_up_to": COUNTED_UP_TO,
        "before": _address(request, page=listing.page - 1) if listing.page > 1 else "",
        "after": _address(request, page=listing.page + 1) if len(page) > PAGE_SIZE else "",
        "export": f"{reverse('tickets:export')}?{request.GET.urlencode()}",
        "clients": clients_seen_by(actor(request), right="ticket.see").order_by("name"),
        "states": [("live", labels.LIVE), *labels.STATES.items()],
        "levels": labels.LEVELS.items(),
        "types": labels.TYPES.items(),
        "sorts": labels.SORTS.items(),
        "topics": [],
    }
    template = "tickets/_list.html" if request.headers.get("HX-Target") == "ticket-list" else "tickets/list.html"
    return render(request, template, context)


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the same list as a CSV file that a spreadsheet cannot be tricked by."""
    try:
        listing = _listing(request)
    except BadListing:
        return HttpResponse(status=400)
    found = _listed(request, listing)
    clients = found.order_by().values_list("client", flat=True).distinct()
    note_export("tickets", client_ids=clients, by=actor(request), at=now())
    tickets = found.select_related(*RELATED)[:LONGEST_EXPORT].iterator(chunk_size=500)
    response = StreamingHttpResponse(_csv_lines(tickets), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="tickets.csv"'
    return response


@login_required
@require_GET
def ticket(request: HttpRequest, ticket_id: int) -> HttpResponse:
    found = seen_ticket(request, ticket_id)
    context = qualification_context(request, found)
    context["topics"] = [f"ticket-{ticket_id}", f"viewers-{ticket_id}"]
    return render(request, "tickets/page.html", context)


@login_required
@require_GET
def for_call(request: HttpRequest, call_id: int) -> HttpResponse:
    """Serve the ticket panel of a call: its ticket, or the choice between a new one and an open one."""
    call = _seen_call(request, call_id)
    link = TicketCall.objects.filter(call=call).order_by("-at", "-id").first()
    if link is not None:
        context = qualification_context(request, seen_ticket(request, link.ticket_id))
        return render(request, "tickets/_for_call.html", {**context, "call": call})
    live = _about(call).filter(state__in=LIVE_STATES)[:HISTORY_SIZE]
    return render(request, "tickets/_for_call.html", {"call": call, "live": [rows.ticket_row(row) for row in live]})


@login_required
@require_GET
def history(request: HttpRequest, call_id: int) -> HttpResponse:
    """Show the open and past tickets of this caller, site and equipment, before the call is even taken."""
    call = _seen_call(request, call_id)
    found = [rows.ticket_row(row) for row in _about(call)[: 2 * HISTORY_SIZE]]
    live = [row for row in found if row.state in LIVE_STATES]
    past = [row for row in found if row.state not in LIVE_STATES][:HISTORY_SIZE]
    return render(request, "tickets/_history.html", {"call": call, "live": live, "past": past})


@login_required
@require_POST
def open_for_call(request: HttpRequest, call_id: int) -> HttpResponse:
    call = _seen_call(request, call_id)
    opened = actions.open_ticket(call.client_id or 0, call_id=call.pk, by=actor(request), at=now())
    return _panel(request, opened.pk, call_id)


@login_required
@require_POST
def attach(request: HttpRequest, call_id: int, ticket_id: int) -> HttpResponse:
    _seen_call(request, call_id)
    attached = actions.attach_call(ticket_id, call_id=call_id, by=actor(request), at=now())
    return _panel(request, attached.pk, call_id)


@login_required
@require_POST
def open_new(request: HttpRequest) -> HttpResponse:
    """Open a ticket without a call."""
    client = request.POST.get("client", "")
    if not client.isdecimal():
        raise NotFound
    opened = actions.open_ticket(int(client), by=actor(request), at=now())
    return done(request, opened.pk, "ticket")


def _panel(request: HttpRequest, ticket_id: int, call_id: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return redirect(reverse("tickets:for_call", args=[call_id]))
    return redirect(reverse("tickets:ticket", args=[ticket_id]))


def _seen_call(request: HttpRequest, call_id: int) -> Call:
    call = Call.objects.select_related("client").filter(pk=call_id).first()
    if call is None or call.client_id is None:
        raise NotFound
    actor(request).must("ticket.see", client_id=call.client_id)
    return call


def _about(call: Call) -> QuerySet[Ticket]:
    """Return the tickets of this caller, his number in earlier calls, this equipment or site, the newest first."""
    same_number = TicketCall.objects.filter(client=call.client, call__caller_id=call.caller_id)
    about = Q(pk__in=same_number.values("ticket") if call.caller_id else [])
    for name in ("contact_id", "equipment_id", "site_id"):
        if getattr(call, name) is not None:
            about |= Q(**{name: getattr(call, name)})
    tickets = Ticket.objects.filter(about, client=call.client)
    return tickets.select_related(*RELATED).order_by("-id")


def _listing(request: HttpRequest) -> Listing:
    """Raises: BadListing."""
    asked = request.GET
    page, client = asked.get("page", "1"), asked.get("client", "")
    chosen = {name: asked[name] for name in FILTERS if asked.get(name)}
    sort = asked.get("sort") or "newest"
    is_known = sort in SORTS and all(value in FILTERS[name] for name, value in chosen.items())
    if not is_known or not page.isdecimal() or not 0 < int(page) < 1_000_000 or not (client or "0").isdecimal():
        raise BadListing
    known = {*FILTERS, "page", "client", "sort", "q", "mine"}
    if set(asked) - known:
        raise BadListing
    mine = asked.get("mine") == "1"
    return Listing(asked.get("q", ""), sort, int(page), int(client) if client else None, mine, chosen)


def _listed(request: HttpRequest, listing: Listing) -> QuerySet[Ticket]:
    tickets = tickets_seen_by(actor(request))
    if listing.client is not None:
        actor(request).must("ticket.see", client_id=listing.client)
        tickets = tickets.filter(client_id=listing.client)
    if listing.mine:
        tickets = tickets.filter(assignee_id=reader_id(request), state__in=LIVE_STATES)
    columns = {"level": "effective", "type": "type", "tier": "tier", "state": "state"}
    for name, value in listing.chosen.items():
        tickets = tickets.filter(state__in=LIVE_STATES) if value == "live" else tickets.filter(**{columns[name]: value})
    return matching(tickets, listing.text).order_by(*SORTS[listing.sort])


def _page(tickets: QuerySet[Ticket], first: int) -> list[Ticket]:
    """Return one page and one ticket more. Names are joined to these only, not to all that were passed over."""
    ids = list(tickets.values_list("pk", flat=True)[first : first + PAGE_SIZE + 1])
    found = Ticket.objects.select_related(*RELATED).in_bulk(ids)
    return [found[pk] for pk in ids]


def _due_dates(tickets: list[Ticket]) -> dict[int, datetime | None]:
    due = Commitment.objects.filter(ticket__in=tickets, kind=CommitmentKind.RESOLVE.value, met_at=None)
    return dict(due.values_list("ticket_id", "due_at"))


def _address(request: HttpRequest, **changed: Any) -> str:
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = str(value)
    return f"{reverse('tickets:tickets')}?{query.urlencode()}"


def _csv_lines(tickets: Iterator[Ticket]) -> Iterator[str]:
    yield "\ufeff" + _csv_line(str(title) for title in labels.CSV_TITLES)
    for ticket in tickets:
        row = rows.ticket_row(ticket)
        cells = (row.number, row.client, row.title, row.type, row.state_label, row.level, row.perceived, row.place)
        yield _csv_line([*map(str, cells), row.assignee, row.opened_at.isoformat(timespec="seconds")])


def _csv_line(cells: Any) -> str:
    out = StringIO()
    csv.writer(out, delimiter=";").writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula."""
    return f"'{cell}" if cell.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
