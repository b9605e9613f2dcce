"""The journal's sweep: keep the ends of the chains outside the database, so that a cut tail shows."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from vigie.journal.queries import anchor
from vigie.journal.sweeps import Sweep

ANCHORS = "journal-anchors.jsonl"


def anchors_path() -> Path:
    """Return the file to copy to another machine; its last line is the newest anchor."""
    path: Path = settings.ENV.home / ANCHORS
    return path


def last_anchor(path: Path) -> dict[str, Any]:
    """Return the newest anchor kept in `path`: chain → {seq, hash}; {} when there is none yet."""
    if not path.exists():
        return {}
    lines = path.read_text().splitlines()
    chains: dict[str, Any] = json.loads(lines[-1])["chains"] if lines else {}
    return chains


def keep_anchor(at: datetime) -> bool:
    """Append where every chain ends, when something was added since the last time."""
    path, chains = anchors_path(), anchor()
    if chains != last_anchor(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(json.dumps({"at": at.isoformat(), "chains": chains}) + "\n")
    return False


SWEEPS = (Sweep("anchor", keep_anchor, every=timedelta(minutes=1)),)
