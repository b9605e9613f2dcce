"""What waits for an expert, what he asked, what he works on; and for an agent, what he sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from vigie.actors import Actor
from vigie.directory import csv_files
from vigie.directory.actions import note_export
from vigie.directory.models import Group
from vigie.directory.views.common import actor, now
from vigie.errors import Forbidden, NotFound
from vigie.escalation import labels, queries
from vigie.escalation.models import Handover
from vigie.escalation.rules.words import OPEN, State
from vigie.escalation.views import rows
from vigie.tickets.actions.access import author_of
from vigie.tickets.queries import fields_at
from vigie.tickets.rules.handover_needs import ALWAYS_NEEDED
from vigie.tickets.rules.vocabulary import LIVE_STATES

SHOWN = 100

SHELVES = {
    "waiting": gettext_lazy("To accept"),
    "asked": gettext_lazy("Questions"),
    "mine": gettext_lazy("I work on it"),
    "sent": gettext_lazy("I sent"),
}


@dataclass(frozen=True, slots=True)
class Shelf:
    code: str
    label: rows.Label
    count: int
    is_here: bool


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    reader = actor(request)
    _must_handle_hand_overs(reader)
    opened = request.GET.get("handover", "")
    context = {"topics": _topics(reader), "opened": opened if opened.isdecimal() else ""}
    return render(request, "escalation/inbox.html", {**context, **_list(request, reader)})


@login_required
@require_GET
def inbox_list(request: HttpRequest) -> HttpResponse:
    reader = actor(request)
    _must_handle_hand_overs(reader)
    if request.GET.get("format") == "csv":
        shown = _shown(request, reader)
        clients = Handover.objects.filter(pk__in=[row.id for row in shown]).values_list("client", flat=True)
        note_export("handovers", client_ids=clients, by=reader, at=now())
        return _csv(shown)
    return render(request, "escalation/_inbox.html", {"topics": _topics(reader), **_list(request, reader)})


@login_required
@require_GET
def detail(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Show everything the receiver is given, and what may be done with it."""
    reader = actor(request)
    handover = rows.with_people(Handover.objects.filter(pk=handover_id)).first()
    if handover is None:
        raise NotFound
    reader.must("ticket.see", client_id=handover.client_id)
    fields = fields_at(handover.ticket)
    context = {
        "topic": f"ticket-{handover.ticket_id}",
        "row": rows.row(handover, reader=reader, fields=fields),
        "given": rows.given(handover.payload, handover.ticket, reader=reader),
        "refusals": labels.REFUSALS.items(),
        "sources": labels.SOURCES.items(),
        "needs_labels": rows.named(ALWAYS_NEEDED, fields),
    }
    return render(request, "escalation/_detail.html", context)


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Show what came back to the reader: refusals to treat and questions to answer, whatever else is on screen."""
    reader = actor(request)
    mine = Q(spokesperson=author_of(reader)) | Q(sent_by=author_of(reader))
    returned = Q(state=State.REFUSED, ticket__state__in=["open", "in_progress", "waiting"])
    asked = Q(questions__isnull=False, questions__answer=None)
    found = rows.with_people(_seen(reader).filter(mine, returned | asked).distinct().order_by("-decided_at", "-pk"))
    latest: dict[int, Handover] = {}
    for handover in found[:SHOWN]:
        latest.setdefault(handover.ticket_id, handover)
    shown = [rows.row(handover, reader=reader) for handover in latest.values() if not _was_sent_again(handover)]
    return render(request, "escalation/_notices.html", {"rows": shown, "sources": labels.SOURCES.items()})


def _topics(reader: Actor) -> list[str]:
    """Return the topics of the reader's groups, and of every group he steers."""
    steered = reader.clients("agent.steer")
    groups = queries.groups_of(author_of(reader))
    if steered is None:
        groups = Group.objects.all()
    elif steered:
        groups = Group.objects.filter(Q(members=author_of(reader)) | Q(client_id__in=steered)).distinct()
    return [f"inbox-{group}" for group in groups.values_list("pk", flat=True)]


def _was_sent_again(handover: Handover) -> bool:
    """Say whether a refused hand-over was followed by another one."""
    later = Handover.objects.filter(ticket=handover.ticket_id, round__gt=handover.round)
    return handover.state == State.REFUSED and later.exists()


def _must_handle_hand_overs(reader: Actor) -> None:
    if not any(
        reader.clients(right) is None or reader.clients(right) for right in ("handover.decide", "ticket.escalate")
    ):
        raise Forbidden(right="handover.decide")


def _seen(reader: Actor) -> QuerySet[Handover]:
    ids = reader.clients("ticket.see")
    live = Handover.objects.filter(ticket__state__in=LIVE_STATES)
    return live if ids is None else live.filter(client_id__in=ids)


def _shelf(shelf: str, reader: Actor) -> QuerySet[Handover]:
    who, seen = author_of(reader), _seen(reader)
    steered = reader.clients("agent.steer")
    open_ = Q(state__in=OPEN)
    match shelf:
        case "mine":
            return seen.filter(state=State.ACCEPTED, decided_by=who, ticket__assignee=who)
        case "asked":
            concerned = Q(spokesperson=who) | Q(sent_by=who) | Q(questions__question__author=who)
            return seen.filter(concerned, questions__isnull=False, questions__answer=None).distinct()
        case "sent":
            return seen.filter(open_ | Q(state=State.REFUSED), sent_by=who)
        case _:
            receives = Q(to_group__in=queries.groups_of(who))
            return seen.filter(open_) if steered is None else seen.filter(open_, receives | Q(client_id__in=steered))


def _here(request: HttpRequest) -> str:
    wanted = request.GET.get("shelf", "")
    return wanted if wanted in SHELVES else next(iter(SHELVES))


def _search(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:100]


def _list(request: HttpRequest, reader: Actor) -> dict[str, object]:
    here = _here(request)
    shelves = [
        Shelf(code, label, _shelf(code, reader).count(), is_here=code == here) for code, label in SHELVES.items()
    ]
    return {"rows": _shown(request, reader), "shelves": shelves, "here": here, "search": _search(request)}


def _shown(request: HttpRequest, reader: Actor) -> list[rows.HandoverRow]:
    """Return the rows of the shelf that is open, the gravest first, then what must be answered first."""
    found, search = _shelf(_here(request), reader), _search(request)
    if search:
        words = Q(ticket__title__icontains=search) | Q(client__name__icontains=search)
        if search.isdecimal() and len(search) < 9:
            words |= Q(ticket__number=int(search))
        found = found.filter(words)
    ordered = rows.with_people(found).order_by("ticket__effective", "accept_due", "pk")[:SHOWN]
    return [rows.row(handover, reader=reader) for handover in ordered]


def _csv(shown: Iterable[rows.HandoverRow]) -> HttpResponse:
    headings = [_("Criticality"), _("Client"), _("Ticket"), _("Title"), _("From"), _("To"), _("Motive"), _("State")]
    headings += [_("Sent"), _("To be accepted by"), _("Complete"), _("Unanswered questions")]
    lines = [
        [
            row.criticality,
            row.client,
            str(row.number),
            row.title,
            row.sender,
            row.receiver,
            str(row.motive),
            str(row.state_label),
            row.sent_at.isoformat(timespec="seconds"),
            row.accept_due.isoformat(timespec="seconds"),
            _("yes") if row.is_complete else _("no"),
            str(row.unanswered),
        ]
        for row in shown
    ]
    response = HttpResponse(csv_files.write(headings, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="hand-overs.csv"'
    return response
