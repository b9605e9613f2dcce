"""Opening hours, with what they mean drawn beside them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import holidays as calendars_of_the_world
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vigie.directory import labels
from vigie.directory.actions import PolicyMoved, save_policy
from vigie.directory.forms.hours import (
    BLANK_LINES,
    ExceptionLine,
    HoursTyped,
    read_hours,
    typed_from_body,
    typed_from_post,
)
from vigie.directory.models import Client, Policy, PolicyKind
from vigie.directory.opening import OFFICE, special_days, strips
from vigie.directory.queries import current_policy
from vigie.directory.rules import DAYS
from vigie.directory.views.common import actor, configured_client, now, onward

STRIP_DAYS = 14
PRESETS = {"office": (OFFICE, "mon tue wed thu fri"), "shifts": ("05:00-21:00", "mon tue wed thu fri")}


@login_required
@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    policy = current_policy(client_id, PolicyKind.HOURS)
    if request.method == "GET":
        typed = typed_from_body(policy.body if policy else {}, timezone=client.timezone)
        return _page(request, client, typed, policy)
    typed = typed_from_post(request.POST.dict())
    preset = PRESETS.get(request.POST.get("preset", ""))
    if preset:
        return _page(request, client, _with_preset(typed, *preset), policy)
    body, _meaning, errors = read_hours(typed, year=now().year)
    if errors:
        return _page(request, client, typed, policy, errors=errors, status=422)
    try:
        note = request.POST.get("note", "").strip()[:200]
        seen = int(request.POST.get("seen_version") or 0)
        save_policy(
            client_id, kind=PolicyKind.HOURS, body=body, seen_version=seen, note=note, by=actor(request), at=now()
        )
    except PolicyMoved:
        return _page(request, client, typed, current_policy(client_id, PolicyKind.HOURS), moved=True, status=409)
    messages.success(request, _("The opening hours are in force."))
    return onward(request, client_id, "hours")


@login_required
@require_POST
def hours_preview(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    typed = typed_from_post(request.POST.dict())
    return render(request, "directory/_hours_preview.html", {"client": client, **_preview(typed)})


@login_required
@require_GET
def regions(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    context = {"client": client, "subdivisions": _subdivisions(request.GET.get("country", "")), "subdivision": ""}
    return render(request, "directory/_hours_regions.html", context)


def _page(
    request: HttpRequest,
    client: Client,
    typed: HoursTyped,
    policy: Policy | None,
    *,
    errors: dict[str, str] | None = None,
    moved: bool = False,
    status: int = 200,
) -> HttpResponse:
    errors = errors or {}
    lines = [*typed.exceptions, *[ExceptionLine()] * BLANK_LINES]
    context = {
        "client": client,
        "tab": "hours",
        "typed": typed,
        "timezones": sorted(zone for zone in available_timezones() if "/" in zone),
        "days": [(day, labels.DAYS[day], typed.days[day], _why(errors.get(day))) for day in DAYS],
        "exceptions": [(place, line, _why(errors.get(f"exception-{place}"))) for place, line in enumerate(lines)],
        "countries": labels.COUNTRIES.items(),
        "subdivisions": _subdivisions(typed.country),
        "subdivision": typed.subdivision,
        "version": policy.version if policy else 0,
        "policy": policy,
        "error": _why(errors.get("week")),
        "has_errors": bool(errors),
        "moved": moved,
        **_preview(typed),
    }
    return render(request, "directory/hours.html", context, status=status)


def _preview(typed: HoursTyped) -> dict[str, Any]:
    at = now()
    body, meaning, errors = read_hours(typed, year=at.year)
    if meaning is None:
        return {"unclear": [_why(code) for code in dict.fromkeys(errors.values())]}
    today = at.astimezone(ZoneInfo(meaning.timezone)).date()
    language = (get_language() or "fr")[:2]
    return {
        "strips": strips(body, meaning, first=today, days=STRIP_DAYS, language=language),
        "special_days": special_days(body, meaning, first=today, language=language),
        "is_open": meaning.is_open(at),
    }


def _with_preset(typed: HoursTyped, slots: str, days: str) -> HoursTyped:
    week = {day: slots if day in days.split() else "" for day in DAYS}
    return HoursTyped(typed.timezone, False, week, typed.country, typed.subdivision, typed.exceptions)


def _subdivisions(country: str) -> list[tuple[str, labels.Label]]:
    if country == "FR":
        return list(labels.FRENCH_SUBDIVISIONS.items())
    known = getattr(calendars_of_the_world, country, None)
    names = {code: name for name, code in getattr(known, "subdivisions_aliases", {}).items()}
    codes = getattr(known, "subdivisions", ())
    return [("", _("The whole country")), *((code, names.get(code, code)) for code in codes)]


def _why(code: str | None) -> labels.Label:
    return labels.HOURS_FAULTS.get(code, labels.HOURS_FAULTS["bad_time"]) if code else ""
