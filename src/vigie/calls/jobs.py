"""The clock's door: what is due among calls, one row at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from vigie.calls import actions
from vigie.journal.sweeps import Sweep


def _step(action: Callable[..., bool]) -> Callable[[datetime], bool]:
    def step(at: datetime) -> bool:
        return action(at=at)

    return step


def _urgent(at: datetime) -> bool:
    """Whoever is rung in vain, whoever has lost somebody: what a caller would hear as silence."""
    steps = (
        actions.lapse_offer,
        actions.notice_silent_page,
        actions.give_up_rejoining,
        actions.close_lost_call,
        actions.lose_dead_browser,
    )
    return any([step(at=at) for step in steps])


def _waiting(at: datetime) -> bool:
    """Those who wait: what they hear, and what they were offered."""
    return any([actions.speak_to_waiting(at=at), actions.close_callback_offer(at=at)])


SWEEPS: tuple[Sweep, ...] = (
    Sweep("calls.urgent", _urgent, every=timedelta(milliseconds=500)),
    Sweep("calls.waiting", _waiting),
    Sweep("calls.wrap_up", _step(actions.end_due_wrap_up)),
    Sweep("calls.routing", _step(actions.offer_calls)),
    Sweep("calls.retention", _step(actions.delete_due_recording), every=timedelta(minutes=1)),
    Sweep("calls.traffic", _step(actions.forget_old_traffic), every=timedelta(hours=1)),
)
