"""The telephone's door: one handler for each kind of event, each calling one use case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from vigie.calls import actions
from vigie.calls.models import NodeEvent
from vigie.telephony import protocol

Handler = Callable[[Any, str, datetime], None]


def handle(event: protocol.Event, *, node: str, handlers: dict[type, Handler], at: datetime) -> bool:
    """Act on `event` once and only once, in one transaction; say whether it was new."""
    handler = handlers.get(type(event))
    if handler is None:
        return False
    with transaction.atomic():
        if event.seq:
            mark = NodeEvent(node=node, seq=event.seq, at=at)
            if NodeEvent.objects.filter(node=node, seq=event.seq).exists():
                return False
            mark.save(force_insert=True)
        handler(event, node, at)
    return True


def call_arrived(event: protocol.CallArrived, node: str, at: datetime) -> None:
    actions.receive_call(event.leg, node=node, caller_id=event.caller_id, dialled=event.dialled, at=event.at)


def call_answered(event: protocol.CallAnswered, node: str, at: datetime) -> None:
    actions.start_dialogue(event.leg, at=at)


def call_ended(event: protocol.CallEnded, node: str, at: datetime) -> None:
    actions.end_call(event.leg, cause=event.cause, happened_at=event.at, at=at)


def digit_pressed(event: protocol.DigitPressed, node: str, at: datetime) -> None:
    actions.press_key(event.leg, digit=event.digit, at=at)


def play_finished(event: protocol.PlayFinished, node: str, at: datetime) -> None:
    actions.finish_play(event.leg, token=event.token, at=at)


def silence_elapsed(event: protocol.SilenceElapsed, node: str, at: datetime) -> None:
    actions.note_silence(event.leg, token=event.token, at=at)


def peer_held(event: protocol.PeerHeld, node: str, at: datetime) -> None:
    actions.note_peer_hold(event.leg, held=event.held, at=at)


def media_lost(event: protocol.MediaLost, node: str, at: datetime) -> None:
    actions.doubt_call(event.leg, silent_ms=event.silent_ms, at=at)


def media_back(event: protocol.MediaBack, node: str, at: datetime) -> None:
    actions.trust_call(event.leg, at=at)


def bridged(event: protocol.Bridged, node: str, at: datetime) -> None:
    actions.note_bridged(event.legs[0], at=event.at)


def browser_answered(event: protocol.BrowserAnswered, node: str, at: datetime) -> None:
    actions.note_answer(event.leg, sdp=event.sdp, at=at)


def browser_connected(event: protocol.BrowserConnected, node: str, at: datetime) -> None:
    actions.note_connected(event.leg, at=at)


def browser_lost(event: protocol.BrowserLost, node: str, at: datetime) -> None:
    actions.lose_browser(event.leg, reason=event.reason, at=at)


def recording_saved(event: protocol.RecordingSaved, node: str, at: datetime) -> None:
    actions.note_recording(event.token, started_at=event.started_at, ended_at=event.ended_at, at=at)


def fallback_step(event: protocol.FallbackStep, node: str, at: datetime) -> None:
    actions.note_fallback(event.leg, step=event.step, number=event.number, at=event.at)


def command_failed(event: protocol.CommandFailed, node: str, at: datetime) -> None:
    actions.note_failure(event.leg, command=event.command, reason=event.reason, at=at)


def trunk_changed(event: protocol.TrunkChanged, node: str, at: datetime) -> None:
    actions.note_trunk(event.trunk, node=node, registered=event.registered, reason=event.reason, at=at)
