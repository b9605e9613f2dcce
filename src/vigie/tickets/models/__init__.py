"""Rows of tickets. Invariants live in the database."""

from vigie.tickets.models.clocks import CalendarSnapshot, Commitment, Pause
from vigie.tickets.models.facts import Attempt, Draft, Fact, Reformulation, Viewer
from vigie.tickets.models.ticket import Note, Ticket, TicketCall, TicketCounter

__all__ = [
    "Attempt",
    "CalendarSnapshot",
    "Commitment",
    "Draft",
    "Fact",
    "Note",
    "Pause",
    "Reformulation",
    "Ticket",
    "TicketCall",
    "TicketCounter",
    "Viewer",
]
