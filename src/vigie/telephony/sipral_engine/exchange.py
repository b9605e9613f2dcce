"""The state every part of the engine shares, and the few moves on it: play, join, leave, end."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from vigie.telephony.addresses import reachable_host
from vigie.telephony.engine import Emit
from vigie.telephony.protocol import (
    Bridged,
    BrowserLost,
    CallEnded,
    CommandFailed,
    EndCause,
    Event,
    Play,
    PlayFinished,
    RecordingSaved,
    SilenceElapsed,
)
from vigie.telephony.recording import Recording, Writer
from vigie.telephony.settings import NodeSettings
from vigie.telephony.sipral_engine.abi import CallMedia, Stack
from vigie.telephony.sipral_engine.audio import Audio
from vigie.telephony.sipral_engine.legs import Kind, Leg, Legs, Ports, Room
from vigie.telephony.sipral_engine.names import Names
from vigie.telephony.sipral_engine.pump import Pump
from vigie.telephony.sounds import Frames, Player

_BYE_PATIENCE_S = 2.0


class Exchange:
    """Everything here belongs to the pump's thread."""

    def __init__(self, settings: NodeSettings, *, stack: Stack, emit: Emit, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.stack = stack
        self.clock = clock
        self.legs = Legs()
        self.audio = Audio(
            now_ms=stack.now_ms,
            play_over=self._play_over,
            key_begun=self.interrupt,
            ask_for_keys=lambda: self.pump.hurry(),
        )
        self.ports = Ports(settings.media_host, first=settings.rtp_port_min, last=settings.rtp_port_max)
        self.writer = Writer()
        self.names = Names()
        self.media_host = reachable_host(settings.media_host, advertised=settings.advertised_media_host)
        self.draining = False
        self.pump: Pump
        self.emit = emit

    def tell(self, kind: type[Event], **fields: Any) -> None:
        """Emit an event of now."""
        self.emit(kind(seq=0, at=self.clock(), **fields))

    def fail(self, leg: str, command: str, reason: str) -> None:
        self.tell(CommandFailed, leg=leg, command=command, reason=reason)

    def media_of(self, leg: Leg) -> CallMedia:
        """Return how to describe the audio of `leg`, and open its sockets. Raises: NoFreePort."""
        if leg.socket is None:
            self.ports.give(leg)
        port = leg.socket.getsockname()[1] if leg.socket is not None else 0
        return CallMedia(address=f"{self.media_host}:{port}", codecs=leg.codecs, srtp=leg.srtp)

    # Playing

    def play(self, leg: Leg, play: Play, frames: Frames) -> None:
        """Play `frames` to `leg`, in the place of what it hears now."""
        if leg.play is not None and leg.play.token == play.token:
            return
        self.stop_play(leg)
        self.leave(leg)
        leg.play = play
        leg.player = Player(frames, loop=play.loop)
        if not frames:
            self._play_over(leg)

    def stop_play(self, leg: Leg) -> None:
        """Cut what plays to `leg`, and the silence it would have led to."""
        self.stop_silence(leg)
        play, leg.play, leg.player = leg.play, None, None
        if play is not None and play.token:
            self.tell(PlayFinished, leg=leg.id, token=play.token, interrupted=True)

    def interrupt(self, leg: Leg) -> None:
        """A key is down: cut what plays when it may be cut, and wait anew for the next key."""
        play = leg.play
        if play is not None and play.interruptible:
            self.stop_play(leg)
        else:
            play = leg.silence_play
        if play is not None and play.silence_ms:
            self.start_silence(leg, play)

    def start_silence(self, leg: Leg, play: Play) -> None:
        """Wait for a key after `play`; each key starts the wait again."""
        self.stop_silence(leg)
        leg.silence_play = play
        leg.silence = self.pump.after(play.silence_ms / 1000, lambda: self._silence_over(leg, play))

    def stop_silence(self, leg: Leg) -> None:
        if leg.silence is not None:
            leg.silence.cancel()
        leg.silence = leg.silence_play = None

    def _silence_over(self, leg: Leg, play: Play) -> None:
        self.stop_silence(leg)
        self.tell(SilenceElapsed, leg=leg.id, token=play.token)

    def _play_over(self, leg: Leg) -> None:
        play, leg.play, leg.player = leg.play, None, None
        if play is None:
            return
        if play.token:
            self.tell(PlayFinished, leg=leg.id, token=play.token)
        if play.silence_ms > 0:
            self.start_silence(leg, play)

    # Hearing each other

    def join(self, legs: list[Leg]) -> None:
        """Put `legs`, and nobody else, in one room."""
        current = legs[0].room
        if current is None or set(current.legs) != set(legs):
            for leg in legs:
                self.stop_play(leg)
                self.leave(leg)
            room = Room(list(legs))
            for leg in legs:
                leg.room = room
        self.tell(Bridged, legs=tuple(leg.id for leg in legs))

    def leave(self, leg: Leg) -> None:
        """Take `leg` out of its room; a room of one is no room."""
        room, leg.room = leg.room, None
        leg.has_frame = False
        if room is None:
            return
        room.legs.remove(leg)
        if len(room.legs) == 1:
            room.legs.pop().room = None

    def replace(self, old: Leg, new: Leg) -> None:
        """Give `new` the place of `old` in its room."""
        room = old.room
        if room is not None:
            self.stop_play(new)
            self.leave(new)
            room.legs[room.legs.index(old)] = new
            old.room, new.room = None, room
            self.tell(Bridged, legs=tuple(leg.id for leg in room.legs))

    # Recording

    def record(self, leg: Leg, *, token: str, path: str) -> None:
        if leg.recording is not None and leg.recording.token == token:
            return
        self.stop_recording(leg)
        leg.recording = Recording(token=token, path=path, started_at=self.clock(), writer=self.writer)

    def stop_recording(self, leg: Leg) -> None:
        recording, leg.recording = leg.recording, None
        if recording is None:
            return
        ended_at = self.clock()
        recording.close(
            lambda: self.tell(
                RecordingSaved,
                leg=leg.id,
                token=recording.token,
                path=recording.path,
                started_at=recording.started_at,
                ended_at=ended_at,
            )
        )

    # Ending

    def hang_up(self, leg: Leg, *, cause: EndCause) -> None:
        """End `leg`; `CallEnded` follows when the far end has confirmed, or has not in two seconds."""
        if leg.ending is None:
            leg.ending = cause
            self.pump.after(_BYE_PATIENCE_S, lambda: self.forget(leg, cause=cause, reason="detached"))
        self.stack.hang_up(leg.call)

    def forget(self, leg: Leg, *, cause: EndCause, status: int = 0, reason: str = "failed") -> None:
        """Free everything `leg` held, and say that it is over."""
        if self.legs.by_id.get(leg.id) is not leg:
            return
        self.stop_silence(leg)
        self.leave(leg)
        self.stop_recording(leg)
        if leg.timeout is not None:
            leg.timeout.cancel()
        self.audio.remove(leg)
        self.legs.remove(leg)
        self.ports.take_back(leg)
        if leg.kind is Kind.BROWSER:
            self.tell(BrowserLost, leg=leg.id, reason=reason)
        else:
            talked = int((time.monotonic() - leg.answered_at) * 1000) if leg.answered_at else 0
            self.tell(CallEnded, leg=leg.id, cause=cause, status=status, talked_ms=talked)
