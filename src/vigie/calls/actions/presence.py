"""What an agent says of himself: ready, away and why, gone home; and what his page says without him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from vigie.actors import SYSTEM, Actor
from vigie.calls import queries
from vigie.calls.actions.agents import lock_with_call, move, send_away, set_free
from vigie.calls.actions.offering import withdraw_offer
from vigie.calls.actions.routing import reroute
from vigie.calls.actions.talking import lose_agent, rejoin
from vigie.calls.models import AgentPresence, BrowserLeg, Call, Offer, QueueEntry
from vigie.calls.rules.states import (
    BACK_BY_ITSELF,
    WITH_AGENT,
    AgentState,
    Audio,
    AwayReason,
    CallState,
    Microphone,
    OfferOutcome,
)
from vigie.directory.models import Staff
from vigie.errors import Forbidden, Invalid, Refused
from vigie.journal.actions import announce, record

GONE_HOME_AFTER = timedelta(hours=1)  # away with a silent page


class OnACall(Refused):
    """Finish the call first."""

    code = "on_a_call"


class NoMicrophone(Refused):
    """The browser does not let vigie use the microphone."""

    code = "no_microphone"


class UnknownReason(Invalid):
    """This is not a reason for being away."""

    code = "unknown_reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The answer to a page's heartbeat. `taken_over` says that another page holds the agent's sound now."""

    state: AgentState
    taken_over: bool


@transaction.atomic(durable=True)
def change_state(staff_id: int, *, state: AgentState, reason: str = "", by: Actor, at: datetime) -> AgentPresence:
    """
    Put an agent on the line, away with a reason, or off shift; a pause asked for during a call begins after it.

    Raises: Forbidden, OnACall, NoMicrophone, UnknownReason.
    """
    _must_steer(staff_id, by)
    presence, call = lock_with_call(staff_id, at=at)
    if state is AgentState.AVAILABLE:
        _make_available(presence, call, at=at)
    elif state is AgentState.AWAY:
        _make_away(presence, _reason(reason), call, at=at)
    elif state is AgentState.OFFLINE:
        _make_offline(presence, call, at=at)
    else:
        raise UnknownReason(state=state)
    facts = {"state": presence.state, "reason": presence.reason, "next": presence.next_reason}
    record("agent.state_changed", presence, client_id=None, by=by, at=at, **facts)
    reroute(at=at)
    return presence


def _must_steer(staff_id: int, by: Actor) -> None:
    steered = by.clients("agent.steer")
    if by.id == staff_id or steered is None:
        return
    taken = queries.clients_taken_by(Staff.objects.get(pk=staff_id))
    if not steered or (taken is not None and not taken & steered):
        raise Forbidden


def _reason(reason: str) -> AwayReason:
    try:
        return AwayReason(reason or AwayReason.OTHER)
    except ValueError as error:
        raise UnknownReason(reason=reason) from error


def _make_available(presence: AgentPresence, call: Call | None, *, at: datetime) -> None:
    presence.next_reason = ""
    if presence.state in (AgentState.TALKING, AgentState.RINGING):
        presence.save(update_fields=["next_reason"])
        return
    if presence.microphone == Microphone.REVOKED:
        raise NoMicrophone
    if presence.state == AgentState.WRAP_UP and call is not None:
        _close_wrap_up(call, at=at)
    presence.heartbeat_at = at
    _forget_missed_rings(presence.staff_id)
    set_free(presence, at=at)


def _forget_missed_rings(staff_id: int) -> None:
    """Let calls that rang this agent in vain, or that he refused, be offered again now that he says he is ready."""
    for stay in QueueEntry.objects.select_for_update(skip_locked=True).filter(
        left_at__isnull=True, excluded__contains=staff_id
    ):
        stay.excluded = [staff for staff in stay.excluded if staff != staff_id]
        stay.save(update_fields=["excluded"])


def _make_away(presence: AgentPresence, reason: AwayReason, call: Call | None, *, at: datetime) -> None:
    if presence.state in (AgentState.TALKING, AgentState.WRAP_UP):
        presence.next_reason = reason
        presence.save(update_fields=["next_reason"])
        announce(f"agent-{presence.staff_id}")
        return
    _give_back(presence, call, at=at)
    send_away(presence, reason, at=at)


def _make_offline(presence: AgentPresence, call: Call | None, *, at: datetime) -> None:
    if presence.state == AgentState.TALKING:
        raise OnACall
    if presence.state == AgentState.WRAP_UP and call is not None:
        _close_wrap_up(call, at=at)
    _give_back(presence, call, at=at)
    move(presence, AgentState.OFFLINE, at=at)  # the page keeps its sound: he may go on the line again


def _give_back(presence: AgentPresence, call: Call | None, *, at: datetime) -> None:
    if call is None or presence.state != AgentState.RINGING:
        return
    offer = Offer.objects.filter(call=call, agent_id=presence.staff_id, outcome=OfferOutcome.PENDING).first()
    if offer is not None:
        withdraw_offer(call, offer, at=at)


@transaction.atomic(durable=True)
def finish_wrap_up(call_id: int, *, by: Actor, at: datetime) -> None:
    """
    Say that what had to be written about a call is written.

    Raises: Forbidden.
    """
    if by.id is None:
        raise Forbidden
    presence, call = lock_with_call(by.id, at=at)
    if presence.state == AgentState.WRAP_UP and call is not None and call.pk == call_id:
        _end_wrap_up(presence, call, by=by, at=at)


