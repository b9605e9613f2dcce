"""Changing the tables of a client: a sheet is saved whole, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from vigie.actors import Actor
from vigie.directory.models import Client, Contact, ContactNumber, Equipment, HotlineNumber, Site
from vigie.directory.queries.sheets import MODELS, cells_of, sheet_rows, world_of
from vigie.directory.sheets import SHEETS, Draft, Fault, Problem, SheetKind, plain, read_drafts
from vigie.errors import Invalid, NotFound
from vigie.journal.actions import record

_KEY = {
    SheetKind.NUMBERS: "number",
    SheetKind.SITES: "code",
    SheetKind.EQUIPMENT: "code",
    SheetKind.CONTACTS: "numbers",
}
Cells = dict[str, str]


class SheetRefused(Invalid):
    """Some cells cannot be taken; nothing was saved."""

    code = "sheet_refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems=[f"{p.row}:{p.column}:{p.fault.value}" for p in problems])
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Saved:
    """How many rows a sheet created, changed, removed, and found as they were."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0


@transaction.atomic(durable=True)
def save_sheet(client_id: int, *, kind: SheetKind, drafts: Sequence[Draft], by: Actor, at: datetime) -> Saved:
    """
    Save every row of `drafts`, or none. Raises: Forbidden, NotFound, SheetRefused.
    """
    client = _locked(client_id, by=by)
    return _save(client, kind, drafts, by=by, at=at)


@transaction.atomic(durable=True)
def import_sheet(client_id: int, *, kind: SheetKind, drafts: Sequence[Draft], by: Actor, at: datetime) -> Saved:
    """
    Save the rows of a file, or none: a row that names something known (its code, a number, an e-mail) changes it.

    Raises: Forbidden, NotFound, SheetRefused.
    """
    client = _locked(client_id, by=by)
    return _save(client, kind, _matched(client, kind, drafts), by=by, at=at)


def _locked(client_id: int, *, by: Actor) -> Client:
    by.must("client.configure", client_id=client_id)
    client = Client.objects.select_for_update().filter(pk=client_id).first()
    if client is None:
        raise NotFound
    return client


def _matched(client: Client, kind: SheetKind, drafts: Sequence[Draft]) -> list[Draft]:
    known: dict[str, int] = {}
    for row in sheet_rows(kind, client.pk):
        known |= dict.fromkeys(_marks(kind, cells_of(kind, row)), row.pk)
    read, _ = read_drafts(kind, list(drafts), world=world_of(client))
    found = [next((known[mark] for mark in _marks(kind, cells) if mark in known), None) for _, cells in read]
    return [replace(draft, id=pk) for (draft, _), pk in zip(read, found, strict=True)]


def _marks(kind: SheetKind, cells: Cells) -> list[str]:
    """Return what a row is recognised by, the surest first."""
    if kind is not SheetKind.CONTACTS:
        return [cells[_KEY[kind]]] if cells.get(_KEY[kind]) else []
    marks = [*_keys(kind, cells), cells.get("email", "").casefold(), plain(cells.get("name", ""))]
    return [mark for mark in marks if mark]


def _keys(kind: SheetKind, cells: Cells) -> list[str]:
    """Return what no other row may hold."""
    return [key for key in cells.get(_KEY[kind], "").split(", ") if key]


