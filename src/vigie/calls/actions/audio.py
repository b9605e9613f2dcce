"""The agent's telephone is a page: its sound is one leg of the node, asked for here and answered by the node."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from vigie.actors import Actor
from vigie.calls import queries
from vigie.calls.actions import lines
from vigie.calls.actions.agents import lock_with_call
from vigie.calls.actions.presence import regain_sound
from vigie.calls.models import AgentPresence, BrowserLeg
from vigie.calls.rules.states import Audio
from vigie.errors import Forbidden, Refused, Unavailable
from vigie.journal.actions import announce, record
from vigie.telephony.protocol import AttachBrowser, DetachBrowser


class AudioElsewhere(Refused):
    """Another page holds your telephone. Take it over to use this one."""

    code = "audio_elsewhere"


class NoNode(Unavailable):
    """The telephone exchange does not answer."""

    code = "no_node"


@transaction.atomic(durable=True)
def attach_audio(*, sdp: str, tab: str, takeover: bool = False, by: Actor, at: datetime) -> BrowserLeg:
    """
    Ask the node for the audio of one page; its answer comes in `BrowserLeg.answer`.

    A page that reloads replaces its own leg. Another page must say that it takes over.
    Raises: Forbidden, AudioElsewhere, NoNode.
    """
    if by.id is None or not (by.unlimited or _takes_calls(by)):
        raise Forbidden
    node = queries.node_in_service()
    if node is None:
        raise NoNode
    presence, _ = lock_with_call(by.id, at=at)
    if presence.tab and presence.tab != tab and not takeover and _is_awake(presence, at=at):
        raise AudioElsewhere
    former = presence.browser_leg
    leg = BrowserLeg.objects.create(leg=uuid.uuid4().hex, staff_id=by.id, tab=tab, node=node.name, created_at=at)
    if takeover and presence.tab != tab:
        record("agent.audio_taken_over", presence, client_id=None, by=by, at=at)
    presence.tab, presence.browser_leg, presence.audio = tab, leg.leg, Audio.CONNECTING
    presence.heartbeat_at = at
    presence.save()
    lines.order(node.name, AttachBrowser(leg=leg.leg, sdp=sdp, replaces=former), at=at)
    announce(f"agent-{by.id}")
    return leg


def _takes_calls(by: Actor) -> bool:
    return any("call.take" in rights for rights in (by.everywhere, *by.per_client.values()))


def _is_awake(presence: AgentPresence, *, at: datetime) -> bool:
    beats = presence.heartbeat_at is not None and at - presence.heartbeat_at <= queries.HEARTBEAT_LATE
    return beats and presence.audio in (Audio.CONNECTED, Audio.CONNECTING)


@transaction.atomic
def note_answer(leg: str, *, sdp: str, at: datetime) -> None:
    """Keep the node's answer for the page that waits for it."""
    BrowserLeg.objects.filter(leg=leg).update(answer=sdp)


@transaction.atomic
def note_connected(leg: str, *, at: datetime) -> None:
    """Let the agent be rung, and give back the caller who waited for his sound."""
    found = BrowserLeg.objects.filter(leg=leg).first()
    if found is None:
        return
    BrowserLeg.objects.filter(leg=leg).update(connected_at=at, lost_at=None, failure="")
    presence, call = lock_with_call(found.staff_id, at=at)
    if presence.browser_leg != leg:  # a page that was replaced before it was ready
        lines.order(found.node, DetachBrowser(leg=leg), at=at)
        return
    presence.heartbeat_at = at
    for old in BrowserLeg.objects.filter(staff_id=found.staff_id, lost_at__isnull=True).exclude(leg=leg):
        lines.order(old.node, DetachBrowser(leg=old.leg), at=at)
    regain_sound(presence, call, at=at)
