"""The wallboard: what happens now, for the clients that the reader may watch."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vigie.actors import Actor
from vigie.calls.labels import AWAY_REASONS
from vigie.calls.rules.states import CHOSEN_REASONS
from vigie.directory.actions import note_export
from vigie.directory.models import Client
from vigie.directory.queries import clients_seen_by
from vigie.directory.views.common import actor, now
from vigie.errors import Forbidden
from vigie.steering import queries
from vigie.steering.labels import QUEUE_MOTIVES
from vigie.steering.rules import by_hour, drawn
from vigie.steering.views import rows
from vigie.steering.views.tables import as_csv

WIDTH, HEIGHT = 480.0, 80.0


@login_required
@require_GET
def wallboard(request: HttpRequest) -> HttpResponse:
    return render(request, "steering/wallboard.html", _board(request))


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Serve what changes by itself; or one of its tables, as a file."""
    context = _board(request)
    if request.GET.get("format") == "csv":
        table, (clients, reader) = request.GET.get("table", ""), _asked(request)
        file = as_csv(context["board"], table)
        note_export(table, client_ids=[client.pk for client in clients], by=reader, at=now())
        return file
    return render(request, "steering/_board.html", context)


@login_required
@require_GET
def trend(request: HttpRequest) -> HttpResponse:
    """Serve the calls of today hour by hour, against what is usual on this weekday."""
    clients, _reader = _asked(request)
    at = now()
    arrivals, known_since = queries.arrivals_by_hour([client.pk for client in clients], at=at)
    bars = by_hour(arrivals, today=queries.midnight(at).date(), known_since=known_since)
    context = {
        "strokes": drawn(bars, width=WIDTH, height=HEIGHT),
        "width": WIDTH,
        "height": HEIGHT,
        "total": sum(bar.today for bar in bars),
        "only": request.GET.get("client", ""),
    }
    return render(request, "steering/_trend.html", context)


def _asked(request: HttpRequest) -> tuple[list[Client], Actor]:
    """Return the clients to show. Raises: Forbidden (none may be watched)."""
    reader = actor(request)
    if reader.clients(queries.SEE) == frozenset():
        raise Forbidden(right=queries.SEE)
    only = request.GET.get("client", "")
    return queries.watched_clients(reader, only=int(only) if only.isdecimal() else None), reader


def _board(request: HttpRequest) -> dict[str, Any]:
    clients, reader = _asked(request)
    only = request.GET.get("client", "")
    everyone = list(clients_seen_by(reader, right=queries.SEE).filter(is_active=True)) if only else clients
    return {
        "board": rows.board(clients, reader=reader, at=now()),
        "clients": everyone,
        "only": only,
        "topics": ["wallboard", *(f"client-{client.pk}" for client in clients)],
        "reasons": [(reason.value, AWAY_REASONS[reason]) for reason in CHOSEN_REASONS],
        "motives": QUEUE_MOTIVES.items(),
    }
