"""The service levels as they are typed: a number and its unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vigie.tickets import labels
from vigie.tickets.labels import Label
from vigie.tickets.rules.vocabulary import CommitmentKind, Criticality

UNITS = {"min": 1, "h": 60}


@dataclass(frozen=True, slots=True)
class TargetCell:
    """One target as typed. `kind` is a CommitmentKind."""

    kind: str
    label: Label
    amount: str
    unit: str


@dataclass(frozen=True, slots=True)
class LevelLine:
    level: str
    label: Label
    targets: tuple[TargetCell, ...]
    is_round_the_clock: bool


def typed_body(post: Mapping[str, str]) -> dict[str, Any]:
    """Return the body that a posted form describes, right or wrong."""
    return {
        "targets": {
            level.value: {kind.value: _minutes(post, f"{level}-{kind}") for kind in CommitmentKind}
            for level in Criticality
        },
        "round_the_clock": [level.value for level in Criticality if post.get(f"night-{level}")],
        "count_resolved_as": post.get("count_resolved_as", ""),
    }


def _minutes(post: Mapping[str, str], name: str) -> int | str:
    amount, unit = post.get(name, "").strip(), UNITS.get(post.get(f"{name}-unit", ""), 1)
    return int(amount) * unit if amount.isdecimal() and len(amount) < 10 else amount


def level_lines(body: Mapping[str, Any]) -> tuple[LevelLine, ...]:
    """Return the targets as the screen shows them."""
    return tuple(
        LevelLine(
            level.value,
            labels.LEVELS[level],
            tuple(_cell(kind, body["targets"][level.value][kind.value]) for kind in CommitmentKind),
            level.value in body["round_the_clock"],
        )
        for level in Criticality
    )


def _cell(kind: CommitmentKind, minutes: int | str) -> TargetCell:
    label = labels.COMMITMENTS[kind]
    if isinstance(minutes, int) and minutes % 60 == 0:
        return TargetCell(kind.value, label, str(minutes // 60), "h")
    return TargetCell(kind.value, label, str(minutes), "min")
