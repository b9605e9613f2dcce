"""The shape of a sweep: how the clock finds what is due, one row at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Sweep:
    """
    Something the clock looks at again and again.

    `step(at)` claims one due row (``select_for_update(skip_locked=True)``, in its own transaction), acts on it and says
    whether there was one; the clock calls it until it says no. A row that raises must first have been pushed ahead.
    """

    name: str
    step: Callable[[datetime], bool]
    every: timedelta = timedelta(seconds=1)
