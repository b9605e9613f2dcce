"""
What the node asks of a SIP and RTP engine.

An engine does the commands of `protocol` that concern calls and audio, and tells what happens in the events of
`protocol` with `seq` 0. The node numbers, keeps and sends them. A leg is known by its id on both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from vigie.telephony.protocol import Command, Event

Emit = Callable[[Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How the engine does. `tick_lag_ms` is the worst lateness of the 20 ms pump since the last reading."""

    calls: int
    browsers: int
    tick_lag_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LegState:
    """What a leg lives through. `quiet_s` is for how long it has been sent nothing but silence."""

    leg: str
    incoming: bool
    answered: bool
    bridged: bool
    quiet_s: float


class Engine(Protocol):
    """One SIP endpoint and the audio of all its calls."""

    def start(self, emit: Emit) -> None:
        """Bind and begin; `emit` is called from the engine's own thread. Raises: OSError when an address is taken."""

    def obey(self, command: Command) -> None:
        """Do `command` soon; one that cannot be done is answered by `CommandFailed`. Callable from any thread."""

    def legs(self) -> tuple[str, ...]:
        """Return the legs that are up."""

    def states(self) -> tuple[LegState, ...]:
        """Return the state of each call, browsers left out."""

    def vitals(self) -> Vitals:
        """Read and reset the pulse."""

    def drain(self) -> None:
        """Refuse new calls with 503 from now on."""

    def stop(self) -> None:
        """Hang up what is left, close the recordings, and free the sockets."""
