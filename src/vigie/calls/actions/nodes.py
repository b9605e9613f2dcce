"""Nodes come and go, and take calls with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from vigie.actors import SYSTEM
from vigie.calls.actions import lines
from vigie.calls.actions.agents import lock_presence, set_free
from vigie.calls.actions.attendant import lock_call, take_up
from vigie.calls.actions.ending import close_call
from vigie.calls.actions.last_resort import note_last_resort_ended
from vigie.calls.actions.offering import WHISPER, close_offer, end_whisper
from vigie.calls.actions.presence import lose_browser
from vigie.calls.actions.queueing import leave_queue
from vigie.calls.models import AgentPresence, BrowserLeg, Call, NodeCommand, NodeEvent, NodeRun, Offer
from vigie.calls.rules.states import LIVE, WAITING, CallState, OfferOutcome
from vigie.journal.actions import record
from vigie.telephony.protocol import EndCause

KEPT_COMPANY = ("started", "waiting")  # the node plays music to a caller to whom nobody here spoke any more
GRACE = timedelta(seconds=10)  # a leg the node no longer names: its end may still be on its way
KEEP = timedelta(days=3)


@transaction.atomic
def note_node(name: str, *, address: str, at: datetime) -> None:
    """
    Take note that the node at `address` runs as `name`. What a former run held is lost.

    A run that is over is named again when a node hands over what it left behind: that does not bring it back, unless
    it was only thought dead and nothing runs there now.
    """
    runs = {run.name: run for run in NodeRun.objects.select_for_update().filter(address=address)}
    live = next((run for run in runs.values() if run.ended_at is None), None)
    if name not in runs:
        end_node_at(address, at=at)
        NodeRun.objects.create(name=name, address=address, started_at=at)
    elif live is None:
        NodeRun.objects.filter(name=name).update(ended_at=None)


@transaction.atomic
def end_node_at(address: str, *, at: datetime) -> None:
    """Close every run of a node at `address`: its calls are lost and their callers proposed for call-back."""
    for run in NodeRun.objects.select_for_update().filter(address=address, ended_at__isnull=True):
        run.ended_at = at
        run.save(update_fields=["ended_at"])
        NodeCommand.objects.filter(node=run.name, sent_at__isnull=True).update(sent_at=at)


@transaction.atomic
def close_lost_call(*, at: datetime) -> bool:
    """Close one call whose node is dead, or that has been silent for too long; its agent is free again."""
    dead = NodeRun.objects.filter(ended_at__isnull=False, ended_at__lte=at).values("name")
    lost = Call.objects.filter(node__in=dead, state__in=LIVE).first()
    silent = None if lost is not None else Call.objects.filter(reap_due__lte=at, state__in=LIVE).first()
    found = lost or silent
    if found is None:
        return False
    call = Call.objects.select_for_update(of=("self",)).select_related("client").get(pk=found.pk)
    if call.state not in LIVE or (silent is not None and (call.reap_due is None or call.reap_due > at)):
        return True
    if silent is not None:
        lines.hang_up(call, at=at)
    close_call(call, cause=EndCause.MEDIA_LOST, by=SYSTEM, at=at, with_node=lost is not None)
    return True


@transaction.atomic
def lose_dead_browser(*, at: datetime) -> bool:
    """Note that one agent's audio died with its node."""
    dead = NodeRun.objects.filter(ended_at__isnull=False).values("name")
    gone = BrowserLeg.objects.filter(
        node__in=dead, lost_at__isnull=True, leg__in=AgentPresence.objects.exclude(browser_leg="").values("browser_leg")
    ).first()
    if gone is None:
        return False
    lose_browser(gone.leg, reason="node_lost", at=at)
    return True


@transaction.atomic
def compare_legs(node: str, *, legs: Iterable[str], at: datetime) -> None:
    """
    Go on with the calls of a node that says hello.

    Those it does not name any more are closed in a moment, unless their end arrives first. Whoever was with the
    attendant is asked again: what was said last, or the silence after it, may be lost.
    """
    present = set(legs)
    for leg in Call.objects.filter(node=node, state__in=LIVE).values_list("leg", flat=True):
        call = lock_call(leg)
        if call is None or call.state not in LIVE:
            continue
        if leg not in present and call.reap_due is None:
            call.reap_due = at + GRACE
            call.save(update_fields=["reap_due"])
        elif leg in present and call.state == CallState.BOT:
            take_up(call, at=at)