def _save(client: Client, kind: SheetKind, drafts: Sequence[Draft], *, by: Actor, at: datetime) -> Saved:
    stored = {row.pk: row for row in sheet_rows(kind, client.pk)}
    cells = {pk: cells_of(kind, row) for pk, row in stored.items()}
    drafts = [draft for draft in drafts if not draft.is_blank]
    if any(draft.id is not None and draft.id not in stored for draft in drafts):
        raise NotFound
    kept = [draft for draft in drafts if not draft.is_removed]
    read, problems = read_drafts(kind, kept, world=world_of(client))
    problems += _moved(read, cells) + _clashes(client, kind, read, cells)
    if problems:
        raise SheetRefused(problems)
    count: Counter[str] = Counter()
    for draft in drafts:
        if draft.is_removed and draft.id is not None and kind is SheetKind.NUMBERS:
            record(
                "hotline_number.removed", stored[draft.id], client_id=client.pk, by=by, at=at, before=cells[draft.id]
            )
            stored[draft.id].delete()
            count["removed"] += 1
    sites = {site.code: site.pk for site in Site.objects.filter(client=client)}
    for draft, values in read:
        before = cells[draft.id] if draft.id is not None else {}
        changed = {name: text for name, text in values.items() if before.get(name) != text}
        if not changed:
            count["same"] += 1
            continue
        row = stored[draft.id] if draft.id is not None else MODELS[kind](client_id=client.pk)
        _write(row, changed, sites=sites)
        _tell(kind, row, before=before, changed=changed, by=by, at=at)
        count["changed" if before else "created"] += 1
    return Saved(**count)


def _moved(read: Sequence[tuple[Draft, Cells]], stored: dict[int, Cells]) -> list[Problem]:
    """Return the cells that this person changed and somebody else changed too since they were shown."""
    problems = []
    for draft, values in read:
        if draft.id is None or draft.seen is None:
            continue
        now = stored[draft.id]
        for name, text in values.items():
            seen = draft.seen.get(name, now[name])
            if text == seen:
                values[name] = now[name]  # not touched here: what others wrote stands
            elif now[name] not in (seen, text):
                problems.append(Problem(draft.number, name, Fault.MOVED, draft.cells.get(name, ""), now[name]))
    return problems


def _clashes(
    client: Client, kind: SheetKind, read: Sequence[tuple[Draft, Cells]], stored: dict[int, Cells]
) -> list[Problem]:
    holders = {key: pk for pk, cells in stored.items() for key in _keys(kind, cells)}
    if kind is SheetKind.NUMBERS:
        elsewhere = HotlineNumber.objects.exclude(client=client).values_list("number", flat=True)
        holders |= dict.fromkeys(elsewhere, 0)
    met: dict[str, int] = {}
    problems = []
    for draft, values in read:
        for key in _keys(kind, values):
            if key in met:
                problems.append(Problem(draft.number, _KEY[kind], Fault.TWICE, key))
            elif holders.get(key, draft.id) != draft.id:
                problems.append(Problem(draft.number, _KEY[kind], Fault.TAKEN, key))
            met[key] = draft.number
    return problems


def _write(row: Any, changed: Cells, *, sites: dict[str, int]) -> None:
    for name, text in changed.items():
        if name == "site":
            row.site_id = sites[text] if text else None
        elif name == "weight":
            row.weight = Equipment.Weight[text.upper()].value
        elif name == "is_active":
            row.is_active = text == "yes"
        elif name != "numbers":
            setattr(row, name, text)
    row.save()
    if isinstance(row, Contact) and "numbers" in changed:
        numbers = [number for number in changed["numbers"].split(", ") if number]
        ContactNumber.objects.filter(contact=row).exclude(number__in=numbers).delete()
        held = set(ContactNumber.objects.filter(contact=row).values_list("number", flat=True))
        ContactNumber.objects.bulk_create(
            ContactNumber(client_id=row.client_id, contact=row, number=number)
            for number in numbers
            if number not in held
        )


def _tell(kind: SheetKind, row: Any, *, before: Cells, changed: Cells, by: Actor, at: datetime) -> None:
    told = {column.name for column in SHEETS[kind] if column.is_told}
    record(
        f"{SUBJECT[kind]}.{'changed' if before else 'created'}",
        row,
        client_id=row.client_id,
        by=by,
        at=at,
        before={name: before[name] for name in changed if name in told and name in before},
        after={name: text for name, text in changed.items() if name in told},
        untold=sorted(name for name in changed if name not in told),
    )


SUBJECT = {
    SheetKind.NUMBERS: "hotline_number",
    SheetKind.SITES: "site",
    SheetKind.EQUIPMENT: "equipment",
    SheetKind.CONTACTS: "contact",
}
