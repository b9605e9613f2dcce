"""Prompts and music as 20 ms frames, decoded once and shared by every call that plays them."""

from __future__ import annotations

import wave
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

SAMPLE_RATE_HZ = 8000
FRAME_SAMPLES = 160
FRAME_BYTES = 2 * FRAME_SAMPLES
FRAME_MS = 20

Frames = tuple[bytes, ...]


class UnreadableSound(ValueError):
    """The file is missing, or is not a WAV of 16 bit mono at 8 kHz."""


class Sounds:
    """Keep the `capacity_bytes` of audio used last. A file that changes on disk is read again."""

    def __init__(self, *, capacity_bytes: int = 256_000_000) -> None:
        self._capacity = capacity_bytes
        self._kept: OrderedDict[tuple[str, int], Frames] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def frames(self, path: str) -> Frames:
        """Return the file as frames of 160 samples, the last one padded. Raises: UnreadableSound."""
        try:
            key = (path, Path(path).stat().st_mtime_ns)
        except OSError as error:
            raise UnreadableSound(path) from error
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        frames = read_frames(path)
        with self._lock:
            self._kept[key] = frames
            self._size += len(frames) * FRAME_BYTES
            while self._size > self._capacity and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped) * FRAME_BYTES
        return frames


def read_frames(path: str) -> Frames:
    """Decode one WAV file. Raises: UnreadableSound."""
    try:
        with wave.open(path, "rb") as sound:
            shape = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
            pcm = sound.readframes(sound.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise UnreadableSound(path) from error
    if shape != (1, 2, SAMPLE_RATE_HZ):
        raise UnreadableSound(path)
    pcm += bytes(-len(pcm) % FRAME_BYTES)
    return tuple(pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES))


@dataclass(slots=True)
class Player:
    """A position in a sequence of frames."""

    frames: Frames
    loop: bool = False
    position: int = 0

    def next_frame(self) -> bytes | None:
        """Return the frame that is due, or None when it is over."""
        if self.position >= len(self.frames):
            if not self.loop or not self.frames:
                return None
            self.position = 0
        frame = self.frames[self.position]
        self.position += 1
        return frame
