"""
Who takes which call.

One pass over the waiting calls in order of priority, each given the best agent left: a call is never worse off because
one more agent is free, and a call that goes first is served first. Agents and skills are columns of a table, so that
1,000 agents and 500 calls are decided in a few tens of milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from vigie.calls.rules.policies import RoutingPolicy, Way
from vigie.calls.rules.states import AgentState, Stakes

Mask = npt.NDArray[np.bool_]


class Because(StrEnum):
    """Why a call or an agent got what it got. Codes that concern a skill are followed by ``:<skill>``."""

    CRITICAL = "critical"
    PAST_CAP = "past_cap"  # waited so long that only what arrived before may pass
    HEAD = "head"  # lost its agent, or was rung in vain
    ANGRY = "angry"
    BY_STAKES = "by_stakes"
    HAS_SKILL = "has_skill"
    PREFERRED_SKILL = "preferred_skill"
    RELAXED_MISSING = "relaxed_nobody_has"  # nobody logged in has the skill
    RELAXED_WAITED = "relaxed_waited"  # waited past relax_after_s
    FROM_RESERVE = "from_reserve"
    LONGEST_IDLE = "longest_idle"

    NOBODY_LOGGED_IN = "nobody_logged_in"  # nobody logged in serves this client
    ALL_BUSY = "all_busy"
    ALL_AWAY = "all_away"
    ALL_REFUSED = "all_refused"  # those who could have refused this call already
    WAITS_FOR_SKILL = "waits_for_skill"
    RESERVED = "reserved"  # the idle agents left are kept for critical calls
    NO_CALL = "no_call"
    NO_CALL_FITS = "no_call_fits"
    NOT_AVAILABLE = "not_available"  # followed by :<state>


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Somebody who may take calls. `clients` None means every client; `idle_s` counts since the last change."""

    id: str
    state: AgentState = AgentState.AVAILABLE
    idle_s: float = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    clients: frozenset[str] | None = None
    tier: int = 1
    reserved_for_critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCall:
    """A caller who waits. `required` maps a skill to the least level; `excluded` are agents who refused the call."""

    id: str
    client: str
    stakes: Stakes = Stakes.UNKNOWN
    waited_s: float = 0
    required: Mapping[str, int] = field(default_factory=dict)
    preferred: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    is_angry: bool = False
    is_head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything the decision looks at. A client without policy has the default one."""

    agents: tuple[Agent, ...] = ()
    calls: tuple[WaitingCall, ...] = ()
    policies: Mapping[str, RoutingPolicy] = field(default_factory=dict)

    def policy(self, client: str) -> RoutingPolicy:
        return self.policies.get(client, _DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    call: str
    agent: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a call stands. `position` counts the calls of its client that go before it, and itself."""

    call: str
    client: str
    position: int
    priority: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A call that waits on, or is diverted: `way` says how, and `diversion` why (leave_empty or overflow)."""

    call: str
    because: tuple[str, ...]
    diversion: str = ""
    way: Way | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    agent: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`order` holds every waiting call, matched or not, first one first."""

    matches: tuple[Match, ...]
    order: tuple[Place, ...]
    unmatched: tuple[Unmatched, ...]
    idle: tuple[Idle, ...]


_DEFAULT = RoutingPolicy()


def route(situation: Situation) -> Decision:
    """Give the waiting calls to the agents that are free, and say why for each call and each agent."""
    order = _in_order(situation)
    floor = _Floor(situation.agents, situation.calls)
    matches: list[Match] = []
    unmatched: list[Unmatched] = []
    for call, _ in order:
        outcome = _serve(call, situation.policy(call.client), floor)
        if isinstance(outcome, Match):
            matches.append(outcome)
        else:
            unmatched.append(outcome)
    return Decision(
        matches=tuple(matches),
        order=_places(order, situation),
        unmatched=tuple(unmatched),
        idle=floor.leftovers(situation.calls),
    )


def waiting_order(situation: Situation) -> tuple[Place, ...]:
    """Return every waiting call with its truthful position, without looking at the agents."""
    return _places(_in_order(situation), situation)


def _in_order(situation: Situation) -> list[tuple[WaitingCall, float]]:
    """Sort by urgency, then priority, then age; the id only makes equals come out the same way twice."""

    def key(call: WaitingCall) -> tuple[bool, float, float, str]:
        policy = situation.policy(call.client)
        urgent = policy.is_urgent(call.stakes, waited_s=call.waited_s, is_head=call.is_head)
        return (not urgent, -_priority(call, policy), -call.waited_s, call.id)

    return [(call, -key(call)[1]) for call in sorted(situation.calls, key=key)]


def _priority(call: WaitingCall, policy: RoutingPolicy) -> float:
    return policy.priority(call.stakes, waited_s=call.waited_s, is_angry=call.is_angry, is_head=call.is_head)


