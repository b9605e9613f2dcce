"""Use cases on tickets."""

from vigie.tickets.actions.clocking import look_at_next_clock, pause_clocks, resume_clocks, take_charge
from vigie.tickets.actions.opening import Heard, attach_call, open_ticket
from vigie.tickets.actions.qualifying import StaleSave, add_attempt, confirm_reformulation, qualify_ticket
from vigie.tickets.actions.resolving import close_ticket, reopen_ticket, resolve_ticket
from vigie.tickets.actions.weighing import lift_override, override_criticality
from vigie.tickets.actions.writing import add_note, look, save_draft

__all__ = [
    "Heard",
    "StaleSave",
    "add_attempt",
    "add_note",
    "attach_call",
    "close_ticket",
    "confirm_reformulation",
    "lift_override",
    "look",
    "look_at_next_clock",
    "open_ticket",
    "override_criticality",
    "pause_clocks",
    "qualify_ticket",
    "reopen_ticket",
    "resolve_ticket",
    "resume_clocks",
    "save_draft",
    "take_charge",
]
