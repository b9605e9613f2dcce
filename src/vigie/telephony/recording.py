"""
Stereo recordings written beside the calls, never in their way.

The pump only appends frames to a `Recording`; a writer thread puts them on disk once a second and then corrects the
WAV header, so that the file can be read as it stands after ``kill -9``, less its last second or two.
"""

from __future__ import annotations

import logging
import queue
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np

from vigie.telephony.sounds import SAMPLE_RATE_HZ

logger = logging.getLogger(__name__)

_FLUSH_FRAMES = 50
_HEADER_BYTES = 44
_BLOCK_BYTES = 4  # two tracks of 16 bit

Job = Callable[[], None]


@dataclass(slots=True, eq=False)
class Recording:
    """One segment being recorded: left is what the leg said, right what it heard."""

    token: str
    path: str
    started_at: datetime
    writer: Writer
    left: list[bytes] = field(default_factory=list)
    right: list[bytes] = field(default_factory=list)

    def append(self, said: bytes, heard: bytes) -> None:
        """Add 20 ms of both tracks."""
        self.left.append(said)
        self.right.append(heard)
        if len(self.left) >= _FLUSH_FRAMES:
            self._flush()

    def close(self, saved: Callable[[], None]) -> None:
        """Finish the file; `saved` is called from the writer's thread once it is complete."""
        self._flush()
        self.writer.post(lambda: self.writer.finish(self.path, saved))

    def _flush(self) -> None:
        left, right = self.left, self.right
        self.left, self.right = [], []
        self.writer.post(lambda: self.writer.write(self.path, left, right))


class Writer:
    """The thread that owns the files."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._files: dict[str, BinaryIO] = {}
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what is queued, then end."""
        self._jobs.put(None)
        self._thread.join(timeout=10)

    def post(self, job: Job) -> None:
        self._jobs.put(job)

    def write(self, path: str, left: list[bytes], right: list[bytes]) -> None:
        file = self._files.get(path) or self._open(path)
        tracks = np.empty((len(left) * 160, 2), dtype="<i2")
        tracks[:, 0] = np.frombuffer(b"".join(left), dtype="<i2")
        tracks[:, 1] = np.frombuffer(b"".join(right), dtype="<i2")
        file.seek(0, 2)
        file.write(tracks.tobytes())
        size = file.tell() - _HEADER_BYTES
        file.seek(0)
        file.write(wav_header(size))

    def finish(self, path: str, saved: Callable[[], None]) -> None:
        file = self._files.pop(path, None)
        if file is not None:
            file.close()
            saved()

    def _open(self, path: str) -> BinaryIO:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "wb", buffering=0)  # noqa: SIM115  (kept open across jobs)
        file.write(wav_header(0))
        self._files[path] = file
        return file

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:
                logger.exception("a recording could not be written")


def wav_header(data_bytes: int) -> bytes:
    """Return the 44 bytes of a stereo 16 bit 8 kHz WAV header. Source: RIFF/WAVE, PCM format chunk."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + data_bytes,
        b"WAVE",
        b"fmt ",
        16,
        1,
        2,
        SAMPLE_RATE_HZ,
        SAMPLE_RATE_HZ * _BLOCK_BYTES,
        _BLOCK_BYTES,
        16,
        b"data",
        data_bytes,
    )
