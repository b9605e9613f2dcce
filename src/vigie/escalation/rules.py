"""
What may be handed over, to whom, by when it must be accepted, and when two groups have to stop sending it back. Pure.

The `escalation` policy of a client is a JSON object; every key is optional::

    {"needs": ["since"],                        needed by everybody, beside the five that always are
     "needs_for": {"tier:3": ["workaround"],    needed by a tier,
                   "group:12": ["field:lot"]},  or by one group
     "routes": [{"tier": 2, "environment": "industrial", "group": 12},
                {"tier": 2, "group": 9}],       the first that fits is proposed
     "accept_within": {"P1": {"minutes": 15, "clock": "always"}, "P3": {"minutes": 60, "clock": "open"}},
     "supervisor": 7}                           staff id: who is told when nobody answers or two groups disagree

Source: `acceptance/tickets_and_security.md`, rows 21 to 28.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from vigie.errors import Forbidden, Invalid, Refused

ALWAYS_NEEDED = ("symptom", "context", "frequency", "environment", "action_tried")
REFUSALS_BEFORE_FREEZE = 2  # the second between the same two groups
CRITICALITIES = ("P1", "P2", "P3", "P4", "P5")


class Tier(IntEnum):
    N1 = 1
    N2 = 2
    N3 = 3


class Motive(StrEnum):
    """Why a ticket is handed over."""

    SKILL = "skill"  # another competence is needed
    PERIMETER = "perimeter"  # outside what the sender's tier may do
    ACCESS = "access"  # the sender's tier cannot reach the equipment or the system
    DURATION = "duration"  # the time the client's contract gives this tier is used up
    RECURRENCE = "recurrence"  # it keeps coming back: the cause has to be looked for
    REQUESTED = "requested"  # the client asks for the expert
    EMERGENCY = "emergency"  # safety or production: it goes first and is completed after
    RETURN = "return"  # done at this tier: back to the one that speaks with the caller


class RefusalMotive(StrEnum):
    """Why a hand-over is refused."""

    INCOMPLETE = "incomplete"  # something needed to work on it is missing
    CONTRADICTORY = "contradictory"  # the facts do not fit together
    NOT_TRIED = "not_tried"  # a known measure of the sender's tier was not tried
    OTHER_GROUP = "other_group"  # another group has this competence
    OUT_OF_CONTRACT = "out_of_contract"  # no group of the operator may do this
    ALREADY_TREATED = "already_treated"  # another ticket or problem covers it


class State(StrEnum):
    """Where a hand-over stands. `lapsed` was not answered by its due time; it still can be."""

    WAITING = "waiting"
    LAPSED = "lapsed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


OPEN = (State.WAITING, State.LAPSED)


class AlertReason(StrEnum):
    """Why a supervisor is told (hierarchical escalation)."""

    NO_ANSWER = "no_answer"
    LOOP = "loop"
    EMERGENCY_INCOMPLETE = "emergency_incomplete"


class Settlement(StrEnum):
    """What the supervisor decided on an alert."""

    SEEN = "seen"
    SENDER_KEEPS = "sender_keeps"
    MAY_SEND_AGAIN = "may_send_again"


class HandoverIncomplete(Invalid):
    """The hand-over lacks what the receiver needs."""

    code = "handover_incomplete"


class MotiveNeeded(Invalid):
    """A motive is needed."""

    code = "motive_needed"


class NotAnEmergency(Invalid):
    """Only a danger, stopped operations or criticality P1 may go before it is complete."""

    code = "not_an_emergency"


class RefusalUnexplained(Invalid):
    """A refusal says what is missing or what has to change."""

    code = "refusal_unexplained"


class GroupDisabled(Refused):
    """This group does not receive tickets any more."""

    code = "group_disabled"


class WrongDestination(Invalid):
    """This group cannot receive this ticket from where it stands."""

    code = "wrong_destination"


class PingPongFrozen(Refused):
    """These two groups have sent it back twice: their supervisor decides now."""

    code = "ping_pong_frozen"


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
    "P1": AcceptWithin(timedelta(minutes=15)),
    "P2": AcceptWithin(timedelta(minutes=30)),
    "P3": AcceptWithin(timedelta(hours=1), open_hours_only=True),
    "P4": AcceptWithin(timedelta(hours=4), open_hours_only=True),
    "P5": AcceptWithin(timedelta(hours=8), open_hours_only=True),
}


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """What one client settled about hand-overs; the default when it settled nothing."""

    needs: tuple[str, ...] = ()
    needs_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    accept_within: Mapping[str, AcceptWithin] = field(default_factory=lambda: dict(_DEFAULT_ACCEPT))
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


def _delays(rows: Mapping[str, Any], mistakes: list[str]) -> dict[str, AcceptWithin]:
    found: dict[str, AcceptWithin] = {}
    for criticality, row in rows.items():
        minutes, clock = row.get("minutes"), row.get("clock", "always")
        if criticality not in CRITICALITIES:
            mistakes.append(f"accept_within.{criticality}: no such criticality")
        elif not isinstance(minutes, int) or not 0 < minutes <= 7 * 24 * 60 or clock not in ("always", "open"):
            mistakes.append(f"accept_within.{criticality}: minutes from 1 to 10080, clock always or open")
        else:
            found[criticality] = AcceptWithin(timedelta(minutes=minutes), open_hours_only=clock == "open")
    return found


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something that was tried, and what came of it; a result nobody noted is empty."""

    what: str
    result: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known of a ticket: its facts by name, and what was already tried."""

    facts: Mapping[str, str]
    attempts: tuple[Attempt, ...] = ()

    def holds(self, name: str) -> bool:
        if name == "action_tried":
            return any(attempt.what.strip() and attempt.result.strip() for attempt in self.attempts)
        return bool(self.facts.get(name, "").strip())


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A support group, as far as a hand-over is concerned. `client_id` None serves every client."""

    id: int
    tier: Tier
    client_id: int | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Stakes:
    """What makes a true emergency."""

    criticality: str
    is_dangerous: bool = False
    operations_stopped: bool = False

    @property
    def is_emergency(self) -> bool:
        return self.is_dangerous or self.operations_stopped or self.criticality == "P1"


