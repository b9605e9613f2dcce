"""The fallback plan, step by step, without a telephone."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from vigie.telephony.engine import LegState
from vigie.telephony.fallback import NumberPlan, PlanFile
from vigie.telephony.protocol import (
    Answer,
    Bridge,
    CallAnswered,
    CallArrived,
    CallEnded,
    Claim,
    Command,
    Dial,
    EndCause,
    Event,
    Hangup,
    Play,
    PlayFinished,
)
from vigie.telephony.settings import NodeSettings
from vigie.telephony.watch import Talking, Watch

C = TypeVar("C", bound=Command)
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FULL = {"greeting": ["/hello.wav"], "music": "/music.wav", "apology": ["/sorry.wav"], "ring": ["0199000008", "sip:x@y"]}


@dataclass
class Stage:
    """A watch whose clock and engine are lists."""

    watch: Watch
    commands: list[Command]
    steps: list[tuple[str, str]]
    timers: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def happens(self, kind: type[Event], **fields: Any) -> bool:
        return self.watch.see(kind(seq=0, at=AT, **fields))

    def arrives(self, dialled: str = "0199000001") -> None:
        self.happens(CallArrived, leg="caller", caller_id="1", dialled=dialled)

    def passes(self) -> None:
        """Let every timer set so far go off."""
        due, self.timers[:] = list(self.timers), []
        for _, action in due:
            action()

    def last(self, kind: type[C]) -> C:
        found = [command for command in self.commands if isinstance(command, kind)]
        assert found, self.commands
        return found[-1]

    def greeted(self) -> None:
        """Bring the caller to the first number."""
        self.arrives()
        self.passes()
        self.happens(PlayFinished, leg="caller", token="fallback:greeting")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"numbers": {"0199000001": FULL, "*": {"music": "/other.wav"}}}))
    settings = NodeSettings(socket="/x", spool_folder=tmp_path, recordings_folder=tmp_path, fallback_path=path)
    commands: list[Command] = []
    steps: list[tuple[str, str]] = []
    timers: list[tuple[float, Callable[[], None]]] = []
    watch = Watch(
        settings,
        obey=commands.append,
        tell=lambda leg, step, number: steps.append((step, number)),
        later=lambda delay_s, action: timers.append((delay_s, action)),
    )
    return Stage(watch, commands, steps, timers)


def test_a_claimed_call_is_not_touched(stage: Stage) -> None:
    stage.arrives()
    stage.watch.command(Claim(leg="caller"))
    stage.passes()

    assert stage.commands == []


def test_an_unclaimed_caller_is_answered_and_greeted(stage: Stage) -> None:
    stage.arrives()
    stage.passes()

    assert isinstance(stage.commands[0], Answer)
    assert stage.last(Play).files == ("/hello.wav",)
    assert stage.steps == [("started", "")]


def test_numbers_are_rung_in_order_with_music(stage: Stage) -> None:
    stage.greeted()
    first = stage.last(Dial)
    shown = stage.happens(CallEnded, leg=first.leg, cause=EndCause.BUSY)
    second = stage.last(Dial)

    assert stage.last(Play).files == ("/music.wav",)
    assert (first.to, second.to) == ("0199000008", "sip:x@y")
    assert not shown
    assert stage.steps[1:] == [("rang", "0199000008"), ("rang", "sip:x@y")]


def test_the_first_who_picks_up_is_bridged_and_hanging_up_ends_the_call(stage: Stage) -> None:
    stage.greeted()
    rung = stage.last(Dial).leg
    stage.happens(CallAnswered, leg=rung)
    stage.happens(CallEnded, leg=rung, cause=EndCause.HANGUP)

    assert stage.last(Bridge).legs == ("caller", rung)
    assert stage.last(Hangup).leg == "caller"
    assert stage.steps[-1] == ("answered", "0199000008")


def test_nobody_answers_so_an_apology_and_another_round_a_bounded_number_of_times(stage: Stage) -> None:
    stage.greeted()
    for _ in range(20):
        if isinstance(stage.commands[-1], Hangup):
            break
        for _ in range(2):
            stage.happens(CallEnded, leg=stage.last(Dial).leg, cause=EndCause.NO_ANSWER)
        assert stage.last(Play).files == ("/sorry.wav",)
        stage.happens(PlayFinished, leg="caller", token=stage.last(Play).token)
        stage.passes()

    assert stage.last(Hangup).leg == "caller"
    assert stage.steps.count(("exhausted", "")) == 5


def test_a_caller_who_hangs_up_stops_the_ringing(stage: Stage) -> None:
    stage.greeted()
    shown = stage.happens(CallEnded, leg="caller", cause=EndCause.HANGUP)

    assert shown
    assert stage.last(Hangup).leg == stage.last(Dial).leg


def test_the_door_takes_a_waiting_caller_back(stage: Stage) -> None:
    stage.greeted()
    stage.watch.command(Play(leg="caller", token="t", files=("/x.wav",)))

    assert stage.steps[-1] == ("resumed", "")
    assert stage.last(Hangup).leg == stage.last(Dial).leg


def test_the_door_cannot_part_a_caller_from_who_answered(stage: Stage) -> None:
    stage.greeted()
    stage.happens(CallAnswered, leg=stage.last(Dial).leg)

    with pytest.raises(Talking):
        stage.watch.command(Play(leg="caller", token="t", files=("/x.wav",)))


def state(*, answered: bool = True, bridged: bool = False, quiet_s: float = 0.0) -> LegState:
    return LegState(leg="caller", incoming=True, answered=answered, bridged=bridged, quiet_s=quiet_s)


def claimed(stage: Stage) -> None:
    stage.arrives()
    stage.watch.command(Claim(leg="caller"))


def test_silence_without_a_door_becomes_music(stage: Stage) -> None:
    claimed(stage)
    stage.watch.look((state(quiet_s=2.9),), away_s=3)
    assert stage.commands == []
    stage.watch.look((state(quiet_s=3.1),), away_s=3)

    assert (stage.last(Play).files, stage.last(Play).loop) == (("/music.wav",), True)


def test_a_long_absence_of_the_door_brings_the_waiting_to_the_numbers(stage: Stage) -> None:
    claimed(stage)
    stage.watch.look((state(),), away_s=21)

    assert stage.last(Dial).to == "0199000008"
    assert not [command for command in stage.commands if isinstance(command, Answer)]


def test_a_conversation_goes_on_however_long_the_door_is_away(stage: Stage) -> None:
    claimed(stage)
    stage.watch.look((state(bridged=True),), away_s=3600)

    assert stage.commands == []


def test_a_call_left_ringing_by_a_door_that_died_is_answered(stage: Stage) -> None:
    claimed(stage)
    stage.watch.look((state(answered=False),), away_s=0.3)

    assert isinstance(stage.commands[0], Answer)


def test_a_number_without_a_plan_has_the_common_one(stage: Stage) -> None:
    stage.arrives("0199000077")
    stage.passes()

    assert stage.last(Play).files == ("/other.wav",)
    assert not [command for command in stage.commands if isinstance(command, Dial | Hangup)]


def test_the_plan_is_read_again_when_it_changes_and_the_last_good_one_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    plans = PlanFile(path)
    assert plans.current().of("1") == NumberPlan()
    for age, text in enumerate((json.dumps({"numbers": {"1": {"ring": ["2"]}}}), "{ broken")):
        path.write_text(text)
        os.utime(path, ns=(age + 1, age + 1))

        assert plans.current().of("1").ring == ("2",)
