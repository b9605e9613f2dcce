"""What facts and results are called, from the tickets they come from."""

from __future__ import annotations

from vigie.tickets.rules.fields import Fields


def fact_label(name: str, fields: Fields) -> str:
    return name


def fact_text(name: str, value: object, fields: Fields) -> str:
    return "" if value is None else str(value)


def attempt_result(code: str) -> str:
    return code
