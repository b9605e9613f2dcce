"""Play a scenario on a line, and report what became of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from vigie.telephony.caller.line import Address, Equipment, Line
from vigie.telephony.caller.scenario import (
    AnyStep,
    Expect,
    Hangup,
    Hold,
    Listen,
    Play,
    Press,
    Repeat,
    Resume,
    Say,
    Scenario,
    Sound,
    Wait,
)
from vigie.telephony.pcm import RATE, read_wav, to_pcm16, to_telephone
from vigie.telephony.voice import Voice

GLANCE_S = 0.02  # how often the caller asks itself what it hears
SPEECH_S = 0.2  # less than that is a click

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    What became of one call.

    `completed` is true when every step was done; `problem` is a stable code otherwise (not_answered, hung_up,
    not_heard, out_of_patience, stopped). Levels are in dB below full scale, gaps those between RTP packets as the
    kernel stamped them.
    """

    scenario: str
    dialled: str
    caller_id: str
    answered: bool
    status: int
    setup_ms: float | None
    first_sound_ms: float | None
    talk_s: float
    ended_by: str
    completed: bool
    problem: str
    digits_sent: str
    level_heard_db: float
    longest_silence_s: float
    packets_received: int
    packets_lost: int
    gaps_over_60_ms: int
    max_gap_ms: float
    secured: bool

    def as_json(self) -> str:
        return msgspec.json.encode(self).decode()


class _Stop(Exception):
    """The scenario is at its end; `problem` says why when that end is not the planned one."""

    def __init__(self, problem: str = "") -> None:
        super().__init__(problem)
        self.problem = problem


