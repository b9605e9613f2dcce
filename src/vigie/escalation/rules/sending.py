"""Whether a ticket may go to another group now, and whether that group may send it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vigie.errors import Forbidden, Invalid, Refused
from vigie.escalation.rules.policy import EscalationPolicy
from vigie.escalation.rules.words import Motive, RefusalMotive, State, Tier
from vigie.tickets.rules.handover_needs import missing_for
from vigie.tickets.rules.vocabulary import Criticality, Facts

REFUSALS_BEFORE_FREEZE = 2  # the second between the same two groups


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


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known of a ticket: its facts by name, and how many actions were tried with a known result."""

    facts: Facts
    attempts: int = 0


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

    criticality: Criticality
    is_dangerous: bool = False
    operations_stopped: bool = False

    @property
    def is_emergency(self) -> bool:
        return self.is_dangerous or self.operations_stopped or self.criticality is Criticality.P1


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

    motive: Motive
    missing: tuple[str, ...] = ()
    emergency: bool = False
    skips_tier: bool = False

    @property
    def complete(self) -> bool:
        return not self.missing


def missing(dossier: Dossier, *, policy: EscalationPolicy, to: GroupCard) -> tuple[str, ...]:
    """Return the names of what `to` needs to work on a ticket without calling back, and `dossier` does not hold."""
    by_tier, by_group = (policy.needs_for.get(key, ()) for key in (f"tier:{int(to.tier)}", f"group:{to.id}"))
    return missing_for(dossier.facts, attempts=dossier.attempts, needs=(*policy.needs, *by_tier, *by_group))


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
    return Sending(motive, lacking, emergency=emergency and stakes.is_emergency, skips_tier=skips)


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
