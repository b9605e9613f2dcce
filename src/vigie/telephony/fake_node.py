"""
A node without telephones: the same protocol on the same socket, for tests and for training.

    with FakeNode("/tmp/x/node.sock") as node:
        leg = node.arrive("0199001234", "0199000001")
        node.wait_for(Answer, leg=leg)
        node.press(leg, "1")

It runs in a thread of its own, so that tests without an event loop can use it. What it does by itself: `Answer`,
`Bridge`, `AttachBrowser`, recordings and hang-ups are confirmed at once, a `Play` without `loop` is over at once (or
when `finish` is called, with ``instant_plays=False``), a `Dial` is picked up unless `on_dial` said otherwise.
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

from vigie.telephony.clock import utc_now
from vigie.telephony.doors import Doors
from vigie.telephony.eventlog import EventLog
from vigie.telephony.protocol import (
    Answer,
    AttachBrowser,
    Bridge,
    Bridged,
    BrowserAnswered,
    BrowserConnected,
    BrowserLost,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallRinging,
    Command,
    CommandFailed,
    DetachBrowser,
    Dial,
    DigitPressed,
    EndCause,
    Event,
    Hangup,
    Heartbeat,
    Hello,
    Hold,
    Play,
    PlayFinished,
    Record,
    RecordingSaved,
    Refuse,
    SilenceElapsed,
    StopPlay,
    StopRecording,
    Transfer,
)

C = TypeVar("C", bound=Command)

DUMMY_SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
_LEGLESS = ("Bridge", "Drain", "ConfigureTrunks")


@dataclass(slots=True)
class _Leg:
    browser: bool = False
    answered: bool = False
    playing: Play | None = None
    spoken: Play | None = None
    recording: tuple[Record, datetime] | None = None
    bridge: tuple[str, ...] = ()


class FakeNode:
    """
    Listen at `address` (a socket path, or ``host:port``) as a node would.

    `on_dial` maps a dialled number or URI to how it ends: ``"answer"`` (the default), ``"busy"``, ``"no_answer"``,
    ``"refused"``, or ``"ring"`` (rings until `pick_up` or `hang_up`).
    """

    def __init__(self, address: str, *, node: str = "", instant_plays: bool = True) -> None:
        self.address = address
        self.node = node or f"fake-{uuid.uuid4().hex[:8]}"
        self.instant_plays = instant_plays
        self.on_dial: dict[str, str] = {}
        self.commands: list[Command] = []
        self.legs: dict[str, _Leg] = {}
        self._log = EventLog(self.node)
        self._doors = Doors(address, log=self._log, hello=self._hello, obey=self._obey, changed=self._door_changed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-node", daemon=True)
        self._heard = threading.Condition()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._doors.open(), self._loop).result(timeout=5)
        return self

    def __exit__(self, *exc_info: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    # What a test or a training session makes happen

    def arrive(self, caller_id: str, dialled: str, *, display_name: str = "") -> str:
        """Let a call come in, and return its leg."""
        leg = uuid.uuid4().hex
        self.legs[leg] = _Leg()
        self._tell(CallArrived, leg=leg, caller_id=caller_id, dialled=dialled, display_name=display_name)
        return leg

    def press(self, leg: str, digits: str) -> None:
        """Press each key of `digits`; what plays and can be interrupted stops, as in the real node."""
        for digit in digits:
            playing = self._playing(leg)
            if playing is not None and playing.interruptible:
                self._end_play(leg, interrupted=True)
            self._tell(DigitPressed, leg=leg, digit=digit)

    def hang_up(self, leg: str, *, cause: EndCause = EndCause.HANGUP, status: int = 0) -> None:
        """Let the far end of `leg` go away."""
        self._end(leg, cause=cause, status=status)

    def pick_up(self, leg: str) -> None:
        """Answer a leg that `Dial` left ringing."""
        self.legs[leg].answered = True
        self._tell(CallAnswered, leg=leg)

    def finish(self, leg: str) -> None:
        """Let what plays to `leg` come to its end."""
        self._end_play(leg, interrupted=False)

    def stay_silent(self, leg: str) -> None:
        """Let the silence asked for by the last `Play` to `leg` elapse."""
        self.finish(leg)
        spoken = self.legs[leg].spoken
        if spoken is not None and spoken.silence_ms:
            self._tell(SilenceElapsed, leg=leg, token=spoken.token)

    def lose_browser(self, leg: str, *, reason: str = "stalled") -> None:
        """Let the media of the browser leg stop."""
        self.legs.pop(leg, None)
        self._tell(BrowserLost, leg=leg, reason=reason)

    def beat(self, *, tick_lag_ms: float = 0.5) -> None:
        """Send one `Heartbeat`."""
        calls = sum(not leg.browser for leg in self.legs.values())
        beat = Heartbeat(
            seq=0,
            at=utc_now(),
            node=self.node,
            legs=calls,
            browsers=len(self.legs) - calls,
            tick_lag_ms=tick_lag_ms,
        )
        self._loop.call_soon_threadsafe(self._doors.mention, beat)

    def tell(self, kind: type[Event], **fields: Any) -> None:
        """Send any other event of the protocol, `seq` and `at` filled in."""
        self._tell(kind, **fields)

    # What a test asserts

    def wait_for(
        self, kind: type[C], *, leg: str = "", where: Callable[[C], bool] = lambda command: True, timeout_s: float = 5.0
    ) -> C:
        """
        Return the first command of `kind` about `leg` ("" for any), and wait for it if need be.

        Raises: TimeoutError.
        """

        def found() -> C | None:
            for command in self.commands:
                if isinstance(command, kind) and (not leg or _concerns(command, leg)) and where(command):
                    return command
            return None

        with self._heard:
            command = self._heard.wait_for(found, timeout=timeout_s)
        if command is None:
            raise TimeoutError(f"no {kind.__name__} for {leg or 'any leg'} among {self.commands}")
        return command

    def wait_for_door(self, *, timeout_s: float = 5.0) -> None:
        """Wait until a door is connected. Raises: TimeoutError."""
        with self._heard:
            if not self._heard.wait_for(lambda: self._doors.count > 0, timeout=timeout_s):
                raise TimeoutError("no door came")

    def forget_commands(self) -> None:
        with self._heard:
            self.commands.clear()

    # What it does by itself, in its own thread

    def _obey(self, command: Command) -> None:
        with self._heard:
            self.commands.append(command)
            self._heard.notify_all()
        name = type(command).__name__
        leg = getattr(command, "leg", "")
        if name not in _LEGLESS and not isinstance(command, Dial | AttachBrowser) and leg not in self.legs:
            self._tell(CommandFailed, leg=leg, command=name, reason="unknown_leg")
            return
        reaction = getattr(self, f"_on_{name.lower()}", None)
        if reaction is not None:
            reaction(command)

    def _on_answer(self, command: Answer) -> None:
        if not self.legs[command.leg].answered:
            self.pick_up(command.leg)

    def _on_refuse(self, command: Refuse) -> None:
        self._end(command.leg, cause=EndCause.LOCAL, status=command.status)

    def _on_hangup(self, command: Hangup) -> None:
        self._end(command.leg, cause=EndCause.LOCAL)

    def _on_play(self, command: Play) -> None:
        self._end_play(command.leg, interrupted=True)
        self.legs[command.leg].playing = self.legs[command.leg].spoken = command
        if self.instant_plays and not command.loop:
            self._end_play(command.leg, interrupted=False)

    def _on_stopplay(self, command: StopPlay) -> None:
        self._end_play(command.leg, interrupted=True)

    def _on_hold(self, command: Hold) -> None:
        self._end_play(command.leg, interrupted=True)

    def _on_bridge(self, command: Bridge) -> None:
        unknown = [leg for leg in command.legs if leg not in self.legs]
        for leg in unknown:
            self._tell(CommandFailed, leg=leg, command="Bridge", reason="unknown_leg")
        if not unknown:
            for leg in command.legs:
                self._end_play(leg, interrupted=True)
            self._bridge(command.legs)

    def _on_dial(self, command: Dial) -> None:
        self.legs[command.leg] = _Leg()
        outcome = self.on_dial.get(command.to, "answer")
        if outcome in ("answer", "ring", "no_answer"):
            self._tell(CallRinging, leg=command.leg)
        if outcome == "answer":
            self.pick_up(command.leg)
        elif outcome != "ring":
            status = {"busy": 486, "no_answer": 487}.get(outcome, 603)
            self._end(command.leg, cause=EndCause(outcome), status=status)

    def _on_transfer(self, command: Transfer) -> None:
        self._end(command.leg, cause=EndCause.HANGUP)

    def _on_record(self, command: Record) -> None:
        self.legs[command.leg].recording = (command, utc_now())

    def _on_stoprecording(self, command: StopRecording) -> None:
        self._end_recording(command.leg)

    def _on_attachbrowser(self, command: AttachBrowser) -> None:
        self.legs[command.leg] = _Leg(browser=True, answered=True)
        self._tell(BrowserAnswered, leg=command.leg, sdp=DUMMY_SDP)
        self._tell(BrowserConnected, leg=command.leg)
        if command.replaces in self.legs:
            former = self.legs[command.replaces].bridge
            if former:
                self._bridge(tuple(command.leg if leg == command.replaces else leg for leg in former))
            self.lose_browser(command.replaces, reason="replaced")

    def _on_detachbrowser(self, command: DetachBrowser) -> None:
        self.lose_browser(command.leg, reason="detached")

    def _end(self, leg: str, *, cause: EndCause, status: int = 0) -> None:
        self._end_recording(leg)
        if self.legs.pop(leg, None) is not None:
            self._tell(CallEnded, leg=leg, cause=cause, status=status)

    def _bridge(self, legs: tuple[str, ...]) -> None:
        for leg in legs:
            self.legs[leg].bridge = legs
        self._tell(Bridged, legs=legs)

    def _playing(self, leg: str) -> Play | None:
        return self.legs[leg].playing if leg in self.legs else None

    def _end_play(self, leg: str, *, interrupted: bool) -> None:
        playing = self._playing(leg)
        if playing is not None:
            self.legs[leg].playing = None
            self._tell(PlayFinished, leg=leg, token=playing.token, interrupted=interrupted)

    def _end_recording(self, leg: str) -> None:
        found = self.legs.get(leg)
        if found is not None and found.recording is not None:
            record, started_at = found.recording
            found.recording = None
            self._tell(
                RecordingSaved,
                leg=leg,
                token=record.token,
                path=record.path,
                started_at=started_at,
                ended_at=utc_now(),
            )

    def _tell(self, kind: type[Event], **fields: Any) -> None:
        event = kind(seq=0, at=utc_now(), **fields)
        self._loop.call_soon_threadsafe(self._doors.emit, event)

    def _hello(self) -> Hello:
        return Hello(seq=0, at=utc_now(), node=self.node, version="fake", legs=tuple(self.legs))

    def _door_changed(self, count: int) -> None:
        with self._heard:
            self._heard.notify_all()

    async def _close(self) -> None:
        await self._doors.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def _concerns(command: Command, leg: str) -> bool:
    return leg == getattr(command, "leg", "") or leg in getattr(command, "legs", ())
