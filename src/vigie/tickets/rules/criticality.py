"""
Effective criticality, computed from facts by the client's own policy. What the caller feels is not an input.

The body of a `criticality` policy, every key optional::

    {"impact":  {"start": 2, "points": {"consequence": {"discomfort": -1, "stopped": 2}, "scope": {…}}},
     "urgency": {"start": 2, "points": {"workaround": {"yes": -1, "no": 1}, "frequency": {…}}},
     "matrix": {"1": {"1": "P4", "2": "P4"}, "2": {…}},      [urgency][impact]
     "urgencies": ["1", "2"], "impacts": ["1", "2"],          its rows and columns from low to high, when their order
                                                              in the matrix is not it (a database does not keep it)
     "levels": {"low": "P4", "medium": "P3", "high": "P1"},   when the matrix uses words of the client's own
     "at_least": {"consequence": {"stopped": "P2"}, "safety": {"yes": "P1"}}}

Each axis starts at its `start`, adds the points of the facts known, and is held inside the matrix. A fact forces the
criticality up through `at_least`. A danger to people and a production stop are never under P2, whatever a policy says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from vigie.errors import Invalid
from vigie.tickets.rules.vocabulary import DANGER, Criticality, Facts, is_known

Points = Mapping[str, Mapping[str, int]]
Floors = Mapping[str, Mapping[str, Criticality]]

# Safety and production stops are never under this, whatever a policy says.
LAW: Mapping[tuple[str, str], Criticality] = MappingProxyType(
    {("safety", "yes"): Criticality.P2, ("consequence", "stopped"): Criticality.P2}
)


class CriticalityPolicyInvalid(Invalid):
    """This criticality policy cannot be used. `reason` and `where` say why."""

    code = "criticality_policy_invalid"


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of the matrix: where it starts, and what each answer adds."""

    start: int
    points: Points

    def level(self, facts: Facts, *, size: int) -> int:
        """Return the row or column, from 1 to `size`."""
        total = self.start + sum(_points(name, weights, facts) for name, weights in self.points.items())
        return min(max(total, 1), size)


def _points(name: str, weights: Mapping[str, int], facts: Facts) -> int:
    """Return the points of an answer; of no answer, nothing, or the nearest to nothing that any answer would give."""
    if name in facts:
        return weights.get(str(facts[name]), 0)
    possible = [weights.get(value, 0) for value in DANGER[name]]
    return max(min(possible), min(0, max(possible)))


_DEFAULT_IMPACT = Axis(
    2,
    {
        "consequence": {"discomfort": -1, "hindered": 0, "stopped": 2},
        "scope": {"one_person": -1, "several_people": 0, "department": 0, "whole_site": 1, "public": 2},
        "equipment_weight": {"1": -1, "2": 0, "3": 0, "4": 1},
    },
)
_DEFAULT_URGENCY = Axis(
    2,
    {
        "workaround": {"yes": -1, "partial": 0, "no": 1},
        "frequency": {"once": 0, "sometimes": 0, "often": 1, "permanent": 1},
    },
)
_DEFAULT_MATRIX = (
    ("P4", "P4", "P3", "P2"),
    ("P4", "P3", "P3", "P2"),
    ("P4", "P3", "P2", "P1"),
    ("P3", "P2", "P1", "P1"),
)
_DEFAULT_FLOORS: Floors = {"safety": {"yes": Criticality.P1}, "consequence": {"stopped": Criticality.P2}}


