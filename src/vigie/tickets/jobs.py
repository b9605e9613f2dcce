"""The door of the clock: commitments to warn of and to mark as breached."""

from __future__ import annotations

from vigie.journal.sweeps import Sweep
from vigie.tickets.actions import look_at_next_clock

SWEEPS = (Sweep("tickets.clocks", look_at_next_clock),)