def _places(order: Iterable[tuple[WaitingCall, float]], situation: Situation) -> tuple[Place, ...]:
    before: dict[str, int] = {}
    places = []
    for call, priority in order:
        before[call.client] = position = before.get(call.client, 0) + 1
        because = _standing(call, situation.policy(call.client))
        places.append(Place(call=call.id, client=call.client, position=position, priority=priority, because=because))
    return tuple(places)


def _standing(call: WaitingCall, policy: RoutingPolicy) -> tuple[str, ...]:
    facts = {
        Because.CRITICAL: call.stakes is Stakes.CRITICAL,
        Because.HEAD: call.is_head,
        Because.PAST_CAP: call.waited_s >= policy.cap_s,
        Because.ANGRY: call.is_angry,
    }
    return tuple(code.value for code, holds in facts.items() if holds) or (Because.BY_STAKES.value,)


class _Floor:
    """The agents as columns: who is free, who serves which client, who has which skill, in order of preference."""

    def __init__(self, agents: Iterable[Agent], calls: Iterable[WaitingCall]) -> None:
        wanted = {skill for call in calls for skill in call.required}

        def rank(agent: Agent) -> tuple[int, int, float, str]:
            """Lower tiers first, then those whom fewer other calls need, then the longest idle."""
            return (agent.tier, len(wanted & agent.skills.keys()), -agent.idle_s, agent.id)

        self.agents = sorted(agents, key=rank)
        self.index = {agent.id: place for place, agent in enumerate(self.agents)}
        self.free = self._mask(agent.state is AgentState.AVAILABLE for agent in self.agents)
        self.logged_in = self._mask(agent.state is not AgentState.OFFLINE for agent in self.agents)
        self.away = self._mask(agent.state is AgentState.AWAY for agent in self.agents)
        self.set_apart = self._mask(agent.reserved_for_critical for agent in self.agents)
        self.taken = np.zeros(len(self.agents), dtype=bool)
        self._everywhere = self._mask(agent.clients is None for agent in self.agents)
        self._nobody = np.zeros(len(self.agents), dtype=bool)
        self._unskilled = np.zeros(len(self.agents), dtype=np.int64)
        self._clients = self._columns_of_clients()
        self._levels = self._columns_of_skills()
        self._having: dict[tuple[str, int], Mask] = {}

    def _columns_of_clients(self) -> dict[str, Mask]:
        columns: dict[str, Mask] = {}
        for place, agent in enumerate(self.agents):
            for client in agent.clients or ():
                if client not in columns:
                    columns[client] = self._nobody.copy()
                columns[client][place] = True
        return {client: column | self._everywhere for client, column in columns.items()}

    def _columns_of_skills(self) -> dict[str, npt.NDArray[np.int64]]:
        columns: dict[str, npt.NDArray[np.int64]] = {}
        for place, agent in enumerate(self.agents):
            for skill, level in agent.skills.items():
                if skill not in columns:
                    columns[skill] = self._unskilled.copy()
                columns[skill][place] = level
        return columns

    def _mask(self, values: Iterable[bool]) -> Mask:
        return np.fromiter(values, dtype=bool)

    def serving(self, client: str) -> Mask:
        return self._clients.get(client, self._everywhere)

    def able(self, required: Mapping[str, int]) -> Mask:
        able = ~self._nobody
        for skill, level in required.items():
            able &= self.having(skill, level)
        return able

    def having(self, skill: str, level: int) -> Mask:
        if (skill, level) not in self._having:
            self._having[skill, level] = self.levels(skill) >= level
        return self._having[skill, level]

    def levels(self, skill: str) -> npt.NDArray[np.int64]:
        return self._levels.get(skill, self._unskilled)

    def without(self, mask: Mask, excluded: Iterable[str]) -> Mask:
        places = [self.index[agent] for agent in excluded if agent in self.index]
        if not places:
            return mask
        kept = mask.copy()
        kept[places] = False
        return kept

    def best(self, candidates: Mask, preferred: Iterable[str]) -> int:
        """Return the place of the best of `candidates`, of whom there is at least one."""
        places = np.flatnonzero(candidates)
        liking = sum((self.levels(skill)[places] for skill in preferred), np.zeros(len(places), dtype=np.int64))
        return int(places[np.argmax(liking)])  # the first of equals: the order of preference

    def take(self, place: int) -> Agent:
        self.free[place], self.taken[place] = False, True
        return self.agents[place]

    def leftovers(self, calls: Iterable[WaitingCall]) -> tuple[Idle, ...]:
        served = {call.client for call in calls}
        left = [agent for place, agent in enumerate(self.agents) if not self.taken[place]]
        return tuple(
            Idle(agent=agent.id, because=(_why_idle(agent, served),)) for agent in sorted(left, key=lambda a: a.id)
        )


def _why_idle(agent: Agent, clients: set[str]) -> str:
    if agent.state is not AgentState.AVAILABLE:
        return f"{Because.NOT_AVAILABLE}:{agent.state}"
    if not clients or (agent.clients is not None and not agent.clients & clients):
        return Because.NO_CALL
    return Because.NO_CALL_FITS


