"""Three months of calls and tickets, told and written at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from vigie.calls.models import Call, CallbackProposal, CallFact, Offer, QueueEntry
from vigie.config.demo.desk import Desk
from vigie.config.demo.ledger import Ledger
from vigie.config.demo.scene import House, Scene, arrivals, load_scene
from vigie.config.demo.stories import Story
from vigie.config.demo.telephone import Switchboard
from vigie.escalation.models import Handover, HierarchicalAlert
from vigie.tickets.models import (
    Attempt,
    Commitment,
    Fact,
    Note,
    Pause,
    Reformulation,
    Ticket,
    TicketCall,
    TicketCounter,
)

ORDER = (
    Call, CallFact, QueueEntry, Offer, CallbackProposal, TicketCounter, Ticket, TicketCall, Fact, Attempt,
    Reformulation, Note, Pause, Commitment, Handover, HierarchicalAlert,
)  # fmt: skip
RECURRENCE = "1205"  # the cartoner that keeps rejecting boxes this week
THIS_WEEK = timedelta(days=6)


def tell_history(progress: Callable[[str], None], *, at: datetime) -> Ledger:
    """Live three months of the hotline and write them down; the journal is in what is returned, still to be written."""
    scene, ledger = load_scene(at=at), Ledger()
    switchboard, desk = Switchboard(scene, ledger), Desk(scene, ledger)
    for moment, house in arrivals(scene):
        talk = switchboard.receive(moment, house, story=_recurring(scene, house, moment))
        if talk is not None:
            desk.listen(talk)
    desk.finish()
    progress(f"{len(ledger.rows[Call])} calls and {len(ledger.rows[Ticket])} tickets")
    ledger.write_rows(ORDER)
    return ledger


def _recurring(scene: Scene, house: House, at: datetime) -> Story | None:
    """Let the same machine come back several times this week, from several callers."""
    story = next((s for s in house.stories if s.equipment == RECURRENCE), None)
    return story if scene.at - at < THIS_WEEK and scene.dice.random() < 0.35 else None
