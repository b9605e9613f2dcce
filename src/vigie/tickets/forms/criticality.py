"""The criticality settings as they are typed: weights, the grid, what is never less than."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vigie.tickets import labels
from vigie.tickets.labels import Label
from vigie.tickets.rules.criticality import LAW, CriticalityPolicy
from vigie.tickets.rules.vocabulary import DANGER, Criticality

SIDES = ("impact", "urgency")
LARGEST_GRID = 7
MOST_VALUES = 10

# The grids that people bring along, as policies: impact × urgency of GLPI and of Bileto.
_GLPI_ROWS = ("11222", "12233", "22344", "23445", "23455")
_WORDS = ("low", "medium", "high")
_BILETO_ROWS = (("low", "low", "medium"), ("low", "medium", "high"), ("medium", "high", "high"))
PRESETS: dict[str, dict[str, Any]] = {
    "vigie": CriticalityPolicy().to_body(),
    "glpi": {
        "matrix": {str(u): {str(i): cell for i, cell in enumerate(row, 1)} for u, row in enumerate(_GLPI_ROWS, 1)},
        "levels": {"1": "P4", "2": "P4", "3": "P3", "4": "P2", "5": "P1"},
        "urgencies": list("12345"),
        "impacts": list("12345"),
    },
    "bileto": {
        "matrix": {u: dict(zip(_WORDS, row, strict=True)) for u, row in zip(_WORDS, _BILETO_ROWS, strict=True)},
        "levels": {"low": "P4", "medium": "P3", "high": "P1"},
        "urgencies": list(_WORDS),
        "impacts": list(_WORDS),
    },
}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One possible answer: its points as typed, and the criticality it forces at least. `law` cannot be lowered."""

    fact: str
    value: str
    label: Label
    points: str
    floor: str
    law: str


@dataclass(frozen=True, slots=True)
class FactLine:
    fact: str
    label: Label
    side: str
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The matrix as typed: names of the columns, then (name of the row, its cells)."""

    impacts: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    values: tuple[tuple[str, str], ...]


def typed_body(post: Mapping[str, str]) -> dict[str, Any]:
    """Return the body that a posted form describes, right or wrong."""
    body: dict[str, Any] = {side: {"start": post.get(f"start-{side}", ""), "points": {}} for side in SIDES}
    floors: dict[str, dict[str, str]] = {}
    for fact, values in DANGER.items():
        side = post.get(f"side-{fact}", "")
        if side in SIDES:
            body[side]["points"][fact] = {value: post.get(f"points-{fact}-{value}") or "0" for value in values}
        forced = {value: post[f"floor-{fact}-{value}"] for value in values if post.get(f"floor-{fact}-{value}")}
        if forced:
            floors[fact] = forced
    return {**body, **_typed_grid(post), "at_least": floors}


def _typed_grid(post: Mapping[str, str]) -> dict[str, Any]:
    impacts = list(_listed(post, "impact", LARGEST_GRID))
    matrix = {
        urgency: {impact: post.get(f"cell-{row}-{column}", "") for column, impact in enumerate(impacts)}
        for row, urgency in enumerate(_listed(post, "row", LARGEST_GRID))
    }
    values = list(_listed(post, "value", MOST_VALUES))
    levels = {value: post.get(f"means-{place}", "") for place, value in enumerate(values)}
    return {"matrix": matrix, "urgencies": list(matrix), "impacts": impacts, "levels": levels}


def _listed(post: Mapping[str, str], name: str, longest: int) -> Iterator[str]:
    for place in range(longest):
        text = post.get(f"{name}-{place}", "").strip()
        if f"{name}-{place}" not in post:
            return
        yield text or str(place + 1)


def resized(body: dict[str, Any], *, rows: int, columns: int) -> dict[str, Any]:
    """Return the body with a grid of another size; new cells repeat their neighbour."""
    rows, columns = (min(max(size, 1), LARGEST_GRID) for size in (rows, columns))
    matrix: dict[str, dict[str, str]] = body["matrix"]
    names, impacts = _names(body)
    names = [*names, *(str(n + 1) for n in range(len(names), rows))][:rows]
    impacts = [*impacts, *(str(n + 1) for n in range(len(impacts), columns))][:columns]
    grown: dict[str, dict[str, str]] = {}
    last: dict[str, str] = {}
    for name in names:
        row = dict(matrix.get(name, last))
        edge = next(reversed(row.values()), "")
        grown[name] = last = {impact: row.get(impact, edge) for impact in impacts}
    return {**body, "matrix": grown, "urgencies": names, "impacts": impacts}


def _names(body: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the names of the rows and of the columns, in their order."""
    matrix = body["matrix"]
    return list(body.get("urgencies") or matrix), list(body.get("impacts") or next(iter(matrix.values()), {}))


def fact_lines(body: Mapping[str, Any]) -> tuple[FactLine, ...]:
    """Return the weights as the screen shows them."""
    sides = {fact: side for side in SIDES for fact in body[side]["points"]}
    floors = body.get("at_least", {})
    return tuple(
        FactLine(
            fact,
            labels.FACTS[fact],
            sides.get(fact, ""),
            tuple(
                AnswerLine(
                    fact,
                    value,
                    labels.VALUES[fact][value],
                    str(body[sides[fact]]["points"][fact].get(value, 0)) if fact in sides else "0",
                    str(floors.get(fact, {}).get(value, "")),
                    LAW[fact, value].value if (fact, value) in LAW else "",
                )
                for value in values
            ),
        )
        for fact, values in DANGER.items()
    )


def grid(body: Mapping[str, Any]) -> Grid:
    """Return the matrix as the screen shows it."""
    matrix = body["matrix"]
    levels = body.get("levels") or {level.value: level.value for level in Criticality}
    names, impacts = _names(body)
    rows = tuple((str(name), tuple(str(matrix[name].get(impact, "")) for impact in impacts)) for name in names)
    ordered = sorted(levels.items(), key=lambda pair: pair[1], reverse=True)  # from the mildest to the gravest
    return Grid(tuple(map(str, impacts)), rows, tuple(ordered))


def numbers(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body with whole numbers where whole numbers were typed; the rules refuse the rest."""
    return {**body, **{side: _numbered(body[side]) for side in SIDES}}


def _numbered(side: Mapping[str, Any]) -> dict[str, Any]:
    points = {fact: {v: _whole(text) for v, text in answers.items()} for fact, answers in side["points"].items()}
    return {"start": _whole(side["start"]), "points": points}


def _whole(text: object) -> object:
    try:
        return int(str(text).strip())
    except ValueError:
        return text
