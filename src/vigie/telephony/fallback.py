"""
What the node does by itself when no door decides: the fallback plan.

The plan is a local file the door rewrites at each configuration change::

    {"numbers": {"0199000001": {"greeting": ["/abs/x.wav"], "ring": ["sip:oncall@192.0.2.7"], "music": "/abs/m.wav",
                                "apology": ["/abs/y.wav"], "ring_timeout_s": 20, "trunk": "", "caller_id": ""},
                 "*": {...}}}

A caller nobody claims is greeted, then each number is rung in order while the music plays, and the first who picks up
is bridged. When nobody does, an apology, and the round begins again, a bounded number of times. Callers who were up
when the door went away hear the music instead of silence, then get the same rounds. The door takes a caller back with
any command about it, unless somebody already talks to them.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import msgspec

from vigie.telephony.protocol import (
    Answer,
    Bridge,
    CallAnswered,
    CallEnded,
    Command,
    Dial,
    Event,
    Hangup,
    Play,
    PlayFinished,
)

logger = logging.getLogger(__name__)

_ROUNDS = 5
_PAUSE_S = 15.0
_TOKEN = "fallback:"  # noqa: S105  (a name of a prompt)

Later = Callable[[float, Callable[[], None]], None]
Tell = Callable[[str, str, str], None]


class Step(StrEnum):
    """What `FallbackStep.step` can be."""

    STARTED = "started"
    RANG = "rang"
    ANSWERED = "answered"
    EXHAUSTED = "exhausted"
    RESUMED = "resumed"


class NumberPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do for callers of one dialled number. `ring` holds SIP URIs, or numbers for `trunk`."""

    greeting: tuple[str, ...] = ()
    ring: tuple[str, ...] = ()
    music: str = ""
    apology: tuple[str, ...] = ()
    ring_timeout_s: float = 20.0
    trunk: str = ""
    caller_id: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file; ``"*"`` stands for the numbers it does not name."""

    numbers: dict[str, NumberPlan] = {}

    def of(self, dialled: str) -> NumberPlan:
        """Return the plan of `dialled`; an empty one when the file has nothing for it."""
        return self.numbers.get(dialled) or self.numbers.get("*") or NumberPlan()


class PlanFile:
    """The plan on disk, read again when it changes; the last good one is kept when it cannot be read."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._read_at = 0
        self._plan = Plan()

    def current(self) -> Plan:
        if self._path is None:
            return self._plan
        try:
            changed_at = self._path.stat().st_mtime_ns
            if changed_at != self._read_at:
                self._plan = msgspec.json.decode(self._path.read_bytes(), type=Plan)
                self._read_at = changed_at
        except (OSError, msgspec.MsgspecError) as error:
            logger.warning("fallback plan not read: %s", error)
        return self._plan


@dataclass(slots=True, kw_only=True, eq=False)
class FallbackCall:
    """
    The plan carried out for one caller.

    `obey` does a command, `tell` reports (leg, step, number), `later` calls back after some seconds.
    """

    leg: str
    plan: NumberPlan
    obey: Callable[[Command], None]
    tell: Tell
    later: Later
    talking: bool = False
    over: bool = False
    _ringing: str = ""
    _number: str = ""
    _left: list[str] = field(default_factory=list)
    _rounds: int = 0

    def start(self, *, answered: bool, greet: bool = True) -> None:
        """Take the caller: answer if need be, greet, then ring."""
        self.tell(self.leg, Step.STARTED, "")
        if not answered:
            self.obey(Answer(leg=self.leg))
        if greet and self.plan.greeting:
            self._say("greeting", self.plan.greeting)
        else:
            self._begin_round()

    def see(self, event: Event) -> None:
        """Go on from what happened."""
        if self.over:
            return
        match event:
            case CallEnded(leg=leg) if leg == self.leg:
                self._end()
            case CallAnswered(leg=leg) if leg == self._ringing:
                self.talking = True
                self.obey(Bridge(legs=(self.leg, leg)))
                self.tell(self.leg, Step.ANSWERED, self._number)
            case CallEnded(leg=leg) if leg == self._ringing:
                self._callee_gone()
            case PlayFinished(leg=leg, token=token, interrupted=False) if leg == self.leg:
                self._said(token)

    def resume(self) -> None:
        """Give the caller back to the door."""
        self._end()
        self.tell(self.leg, Step.RESUMED, "")

    def _said(self, token: str) -> None:
        if token == f"{_TOKEN}greeting":
            self._begin_round()
        elif token == f"{_TOKEN}farewell":
            self.obey(Hangup(leg=self.leg))
        elif token == f"{_TOKEN}apology":
            self._wait()
            self.later(_PAUSE_S, self._begin_round)

    def _begin_round(self) -> None:
        if self.over or self.talking:
            return
        self._rounds += 1
        self._wait()
        if not self.plan.ring:
            return
        self._left = list(self.plan.ring)
        self._ring_next()

    def _ring_next(self) -> None:
        if not self._left:
            self._exhausted()
            return
        self._number = self._left.pop(0)
        self._ringing = uuid.uuid4().hex
        self.tell(self.leg, Step.RANG, self._number)
        self.obey(
            Dial(
                leg=self._ringing,
                to=self._number,
                trunk="" if self._number.startswith("sip") else self.plan.trunk,
                caller_id=self.plan.caller_id,
                timeout_s=self.plan.ring_timeout_s,
            )
        )

    def _callee_gone(self) -> None:
        self._ringing = ""
        if self.talking:
            self.over = True
            self.obey(Hangup(leg=self.leg))
        else:
            self._ring_next()

    def _exhausted(self) -> None:
        self.tell(self.leg, Step.EXHAUSTED, "")
        last = self._rounds >= _ROUNDS
        if self.plan.apology:
            self._say("farewell" if last else "apology", self.plan.apology)
        elif last:
            self.obey(Hangup(leg=self.leg))
        else:
            self.later(_PAUSE_S, self._begin_round)

    def _wait(self) -> None:
        if self.plan.music:
            name = f"{_TOKEN}wait-{self._rounds}"
            self.obey(Play(leg=self.leg, token=name, files=(self.plan.music,), loop=True, interruptible=False))

    def _say(self, name: str, files: tuple[str, ...]) -> None:
        self.obey(Play(leg=self.leg, token=f"{_TOKEN}{name}", files=files, interruptible=False))

    def _end(self) -> None:
        self.over = True
        if self._ringing:
            self.obey(Hangup(leg=self._ringing))


def waiting_music(leg: str, plan: NumberPlan) -> Play | None:
    """Return the order to play the waiting music of `plan`, None when it has none."""
    if not plan.music:
        return None
    return Play(leg=leg, token=f"{_TOKEN}silence", files=(plan.music,), loop=True, interruptible=False)


def is_ours(event: Event) -> bool:
    """Say whether `event` is the end of a prompt that no door asked for."""
    return isinstance(event, PlayFinished) and event.token.startswith(_TOKEN)
