"""The few pages that belong to no slice."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vigie.config.context import navigation

FIRST_CHOICES = ("/desk/", "/escalation/inbox/", "/wallboard/", "/tickets/", "/clients/")


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send people to the page their work starts on."""
    actor = request.actor  # type: ignore[attr-defined]
    open_doors = {entry.door.address for entry in navigation(actor, request.path)}
    wanted = ("/wallboard/",) if actor.may("wallboard.see") and actor.may("agent.steer") else ()
    return redirect(next((address for address in (*wanted, *FIRST_CHOICES) if address in open_doors), "/accounts/2fa/"))
