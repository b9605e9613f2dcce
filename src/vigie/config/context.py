"""What every page template may use."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vigie.actors import Actor


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the navigation, shown to who holds one of `rights` for some client."""

    label: Promise
    icon: str
    address: str
    shortcut: str
    rights: tuple[str, ...]


DOORS = (
    Door(_("Desk"), "headset", "/desk/", "alt+1", ("call.take",)),
    Door(_("Tickets"), "ticket", "/tickets/", "alt+2", ("ticket.see",)),
    Door(_("Hand-overs"), "inbox", "/escalation/inbox/", "alt+3", ("handover.decide", "ticket.escalate")),
    Door(_("Calls"), "phone", "/calls/", "alt+4", ("call.take", "wallboard.see")),
    Door(_("Wallboard"), "layout-dashboard", "/wallboard/", "alt+5", ("wallboard.see",)),
    Door(_("Clients"), "building", "/clients/", "alt+6", ("client.configure",)),
    Door(_("Staff"), "users", "/staff/", "alt+7", ("staff.configure",)),
)


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    door: Door
    is_here: bool


def page(request: HttpRequest) -> dict[str, object]:
    """Return the live stream's address, and the navigation that the signed-in person's rights allow."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "live_address": settings.ENV.live_address,
        "demo": settings.ENV.demo,
        "navigation": navigation(actor, request.path) if actor else [],
    }


def navigation(actor: Actor, here: str) -> list[NavigationEntry]:
    """Return the doors open to `actor`."""
    return [
        NavigationEntry(door, here.startswith(door.address))
        for door in DOORS
        if any(holds(actor, right) for right in door.rights)
    ]


def holds(actor: Actor, right: str) -> bool:
    """Say whether `actor` holds `right` for one client at least."""
    clients = actor.clients(right)
    return clients is None or bool(clients)