@dataclass(frozen=True, slots=True)
class CriticalityPolicy:
    """
    How one client weighs its incidents. `matrix` is indexed [urgency][impact], from low to high.

    `urgencies`, `impacts` are the client's names of the rows and columns; `levels` says what its values mean for us.
    """

    impact: Axis = _DEFAULT_IMPACT
    urgency: Axis = _DEFAULT_URGENCY
    urgencies: tuple[str, ...] = ("1", "2", "3", "4")
    impacts: tuple[str, ...] = ("1", "2", "3", "4")
    matrix: tuple[tuple[str, ...], ...] = _DEFAULT_MATRIX
    levels: Mapping[str, Criticality] = field(default_factory=lambda: {level.value: level for level in Criticality})
    at_least: Floors = field(default_factory=lambda: dict(_DEFAULT_FLOORS))

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> CriticalityPolicy:
        """Raises: CriticalityPolicyInvalid."""
        matrix: Mapping[str, Any] = body.get("matrix") or {}
        default = cls()
        urgencies = tuple(str(key) for key in body.get("urgencies") or matrix)
        impacts = tuple(str(key) for key in body.get("impacts") or next(iter(matrix.values()), {}))
        policy = cls(
            impact=_axis(body.get("impact"), "impact", default.impact),
            urgency=_axis(body.get("urgency"), "urgency", default.urgency),
            urgencies=urgencies if matrix else default.urgencies,
            impacts=impacts if matrix else default.impacts,
            matrix=_matrix(matrix, urgencies, impacts) if matrix else default.matrix,
            levels=_levels(body["levels"]) if body.get("levels") else default.levels,
            at_least=_floors(body["at_least"]) if "at_least" in body else default.at_least,
        )
        _check(policy)
        return policy

    def to_body(self) -> dict[str, Any]:
        """Return a body that `from_body` reads back to the same policy."""
        rows = zip(self.urgencies, self.matrix, strict=True)
        return {
            "impact": {"start": self.impact.start, "points": {k: dict(v) for k, v in self.impact.points.items()}},
            "urgency": {"start": self.urgency.start, "points": {k: dict(v) for k, v in self.urgency.points.items()}},
            "matrix": {urgency: dict(zip(self.impacts, row, strict=True)) for urgency, row in rows},
            "urgencies": list(self.urgencies),
            "impacts": list(self.impacts),
            "levels": {value: level.value for value, level in self.levels.items()},
            "at_least": {
                name: {value: level.value for value, level in floors.items()} for name, floors in self.at_least.items()
            },
        }

    def cell(self, *, urgency: str, impact: str) -> str:
        """Return the client's own value where a row and a column meet."""
        return self.matrix[self.urgencies.index(urgency)][self.impacts.index(impact)]

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the facts this policy weighs, in the order of the form."""
        used = {*self.impact.points, *self.urgency.points, *self.at_least, *(name for name, _ in LAW)}
        return tuple(name for name in DANGER if name in used)


@dataclass(frozen=True, slots=True)
class Reason:
    """
    One step of the computation. Codes: `points` (a fact moved an axis), `cell` (where row and column meet),
    `at_least` (a fact forced it up), `unknown` (nothing is known yet).
    """

    code: str
    fact: str = ""
    value: str = ""
    axis: str = ""
    points: int = 0
    criticality: str = ""

    def as_json(self) -> dict[str, str | int]:
        """Return the reason without its empty parts."""
        parts = {name: getattr(self, name) for name in self.__slots__}
        return {name: part for name, part in parts.items() if part != "" and (part != 0 or self.code == "points")}


@dataclass(frozen=True, slots=True)
class Assessment:
    """
    A criticality and why. `missing` are the facts that could still change it, the most decisive first; while there
    is one, the value is provisional. `lowest` and `highest` are what the answers could still make of it.
    """

    criticality: Criticality
    provisional: bool
    because: tuple[Reason, ...]
    missing: tuple[str, ...]
    lowest: Criticality
    highest: Criticality


def assess(facts: Facts, policy: CriticalityPolicy) -> Assessment:
    """Weigh what is known. The order in which it became known changes nothing."""
    known = {name: facts[name] for name in policy.asked if is_known(facts, name)}
    open_facts = [name for name in policy.asked if name not in known]
    value = _value(known, policy)
    lowest = _value({**known, **{name: DANGER[name][0] for name in open_facts}}, policy)
    highest = _value({**known, **{name: DANGER[name][-1] for name in open_facts}}, policy)
    missing = _decisive(known, open_facts, policy) if lowest != highest else ()
    return Assessment(value, lowest != highest, tuple(_because(known, policy)), missing, lowest, highest)


def _decisive(known: Facts, open_facts: list[str], policy: CriticalityPolicy) -> tuple[str, ...]:
    """Order the open facts by how many steps their answer alone could move the criticality."""

    def swing(name: str) -> int:
        low, high = (_value({**known, name: DANGER[name][end]}, policy).gravity for end in (0, -1))
        return high - low

    return tuple(sorted(open_facts, key=lambda name: (-swing(name), policy.asked.index(name))))


def _value(known: Facts, policy: CriticalityPolicy) -> Criticality:
    urgency = policy.urgency.level(known, size=len(policy.urgencies))
    impact = policy.impact.level(known, size=len(policy.impacts))
    computed = policy.levels[policy.matrix[urgency - 1][impact - 1]]
    return max([computed, *(level for _, _, level in _forced(known, policy))], key=lambda level: level.gravity)


def _forced(known: Facts, policy: CriticalityPolicy) -> Iterator[tuple[str, str, Criticality]]:
    """Yield (fact, value, criticality it forces at least), the law included."""
    for name, value in known.items():
        levels = [policy.at_least.get(name, {}).get(str(value)), LAW.get((name, str(value)))]
        found = [level for level in levels if level is not None]
        if found:
            yield name, str(value), max(found, key=lambda level: level.gravity)


def _because(known: Facts, policy: CriticalityPolicy) -> Iterator[Reason]:
    if not known:
        yield Reason("unknown")
    for side, axis in (("impact", policy.impact), ("urgency", policy.urgency)):
        for name in sorted(axis.points):
            if name in known:
                value = str(known[name])
                yield Reason("points", name, value, side, axis.points[name].get(value, 0))
    row = policy.urgency.level(known, size=len(policy.urgencies)) - 1
    column = policy.impact.level(known, size=len(policy.impacts)) - 1
    computed = policy.levels[policy.matrix[row][column]]
    yield Reason("cell", policy.urgencies[row], policy.impacts[column], criticality=computed.value)
    for name, value, level in sorted(_forced(known, policy)):
        if level.gravity > computed.gravity:
            yield Reason("at_least", name, value, criticality=level.value)


def _axis(body: Any, where: str, default: Axis) -> Axis:
    if not body:
        return default
    try:
        points = {name: {str(k): int(v) for k, v in values.items()} for name, values in body["points"].items()}
        return Axis(int(body.get("start", default.start)), points)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CriticalityPolicyInvalid(reason="bad_points", where=where) from error


def _matrix(
    body: Mapping[str, Any], urgencies: tuple[str, ...], impacts: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    if {str(key) for key in body} != set(urgencies):
        raise CriticalityPolicyInvalid(reason="ragged_matrix", where="urgencies")
    rows = {str(urgency): {str(impact): str(value) for impact, value in row.items()} for urgency, row in body.items()}
    for urgency, row in rows.items():
        if set(row) != set(impacts):
            raise CriticalityPolicyInvalid(reason="ragged_matrix", where=urgency)
    return tuple(tuple(rows[urgency][impact] for impact in impacts) for urgency in urgencies)


def _levels(body: Mapping[str, str]) -> dict[str, Criticality]:
    try:
        return {str(value): Criticality(level) for value, level in body.items()}
    except ValueError as error:
        raise CriticalityPolicyInvalid(reason="unknown_level", where="levels") from error


def _floors(body: Mapping[str, Mapping[str, str]]) -> Floors:
    try:
        return {name: {str(v): Criticality(level) for v, level in floors.items()} for name, floors in body.items()}
    except (ValueError, AttributeError) as error:
        raise CriticalityPolicyInvalid(reason="unknown_level", where="at_least") from error


def _check(policy: CriticalityPolicy) -> None:
    for row in policy.matrix:
        for value in row:
            if value not in policy.levels:
                raise CriticalityPolicyInvalid(reason="value_without_level", where=value)
    grid = [[policy.levels[value].gravity for value in row] for row in policy.matrix]
    for line in [*grid, *zip(*grid, strict=True)]:
        if list(line) != sorted(line):
            raise CriticalityPolicyInvalid(reason="matrix_goes_down", where=str(tuple(line)))
    for axis in (policy.impact, policy.urgency):
        for name, points in axis.points.items():
            _check_order(name, points)
    for name, floors in policy.at_least.items():
        _check_order(name, {value: level.gravity for value, level in floors.items()})


def _check_order(name: str, weights: Mapping[str, int]) -> None:
    """Refuse weights that fall while the danger rises, and names that have no order of danger."""
    if name not in DANGER:
        raise CriticalityPolicyInvalid(reason="unknown_fact", where=name)
    for value in weights:
        if value not in DANGER[name]:
            raise CriticalityPolicyInvalid(reason="unknown_value", where=f"{name}: {value}")
    ordered = [weights.get(value, 0) for value in DANGER[name]]
    if ordered != sorted(ordered):
        raise CriticalityPolicyInvalid(reason="danger_counts_less", where=name)