@transaction.atomic
def end_due_wrap_up(*, at: datetime) -> bool:
    """End one wrap-up whose time is over."""
    due = AgentPresence.objects.filter(state=AgentState.WRAP_UP, wrap_up_due__lte=at).order_by("wrap_up_due").first()
    if due is None:
        return False
    presence, call = lock_with_call(due.staff_id, at=at)
    if presence.state == AgentState.WRAP_UP and presence.wrap_up_due is not None and presence.wrap_up_due <= at:
        _end_wrap_up(presence, call, by=SYSTEM, at=at)
    return True


def _end_wrap_up(presence: AgentPresence, call: Call | None, *, by: Actor, at: datetime) -> None:
    set_free(presence, at=at)
    if call is not None:
        _close_wrap_up(call, at=at)
        record("call.wrapped", call, client_id=call.client_id, by=by, at=at, agent=presence.staff_id)
    reroute(at=at)


def _close_wrap_up(call: Call, *, at: datetime) -> None:
    call.wrapped_at = call.wrapped_at or at
    call.save(update_fields=["wrapped_at"])


@transaction.atomic(durable=True)
def take_pulse(staff_id: int, *, tab: str, microphone: Microphone, audio: Audio, at: datetime) -> Pulse:
    """Take note that a page is awake, and of what it knows of its sound."""
    presence, call = lock_with_call(staff_id, at=at)
    if presence.tab and presence.tab != tab:
        return Pulse(state=AgentState(presence.state), taken_over=True)
    was_ready = queries.can_be_rung(presence, at=at) and presence.state == AgentState.AVAILABLE
    presence.heartbeat_at, presence.microphone = at, microphone
    if presence.audio == Audio.CONNECTED and audio is Audio.LOST:
        presence.audio = Audio.LOST
    presence.save(update_fields=["heartbeat_at", "microphone", "audio"])
    if microphone is Microphone.REVOKED:
        _lose(presence, call, AwayReason.MICROPHONE, at=at)
    elif audio is Audio.CONNECTED and presence.audio == Audio.LOST and _leg_lives(presence):
        regain_sound(presence, call, at=at)
    elif presence.audio == Audio.LOST:
        _lose(presence, call, AwayReason.AUDIO_LOST, at=at)
    elif not was_ready and presence.state == AgentState.AVAILABLE and queries.can_be_rung(presence, at=at):
        reroute(at=at)
    return Pulse(state=AgentState(presence.state), taken_over=False)


def _leg_lives(presence: AgentPresence) -> bool:
    return BrowserLeg.objects.filter(
        leg=presence.browser_leg, connected_at__isnull=False, lost_at__isnull=True
    ).exists()


def regain_sound(presence: AgentPresence, call: Call | None, *, at: datetime) -> None:
    """Give back the caller who waited for the agent's sound, and let the agent be rung again."""
    presence.audio = Audio.CONNECTED
    presence.save()
    if call is not None and presence.state == AgentState.TALKING and call.state in WITH_AGENT:
        rejoin(call, presence, at=at)
    if presence.state == AgentState.AWAY and presence.reason in BACK_BY_ITSELF:
        move(presence, AgentState.AVAILABLE, at=at)
    announce(f"agent-{presence.staff_id}", "wallboard")
    reroute(at=at)


def _lose(presence: AgentPresence, call: Call | None, reason: AwayReason, *, at: datetime) -> None:
    """Do what the loss of an agent's sound, page or microphone asks for, whatever he was doing."""
    if presence.state == AgentState.TALKING:
        if call is not None and reason is not AwayReason.MICROPHONE and call.state in WITH_AGENT:
            lose_agent(call, at=at)
        return
    if presence.state not in (AgentState.AVAILABLE, AgentState.RINGING):
        return
    if call is not None and call.state == CallState.RINGING:
        _give_back(presence, call, at=at)
    send_away(presence, reason, at=at)
    record("agent.state_changed", presence, client_id=None, by=SYSTEM, at=at, state="away", reason=reason)


@transaction.atomic
def notice_silent_page(*, at: datetime) -> bool:
    """
    Find one agent whose page has stopped beating, and act as if he had told it.

    One who talks is left alone: the web may be away while the node still carries the voices, and the node tells when
    it hears him no more.
    """
    silent = (
        AgentPresence.objects.filter(
            state__in=[AgentState.AVAILABLE, AgentState.RINGING], heartbeat_at__lt=at - queries.HEARTBEAT_LATE
        ).first()
        or AgentPresence.objects.filter(state=AgentState.AWAY, heartbeat_at__lt=at - GONE_HOME_AFTER).first()
    )
    if silent is None:
        return False
    presence, call = lock_with_call(silent.staff_id, at=at)
    if presence.heartbeat_at != silent.heartbeat_at or presence.state != silent.state:
        return True
    if presence.state == AgentState.AWAY:
        _make_offline(presence, call, at=at)
        return True
    presence.audio = Audio.LOST
    presence.save(update_fields=["audio"])
    _lose(presence, call, AwayReason.NO_HEARTBEAT, at=at)
    return True


@transaction.atomic
def lose_browser(leg: str, *, reason: str, at: datetime) -> None:
    """Act on the loss of an agent's audio leg; one that was replaced meanwhile matters to nobody."""
    BrowserLeg.objects.filter(leg=leg, lost_at__isnull=True).update(lost_at=at, failure=reason[:40])
    staff_id = AgentPresence.objects.filter(browser_leg=leg).values_list("staff_id", flat=True).first()
    if staff_id is None:
        return
    presence, call = lock_with_call(staff_id, at=at)
    if presence.browser_leg != leg:
        return
    presence.audio = Audio.LOST
    presence.save(update_fields=["audio"])
    _lose(presence, call, AwayReason.AUDIO_LOST, at=at)
    announce(f"agent-{staff_id}")
