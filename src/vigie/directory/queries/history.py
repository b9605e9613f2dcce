"""Who changed which setting, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vigie.directory.models import Policy, PolicyKind, Staff
from vigie.journal.models import Entry

_SUBJECTS = ("client", "hotlinenumber", "site", "equipment", "contact", "group", "staff", "policy")


@dataclass(frozen=True, slots=True)
class Change:
    """One entry about the settings of a client. `before` and `after` are codes by column; `untold` names the others."""

    at: datetime
    code: str
    who: str
    subject_kind: str
    subject_id: int
    before: dict[str, Any]
    after: dict[str, Any]
    untold: tuple[str, ...]
    facts: dict[str, Any]


def versions(client_id: int, kind: PolicyKind) -> list[Policy]:
    """Return every version of one setting, the newest first."""
    return list(Policy.objects.filter(client_id=client_id, kind=kind).select_related("author").order_by("-version"))


def latest_versions(client_id: int) -> dict[str, Policy]:
    """Return the version in force of each setting, by kind."""
    found = Policy.objects.filter(client_id=client_id).select_related("author").order_by("kind", "-version")
    return {policy.kind: policy for policy in found.distinct("kind")}


def recent_changes(client_id: int, *, most: int = 100) -> list[Change]:
    """Return the latest changes of a client's settings and tables, the newest first."""
    entries = list(Entry.objects.filter(client_id=client_id, subject_kind__in=_SUBJECTS).order_by("-at", "-id")[:most])
    authors = {entry.actor_id for entry in entries if entry.actor_id}
    names = {staff.pk: str(staff) for staff in Staff.objects.filter(pk__in=authors)}
    return [_change(entry, names) for entry in entries]


def _change(entry: Entry, names: dict[int, str]) -> Change:
    facts = dict(entry.facts)
    before, after, untold = facts.pop("before", {}), facts.pop("after", {}), facts.pop("untold", [])
    return Change(
        entry.at,
        entry.code,
        names.get(entry.actor_id or 0, "vigie"),
        entry.subject_kind,
        entry.subject_id,
        before if isinstance(before, dict) else {"": before},
        after if isinstance(after, dict) else {"": after},
        tuple(untold),
        facts,
    )
