"""A telephone without a node: use cases called by hand, the clock moved by hand, the orders read from their table."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any, TypeVar

from cast import AT, Cast, acting
from vigie.actors import SYSTEM
from vigie.calls import actions
from vigie.calls.models import AgentPresence, Call, NodeCommand, QueueEntry
from vigie.calls.rules.states import AgentState, Audio, Microphone
from vigie.directory.actions import save_policy
from vigie.directory.models import PolicyKind, Staff
from vigie.directory.queries import current_policy
from vigie.telephony.protocol import Command, EndCause, decode_command

C = TypeVar("C", bound=Command)
NODE = "node-1"


def s(seconds: float) -> datetime:
    """Return the moment `seconds` after the beginning of the story."""
    return AT + timedelta(seconds=seconds)


def settle(cast: Cast, kind: PolicyKind, **body: Any) -> None:
    """Put a policy of the client in force."""
    kept = current_policy(cast.client.pk, kind)
    version = kept.version if kept else 0
    save_policy(cast.client.pk, kind=kind, body=body, seen_version=version, by=SYSTEM, at=AT)


def start_node(at: datetime = AT) -> None:
    actions.note_node(NODE, address="here", at=at)


def sit_down(staff: Staff, *, at: datetime = AT, tab: str = "tab-1", state: AgentState = AgentState.AVAILABLE) -> str:
    """Connect the sound of an agent's page and go on the line; return the page's leg."""
    start_node(at)
    leg = actions.attach_audio(sdp="v=0", tab=tab, by=acting(staff), at=at).leg
    actions.note_connected(leg, at=at)
    pulse(staff, at=at, tab=tab)
    actions.change_state(staff.pk, state=state, by=acting(staff), at=at)
    return leg


def pulse(
    staff: Staff, *, at: datetime, tab: str = "tab-1", microphone: str = "ok", audio: str = "connected"
) -> actions.Pulse:
    return actions.take_pulse(staff.pk, tab=tab, microphone=Microphone(microphone), audio=Audio(audio), at=at)


def ring(cast: Cast, *, caller_id: str = "", dialled: str = "", at: datetime = AT) -> Call:
    """Let a call arrive and be answered by the attendant."""
    leg = uuid.uuid4().hex
    actions.receive_call(leg, node=NODE, caller_id=caller_id or cast.caller_id, dialled=dialled or cast.hotline, at=at)
    actions.start_dialogue(leg, at=at)
    return Call.objects.get(leg=leg)


def wait(cast: Cast, *, at: datetime = AT, keys: str = "0", **who: str) -> Call:
    """Let a caller reach the queue by pressing `keys`."""
    call = ring(cast, at=at, **who)
    for key in keys:
        actions.press_key(call.leg, digit=key, at=at)
    finish_what_is_said(call, at)  # "I am putting you through"
    assert call.state in ("queued", "ringing"), call.state
    return call


def offer(at: datetime) -> None:
    """Look at the queues, every connected page having just beaten."""
    AgentPresence.objects.filter(audio="connected").update(heartbeat_at=at)
    actions.offer_calls(at=at)


def talk(cast: Cast, staff: Staff, *, at: datetime = AT) -> Call:
    """Let a caller and an agent who is available talk together."""
    call = wait(cast, at=at)
    offer(at)
    actions.take_call(call.pk, by=acting(staff), at=at)
    actions.note_bridged(call.leg, at=at)
    call.refresh_from_db()
    return call


def leave(call: Call, at: datetime, cause: EndCause = EndCause.HANGUP) -> Call:
    """Let the caller hang up."""
    actions.end_call(call.leg, cause=cause, happened_at=at, at=at)
    return again(call)


def again(call: Call) -> Call:
    call.refresh_from_db()
    return call


def presence(staff: Staff) -> AgentPresence:
    return AgentPresence.objects.get(staff=staff)


def stay(call: Call) -> QueueEntry:
    return QueueEntry.objects.get(call=call, left_at=None)


def orders(kind: type[C], *, leg: str = "") -> list[C]:
    """Return what the node was told, oldest first."""
    found = [decode_command(json.dumps(row.body).encode()) for row in NodeCommand.objects.order_by("id")]
    return [
        one
        for one in found
        if isinstance(one, kind) and (not leg or leg == getattr(one, "leg", "") or leg in getattr(one, "legs", ()))
    ]


def finish_what_is_said(call: Call, at: datetime) -> Call:
    """Let the prompt that plays to the caller come to its end."""
    actions.finish_play(call.leg, token=again(call).play_token, at=at)
    return again(call)
