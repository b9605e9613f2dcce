"""The few pages that belong to no slice."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vigie.actors import Actor
from vigie.config.context import holds

STARTS = (
    ("agent.steer", "/wallboard/"),
    ("client.configure", "/clients/"),
    ("handover.decide", "/escalation/inbox/"),
    ("ticket.open", "/desk/"),
    ("ticket.see", "/tickets/"),
)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send people to the page their work starts on."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return redirect(next((address for right, address in STARTS if holds(actor, right)), "mfa_index"))