@dataclass(frozen=True, slots=True)
class Round:
    """A former hand-over of the same ticket. `settled`: a supervisor has decided on it since."""

    from_group: int | None
    to_group: int | None
    state: State
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """What a hand-over would be: what it lacks, and whether it leaves before it is complete."""

    missing: tuple[str, ...]
    emergency: bool
    skips_tier: bool

    @property
    def complete(self) -> bool:
        return not self.missing


def needed(policy: EscalationPolicy, *, to: GroupCard) -> tuple[str, ...]:
    """Return the names of what `to` needs to work on a ticket without calling back, in the order to ask for it."""
    extra = policy.needs_for.get(f"tier:{int(to.tier)}", ()) + policy.needs_for.get(f"group:{to.id}", ())
    return tuple(dict.fromkeys(ALWAYS_NEEDED + policy.needs + extra))


def missing(dossier: Dossier, *, policy: EscalationPolicy, to: GroupCard) -> tuple[str, ...]:
    """Return the names of what `to` needs and `dossier` does not hold."""
    return tuple(name for name in needed(policy, to=to) if not dossier.holds(name))


def proposed(
    groups: Iterable[GroupCard], *, policy: EscalationPolicy, from_tier: Tier, environment: str = ""
) -> GroupCard | None:
    """
    Return the group to propose: that of the policy's first fitting route one tier up, else the first group there.

    None at the last tier, or when nobody is there. A group of the client goes before one that serves everybody.
    """
    above = sorted(
        (g for g in groups if g.is_active and g.tier == from_tier + 1), key=lambda g: (g.client_id is None, g.id)
    )
    by_id = {group.id: group for group in above}
    for route in policy.routes:
        if route.group in by_id and route.environment in ("", environment):
            return by_id[route.group]
    return above[0] if above else None


def is_frozen(rounds: Iterable[Round], *, between: tuple[int | None, int | None]) -> bool:
    """Say whether these two groups have refused each other this ticket too often, and no supervisor decided since."""
    return refusals(rounds, between=between) >= REFUSALS_BEFORE_FREEZE


def refusals(rounds: Iterable[Round], *, between: tuple[int | None, int | None]) -> int:
    """Return how many refusals between two groups, whoever sent, a supervisor has not settled yet."""
    pair = frozenset(between)
    return sum(
        r.state is State.REFUSED and not r.settled and frozenset((r.from_group, r.to_group)) == pair for r in rounds
    )


def weigh_sending(
    dossier: Dossier,
    *,
    policy: EscalationPolicy,
    stakes: Stakes,
    client_id: int,
    sender: GroupCard | None,
    from_tier: Tier,
    to: GroupCard,
    rounds: Iterable[Round],
    motive: Motive | None,
    note: str,
    emergency: bool,
    may_skip: bool,
) -> Sending:
    """
    Decide whether a ticket may be handed to `to` now.

    Raises: WrongDestination, GroupDisabled, Forbidden (a tier is skipped without the right), MotiveNeeded,
    PingPongFrozen, NotAnEmergency, HandoverIncomplete (with the names of what is missing).
    """
    from_group = sender.id if sender else None
    skips = to.tier > from_tier + 1
    if to.client_id not in (None, client_id) or to.id == from_group:
        raise WrongDestination
    if not to.is_active:
        raise GroupDisabled
    if skips and not may_skip:
        raise Forbidden(right="escalate.skip")
    if motive is None or ((skips or emergency) and not note.strip()):
        raise MotiveNeeded
    if is_frozen(rounds, between=(from_group, to.id)):
        raise PingPongFrozen
    lacking = missing(dossier, policy=policy, to=to)
    if lacking and emergency and not stakes.is_emergency:
        raise NotAnEmergency(missing=list(lacking))
    if lacking and not emergency:
        raise HandoverIncomplete(missing=list(lacking))
    return Sending(lacking, emergency=emergency and stakes.is_emergency, skips_tier=skips)


def weigh_refusal(*, motive: RefusalMotive | None, lacking: Iterable[str], note: str) -> tuple[str, ...]:
    """
    Return what a refusal asks for, each name once.

    Raises: MotiveNeeded, RefusalUnexplained (neither a missing name nor a word of explanation).
    """
    if motive is None:
        raise MotiveNeeded
    names = tuple(dict.fromkeys(name for name in lacking if name))
    if not names and not note.strip():
        raise RefusalUnexplained
    return names


def accept_by(
    criticality: str,
    *,
    policy: EscalationPolicy,
    at: datetime,
    open_time: Callable[[datetime, timedelta], datetime],
) -> datetime:
    """
    Return when the receiver must have answered.

    `open_time(start, worked)` adds worked time in the client's opening hours; it is used only where the policy says so.
    """
    within = policy.accept_within.get(criticality) or _DEFAULT_ACCEPT["P3"]
    return open_time(at, within.delay) if within.open_hours_only else at + within.delay
