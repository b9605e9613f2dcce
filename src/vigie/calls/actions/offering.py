"""The ring on an agent's screen: taken, rejected, or left unanswered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vigie.actors import SYSTEM, Actor
from vigie.callbot.prompts import prompt
from vigie.calls import queries
from vigie.calls.actions import lines
from vigie.calls.actions.agents import lock_presence, move, send_away, set_free
from vigie.calls.actions.callbacks import cross_off
from vigie.calls.actions.queueing import leave_queue
from vigie.calls.actions.recordings import start_recording
from vigie.calls.actions.routing import reroute
from vigie.calls.models import AgentPresence, Call, Offer, QueueEntry
from vigie.calls.rules.states import AgentState, Audio, AwayReason, CallState, OfferOutcome
from vigie.directory.models import Staff
from vigie.errors import Refused
from vigie.journal.actions import record
from vigie.telephony.protocol import Play

WHISPER = "whisper-"


class CallerLeft(Refused):
    """The caller has hung up."""

    code = "caller_left"


class AlreadyTaken(Refused):
    """Somebody else has taken this call."""

    code = "already_taken"


class NotOffered(Refused):
    """This call does not ring for you."""

    code = "not_offered"


class NoSound(Refused):
    """Your browser's sound is not connected."""

    code = "no_sound"


@transaction.atomic(durable=True)
def take_call(call_id: int, *, by: Actor, at: datetime) -> Call:
    """
    Answer a call that rings for `by`. Of two who answer at once, one gets it.

    Raises: Forbidden, NotFound, CallerLeft, AlreadyTaken, NotOffered, NoSound.
    """
    call = _locked(call_id, by=by)
    offer = Offer.objects.filter(call=call, agent_id=by.id, outcome=OfferOutcome.PENDING).first()
    if call.state in (CallState.ENDED, CallState.LEAVING):
        raise CallerLeft(call=call.pk)
    if offer is None or by.id is None:
        raise NotOffered(call=call.pk) if call.agent_id in (None, by.id) else AlreadyTaken(call=call.pk)
    presence = lock_presence(by.id, at=at)
    if presence.audio != Audio.CONNECTED or not presence.browser_leg:
        raise NoSound
    close_offer(offer, OfferOutcome.TAKEN, at=at)
    call.state, call.agent_id = CallState.TALKING, by.id
    call.taken_at, call.bridged_at = at, None
    move(presence, AgentState.TALKING, at=at, call=call)
    leave_queue(call, at=at)
    cross_off(call, by=by, at=at)
    _connect(call, presence, at=at)
    start_recording(call, at=at)
    call.save()
    rang_s = round((at - offer.offered_at).total_seconds(), 1)
    record("call.taken", call, client_id=call.client_id, by=by, at=at, agent=by.id, rang_s=rang_s)
    return call


def _locked(call_id: int, *, by: Actor) -> Call:
    call = Call.objects.select_for_update(of=("self",)).select_related("client").get(pk=call_id)
    by.must("call.take", client_id=call.client_id)
    return call


def _connect(call: Call, presence: AgentPresence, *, at: datetime) -> None:
    """Join caller and agent; one who answers for several clients is first told in whose name."""
    if not _serves_several(presence.staff_id) or call.client is None:
        lines.bridge(call, presence, at=at)
        return
    language = presence.staff.language or "fr"
    files = lines.sound_files([prompt("whisper_client", language, client=call.client.name)], client_id=None)
    token = f"{WHISPER}{call.pk}"
    lines.order(call.node, Play(leg=presence.browser_leg, token=token, files=files, interruptible=False), at=at)


def _serves_several(staff_id: int) -> bool:
    clients = queries.clients_taken_by(Staff.objects.get(pk=staff_id))
    return clients is None or len(clients) > 1


@transaction.atomic
def end_whisper(token: str, *, at: datetime) -> None:
    """Join caller and agent, now that the agent knows for whom he answers."""
    call_id = token.removeprefix(WHISPER)
    call = Call.objects.select_for_update(of=("self",)).filter(pk=int(call_id), state=CallState.TALKING).first()
    if call is None or call.agent_id is None or call.bridged_at is not None:
        return
    lines.bridge(call, lock_presence(call.agent_id, at=at), at=at)
    call.save(update_fields=["play_token", "after_play"])


@transaction.atomic
def note_bridged(leg: str, *, at: datetime) -> None:
    """Note that caller and agent hear each other."""
    Call.objects.filter(leg=leg, state=CallState.TALKING, bridged_at__isnull=True).update(bridged_at=at)


@transaction.atomic(durable=True)
def reject_call(call_id: int, *, by: Actor, at: datetime) -> None:
    """
    Let a ringing call go to somebody else; it keeps its place and its age, and does not come back to `by`.

    Raises: Forbidden, NotFound, NotOffered.
    """
    call = _locked(call_id, by=by)
    offer = Offer.objects.filter(call=call, agent_id=by.id, outcome=OfferOutcome.PENDING).first()
    if offer is None:
        raise NotOffered(call=call.pk)
    _take_back(call, offer, OfferOutcome.REJECTED, at=at)
    set_free(lock_presence(offer.agent_id, at=at), at=at)
    record("call.rejected", call, client_id=call.client_id, by=by, at=at, topics=_topics(call), agent=by.id)
    reroute(at=at)


@transaction.atomic
def lapse_offer(*, at: datetime) -> bool:
    """Take one call back from an agent who did not answer in time; the call is offered first, the agent is away."""
    due = Offer.objects.filter(outcome=OfferOutcome.PENDING, answer_due__lte=at).order_by("answer_due").first()
    if due is None:
        return False
    call = Call.objects.select_for_update(of=("self",)).get(pk=due.call_id)
    due.refresh_from_db()
    if due.outcome != OfferOutcome.PENDING:
        return True
    _take_back(call, due, OfferOutcome.NO_ANSWER, at=at, is_head=True)
    send_away(lock_presence(due.agent_id, at=at), AwayReason.RONA, at=at)
    record(
        "call.rung_in_vain", call, client_id=call.client_id, by=SYSTEM, at=at, topics=_topics(call), agent=due.agent_id
    )
    reroute(at=at)
    return True


def withdraw_offer(call: Call, offer: Offer, *, at: datetime) -> None:
    """Take a call back from an agent who cannot answer any more, without holding it against him."""
    _take_back(call, offer, OfferOutcome.WITHDRAWN, at=at, is_head=True)
    topics = _topics(call)
    record(
        "call.offer_withdrawn", call, client_id=call.client_id, by=SYSTEM, at=at, topics=topics, agent=offer.agent_id
    )
    reroute(at=at)


def _take_back(call: Call, offer: Offer, outcome: OfferOutcome, *, at: datetime, is_head: bool = False) -> None:
    close_offer(offer, outcome, at=at)
    call.state = CallState.QUEUED
    call.save(update_fields=["state"])
    stay = QueueEntry.objects.select_for_update().get(call=call, left_at__isnull=True)
    stay.is_head = stay.is_head or is_head
    if outcome is not OfferOutcome.WITHDRAWN:
        stay.excluded = sorted({*stay.excluded, offer.agent_id})
    stay.save(update_fields=["is_head", "excluded"])


def close_offer(offer: Offer, outcome: OfferOutcome, *, at: datetime) -> None:
    offer.outcome, offer.closed_at = outcome, at
    offer.save(update_fields=["outcome", "closed_at"])


def _topics(call: Call) -> tuple[str, ...]:
    return (f"queue-{call.client_id}", "wallboard")