def _serve(call: WaitingCall, policy: RoutingPolicy, floor: _Floor) -> Match | Unmatched:
    mine = floor.without(floor.serving(call.client), call.excluded)
    urgent = policy.is_urgent(call.stakes, waited_s=call.waited_s, is_head=call.is_head)
    idle = mine & floor.free
    open_to_it = idle if urgent else idle & ~floor.set_apart
    spare = int(np.count_nonzero(floor.serving(call.client) & floor.free)) - policy.reserve
    if not urgent and spare <= 0:
        open_to_it = np.zeros_like(idle)
    candidates = open_to_it & floor.able(call.required)
    if not candidates.any():
        still_needed = _still_needed(call, policy, floor)
        candidates = _nearest(call, floor, open_to_it & floor.able(still_needed))
        if still_needed == call.required or not candidates.any():
            return _waits(call, policy, floor, mine=mine, open_to_it=open_to_it)
    place = floor.best(candidates, call.preferred)
    because = _why(call, policy, floor, place=place, urgent=urgent, spare=spare)
    return Match(call=call.id, agent=floor.take(place).id, because=because)


def _still_needed(call: WaitingCall, policy: RoutingPolicy, floor: _Floor) -> Mapping[str, int]:
    """
    Return the required skills that may not be let go: all of them while somebody logged in has them.

    Those given away in this very decision do not count as logged in: one more agent never makes a call wait.
    """
    if call.waited_s >= policy.relax_after_s:
        return {}
    here = floor.without(floor.serving(call.client), call.excluded) & floor.logged_in & ~floor.taken
    if (here & floor.able(call.required)).any():
        return call.required
    held = {skill: level for skill, level in call.required.items() if (here & floor.having(skill, level)).any()}
    return held if len(held) < len(call.required) else {}  # nobody has them together: the nearest will do


def _nearest(call: WaitingCall, floor: _Floor, candidates: Mask) -> Mask:
    """Keep those of `candidates` who have the most of the required skills."""
    held = sum((floor.having(s, n).astype(np.int64) for s, n in call.required.items()), np.zeros(len(candidates), int))
    held = np.where(candidates, held, -1)
    return candidates & (held == held.max()) if len(held) else candidates


def _why(
    call: WaitingCall,
    policy: RoutingPolicy,
    floor: _Floor,
    *,
    place: int,
    urgent: bool,
    spare: int,
) -> tuple[str, ...]:
    agent = floor.agents[place]
    missing = {skill for skill, level in call.required.items() if agent.skills.get(skill, 0) < level}
    held = [f"{Because.HAS_SKILL}:{skill}" for skill in sorted(call.required) if skill not in missing]
    let_go = [f"{_why_let_go(call, policy)}:{skill}" for skill in sorted(missing)]
    liked = [f"{Because.PREFERRED_SKILL}:{skill}" for skill in call.preferred if agent.skills.get(skill)]
    reserve = [Because.FROM_RESERVE.value] if urgent and (spare <= 0 or agent.reserved_for_critical) else []
    return (*_standing(call, policy), *held, *let_go, *liked, *reserve, Because.LONGEST_IDLE.value)


def _why_let_go(call: WaitingCall, policy: RoutingPolicy) -> Because:
    return Because.RELAXED_WAITED if call.waited_s >= policy.relax_after_s else Because.RELAXED_MISSING


def _waits(call: WaitingCall, policy: RoutingPolicy, floor: _Floor, *, mine: Mask, open_to_it: Mask) -> Unmatched:
    present = floor.serving(call.client) & floor.logged_in
    because = _why_not(call, floor, present=present, mine=mine, open_to_it=open_to_it)
    if not present.any():
        return Unmatched(call=call.id, because=because, diversion="leave_empty", way=policy.leave_empty)
    if call.waited_s >= policy.overflow_after_s:
        return Unmatched(call=call.id, because=because, diversion="overflow", way=policy.overflow)
    return Unmatched(call=call.id, because=because)


def _why_not(call: WaitingCall, floor: _Floor, *, present: Mask, mine: Mask, open_to_it: Mask) -> tuple[str, ...]:
    if not present.any():
        return (Because.NOBODY_LOGGED_IN,)
    if not (mine & floor.logged_in).any():
        return (Because.ALL_REFUSED,)
    if open_to_it.any():
        lacking = [s for s, n in sorted(call.required.items()) if not (open_to_it & floor.having(s, n)).any()]
        return tuple(f"{Because.WAITS_FOR_SKILL}:{skill}" for skill in lacking or sorted(call.required))
    if (mine & floor.free).any():
        return (Because.RESERVED,)
    return (Because.ALL_AWAY,) if not (mine & floor.logged_in & ~floor.away).any() else (Because.ALL_BUSY,)
