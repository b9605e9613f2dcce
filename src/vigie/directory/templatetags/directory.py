"""The tabs of a client's settings, whichever slice holds each screen."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from vigie.directory import labels

register = template.Library()

TABS: tuple[tuple[str, labels.Label, str, str], ...] = (
    ("overview", _("Overview"), "directory:client", "checklist"),
    ("identity", _("Identity"), "directory:client_identity", "building"),
    ("numbers", _("Hotline numbers"), "directory:numbers", "phone"),
    ("hours", _("Opening hours"), "directory:hours", "clock"),
    ("sites", _("Sites"), "directory:sites", "map-pin"),
    ("equipment", _("Equipment"), "directory:equipment", "building-factory-2"),
    ("contacts", _("Contacts"), "directory:contacts", "id-badge"),
    ("people", _("People and groups"), "directory:people", "users-group"),
    ("welcome", _("Welcome"), "calls:settings_welcome", "robot"),
    ("routing", _("Routing"), "calls:settings_routing", "route"),
    ("criticality", _("Criticality"), "tickets:settings_criticality", "gauge"),
    ("fields", _("Fields"), "tickets:settings_fields", "list-details"),
    ("service_levels", _("Service levels"), "tickets:settings_service_levels", "calendar-clock"),
    ("escalation", _("Escalation"), "escalation:settings", "escalator-up"),
    ("history", _("History"), "directory:history", "history"),
)


@register.inclusion_tag("directory/_client_tabs.html")
def client_tabs(client_id: int, here: str) -> dict[str, Any]:
    """Draw the tabs of a client's settings; the one called `here` is marked."""
    tabs = [
        {"code": code, "label": label, "address": address, "icon": icon, "is_here": code == here}
        for code, label, name, icon in TABS
        if (address := tab_address(name, client_id))
    ]
    return {"tabs": tabs}


def tab_address(name: str, client_id: int) -> str:
    """Return the address of a settings screen, or "" while its slice is not there."""
    try:
        return reverse(name, args=[client_id])
    except NoReverseMatch:
        return ""


@register.simple_tag
def tab_url(code: str, client_id: int) -> str:
    """Return the address of one tab by its code."""
    name = next(name for tab, _label, name, _icon in TABS if tab == code)
    return tab_address(name, client_id)
