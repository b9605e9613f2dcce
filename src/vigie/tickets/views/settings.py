"""The client's tabs about tickets: how it weighs its incidents, what it asks, what it was committed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vigie.directory.actions import PolicyMoved, save_policy
from vigie.directory.calendars import hours_of
from vigie.directory.models import Client, PolicyKind
from vigie.directory.queries import current_policy
from vigie.directory.rules import NeverOpens
from vigie.directory.views.common import actor, configured_client, now, onward
from vigie.errors import Invalid
from vigie.tickets import labels
from vigie.tickets.forms import criticality as criticality_form
from vigie.tickets.forms import fields as fields_form
from vigie.tickets.forms import service_levels as levels_form
from vigie.tickets.rules.clocks import ServiceLevels, ServiceLevelsInvalid, due
from vigie.tickets.rules.criticality import CriticalityPolicy, CriticalityPolicyInvalid, assess
from vigie.tickets.rules.fields import Fields, FieldsInvalid
from vigie.tickets.rules.vocabulary import DANGER, Criticality, FactValue


@login_required
@require_http_methods(["GET", "POST"])
def criticality(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    if request.method == "GET":
        kept = current_policy(client_id, PolicyKind.CRITICALITY)
        return _criticality(request, client, CriticalityPolicy.from_body(kept.body if kept else {}).to_body())
    body = criticality_form.typed_body(request.POST)
    if "resize" in request.POST:
        rows, columns = (_size(request.POST.get(name, "")) for name in ("rows", "columns"))
        return _criticality(request, client, criticality_form.resized(body, rows=rows, columns=columns))
    if (preset := request.POST.get("preset", "")) in criticality_form.PRESETS:
        return _criticality(request, client, {**body, **criticality_form.PRESETS[preset]})
    return _save(
        request,
        client,
        PolicyKind.CRITICALITY,
        read=lambda: CriticalityPolicy.from_body(criticality_form.numbers(body)).to_body(),
        show=lambda **more: _criticality(request, client, body, **more),
    )


@login_required
@require_POST
def criticality_preview(request: HttpRequest, client_id: int) -> HttpResponse:
    """Show what the settings being typed make of a situation."""
    client = configured_client(request, client_id)
    body = criticality_form.typed_body(request.POST)
    facts: dict[str, FactValue] = {
        name: request.POST[f"try-{name}"] for name in DANGER if request.POST.get(f"try-{name}")
    }
    return render(request, "tickets/_criticality_preview.html", {"client": client, **_tried(body, facts)})


@login_required
@require_http_methods(["GET", "POST"])
def service_levels(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    if request.method == "GET":
        kept = current_policy(client_id, PolicyKind.SERVICE_LEVELS)
        return _service_levels(request, client, ServiceLevels.from_body(kept.body if kept else {}).to_body())
    body = levels_form.typed_body(request.POST)
    return _save(
        request,
        client,
        PolicyKind.SERVICE_LEVELS,
        read=lambda: ServiceLevels.from_body(body).to_body(),
        show=lambda **more: _service_levels(request, client, body, **more),
    )


@login_required
@require_POST
def service_levels_preview(request: HttpRequest, client_id: int) -> HttpResponse:
    """Show when commitments would be due by the targets being typed."""
    client = configured_client(request, client_id)
    examples = _examples(client, levels_form.typed_body(request.POST), now())
    return render(request, "tickets/_service_levels_preview.html", {"examples": examples})


@login_required
@require_http_methods(["GET", "POST"])
def fields(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    if request.method == "GET":
        kept = current_policy(client_id, PolicyKind.FIELDS)
        return _fields(request, client, fields_form.lines_of(kept.body if kept else {}))
    lines = fields_form.typed_lines(request.POST)
    if "more" in request.POST:
        return _fields(request, client, lines)
    return _save(
        request,
        client,
        PolicyKind.FIELDS,
        read=lambda: Fields.from_body(fields_form.body_of(lines)).to_body(),
        show=lambda **more: _fields(request, client, lines, **more),
    )


@login_required
@require_POST
def fields_preview(request: HttpRequest, client_id: int) -> HttpResponse:
    """Show the questions being typed as an agent would see them."""
    configured_client(request, client_id)
    return render(request, "tickets/_fields_preview.html", _asked(fields_form.typed_lines(request.POST)))


def _save(
    request: HttpRequest,
    client: Client,
    kind: PolicyKind,
    *,
    read: Callable[[], dict[str, Any]],
    show: Callable[..., HttpResponse],
) -> HttpResponse:
    """Put the settings in force, or show again what was typed with the reason why not."""
    seen = request.POST.get("seen_version", "")
    try:
        save_policy(
            client.pk,
            kind=kind,
            body=read(),
            seen_version=int(seen) if seen.isdecimal() else 0,
            note=request.POST.get("note", "").strip()[:200],
            by=actor(request),
            at=now(),
        )
    except (CriticalityPolicyInvalid, FieldsInvalid, ServiceLevelsInvalid) as invalid:
        return show(fault=labels.fault_sentence(invalid.details), status=422)
    except PolicyMoved:
        return show(moved=True, status=409)
    messages.success(request, _("The settings are in force."))
    return onward(request, client.pk, kind.value)


def _page(request: HttpRequest, client: Client, kind: PolicyKind, context: dict[str, Any], status: int) -> HttpResponse:
    kept = current_policy(client.pk, kind)
    version = kept.version if kept else 0
    context = {"client": client, "tab": kind.value, "kind": kind.value, "version": version, "policy": kept, **context}
    return render(request, f"tickets/settings_{kind.value}.html", context, status=status)


def _criticality(
    request: HttpRequest,
    client: Client,
    body: dict[str, Any],
    *,
    fault: str = "",
    moved: bool = False,
    status: int = 200,
) -> HttpResponse:
    grid = criticality_form.grid(body)
    context = {
        "facts": criticality_form.fact_lines(body),
        "starts": [(side, labels.SIDES[side], body[side]["start"]) for side in criticality_form.SIDES],
        "sides": labels.SIDES.items(),
        "levels": labels.LEVELS.items(),
        "grid": grid,
        "rows": len(grid.rows),
        "columns": len(grid.impacts),
        "largest": criticality_form.LARGEST_GRID,
        "questions": [(name, labels.FACTS[name], labels.VALUES[name].items()) for name in DANGER],
        "fault": fault,
        "moved": moved,
        **_tried(body, {}),
    }
    return _page(request, client, PolicyKind.CRITICALITY, context, status)


def _tried(body: dict[str, Any], facts: dict[str, FactValue]) -> dict[str, Any]:
    try:
        policy = CriticalityPolicy.from_body(criticality_form.numbers(body))
    except Invalid as invalid:
        return {"unclear": labels.fault_sentence(invalid.details)}
    found = assess(facts, policy)
    return {
        "level": found.criticality,
        "provisional": found.provisional,
        "reasons": [labels.reason_sentence(reason.as_json()) for reason in found.because],
    }


def _service_levels(
    request: HttpRequest,
    client: Client,
    body: dict[str, Any],
    *,
    fault: str = "",
    moved: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "lines": levels_form.level_lines(body),
        "counted": body["count_resolved_as"],
        "examples": _examples(client, body, now()),
        "fault": fault,
        "moved": moved,
    }
    return _page(request, client, PolicyKind.SERVICE_LEVELS, context, status)


def _examples(client: Client, body: dict[str, Any], at: datetime) -> list[tuple[labels.Label, list[datetime | None]]]:
    """Return, for a ticket opened at `at`, when each commitment would be due."""
    try:
        levels = ServiceLevels.from_body(body)
        _version, hours = hours_of(client, at_year=at.year)
        return [
            (
                labels.LEVELS[level],
                [
                    due(levels.hours_for(level, hours), started_at=at, target=target)
                    for (of, _kind), target in levels.targets.items()
                    if of is level
                ],
            )
            for level in Criticality
        ]
    except (Invalid, NeverOpens):
        return []


def _fields(
    request: HttpRequest,
    client: Client,
    lines: list[fields_form.FieldLine],
    *,
    fault: str = "",
    moved: bool = False,
    status: int = 200,
) -> HttpResponse:
    first = len(lines)
    blank = [fields_form.FieldLine(first + n) for n in range(fields_form.BLANK_LINES)]
    context = {
        "lines": list(enumerate([*lines, *blank])),
        "kinds": labels.FIELD_KINDS.items(),
        "fault": fault,
        "moved": moved,
        **_asked(lines),
    }
    return _page(request, client, PolicyKind.FIELDS, context, status)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the agent sees it."""

    code: str
    kind: str
    label: str
    unit: str
    choices: tuple[str, ...]


def _asked(lines: list[fields_form.FieldLine]) -> dict[str, Any]:
    try:
        own = Fields.from_body(fields_form.body_of(lines)).own
    except FieldsInvalid as invalid:
        return {"unclear": labels.fault_sentence(invalid.details)}
    words = labels.in_language
    return {
        "preview": [
            Asked(item.code, item.kind.value, words(item.label), item.unit, tuple(map(words, item.choices.values())))
            for item in own
        ]
    }


def _size(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 1
