"""The agent's desk: a shell whose parts come from each slice by their address."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from vigie.actors import Actor
from vigie.directory.queries import clients_seen_by
from vigie.errors import Forbidden
from vigie.tickets.views.common import seen_ticket

RAIL = ("next-question", "criticality", "clocks", "reformulation")
TAIL = ("resolution", "timeline")


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the rail, by the address that serves it."""

    name: str
    address: str


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Serve the shell. `?ticket=` opens a ticket beside the calls."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    clients = clients_seen_by(actor, right="call.take")
    if not clients.exists():
        raise Forbidden(right="call.take")
    queue_topics = [f"queue-{client_id}" for client_id in clients.values_list("pk", flat=True)]
    wanted = request.GET.get("ticket", "")
    return render(
        request,
        "tickets/desk.html",
        {
            "topics": queue_topics,
            "queue_topics": queue_topics,
            "ticket_id": int(wanted) if wanted.isdecimal() else None,
            "for_call_address": reverse("tickets:for_call", args=[0]),
            "rail_address": reverse("tickets:rail", args=[0]),
        },
    )


@login_required
@require_safe
def rail(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Serve the list of what stands beside a ticket, `?without=` one."""
    seen_ticket(request, ticket_id)
    parts = [Part(name, f"/tickets/{ticket_id}/{name}/") for name in RAIL]
    parts.append(Part("handover", f"/escalation/ticket/{ticket_id}/"))
    parts += [Part(name, f"/tickets/{ticket_id}/{name}/") for name in TAIL]
    parts = [part for part in parts if part.name != request.GET.get("without")]
    return render(request, "tickets/_rail.html", {"parts": parts, "ticket_topic": f"ticket-{ticket_id}"})
