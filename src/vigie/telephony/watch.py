"""Who decides for each call: the door while it is well, the fallback plan otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vigie.telephony.engine import LegState
from vigie.telephony.fallback import FallbackCall, Later, PlanFile, Tell, is_ours, waiting_music
from vigie.telephony.protocol import CallArrived, CallEnded, Command, Dial, Event, Hangup, Record
from vigie.telephony.settings import NodeSettings

_ALLOWED_WHILE_TALKING = (Hangup, Record)


@dataclass(slots=True)
class _Caller:
    dialled: str
    claimed: bool = False


class Watch:
    """
    Every incoming call, and the plan's own calls.

    `obey` reaches the engine, `tell` reports a step (leg, step, number), `later` calls back after some seconds.
    """

    def __init__(self, settings: NodeSettings, *, obey: Callable[[Command], None], tell: Tell, later: Later) -> None:
        self._settings = settings
        self._obey = obey
        self._tell = tell
        self._later = later
        self._plans = PlanFile(settings.fallback_path)
        self._callers: dict[str, _Caller] = {}
        self._running: dict[str, FallbackCall] = {}
        self._own_legs: dict[str, str] = {}

    def see(self, event: Event) -> bool:
        """Take note of `event`; return whether the door has to know it."""
        if isinstance(event, CallArrived):
            self._arrived(event)
        hidden = is_ours(event) or getattr(event, "leg", "") in self._own_legs
        hidden = hidden or any(leg in self._own_legs for leg in getattr(event, "legs", ()))
        for call in self._concerned(event):
            call.see(event)
        if isinstance(event, CallEnded):
            self._callers.pop(event.leg, None)
            self._running.pop(event.leg, None)
            self._own_legs.pop(event.leg, None)
        return not hidden

    def command(self, command: Command) -> None:
        """Take note that the door decides about a call. Raises: Talking."""
        legs = getattr(command, "legs", None) or (getattr(command, "leg", ""),)
        for leg in legs:
            if leg in self._callers:
                self._callers[leg].claimed = True
            running = self._running.get(leg)
            if running is None:
                continue
            if running.talking and not isinstance(command, _ALLOWED_WHILE_TALKING):
                raise Talking(leg)
            if not running.talking:
                del self._running[leg]
                running.resume()

    def look(self, states: tuple[LegState, ...], *, away_s: float) -> None:
        """See to the callers while no door has been well for `away_s`."""
        for state in states:
            if state.leg in self._running or state.leg in self._own_legs:
                continue
            if state.incoming and not state.answered:
                self._start(state.leg, answered=False, greet=True)
            elif state.incoming and not state.bridged and away_s >= self._settings.door_away_s:
                self._start(state.leg, answered=True, greet=False)
            elif state.quiet_s >= self._settings.silence_limit_s:
                self._end_silence(state.leg)

    def _arrived(self, event: CallArrived) -> None:
        self._callers[event.leg] = _Caller(event.dialled)
        self._later(self._settings.door_timeout_ms / 1000, lambda: self._unclaimed(event.leg))

    def _unclaimed(self, leg: str) -> None:
        caller = self._callers.get(leg)
        if caller is not None and not caller.claimed:
            self._start(leg, answered=False, greet=True)

    def _start(self, leg: str, *, answered: bool, greet: bool) -> None:
        caller = self._callers.get(leg)
        plan = self._plans.current().of(caller.dialled if caller else "")
        if leg in self._running or not (plan.greeting or plan.ring or plan.music):
            return
        call = FallbackCall(leg=leg, plan=plan, obey=self._obey_for_plan, tell=self._tell, later=self._later)
        self._running[leg] = call
        call.start(answered=answered, greet=greet)

    def _end_silence(self, leg: str) -> None:
        caller = self._callers.get(leg)
        music = waiting_music(leg, self._plans.current().of(caller.dialled if caller else ""))
        if music is not None:
            self._obey(music)
            self._tell(leg, "waiting", "")  # whatever the door had asked is lost: it has to ask again

    def _obey_for_plan(self, command: Command) -> None:
        if isinstance(command, Dial):
            self._own_legs[command.leg] = command.to
        self._obey(command)

    def _concerned(self, event: Event) -> list[FallbackCall]:
        return list(self._running.values()) if hasattr(event, "leg") else []


class Talking(RuntimeError):
    """Somebody the plan rang already talks to this caller."""
