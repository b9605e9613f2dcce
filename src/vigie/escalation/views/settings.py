"""The client's tab: what a hand-over needs, where it goes, how long it may wait, who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vigie.directory.actions import PolicyMoved, save_policy
from vigie.directory.labels import ENVIRONMENTS
from vigie.directory.models import Client, PolicyKind, Staff
from vigie.directory.queries import current_policy
from vigie.directory.roles import Role
from vigie.directory.views.common import actor, configured_client, now, onward
from vigie.escalation import labels, queries
from vigie.escalation.rules.policy import EscalationPolicy, UnreadablePolicy
from vigie.escalation.views import rows
from vigie.tickets.queries import fields_of
from vigie.tickets.rules.fields import Fields
from vigie.tickets.rules.handover_needs import ALWAYS_NEEDED
from vigie.tickets.rules.vocabulary import CHOICES, TEXT_FACTS, Criticality

BLANK_ROUTES = 2
NOT_ASKED = ("type", "perceived_urgency", "workaround_how")


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One fact, and who needs it: everybody, N2, N3."""

    name: str
    label: rows.Label
    by_all: bool
    by_n2: bool
    by_n3: bool


@dataclass(frozen=True, slots=True)
class DelayLine:
    criticality: str
    minutes: int
    open_hours_only: bool


@dataclass(frozen=True, slots=True)
class RouteLine:
    environment: str
    group: int | None


@login_required
@require_http_methods(["GET", "POST"])
def escalation(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    kept = current_policy(client_id, PolicyKind.ESCALATION)
    body: Mapping[str, Any] = kept.body if kept else {}
    version, status, mistakes = (kept.version if kept else 0), 200, []
    if request.method == "POST":
        body = typed_body(request.POST)
        try:
            policy = EscalationPolicy.from_body(body)
            note = request.POST.get("note", "").strip()[:200]
            seen = int(request.POST.get("seen_version") or 0)
            save_policy(
                client_id,
                kind=PolicyKind.ESCALATION,
                body=policy.body(),
                seen_version=seen,
                note=note,
                by=actor(request),
                at=now(),
            )
        except PolicyMoved:
            status = 409
        except UnreadablePolicy as refusal:
            mistakes, status, body = refusal.details["mistakes"], 422, {}
        else:
            messages.success(request, _("The hand-over settings are in force."))
            return onward(request, client_id, "escalation")
    context = {"client": client, "tab": "escalation", "policy": kept, "version": version, "mistakes": mistakes}
    context |= {"moved": status == 409, **_form(client, EscalationPolicy.from_body(body))}
    return render(request, "escalation/settings.html", context, status=status)


def typed_body(post: QueryDict) -> dict[str, Any]:
    """Return the policy body that the form says; what cannot be read is left for the policy to name."""
    routes = zip(post.getlist("route_environment"), post.getlist("route_group"), strict=False)
    return {
        "needs": post.getlist("needs"),
        "needs_for": {f"tier:{tier}": post.getlist(f"needs_{tier}") for tier in (2, 3)},
        "routes": [
            {"tier": int(tier), "environment": environment, "group": int(group)}
            for environment, choice in routes
            for tier, _colon, group in [choice.partition(":")]
            if tier.isdecimal() and group.isdecimal()
        ],
        "accept_within": {
            level.value: {
                "minutes": int(minutes) if (minutes := post.get(f"minutes_{level}", "")).isdecimal() else 0,
                "clock": post.get(f"clock_{level}", "always"),
            }
            for level in Criticality
        },
        "supervisor": int(who) if (who := post.get("supervisor", "")).isdecimal() else None,
    }


def _form(client: Client, policy: EscalationPolicy) -> dict[str, Any]:
    _version, fields = fields_of(client.pk)
    groups = [group for group in queries.groups_for(client.pk) if group.is_active and group.tier > 1]
    routes = [RouteLine(route.environment, route.group) for route in policy.routes]
    return {
        "always": rows.names(ALWAYS_NEEDED, fields),
        "needs": [_need(name, policy, fields) for name in _offered(fields)],
        "groups": [
            (f"{group.tier}:{group.pk}", group.pk, f"{labels.TIERS[group.tier]} · {group.name}") for group in groups
        ],
        "routes": [*routes, *[RouteLine("", None)] * BLANK_ROUTES],
        "environments": [(code, ENVIRONMENTS[code]) for code in client.environments],
        "delays": [
            DelayLine(level, int(within.delay.total_seconds() // 60), within.open_hours_only)
            for level, within in sorted(policy.accept_within.items())
        ],
        "supervisors": _supervisors(client),
        "supervisor": policy.supervisor,
    }


def _offered(fields: Fields) -> list[str]:
    standard = [name for name in (*TEXT_FACTS, *CHOICES) if name not in (*ALWAYS_NEEDED, *NOT_ASKED)]
    return [*standard, "site", "equipment", *(own.name for own in fields.own)]


def _need(name: str, policy: EscalationPolicy, fields: Fields) -> NeedLine:
    n2, n3 = (name in policy.needs_for.get(f"tier:{tier}", ()) for tier in (2, 3))
    return NeedLine(name, rows.names([name], fields)[0], by_all=name in policy.needs, by_n2=n2, by_n3=n3)


def _supervisors(client: Client) -> list[tuple[int, str]]:
    held = Staff.objects.filter(
        is_active=True, memberships__role=Role.SUPERVISOR.value, memberships__client__in=[client.pk]
    ) | Staff.objects.filter(is_active=True, memberships__role=Role.SUPERVISOR.value, memberships__client=None)
    return [(staff.pk, str(staff)) for staff in held.distinct().order_by("last_name", "first_name")]
