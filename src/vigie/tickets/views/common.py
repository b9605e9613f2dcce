"""What every view of a ticket needs."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from vigie.actors import Actor
from vigie.tickets.models import Ticket
from vigie.tickets.queries import SEE, ticket_for
from vigie.tickets.rules.fields import ValueRefused

Code = TypeVar("Code", bound=StrEnum)


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the web door


def actor(request: HttpRequest) -> Actor:
    """Return who asks; the view has made sure that somebody is signed in."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def reader_id(request: HttpRequest) -> int:
    """Return the number of the member of the staff who asks."""
    return actor(request).id or 0


def seen_ticket(request: HttpRequest, ticket_id: int, *, right: str = SEE) -> Ticket:
    """Raises: NotFound, Forbidden."""
    return ticket_for(actor(request), ticket_id, right=right)


def posted_code(request: HttpRequest, ticket_id: int, name: str, codes: type[Code]) -> Code:
    """Return the code that was posted about a ticket the asker may see. Raises: NotFound, Forbidden, ValueRefused."""
    seen_ticket(request, ticket_id)
    try:
        return codes(request.POST.get(name, ""))
    except ValueError as error:
        raise ValueRefused(name=name, reason="not_a_choice") from error


def done(request: HttpRequest, ticket_id: int, fragment: str) -> HttpResponse:
    """Answer an action: the fragment again for a script, the ticket's page for a plain form."""
    if request.headers.get("HX-Request"):
        return redirect(reverse(f"tickets:{fragment}", args=[ticket_id]))
    return redirect(reverse("tickets:ticket", args=[ticket_id]))
