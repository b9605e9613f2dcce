"""The rows behind the tables of a client, and what their cells may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import translation

from vigie.directory import labels
from vigie.directory.models import Client, Contact, Equipment, HotlineNumber, PolicyKind, Site
from vigie.directory.queries import policy_body
from vigie.directory.sheets import SHEETS, SheetKind, World, plain

MODELS: dict[SheetKind, type[Model]] = {
    SheetKind.NUMBERS: HotlineNumber,
    SheetKind.SITES: Site,
    SheetKind.EQUIPMENT: Equipment,
    SheetKind.CONTACTS: Contact,
}
_SEARCHED = {
    SheetKind.NUMBERS: ("number", "label"),
    SheetKind.SITES: ("code", "name", "address"),
    SheetKind.EQUIPMENT: ("code", "name", "site__name"),
    SheetKind.CONTACTS: ("name", "job", "email", "numbers__number", "site__name"),
}
_ORDER = {SheetKind.NUMBERS: "number", SheetKind.SITES: "code", SheetKind.EQUIPMENT: "code", SheetKind.CONTACTS: "name"}
_WORDS: dict[str, Mapping[str, labels.Label]] = {
    "language": labels.LANGUAGES,
    "environment": labels.ENVIRONMENTS,
    "weight": labels.WEIGHTS,
    "is_active": labels.YES_NO,
    "subdivision": labels.FRENCH_SUBDIVISIONS,
}


def sheet_rows(kind: SheetKind, client_id: int, *, search: str = "") -> QuerySet[Any]:
    """Return the rows of one table, those in use first."""
    rows: QuerySet[Any] = MODELS[kind]._default_manager.filter(client_id=client_id)
    if kind in (SheetKind.EQUIPMENT, SheetKind.CONTACTS):
        rows = rows.select_related("site")
    if kind is SheetKind.CONTACTS:
        rows = rows.prefetch_related("numbers")
    if search:
        found = Q()
        for name in _SEARCHED[kind]:
            found |= Q(**{f"{name}__icontains": search})
        rows = rows.filter(pk__in=MODELS[kind]._default_manager.filter(found, client_id=client_id).values("pk"))
    order = (_ORDER[kind], "pk") if kind is SheetKind.NUMBERS else ("-is_active", _ORDER[kind], "pk")
    return rows.order_by(*order)


def cells_of(kind: SheetKind, row: Any) -> dict[str, str]:
    """Return one stored row as canonical text."""
    return {column.name: _cell(column.name, row) for column in SHEETS[kind]}


def _cell(name: str, row: Any) -> str:
    if name == "site":
        return row.site.code if row.site else ""
    if name == "numbers":
        return ", ".join(sorted(number.number for number in row.numbers.all()))
    if name == "weight":
        return Equipment.Weight(row.weight).name.lower()
    if name == "is_active":
        return "yes" if row.is_active else "no"
    return str(getattr(row, name))


def world_of(client: Client) -> World:
    """Return what the cells of this client's tables may name, in every language vigie speaks."""
    sites = list(Site.objects.filter(client=client).values_list("code", "name"))
    body = policy_body(client.pk, PolicyKind.HOURS)[1]
    words = {name: _spoken(choices) for name, choices in _WORDS.items()}
    words["site"] = {plain(name): code for code, name in sites}
    words["is_active"] |= dict.fromkeys(("1", "x", "o", "y", "true", "vrai"), "yes")
    words["is_active"] |= dict.fromkeys(("0", "n", "false", "faux"), "no")
    words["weight"] |= {str(weight.value): weight.name.lower() for weight in Equipment.Weight}
    country = (body.get("holidays") or {}).get("country") or "FR"
    return World(sites=frozenset(code for code, _ in sites), region=country, words=words)


def _spoken(choices: Mapping[str, labels.Label]) -> dict[str, str]:
    words = {plain(code): code for code in choices}
    for language in ("fr", "en"):
        with translation.override(language):
            words |= {plain(str(label)): code for code, label in choices.items()}
    return words
