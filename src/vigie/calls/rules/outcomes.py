"""How a call ended, and what it leaves to do."""

from __future__ import annotations

from dataclasses import dataclass

from vigie.callbot.dialogue import Finish, Reason
from vigie.callbot.dialogue import Stakes as Said
from vigie.calls.rules.states import WAITING, CallState, Outcome, Stakes

GRAVE = (Reason.STOPPED, Reason.EMERGENCY, Reason.DISTRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMoment:
    """What is known of a call when it is over. `leaving_as` is the outcome decided before the last message."""

    state: CallState
    leaving_as: Outcome | None = None
    waited_s: float = 0
    talked: bool = False  # audio flowed between the caller and the agent
    with_node: bool = False  # its node died under it
    technical: bool = False  # no codec in common, or no media ever
    fallback_answered: bool = False


def outcome_of(last: LastMoment, *, short_abandon_s: float) -> Outcome:
    """Return the one outcome of a call that ends now."""
    if last.with_node and last.state is not CallState.LEAVING:
        return Outcome.LOST_WITH_NODE
    if last.state is CallState.FALLBACK:
        return Outcome.FALLBACK_ANSWERED if last.fallback_answered else Outcome.FALLBACK_EXHAUSTED
    if last.state is CallState.LEAVING and last.leaving_as:
        return last.leaving_as
    if last.talked:
        return Outcome.ANSWERED
    if last.state in (CallState.ARRIVING, CallState.BOT):
        return Outcome.TECHNICAL_REFUSED if last.technical else Outcome.ABANDONED_IN_BOT
    if last.state in WAITING and last.waited_s < short_abandon_s:
        return Outcome.SHORT_ABANDON
    return Outcome.ABANDONED


def stakes_of(reason: Reason, said: Said) -> Stakes:
    """Return the height of what is at stake, from why the attendant fetched a human and what the caller said."""
    if reason in GRAVE or said is Said.STOPPED:
        return Stakes.CRITICAL
    return {Said.HINDERED: Stakes.HINDERED, Said.UNAFFECTED: Stakes.COMFORT}.get(said, Stakes.UNKNOWN)


LEFT_AS: dict[Finish, Outcome] = {
    Finish.CLOSED: Outcome.CLOSED,
    Finish.CALLBACK: Outcome.CALLBACK,
    Finish.INCIDENT_ATTACHED: Outcome.ATTACHED,
}
