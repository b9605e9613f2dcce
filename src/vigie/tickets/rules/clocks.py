"""
Service-level clocks: when something is due, given opening hours, a target and the pauses.

The body of a `service_levels` policy, every key optional; targets are minutes::

    {"targets": {"P1": {"take_charge": 15, "resolve": 240}, "P3": {…}},
     "round_the_clock": ["P1"],          these run day and night, the others in opening hours
     "count_resolved_as": "pause"}       of a reopened ticket: "pause" leaves the resolved time out, "run" counts it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from vigie.directory.rules import Hours
from vigie.errors import Invalid
from vigie.tickets.rules.vocabulary import CommitmentKind, Criticality

WARN_AT = 0.75
LONGEST_TARGET_MIN = 5 * 366 * 24 * 60


class ServiceLevelsInvalid(Invalid):
    """These service levels cannot be used. `reason` and `where` say why."""

    code = "service_levels_invalid"


class Resolved(StrEnum):
    """What the time between a resolution and a reopening is."""

    PAUSE = "pause"
    RUN = "run"


_DEFAULT_MINUTES = {
    Criticality.P1: (15, 4 * 60),
    Criticality.P2: (30, 8 * 60),
    Criticality.P3: (60, 16 * 60),
    Criticality.P4: (4 * 60, 40 * 60),
}
Targets = Mapping[tuple[Criticality, CommitmentKind], timedelta]


def _default_targets() -> dict[tuple[Criticality, CommitmentKind], timedelta]:
    return {
        (level, kind): timedelta(minutes=minutes)
        for level, both in _DEFAULT_MINUTES.items()
        for kind, minutes in zip(CommitmentKind, both, strict=True)
    }


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """What the contract of one client commits to."""

    targets: Targets = field(default_factory=_default_targets)
    round_the_clock: frozenset[Criticality] = frozenset()
    count_resolved_as: Resolved = Resolved.PAUSE

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> ServiceLevels:
        """Raises: ServiceLevelsInvalid."""
        targets = _default_targets()
        try:
            for level, row in (body.get("targets") or {}).items():
                for kind, minutes in row.items():
                    targets[Criticality(level), CommitmentKind(kind)] = _target(minutes, f"{level} {kind}")
            night = frozenset(Criticality(level) for level in body.get("round_the_clock") or ())
            resolved = Resolved(body.get("count_resolved_as") or Resolved.PAUSE)
        except (ValueError, AttributeError, TypeError) as error:
            raise ServiceLevelsInvalid(reason="unknown_code", where=str(error)) from error
        for level in Criticality:
            if targets[level, CommitmentKind.RESOLVE] < targets[level, CommitmentKind.TAKE_CHARGE]:
                raise ServiceLevelsInvalid(reason="resolved_before_taken", where=level.value)
        return cls(targets, night, resolved)

    def to_body(self) -> dict[str, Any]:
        """Return a body that `from_body` reads back to the same service levels."""
        return {
            "targets": {
                level.value: {
                    kind.value: int(self.targets[level, kind] / timedelta(minutes=1)) for kind in CommitmentKind
                }
                for level in Criticality
            },
            "round_the_clock": sorted(self.round_the_clock),
            "count_resolved_as": self.count_resolved_as.value,
        }

    def hours_for(self, level: Criticality, hours: Hours) -> Hours:
        """Return the hours in which the clocks of `level` run."""
        return Hours(timezone=hours.timezone, always=True) if level in self.round_the_clock else hours


def _target(minutes: object, where: str) -> timedelta:
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 < minutes <= LONGEST_TARGET_MIN:
        raise ServiceLevelsInvalid(reason="bad_target", where=where)
    return timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time, `[start, end)`; without end it still goes on."""

    start: datetime
    end: datetime | None = None


def due(hours: Hours, *, started_at: datetime, target: timedelta, pauses: Iterable[Span] = ()) -> datetime | None:
    """
    Return when `target` has run, the pauses left out; None while a pause is open before that.

    A function of the opening time, the target and the pauses alone: changing the target later keeps what has run.
    Raises: NeverOpens.
    """
    cursor, left = started_at, target
    for pause in _merged(pauses):
        if pause.end is not None and pause.end <= cursor:
            continue
        ran = hours.working_between(cursor, pause.start)
        if ran >= left:
            break
        if pause.end is None:
            return None
        left -= ran
        cursor = max(cursor, pause.end)
    return hours.add_working(cursor, left)


def elapsed(hours: Hours, *, started_at: datetime, until: datetime, pauses: Iterable[Span] = ()) -> timedelta:
    """Return the working time a clock has run, pauses left out."""
    total, cursor = timedelta(), started_at
    for pause in _merged(pauses):
        total += hours.working_between(cursor, min(pause.start, until))
        cursor = max(cursor, pause.end or until)
    return total + hours.working_between(cursor, until)


def _merged(pauses: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for pause in sorted(pauses, key=lambda span: span.start):
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < pause.start):
            merged.append(pause)
        elif last.end is not None:
            merged[-1] = Span(last.start, None if pause.end is None else max(last.end, pause.end))
    return merged


@dataclass(frozen=True, slots=True)
class Clock:
    """One commitment as the rules see it."""

    due_at: datetime | None
    warn_at: datetime | None


def clock(hours: Hours, *, started_at: datetime, target: timedelta, pauses: Iterable[Span] = ()) -> Clock:
    """Return when the commitment is due and when three quarters of it have run."""
    spans = tuple(pauses)
    due_at = due(hours, started_at=started_at, target=target, pauses=spans)
    return Clock(
        due_at, None if due_at is None else due(hours, started_at=started_at, target=target * WARN_AT, pauses=spans)
    )
