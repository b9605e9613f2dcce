"""Moving an agent from one state to another. Every move locks the call first, then the agent: never the other way."""

from __future__ import annotations

from datetime import datetime, timedelta

from vigie.calls.models import AgentPresence, Call
from vigie.calls.rules.states import AgentState, AwayReason
from vigie.errors import Refused
from vigie.journal.actions import announce


class NotOnShift(Refused):
    """You are not signed in to the telephone."""

    code = "not_on_shift"


def lock_presence(staff_id: int, *, at: datetime) -> AgentPresence:
    """Return the agent's row, locked; it is made at the first use."""
    AgentPresence.objects.bulk_create([AgentPresence(staff_id=staff_id, since=at)], ignore_conflicts=True)
    return AgentPresence.objects.select_for_update().get(staff_id=staff_id)


def lock_with_call(staff_id: int, *, at: datetime) -> tuple[AgentPresence, Call | None]:
    """Return the agent's row and the call it is busy with, both locked."""
    while True:
        call_id = AgentPresence.objects.filter(staff_id=staff_id).values_list("call_id", flat=True).first()
        call = Call.objects.select_for_update(of=("self",)).filter(pk=call_id).first() if call_id else None
        presence = lock_presence(staff_id, at=at)
        if presence.call_id == call_id:
            return presence, call


def move(
    presence: AgentPresence,
    state: AgentState,
    *,
    at: datetime,
    call: Call | None = None,
    reason: str = "",
    wrap_up_due: datetime | None = None,
) -> None:
    """Put the agent in `state` from `at`, and tell the screens."""
    presence.state, presence.reason, presence.since = state, reason, at
    presence.call, presence.wrap_up_due = call, wrap_up_due
    if state not in (AgentState.TALKING, AgentState.WRAP_UP, AgentState.RINGING):
        presence.next_reason = ""
    presence.save()
    announce(f"agent-{presence.staff_id}", "wallboard")


def set_free(presence: AgentPresence, *, at: datetime, notice: str = "") -> None:
    """Let the agent take calls again, or go on the pause asked for meanwhile."""
    presence.notice = notice
    if presence.next_reason:
        move(presence, AgentState.AWAY, at=at, reason=presence.next_reason)
    else:
        move(presence, AgentState.AVAILABLE, at=at)


def begin_wrap_up(presence: AgentPresence, call: Call, *, length_s: float, at: datetime) -> None:
    """Give the agent `length_s` to finish writing; nothing is offered meanwhile, whatever the queue."""
    if length_s <= 0:
        set_free(presence, at=at)
    else:
        move(presence, AgentState.WRAP_UP, at=at, call=call, wrap_up_due=at + timedelta(seconds=length_s))


def send_away(presence: AgentPresence, reason: AwayReason, *, at: datetime) -> None:
    move(presence, AgentState.AWAY, at=at, reason=reason)
