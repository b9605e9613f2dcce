"""
The client's own questions.

The body of a `fields` policy::

    {"fields": [{"code": "lot", "kind": "text", "label": {"fr": "Numéro de lot", "en": "Batch number"}},
                {"code": "temperature", "kind": "number", "unit": "°C", "label": {…}},
                {"code": "shift", "kind": "choice", "choices": {"am": {"fr": "Matin", "en": "Morning"}}, "label": {…}},
                {"code": "since_day", "kind": "date", "label": {…}}]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from vigie.errors import Invalid
from vigie.tickets.rules.vocabulary import CHOICES, OWN_FIELD, REFERENCES, TEXT_FACTS, FactValue

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_TEXT = 20_000
LONGEST_TITLE = 200


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"


class FieldsInvalid(Invalid):
    """These fields cannot be used. `reason` and `where` say why."""

    code = "fields_invalid"


class UnknownFact(Invalid):
    """This ticket has no such field."""

    code = "unknown_fact"


class ValueRefused(Invalid):
    """This value does not fit the field."""

    code = "value_refused"


@dataclass(frozen=True, slots=True)
class OwnField:
    """One question of the client. Labels are per language; the first one stands in for a language that has none."""

    code: str
    kind: FieldKind
    label: Mapping[str, str]
    unit: str = ""
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return OWN_FIELD + self.code

    def read(self, text: str) -> FactValue:
        """Raises: ValueRefused."""
        match self.kind:
            case FieldKind.TEXT:
                return _text(text, self.name)
            case FieldKind.NUMBER:
                return _number(text, self.name)
            case FieldKind.CHOICE:
                return _one_of(text, tuple(self.choices), self.name)
            case FieldKind.DATE:
                return _day(text, self.name)


@dataclass(frozen=True, slots=True)
class Fields:
    """The client's own questions, in the order of the form."""

    own: tuple[OwnField, ...] = ()

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Fields:
        """Raises: FieldsInvalid."""
        own = tuple(_field(row, number) for number, row in enumerate(body.get("fields") or (), 1))
        codes = [item.code for item in own]
        for code in codes:
            if codes.count(code) > 1:
                raise FieldsInvalid(reason="code_twice", where=code)
        return cls(own)

    def to_body(self) -> dict[str, Any]:
        """Return a body that `from_body` reads back to the same fields."""
        return {
            "fields": [
                {
                    "code": item.code,
                    "kind": item.kind.value,
                    "label": dict(item.label),
                    **({"unit": item.unit} if item.unit else {}),
                    **({"choices": {c: dict(label) for c, label in item.choices.items()}} if item.choices else {}),
                }
                for item in self.own
            ]
        }


def read_value(name: str, text: str, *, fields: Fields) -> FactValue:
    """
    Return the value that `text` says for the fact `name`; None when it was emptied.

    Raises: UnknownFact, ValueRefused.
    """
    own = next((item for item in fields.own if item.name == name), None)
    known = own or name in TEXT_FACTS or name in CHOICES or name in REFERENCES or name == "title"
    if not known:
        raise UnknownFact(name=name)
    if not text.strip():
        return None
    if own:
        return own.read(text)
    if name in CHOICES:
        return _one_of(text, CHOICES[name], name)
    if name in REFERENCES:
        return _number(text, name, whole=True)
    return _text(text, name, longest=LONGEST_TITLE if name == "title" else LONGEST_TEXT)


def _text(text: str, name: str, *, longest: int = LONGEST_TEXT) -> str:
    if len(text) > longest or "\x00" in text:
        raise ValueRefused(name=name, reason="too_long", longest=longest)
    return text


def _one_of(text: str, choices: tuple[str, ...], name: str) -> str:
    if text not in choices:
        raise ValueRefused(name=name, reason="not_a_choice")
    return str(text)


def _number(text: str, name: str, *, whole: bool = False) -> int | float:
    cleaned = text.strip().replace("\u202f", "").replace(" ", "").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,9})?", cleaned) or (whole and not cleaned.isdecimal()):
        raise ValueRefused(name=name, reason="not_a_number")
    return float(cleaned) if "." in cleaned else int(cleaned)


def _day(text: str, name: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise ValueRefused(name=name, reason="not_a_date") from error


def _field(row: Any, number: int) -> OwnField:
    where = str(number)
    try:
        code, kind = str(row["code"]), FieldKind(row["kind"])
        label = {str(language): str(text).strip() for language, text in row["label"].items() if str(text).strip()}
        choices = {str(value): dict(texts) for value, texts in (row.get("choices") or {}).items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FieldsInvalid(reason="bad_field", where=where) from error
    if not _CODE.fullmatch(code):
        raise FieldsInvalid(reason="bad_code", where=f"{where}: {code}")
    if not label:
        raise FieldsInvalid(reason="no_label", where=code)
    if (kind is FieldKind.CHOICE) != bool(choices):
        raise FieldsInvalid(reason="choices_and_kind_disagree", where=code)
    return OwnField(code, kind, label, str(row.get("unit") or ""), choices)
