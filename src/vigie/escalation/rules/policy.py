"""
What a client settled about hand-overs.

The `escalation` policy of a client is a JSON object; every key is optional::

    {"needs": ["since"],                        needed by everybody, beside the five that always are
     "needs_for": {"tier:3": ["workaround"],    needed by a tier, as facts are named in tickets,
                   "group:12": ["own.lot"]},  or by one group
     "routes": [{"tier": 2, "environment": "industrial", "group": 12},
                {"tier": 2, "group": 9}],       the first that fits is proposed
     "accept_within": {"P1": {"minutes": 15, "clock": "always"}, "P3": {"minutes": 60, "clock": "open"}},
     "supervisor": 7}                           staff id: who is told when nobody answers or two groups disagree
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from vigie.errors import Invalid
from vigie.escalation.rules.words import Tier
from vigie.tickets.rules.vocabulary import Criticality


class UnreadablePolicy(Invalid):
    """The escalation settings cannot be used."""

    code = "unreadable_policy"


@dataclass(frozen=True, slots=True)
class AcceptWithin:
    """How long the receiver has. `open_hours_only`: the time runs in the client's opening hours."""

    delay: timedelta
    open_hours_only: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Which group of a tier to propose, for one kind of environment or for any."""

    tier: Tier
    group: int
    environment: str = ""


_DEFAULT_ACCEPT = {
    Criticality.P1: AcceptWithin(timedelta(minutes=15)),
    Criticality.P2: AcceptWithin(timedelta(minutes=30)),
    Criticality.P3: AcceptWithin(timedelta(hours=1), open_hours_only=True),
    Criticality.P4: AcceptWithin(timedelta(hours=4), open_hours_only=True),
}


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """What one client settled about hand-overs; the default when it settled nothing."""

    needs: tuple[str, ...] = ()
    needs_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    accept_within: Mapping[Criticality, AcceptWithin] = field(default_factory=lambda: dict(_DEFAULT_ACCEPT))
    supervisor: int | None = None

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> EscalationPolicy:
        """Raises: UnreadablePolicy, with one line for each mistake."""
        mistakes: list[str] = []
        policy = cls(
            needs=_needs(body.get("needs", ()), "needs", mistakes),
            needs_for={
                key: _needs(names, f"needs_for.{key}", mistakes) for key, names in body.get("needs_for", {}).items()
            },
            routes=tuple(_route(row, number, mistakes) for number, row in enumerate(body.get("routes", ()), 1)),
            accept_within={**_DEFAULT_ACCEPT, **_delays(body.get("accept_within", {}), mistakes)},
            supervisor=body.get("supervisor"),
        )
        mistakes += [f"{key}: no such setting" for key in body if key not in cls.__dataclass_fields__]
        if mistakes:
            raise UnreadablePolicy("\n".join(mistakes), mistakes=mistakes)
        return policy

    def body(self) -> dict[str, Any]:
        """Return the JSON object this policy is read from."""
        return {
            "needs": list(self.needs),
            "needs_for": {key: list(names) for key, names in self.needs_for.items()},
            "routes": [{"tier": int(r.tier), "environment": r.environment, "group": r.group} for r in self.routes],
            "accept_within": {
                criticality: {
                    "minutes": int(within.delay.total_seconds() // 60),
                    "clock": "open" if within.open_hours_only else "always",
                }
                for criticality, within in self.accept_within.items()
            },
            "supervisor": self.supervisor,
        }


def _needs(names: object, where: str, mistakes: list[str]) -> tuple[str, ...]:
    if isinstance(names, list | tuple) and all(isinstance(name, str) and name for name in names):
        return tuple(names)
    mistakes.append(f"{where}: a list of names is expected")
    return ()


def _route(row: Any, number: int, mistakes: list[str]) -> Route:
    try:
        return Route(Tier(row["tier"]), int(row["group"]), str(row.get("environment") or ""))
    except (KeyError, TypeError, ValueError, AttributeError):
        mistakes.append(f"routes.{number}: a tier (2 or 3) and a group are expected")
        return Route(Tier.N2, 0)


def _delays(rows: Mapping[str, Any], mistakes: list[str]) -> dict[Criticality, AcceptWithin]:
    found: dict[Criticality, AcceptWithin] = {}
    for criticality, row in rows.items():
        minutes, clock = row.get("minutes"), row.get("clock", "always")
        if criticality not in list(Criticality):
            mistakes.append(f"accept_within.{criticality}: no such criticality")
        elif not isinstance(minutes, int) or not 0 < minutes <= 7 * 24 * 60 or clock not in ("always", "open"):
            mistakes.append(f"accept_within.{criticality}: minutes from 1 to 10080, clock always or open")
        else:
            found[Criticality(criticality)] = AcceptWithin(timedelta(minutes=minutes), open_hours_only=clock == "open")
    return found


def accept_by(
    criticality: Criticality,
    *,
    policy: EscalationPolicy,
    at: datetime,
    open_time: Callable[[datetime, timedelta], datetime],
) -> datetime:
    """
    Return when the receiver must have answered.

    `open_time(start, worked)` adds worked time in the client's opening hours; it is used only where the policy says so.
    """
    within = policy.accept_within[criticality]
    return open_time(at, within.delay) if within.open_hours_only else at + within.delay
