"""Every version of a client's settings: who, when, what changed, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vigie.directory import labels
from vigie.directory.actions import PolicyMoved, restore_policy
from vigie.directory.differences import Difference, differences
from vigie.directory.models import Policy, PolicyKind
from vigie.directory.queries.history import Change, latest_versions, recent_changes, versions
from vigie.directory.views.common import actor, configured_client, now
from vigie.errors import NotFound


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """`sign` is "added", "removed" or "changed"."""

    what: str
    before: str
    after: str
    sign: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    at: datetime
    who: str
    what: str
    details: tuple[DifferenceRow, ...]
    untold: str


@login_required
@require_GET
def history(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    latest = latest_versions(client_id)
    context = {
        "client": client,
        "tab": "history",
        "settings": [(kind, labels.POLICIES[kind], latest.get(kind)) for kind in PolicyKind.values],
        "changes": [_change_row(change) for change in recent_changes(client_id)],
    }
    return render(request, "directory/history.html", context)


@login_required
@require_GET
def policy_history(request: HttpRequest, client_id: int, kind: str) -> HttpResponse:
    client = configured_client(request, client_id)
    found = versions(client_id, _kind(kind))
    by_version = {policy.version: policy for policy in found}
    newer = by_version.get(_number(request, "to")) or (found[0] if found else None)
    older = by_version.get(_number(request, "from")) or (by_version.get(newer.version - 1) if newer else None)
    context = {
        "client": client,
        "tab": "history",
        "kind": kind,
        "title": labels.POLICIES[kind],
        "versions": found,
        "latest": found[0].version if found else 0,
        "newer": newer,
        "older": older,
        "rows": [_row(difference) for difference in _compared(older, newer)],
    }
    return render(request, "directory/policy_history.html", context)


@login_required
@require_POST
def policy_restore(request: HttpRequest, client_id: int, kind: str) -> HttpResponse:
    version, seen = _posted(request, "version"), _posted(request, "seen_version")
    note = _("Version %(version)d restored") % {"version": version}
    try:
        restore_policy(
            client_id, kind=_kind(kind), version=version, seen_version=seen, note=note, by=actor(request), at=now()
        )
    except PolicyMoved as refusal:
        messages.error(request, labels.refusal(refusal))
    else:
        messages.success(request, note)
    return redirect("directory:policy_history", client_id, kind)


def _compared(older: Policy | None, newer: Policy | None) -> list[Difference]:
    return differences(older.body if older else {}, newer.body) if newer else []


def _row(difference: Difference) -> DifferenceRow:
    sign = "added" if difference.before is None else "removed" if difference.after is None else "changed"
    what = " › ".join(labels.part_label(step) for step in difference.path)
    return DifferenceRow(what, _value(difference.before), _value(difference.after), sign)


def _value(text: str | None) -> str:
    if text is None:
        return ""
    return str(labels.YES_NO.get(text, text)) or "—"


def _change_row(change: Change) -> ChangeRow:
    facts: dict[str, Any] = change.facts
    what = str(labels.CHANGES.get(change.code, change.code.replace("_", " ").replace(".", ": ")))
    if change.code == "policy.saved":
        what = f"{labels.POLICIES.get(facts.get('kind', ''), facts.get('kind', ''))}, v{facts.get('version', '')}"
    elif name := change.after.get("code") or change.before.get("code"):
        what = f"{what} ({name})"
    elif change.subject_kind != "client":
        what = f"{what} (n° {change.subject_id})"
    told = differences(change.before, change.after)
    untold = ", ".join(str(labels.COLUMNS.get(name, name)) for name in change.untold)
    return ChangeRow(change.at, change.who, what, tuple(_cell_row(difference) for difference in told), untold)


def _cell_row(difference: Difference) -> DifferenceRow:
    row = _row(difference)
    column = labels.COLUMNS.get(difference.path[0]) if len(difference.path) == 1 else None
    return DifferenceRow(str(column), row.before, row.after, row.sign) if column else row


def _kind(kind: str) -> PolicyKind:
    if kind not in PolicyKind.values:
        raise NotFound
    return PolicyKind(kind)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() else 0


def _posted(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() else 0
