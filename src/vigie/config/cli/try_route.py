"""
`vigie try route FILE`: the routing rule on a described situation. No Django, no database.

The file, YAML or JSON, is described in `docs/try.md`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from vigie.calls.rules.policies import BadPolicy, RoutingPolicy, routing_policy
from vigie.calls.rules.route import Agent, Decision, Place, Situation, WaitingCall, route
from vigie.calls.rules.states import AgentState, Stakes
from vigie.errors import Invalid

MAX_BYTES = 10_000_000
STAKES = {stakes.name.lower(): stakes for stakes in Stakes}
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_WHERE = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>\$.*?)`)?$", re.DOTALL)
Step = str | int


class NoSuchFile(Invalid):
    """This file cannot be read."""

    code = "no_such_file"


class UnreadableSituation(Invalid):
    """This file does not describe a situation. `line` counts from 1, `field` is a path as ``agents[0].state``."""

    code = "unreadable_situation"


class _Agent(msgspec.Struct, forbid_unknown_fields=True):
    id: str | int
    state: str = AgentState.AVAILABLE.value
    idle_s: float = 0
    skills: dict[str, int] | list[str] = {}
    clients: list[str | int] | None = None
    tier: int = 1
    reserved_for_critical: bool = False


class _Call(msgspec.Struct, forbid_unknown_fields=True):
    id: str | int
    client: str | int
    stakes: str = "unknown"
    waited_s: float = 0
    required: dict[str, int] | list[str] = {}
    preferred: list[str] = []
    excluded: list[str | int] = []
    angry: bool = False
    head: bool = False


class _File(msgspec.Struct, forbid_unknown_fields=True):
    agents: list[_Agent] = []
    calls: list[_Call] = []
    policy: dict[str, Any] = {}
    policies: dict[str | int, dict[str, Any]] = {}


def try_route(path: Path | str) -> dict[str, Any]:
    """
    Return the decision for the situation described in the file, as JSON values.

    Raises: NoSuchFile, UnreadableSituation (with line, field and what is wrong in its details).
    """
    return _as_json(route(read_situation(Path(path))))


def read_situation(path: Path) -> Situation:
    """Raises: NoSuchFile, UnreadableSituation."""
    try:
        text = path.read_bytes()[:MAX_BYTES].decode("utf-8-sig")
    except OSError as error:
        raise NoSuchFile(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UnreadableSituation(f"{path}: not UTF-8 text", line=0, field="") from error
    return _Reader(path, text).situation()


class _Reader:
    """One file, with the line of each of its fields."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._root: yaml.Node | None = None

    def situation(self) -> Situation:
        described = self._described()
        agents = tuple(self._agent(place, agent) for place, agent in enumerate(described.agents))
        self._once("agents", [agent.id for agent in agents])
        known = {agent.id for agent in agents}
        calls = tuple(self._call(place, call, known) for place, call in enumerate(described.calls))
        self._once("calls", [call.id for call in calls])
        common = self._policy(described.policy, "policy")
        policies = {str(call.client): common for call in described.calls}
        for client, body in described.policies.items():
            policies[str(client)] = self._policy({**described.policy, **body}, "policies", client)
        return Situation(agents=agents, calls=calls, policies=policies)

    def _described(self) -> _File:
        loaded = self._loaded()
        if loaded is None:
            raise self._wrong("the file is empty")
        try:
            return msgspec.convert(loaded, _File)
        except msgspec.ValidationError as error:
            found = _WHERE.match(str(error))
            what, path = (found["what"], found["path"] or "$") if found else (str(error), "$")
            raise self._wrong(what, *_steps(path)) from error

    def _loaded(self) -> Any:
        if self._path.suffix == ".json":
            try:
                return json.loads(self._text)
            except json.JSONDecodeError as error:
                raise self._wrong(error.msg, line=error.lineno) from error
        try:
            self._root = yaml.compose(self._text, Loader=yaml.SafeLoader)
            self._no_doubles(self._root)
            return yaml.safe_load(self._text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise self._wrong(getattr(error, "problem", "") or str(error), line=mark.line + 1 if mark else 0) from error

    def _no_doubles(self, node: yaml.Node | None) -> None:
        for mapping in _mappings(node):
            seen: set[str] = set()
            for key, _ in mapping.value:
                if key.value in seen:
                    raise self._wrong(f"{key.value!r} is written twice", line=key.start_mark.line + 1)
                seen.add(key.value)

    def _agent(self, place: int, agent: _Agent) -> Agent:
        self._seconds(agent.idle_s, "agents", place, "idle_s")
        self._one_of(AgentState, agent.state, "agents", place, "state")
        return Agent(
            id=str(agent.id),
            state=AgentState(agent.state),
            idle_s=agent.idle_s,
            skills=_levels(agent.skills),
            clients=None if agent.clients is None else frozenset(map(str, agent.clients)),
            tier=agent.tier,
            reserved_for_critical=agent.reserved_for_critical,
        )

    def _call(self, place: int, call: _Call, agents: set[str]) -> WaitingCall:
        self._seconds(call.waited_s, "calls", place, "waited_s")
        self._one_of(STAKES, call.stakes, "calls", place, "stakes")
        for rank, agent in enumerate(call.excluded):
            if str(agent) not in agents:
                raise self._wrong(f"there is no agent {agent!r}", "calls", place, "excluded", rank)
        return WaitingCall(
            id=str(call.id),
            client=str(call.client),
            stakes=STAKES[call.stakes],
            waited_s=call.waited_s,
            required=_levels(call.required),
            preferred=tuple(call.preferred),
            excluded=frozenset(map(str, call.excluded)),
            is_angry=call.angry,
            is_head=call.head,
        )

    def _policy(self, body: Mapping[str, Any], *steps: Step) -> RoutingPolicy:
        try:
            return routing_policy(body)
        except BadPolicy as error:
            field = [step for step in str(error.details.get("field", "")).split(".") if step in body]
            raise self._wrong(str(error), *steps, *field) from error

    def _seconds(self, value: float, *steps: Step) -> None:
        if not (value >= 0 and math.isfinite(value)):
            raise self._wrong("0 or more is needed", *steps)

    def _one_of(self, words: Iterable[str], word: str, *steps: Step) -> None:
        words = [str(one) for one in words]
        if word not in words:
            raise self._wrong(f"one of {', '.join(words)} is needed, not {word!r}", *steps)

    def _once(self, name: str, ids: list[str]) -> None:
        for place, one in enumerate(ids):
            if one in ids[:place]:
                raise self._wrong(f"{one!r} is described twice", name, place, "id")

    def _wrong(self, what: str, *steps: Step, line: int = 0) -> UnreadableSituation:
        field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
        line = line or _line_of(self._root, steps)
        where = ": ".join(part for part in (f"line {line}" if line else "", field) if part)
        message = f"{self._path.name}: {where}: {what}" if where else f"{self._path.name}: {what}"
        return UnreadableSituation(message, line=line, field=field, what=what)


def _levels(skills: dict[str, int] | list[str]) -> dict[str, int]:
    return dict(skills) if isinstance(skills, dict) else dict.fromkeys(skills, 1)


def _steps(path: str) -> tuple[Step, ...]:
    return tuple(name or int(place) for name, place in _STEP.findall(path))


def _mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _mappings(item)


def _line_of(node: yaml.Node | None, steps: tuple[Step, ...]) -> int:
    """Return the line on which a field stands, or the nearest thing around it; 0 when nothing is known."""
    if node is None:
        return 0
    line = node.start_mark.line + 1
    for step in steps:
        following = None
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            following = node.value[step]
            line = following.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is not None:
                line, following = pair[0].start_mark.line + 1, pair[1]
        if following is None:
            break
        node = following
    return int(line)


def _as_json(decision: Decision) -> dict[str, Any]:
    agents = {match.call: match.agent for match in decision.matches}

    def standing(place: Place) -> dict[str, Any]:
        return {
            "call": place.call,
            "client": place.client,
            "position": place.position,
            "priority_s": round(place.priority, 3),
            "agent": agents.get(place.call),
            "reasons": list(place.because),
        }

    return {
        "assignments": [
            {"call": match.call, "agent": match.agent, "reasons": list(match.because)} for match in decision.matches
        ],
        "order": [standing(place) for place in decision.order],
        "unmatched": [
            {
                "call": call.call,
                "reasons": list(call.because),
                "diversion": call.diversion or None,
                "way": call.way.value if call.way is not None else None,
            }
            for call in decision.unmatched
        ],
        "idle": [{"agent": idle.agent, "reasons": list(idle.because)} for idle in decision.idle],
    }
