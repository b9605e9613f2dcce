"""The client's own fields as they are typed: one line a field, one line a choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("fr", "en")
MOST_FIELDS = 40
BLANK_LINES = 2


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field as typed. `choices` holds one line a choice: code; français; english."""

    place: int
    code: str = ""
    kind: str = "text"
    label_fr: str = ""
    label_en: str = ""
    unit: str = ""
    choices: str = ""


def typed_lines(post: Mapping[str, str]) -> list[FieldLine]:
    """Return the lines of a posted form that hold anything, in the order wanted."""
    lines = []
    for place in range(MOST_FIELDS):

        def typed(name: str, place: int = place) -> str:
            return post.get(f"{name}-{place}", "").strip()

        if any(typed(name) for name in ("code", "label_fr", "label_en")):
            line = FieldLine(
                place, typed("code"), typed("kind"), typed("label_fr"), typed("label_en"), typed("unit"),
                typed("choices"),
            )  # fmt: skip
            lines.append((_order(typed("order"), place), line))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


def _order(text: str, place: int) -> tuple[int, int]:
    return (int(text) if text.isdecimal() else place + 1, place)


def body_of(lines: list[FieldLine]) -> dict[str, Any]:
    """Return the body that typed lines describe, right or wrong."""
    return {"fields": [_row(line) for line in lines]}


def _row(line: FieldLine) -> dict[str, Any]:
    labels = {"fr": line.label_fr, "en": line.label_en}
    row: dict[str, Any] = {"code": line.code, "kind": line.kind, "label": {k: v for k, v in labels.items() if v}}
    if line.kind == "number" and line.unit:
        row["unit"] = line.unit
    if line.kind == "choice":
        row["choices"] = dict(_choice(text) for text in line.choices.splitlines() if text.strip())
    return row


def _choice(text: str) -> tuple[str, dict[str, str]]:
    code, *names = (part.strip() for part in text.split(";"))
    return code, {language: name for language, name in zip(LANGUAGES, names or [code], strict=False) if name}


def lines_of(body: Mapping[str, Any]) -> list[FieldLine]:
    """Return the fields in force as lines."""
    return [
        FieldLine(
            place,
            row["code"],
            row["kind"],
            row["label"].get("fr", ""),
            row["label"].get("en", ""),
            row.get("unit", ""),
            "\n".join(
                "; ".join([code, *(names.get(language, "") for language in LANGUAGES)]).rstrip("; ")
                for code, names in row.get("choices", {}).items()
            ),
        )
        for place, row in enumerate(body.get("fields", ()))
    ]