class Caller:
    """Somebody with a telephone in hand and a scenario in mind."""

    def __init__(self, scenario: Scenario, line: Line, *, voice: Voice, tell: Tell) -> None:
        self.digits_sent = ""
        self._scenario = scenario
        self._line = line
        self._voice = voice
        self._tell = tell

    async def play(self) -> str:
        """Do every step; return why it stopped early, "" when it did not."""
        try:
            async with asyncio.timeout(self._scenario.patience):
                await self._do_all(self._scenario.steps)
        except _Stop as stop:
            return stop.problem
        except TimeoutError:
            return "out_of_patience"
        return ""

    async def _do_all(self, steps: tuple[AnyStep, ...]) -> None:
        for step in steps:
            self._tell(_described(step))
            try:
                await self._do(step)
            except _Stop as stop:
                if stop.problem == "hung_up" and isinstance(step, Wait) and step.may_end:
                    raise _Stop from stop
                raise

    async def _do(self, step: AnyStep) -> None:
        match step:
            case Wait(until=None):
                await self._stay(step.seconds)
            case Wait(until=Sound() as sound):
                await self._await(sound, seconds=step.seconds, within=step.within)
            case Press():
                await self._press(step)
            case Say():
                path = await asyncio.to_thread(self._voice.render, step.text, step.language or self._scenario.language)
                await self._speak(path)
            case Play():
                await self._speak(self._scenario.folder / step.file)
            case Hold():
                await self._line.hold()
            case Resume():
                await self._line.resume()
            case Listen():
                await self._pause(step.seconds)
                if self._line.over.is_set():
                    raise _Stop
            case Expect():
                await self._expect(step)
            case Repeat():
                for _ in range(step.times):
                    await self._do_all(step.steps)
            case Hangup():
                await self._line.hang_up()
                raise _Stop

    async def _pause(self, seconds: float) -> None:
        """Let `seconds` pass, or less when the other side hangs up."""
        try:
            await asyncio.wait_for(self._line.over.wait(), timeout=seconds)
        except TimeoutError:
            return

    async def _stay(self, seconds: float) -> None:
        await self._pause(seconds)
        if self._line.over.is_set():
            raise _Stop("hung_up")

    async def _await(self, sound: Sound, *, seconds: float, within: float, hertz: float = 0.0) -> bool:
        """Return whether `sound` lasted `seconds` before `within` seconds were over."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if self._hears(sound, seconds=seconds, hertz=hertz):
                return True
            await self._stay(GLANCE_S)
        return False

    def _hears(self, sound: Sound, *, seconds: float, hertz: float) -> bool:
        ear, at = self._line.ear, time.monotonic()
        match sound:
            case Sound.QUIET:
                return ear.quiet_s(at=at) >= seconds
            case Sound.SPEECH:
                return ear.sound_s(at=at) >= seconds
            case Sound.TONE:
                return ear.hears_tone(hertz)

    async def _expect(self, step: Expect) -> None:
        self._line.ear.forget(at=time.monotonic())
        if step.heard is Sound.QUIET:
            await self._stay(step.within)
            heard = self._line.ear.silent_s(at=time.monotonic()) >= step.within
        else:
            heard = await self._await(step.heard, seconds=SPEECH_S, within=step.within, hertz=step.hertz)
        if not heard:
            raise _Stop("not_heard")

    async def _press(self, step: Press) -> None:
        """Press one key after the other; what is heard from here on is the answer to them."""
        for key in step.keys:
            self._line.press(key, via=step.via, tone_ms=step.tone_ms)
            self.digits_sent += key
            await self._stay((step.tone_ms + step.gap_ms) / 1000)
        self._line.ear.forget(at=time.monotonic())

    async def _speak(self, path: Path) -> None:
        sound, rate = await asyncio.to_thread(read_wav, path)
        if rate != RATE:
            sound = to_telephone(sound, rate=rate)
        self._line.send(to_pcm16(sound))
        await self._stay(len(sound) / RATE)


def _described(step: AnyStep) -> str:
    plain = msgspec.to_builtins(step)
    return " ".join([plain.pop("do"), *(f"{name}={value}" for name, value in plain.items() if name != "steps")])


async def place_call(
    scenario: Scenario,
    *,
    to: str,
    caller_id: str | None = None,
    equipment: Equipment | None = None,
    cache_dir: Path,
    tell: Tell = lambda _line: None,
) -> Report:
    """
    Call `to` and play the scenario; the address may leave the number to the scenario (`sip:127.0.0.1:5060`).

    `caller_id` None is the scenario's own, "" is withheld. `cache_dir` keeps the spoken sentences; `tell` hears of
    each step as it begins.

    Raises: BadAddress, UnknownLanguage, NotAWav, sipral.SipralError when no call can be placed.
    """
    address = Address.parse(to)
    address = replace(address, user=address.user or scenario.dialled)
    number = scenario.caller_id if caller_id is None else caller_id
    line = Line(address, caller_id=number, equipment=equipment or Equipment(codec=scenario.codec))
    caller = Caller(scenario, line, voice=Voice(cache_dir), tell=tell)
    try:
        problem = await _converse(line, caller)
        await line.hang_up()
        return _report(scenario, line, address=address, caller_id=number, problem=problem, digits=caller.digits_sent)
    finally:
        await line.close()


async def _converse(line: Line, caller: Caller) -> str:
    """Return the problem there was; being cancelled is one, because the call must be ended and told all the same."""
    try:
        return await caller.play() if await line.dial() else "not_answered"
    except asyncio.CancelledError:
        return "stopped"


def _report(scenario: Scenario, line: Line, *, address: Address, caller_id: str, problem: str, digits: str) -> Report:
    ear, arrivals, answered_at = line.ear, line.arrivals, line.answered_at
    ended_at = line.ended_at or time.monotonic()
    first_sound = None if ear.first_sound_at is None or answered_at is None else ear.first_sound_at - answered_at
    silences = [ear.longest_silence_s, ear.silent_s(at=ended_at)] if answered_at else [0.0]
    return Report(
        scenario=scenario.name,
        dialled=address.user,
        caller_id=caller_id,
        answered=answered_at is not None,
        status=line.status,
        setup_ms=None if line.setup_ms is None else round(line.setup_ms, 1),
        first_sound_ms=None if first_sound is None else round(first_sound * 1000, 1),
        talk_s=round(ended_at - answered_at, 2) if answered_at else 0.0,
        ended_by=line.ended_by,
        completed=not problem,
        problem=problem,
        digits_sent=digits,
        level_heard_db=round(ear.level_db, 1),
        longest_silence_s=round(max(silences), 2),
        packets_received=arrivals.packets,
        packets_lost=arrivals.lost,
        gaps_over_60_ms=arrivals.gaps_over_60_ms,
        max_gap_ms=round(arrivals.max_gap_ms, 1),
        secured=line.secured,
    )


def run_scenario(
    scenario: Scenario,
    *,
    to: str,
    caller_id: str | None = None,
    equipment: Equipment | None = None,
    cache_dir: Path,
    tell: Tell = lambda _line: None,
) -> Report:
    """Do `place_call` from a thread that has no event loop."""
    return asyncio.run(
        place_call(scenario, to=to, caller_id=caller_id, equipment=equipment, cache_dir=cache_dir, tell=tell)
    )
