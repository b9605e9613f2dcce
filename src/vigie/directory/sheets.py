"""
The tables that an administrator fills: hotline numbers, sites, equipment, contacts. Pure.

A cell is text, on the screen and in a CSV file alike; `canonical` reads it once for both. What is stored, compared and
journaled is the canonical text: a code, never a label.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vigie.directory.phones import NotANumber, e164


class SheetKind(StrEnum):
    NUMBERS = "numbers"
    SITES = "sites"
    EQUIPMENT = "equipment"
    CONTACTS = "contacts"


class Fault(StrEnum):
    """Why a cell cannot be taken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A_CODE = "not_a_code"
    NOT_A_NUMBER = "not_a_number"
    NOT_AN_EMAIL = "not_an_email"
    UNKNOWN = "unknown"
    TWICE = "twice"  # the same key on two rows of this sheet
    TAKEN = "taken"  # somebody else's already
    MOVED = "moved"  # changed by somebody else since it was shown


class Wrong(Exception):
    """One cell cannot be taken."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class World:
    """What the cells of one client may name. `sites` are codes; `words` are other words for a code, per column."""

    sites: frozenset[str] = frozenset()
    region: str = "FR"
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


Reader = Callable[[str, World], str]


@dataclass(frozen=True, slots=True)
class Column:
    """`is_told`: the journal may carry its values; a person's name or number is never one of them."""

    name: str
    read: Reader
    is_required: bool = False
    is_told: bool = True
    aliases: tuple[str, ...] = ()
    default: str = ""
    max_length: int = 120


def plain(text: str) -> str:
    """Return `text` in lower case, without accents, with single spaces: how headings and choices are compared."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).replace("_", " ").split())


def _text(text: str, _: World) -> str:
    return text


def _code(text: str, _: World) -> str:
    if not re.fullmatch(r"[0-9]{2,10}", text):
        raise Wrong(Fault.NOT_A_CODE)
    return text


def _number(text: str, world: World) -> str:
    try:
        return e164(text, region=world.region)
    except NotANumber as error:
        raise Wrong(Fault.NOT_A_NUMBER) from error


def _numbers(text: str, world: World) -> str:
    parts = [part for part in re.split(r"[,;/\n]", text) if part.strip()]
    return ", ".join(dict.fromkeys(_number(part, world) for part in parts))


def _email(text: str, _: World) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise Wrong(Fault.NOT_AN_EMAIL)
    return text


def _site(text: str, world: World) -> str:
    if text in world.sites:
        return text
    return _among("site")(text, world)


def _among(name: str) -> Reader:
    def read(text: str, world: World) -> str:
        found = world.words.get(name, {}).get(plain(text))
        if found is None:
            raise Wrong(Fault.UNKNOWN)
        return found

    return read


_LANGUAGE = Column("language", _among("language"), aliases=("langue",))
_ACTIVE = Column("is_active", _among("is_active"), aliases=("actif", "active"), default="yes")
_SPOKEN = Column("spoken_name", _text, aliases=("nom prononcé", "nom dit"))

SHEETS: dict[SheetKind, tuple[Column, ...]] = {
    SheetKind.NUMBERS: (
        Column("number", _number, is_required=True, aliases=("numéro",), max_length=40),
        Column("label", _text, aliases=("libellé",), max_length=80),
        _LANGUAGE,
    ),
    SheetKind.SITES: (
        Column("code", _code, is_required=True, max_length=10),
        Column("name", _text, is_required=True, aliases=("nom", "site")),
        _SPOKEN,
        Column("address", _text, aliases=("adresse",), max_length=240),
        Column("access", _text, aliases=("accès",), max_length=2000),
        Column("subdivision", _among("subdivision"), aliases=("calendrier",)),
        _ACTIVE,
    ),
    SheetKind.EQUIPMENT: (
        Column("code", _code, is_required=True, max_length=10),
        Column("name", _text, is_required=True, aliases=("nom", "équipement")),
        _SPOKEN,
        Column("site", _site),
        Column("environment", _among("environment"), is_required=True, aliases=("environnement",)),
        Column("weight", _among("weight"), aliases=("importance", "poids"), default="normal"),
        _ACTIVE,
    ),
    SheetKind.CONTACTS: (
        Column("name", _text, is_required=True, is_told=False, aliases=("nom", "contact")),
        Column("job", _text, is_told=False, aliases=("fonction", "métier")),
        Column("site", _site),
        Column("numbers", _numbers, is_told=False, aliases=("numéros", "téléphone", "phone"), max_length=200),
        Column("email", _email, is_told=False, aliases=("e-mail", "courriel", "mail"), max_length=200),
        _LANGUAGE,
        _ACTIVE,
    ),
}


def canonical(column: Column, text: str, *, world: World) -> str:
    """Return the canonical text of one cell. Raises: Wrong."""
    text = text.strip()
    if not text:
        if column.is_required:
            raise Wrong(Fault.EMPTY)
        return column.default
    if len(text) > column.max_length:
        raise Wrong(Fault.TOO_LONG)
    return column.read(text, world)


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A row as somebody typed it. `seen` is the canonical text the screen showed, by column; None where nothing was seen.

    `number` is its place on the screen or in the file, for messages. `is_removed` asks for the row to go.
    """

    number: int
    cells: Mapping[str, str]
    id: int | None = None
    seen: Mapping[str, str] | None = None
    is_removed: bool = False

    @property
    def is_blank(self) -> bool:
        return self.id is None and not any(text.strip() for text in self.cells.values())


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be taken, and why. `current` is what is stored today, for a MOVED cell."""

    row: int
    column: str
    fault: Fault
    text: str = ""
    current: str = ""


def read_drafts(
    kind: SheetKind, drafts: list[Draft], *, world: World
) -> tuple[list[tuple[Draft, dict[str, str]]], list[Problem]]:
    """
    Return each draft with its canonical cells, and every cell that cannot be taken.

    A column that a draft does not carry is left out for a row that exists and takes its default in a new one.
    """
    read: list[tuple[Draft, dict[str, str]]] = []
    problems: list[Problem] = []
    for draft in drafts:
        values: dict[str, str] = {}
        for column in SHEETS[kind]:
            if column.name not in draft.cells and draft.id is not None:
                continue
            text = draft.cells.get(column.name, "")
            try:
                values[column.name] = canonical(column, text, world=world)
            except Wrong as wrong:
                problems.append(Problem(draft.number, column.name, wrong.fault, text))
        read.append((draft, values))
    return read, problems
