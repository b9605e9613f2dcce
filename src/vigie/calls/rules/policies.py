"""
What a client settles about its calls: bodies of the policies `routing` and `welcome`.

Every field has a default, so that an empty body is a working hotline. Times are seconds unless the name says otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from vigie.callbot.prompts import faults
from vigie.callbot.script import OPTIONAL_QUESTIONS, Question, Recording, WhenClosed
from vigie.calls.rules.states import Stakes
from vigie.errors import Invalid

T = TypeVar("T")

_NUMBER = re.compile(r"\+?[0-9]{3,15}|sips?:\S+")


class BadPolicy(Invalid):
    """This setting cannot be used as it is."""

    code = "bad_policy"


class Way(StrEnum):
    """What is done for a caller whom nobody can take."""

    MESSAGE = "message"  # told the truth, then the end of the call
    CALLBACK = "callback"  # told the truth and listed for a call-back
    ONCALL = "oncall"  # the client's numbers of last resort are rung


class ClosedInQueue(StrEnum):
    """What happens to those who wait when the hotline closes."""

    SERVE = "serve"  # they are told, and served
    TELL = "tell"  # they are told that it is closed, then the call ends


@dataclass(frozen=True, slots=True, kw_only=True)
class PerStakes:
    """One figure for each height of stakes."""

    comfort: float
    unknown: float
    hindered: float
    critical: float

    def of(self, stakes: Stakes) -> float:
        """Return the figure of `stakes`."""
        return (self.comfort, self.unknown, self.hindered, self.critical)[stakes - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingPolicy:
    """
    Who takes a client's calls, in which order, and what happens when nobody can.

    Priority of a waiting call is ``base(stakes) + slope(stakes) * waited``, in seconds. Past `cap_s` a call ages as a
    critical one that arrived at that moment: it can only be overtaken by what arrived before. Source: accumulating
    priority queue, Stanford, Taylor and Ziedins, Queueing Systems 77 (2014).
    """

    base: PerStakes = PerStakes(comfort=0, unknown=60, hindered=180, critical=3600)
    slope: PerStakes = PerStakes(comfort=1, unknown=1, hindered=1, critical=1)
    cap_s: float = 900
    angry_s: float = 120  # head start of somebody who is at the end of his tether
    reserve: int = 0  # idle agents kept for critical calls
    required: tuple[str, ...] = ()  # skills that every call of this client needs, beside the caller's language
    preferred: tuple[str, ...] = ()
    relax_after_s: float = 60
    ring_s: float = 15
    wrap_up_s: float = 30
    rejoin_s: float = 60
    announce_every_s: float = 45
    overflow_after_s: float = 900
    overflow: Way = Way.CALLBACK
    leave_empty: Way = Way.CALLBACK
    closed_in_queue: ClosedInQueue = ClosedInQueue.SERVE
    short_abandon_s: float = 5
    service_level_s: float = 20
    call_back_abandoned: bool = False  # callers who left in the attendant or the queue are proposed for call-back
    fallback_numbers: tuple[str, ...] = ()  # of last resort, in order: E.164 through the trunk, or SIP addresses
    fallback_trunk: str = ""

    def __post_init__(self) -> None:
        figures = [*msgspec.to_builtins(self).items(), *_figures("base", self.base), *_figures("slope", self.slope)]
        for name, value in figures:
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"{name}: a number is needed")
        if min(self.slope.comfort, self.slope.unknown, self.slope.hindered, self.slope.critical) <= 0:
            raise ValueError("slope: every call must age")
        for name in ("cap_s", "ring_s", "announce_every_s", "overflow_after_s", "rejoin_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}: more than 0 is needed")
        for name in ("reserve", "wrap_up_s", "relax_after_s", "angry_s", "short_abandon_s", "service_level_s"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: 0 or more is needed")
        lower = (Stakes.COMFORT, Stakes.UNKNOWN, Stakes.HINDERED)
        if self.base.critical < max(self.base.of(s) + self.angry_s + self.slope.of(s) * self.cap_s for s in lower):
            raise ValueError("base.critical: too low, a lesser call would pass a critical one before cap_s")
        for number in self.fallback_numbers:
            if not _NUMBER.fullmatch(number):
                raise ValueError(f"fallback_numbers: {number!r} is not a number")

    def priority(self, stakes: Stakes, *, waited_s: float, is_angry: bool = False, is_head: bool = False) -> float:
        """Return how far up the queue a call stands; the highest goes first."""
        critical, slope = self.base.critical, self.slope.critical
        if stakes is Stakes.CRITICAL:
            return critical + slope * waited_s
        if is_head:
            return critical + slope * waited_s
        if waited_s >= self.cap_s:
            return critical + slope * (waited_s - self.cap_s)
        return self.base.of(stakes) + self.slope.of(stakes) * waited_s + (self.angry_s if is_angry else 0)

    def is_urgent(self, stakes: Stakes, *, waited_s: float, is_head: bool = False) -> bool:
        """Tell whether a call goes before ordinary ones, and may have an agent of the reserve."""
        return stakes is Stakes.CRITICAL or is_head or waited_s >= self.cap_s


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPolicy:
    """Whether calls are recorded, how callers are told, and for how many days files are kept."""

    mode: Recording = Recording.NONE
    retention_days: int = 30

    def __post_init__(self) -> None:
        if not 1 <= self.retention_days <= 3650:
            raise ValueError("retention_days: from 1 to 3650")


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomePolicy:
    """What the attendant says and asks. `wording` replaces sentences: language, then code, then text."""

    questions: tuple[Question, ...] = tuple(q for q in Question if q in OPTIONAL_QUESTIONS)
    when_closed: WhenClosed = WhenClosed.CALLBACK
    recording: RecordingPolicy = RecordingPolicy()
    code_length: int = 0
    silence_ms: int = 6000
    tries: int = 3
    wording: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.tries <= 3:
            raise ValueError("tries: from 1 to 3, then a human takes over")
        if not 2000 <= self.silence_ms <= 15000:
            raise ValueError("silence_ms: from 2000 to 15000")
        if not 0 <= self.code_length <= 10:
            raise ValueError("code_length: from 0 to 10")
        for question in self.questions:
            if question not in OPTIONAL_QUESTIONS:
                raise ValueError(f"questions: {question} is not a choice")
        for language, sentences in self.wording.items():
            for code, sentence in sentences.items():
                for fault in faults(code, sentence, language=language):
                    raise ValueError(f"wording.{language}.{code}: {fault}")


def _figures(name: str, table: PerStakes) -> Iterator[tuple[str, float]]:
    for column, value in msgspec.to_builtins(table).items():
        yield f"{name}.{column}", value


def routing_policy(body: Mapping[str, Any]) -> RoutingPolicy:
    """Return the policy that `body` describes. Raises: BadPolicy, naming the field."""
    return _from_body(body, RoutingPolicy)


def welcome_policy(body: Mapping[str, Any]) -> WelcomePolicy:
    """Return the policy that `body` describes. Raises: BadPolicy, naming the field."""
    return _from_body(body, WelcomePolicy)


def to_body(policy: RoutingPolicy | WelcomePolicy) -> dict[str, Any]:
    """Return `policy` as JSON values, every field written out."""
    body: dict[str, Any] = msgspec.to_builtins(policy)
    return body


def _from_body(body: Mapping[str, Any], kind: type[T]) -> T:
    for name in _unknown(body, kind):
        raise BadPolicy(f"{name}: no such setting", field=name)
    try:
        return msgspec.convert(_filled(body, kind), kind)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `$")
        name = path.strip("`.") or what.partition(": ")[0] * (": " in what)
        raise BadPolicy(what if what.startswith(name) else f"{name}: {what}", field=name) from error


def _filled(body: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """Complete a table of which only some figures are given."""
    filled = dict(body)
    for name in ("base", "slope"):
        if kind is RoutingPolicy and isinstance(filled.get(name), Mapping):
            default = next(f.default for f in fields(RoutingPolicy) if f.name == name)
            filled[name] = {**msgspec.to_builtins(default), **filled[name]}
    return filled


def _unknown(body: Mapping[str, Any], kind: type, prefix: str = "") -> Iterator[str]:
    known = {f.name: f.default for f in fields(kind)}
    for name, value in body.items():
        if name not in known:
            yield prefix + str(name)
        elif is_dataclass(known[name]) and isinstance(value, Mapping):
            yield from _unknown(value, type(known[name]), f"{prefix}{name}.")