@transaction.atomic
def doubt_call(leg: str, *, silent_ms: int, at: datetime) -> None:
    """Give a silent caller 30 s in all to be heard again."""
    due = at + max(timedelta(0), timedelta(seconds=30) - timedelta(milliseconds=silent_ms))
    Call.objects.filter(leg=leg, state__in=LIVE, reap_due__isnull=True).update(reap_due=due)


@transaction.atomic
def trust_call(leg: str, *, at: datetime) -> None:
    """The caller is heard again."""
    Call.objects.filter(leg=leg).update(reap_due=None)


@transaction.atomic
def note_peer_hold(leg: str, *, held: bool, at: datetime) -> None:
    """Note that the far end holds us, or takes us back."""
    call = Call.objects.filter(leg=leg, state__in=LIVE).first()
    if call is not None:
        code = "call.held_by_caller" if held else "call.resumed_by_caller"
        record(code, call, client_id=call.client_id, by=SYSTEM, at=at)


@transaction.atomic
def note_fallback(leg: str, *, step: str, number: str, at: datetime) -> None:
    """Take into the journal what the node did by itself while nobody here decided."""
    call = lock_call(leg)
    if call is None:
        return
    record("call.fallback", call, client_id=call.client_id, by=SYSTEM, at=at, step=step, number=number)
    if step == "answered" and call.state in LIVE:
        if call.state in WAITING:
            _leave_agents_alone(call, at=at)
        call.state, call.bridged_at = CallState.FALLBACK, at
        call.save(update_fields=["state", "bridged_at"])
    elif step == "exhausted" and call.state == CallState.ARRIVING:
        call.state = CallState.FALLBACK
        call.save(update_fields=["state"])
    elif step in KEPT_COMPANY:
        take_up(call, at=at)


def _leave_agents_alone(call: Call, *, at: datetime) -> None:
    """Stop ringing for a caller to whom somebody else talks already."""
    offer = Offer.objects.filter(call=call, outcome=OfferOutcome.PENDING).first()
    if offer is not None:
        close_offer(offer, OfferOutcome.WITHDRAWN, at=at)
        set_free(lock_presence(offer.agent_id, at=at), at=at)
    leave_queue(call, at=at)


@transaction.atomic
def note_failure(leg: str, *, command: str, reason: str, at: datetime) -> None:
    """Take into the journal that the node could not do what was asked; the agent's lost sound is acted upon."""
    if BrowserLeg.objects.filter(leg=leg).exists():
        _browser_failed(leg, command=command, reason=reason, at=at)
        return
    if command == "Dial":
        note_last_resort_ended(leg, at=at)
        return
    call = Call.objects.filter(leg=leg, state__in=LIVE).first()
    if call is not None:
        record("call.command_failed", call, client_id=call.client_id, by=SYSTEM, at=at, command=command, reason=reason)


@transaction.atomic
def forget_old_traffic(*, at: datetime) -> bool:
    """Delete what was said between door and node some days ago: the journal has what matters."""
    NodeEvent.objects.filter(at__lt=at - KEEP).delete()
    NodeCommand.objects.filter(at__lt=at - KEEP, sent_at__isnull=False).delete()
    BrowserLeg.objects.filter(created_at__lt=at - KEEP, lost_at__isnull=False).delete()
    return False


def _browser_failed(leg: str, *, command: str, reason: str, at: datetime) -> None:
    BrowserLeg.objects.filter(leg=leg).update(failure=reason[:40])
    if command == "Play":  # the whisper: better unsaid than a caller left alone
        talking = Call.objects.filter(
            state=CallState.TALKING, bridged_at__isnull=True, agent__presence__browser_leg=leg
        )
        for call in talking:
            end_whisper(f"{WHISPER}{call.pk}", at=at)
    elif command in ("Bridge", "AttachBrowser"):
        lose_browser(leg, reason=reason, at=at)


@transaction.atomic
def note_trunk(trunk: str, *, node: str, registered: bool, reason: str, at: datetime) -> None:
    """Take into the journal that an operator's line is registered, or is not any more."""
    run = NodeRun.objects.filter(name=node).first()
    if run is not None:
        facts = {"trunk": trunk, "registered": registered, "reason": reason}
        record("trunk.changed", run, client_id=None, by=SYSTEM, at=at, topics=("wallboard",), **facts)
