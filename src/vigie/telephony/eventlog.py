"""
Keep each event until the door has it, across reconnections and across restarts of the node.

Every event is appended to ``<folder>/<run>.jsonl`` before it is sent: a write to the page cache survives ``kill -9`` of
the node. The file is emptied when all is acknowledged, and rewritten when it grows. At start, files of former runs are
read back, to be delivered under their own run name.
"""

from __future__ import annotations

import fcntl
import os
from collections import deque
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from vigie.telephony.protocol import BadMessage, Event, decode_event, encode

_REWRITE_AT_BYTES = 4_000_000


class SpoolInUse(RuntimeError):
    """Another node already writes its events in this folder."""


class EventLog:
    """The unacknowledged events of run `node`, and of the runs before it. `folder` None keeps them in memory only."""

    def __init__(self, node: str, *, folder: Path | None = None) -> None:
        self.node = node
        self._folder = folder
        self._seq = 0
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._former: dict[str, deque[tuple[int, bytes]]] = {}
        self._file: BinaryIO | None = None
        self._lock: BinaryIO | None = None
        if folder is not None:
            self._open(folder)

    def append(self, event: Event) -> bytes:
        """Give `event` the next seq, keep it, and return the line to send."""
        self._seq += 1
        line = encode(replace(event, seq=self._seq))
        self._waiting.append((self._seq, line))
        if self._file is not None:
            self._file.write(line)
        return line

    def acknowledge(self, seq: int, *, node: str = "") -> None:
        """Forget every event up to `seq` of `node` ("" is the present run)."""
        if node in ("", self.node):
            _drop(self._waiting, seq)
            self._shrink()
        elif node in self._former:
            _drop(self._former[node], seq)
            if not self._former[node]:
                del self._former[node]
                self._path(node).unlink(missing_ok=True)

    def oldest_at(self) -> datetime | None:
        """Return when the oldest event of this run that waits for its `Ack` happened."""
        return decode_event(self._waiting[0][1]).at if self._waiting else None

    def unacknowledged(self) -> list[bytes]:
        """Return the lines of the present run that no door has acknowledged, oldest first."""
        return [line for _, line in self._waiting]

    def former(self) -> dict[str, list[bytes]]:
        """Return what former runs left, by run name, oldest run first."""
        return {node: [line for _, line in lines] for node, lines in self._former.items()}

    def close(self) -> None:
        for file in (self._file, self._lock):
            if file is not None:
                file.close()
        self._file = self._lock = None

    def _open(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / "lock").open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.close()
            raise SpoolInUse(str(folder)) from error
        for path in sorted(folder.glob("*.jsonl"), key=lambda found: found.stat().st_mtime):
            lines = _read(path)
            if lines and path.stem != self.node:
                self._former[path.stem] = lines
            else:
                path.unlink()
        self._file = self._path(self.node).open("ab", buffering=0)

    def _path(self, node: str) -> Path:
        if self._folder is None:
            raise ValueError("this log has no folder")
        return self._folder / f"{node}.jsonl"

    def _shrink(self) -> None:
        """Empty the file when nothing waits; rewrite it when it is mostly old news."""
        if self._file is None:
            return
        if not self._waiting:
            os.ftruncate(self._file.fileno(), 0)
        elif self._file.seek(0, os.SEEK_END) > _REWRITE_AT_BYTES:
            fresh = self._path(self.node).with_suffix(".new")
            fresh.write_bytes(b"".join(self.unacknowledged()))
            fresh.replace(self._path(self.node))
            self._file.close()
            self._file = self._path(self.node).open("ab", buffering=0)


def _drop(lines: deque[tuple[int, bytes]], seq: int) -> None:
    while lines and lines[0][0] <= seq:
        lines.popleft()


def _read(path: Path) -> deque[tuple[int, bytes]]:
    """Read a spool back; a last line cut by a crash is left out."""
    found: deque[tuple[int, bytes]] = deque()
    for line in path.read_bytes().splitlines(keepends=True):
        try:
            found.append((decode_event(line).seq, line))
        except BadMessage:
            continue
    return found
