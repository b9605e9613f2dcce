"""What the screens show of a call, an agent and a queue, ready to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from vigie.calls import labels, queries
from vigie.calls.labels import Label
from vigie.calls.models import AgentPresence, Call, CallFact
from vigie.calls.rules.route import Agent
from vigie.calls.rules.states import CHOSEN_REASONS, AgentState, Audio, CallState, OfferOutcome, Stakes
from vigie.directory.labels import LANGUAGES
from vigie.directory.models import Client, Staff

_SHOWN_AS_PLACE = {"site", "equipment", "contact", "language", "code"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing learned, in words, with the caller's own."""

    name: str
    label: Label
    value: Label
    words: str


@dataclass(frozen=True, slots=True)
class AgentBar:
    state: str
    reason: Label
    since: datetime | None
    next_reason: Label
    notice: Label
    has_sound: bool
    reasons: tuple[tuple[str, Label], ...]


@dataclass(frozen=True, slots=True)
class CallCard:
    """The call of the agent. `state` is idle, ringing, talking, held, rejoining or wrap_up."""

    state: str
    call: Call | None = None
    since: datetime | None = None
    answer_due: datetime | None = None
    wrap_up_due: datetime | None = None
    facts: tuple[Fact, ...] = ()
    words: str = ""
    reason: Label = ""
    stakes: Label = ""
    is_critical: bool = False
    earlier: tuple[Call, ...] = ()
    recording: Label = ""
    greeting: str = ""
    language: Label = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    call: Call
    position: int
    since: datetime
    stakes: Label
    is_critical: bool
    is_head: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class QueueCard:
    """One client's queue as its agents see it. `agents` counts those logged in, `available` those who could be rung."""

    client: Client
    rows: tuple[QueueRow, ...]
    with_bot: int
    agents: int
    available: int


def agent_bar(staff: Staff, *, at: datetime) -> AgentBar:
    """Return the state of an agent as his own bar shows it."""
    presence = AgentPresence.objects.filter(staff=staff).first()
    reasons = tuple((code.value, labels.AWAY_REASONS[code]) for code in CHOSEN_REASONS)
    if presence is None:
        return AgentBar("offline", "", None, "", "", False, reasons)
    return AgentBar(
        state=presence.state,
        reason=labels.AWAY_REASONS.get(presence.reason, ""),
        since=presence.since,
        next_reason=labels.AWAY_REASONS.get(presence.next_reason, ""),
        notice=labels.NOTICES.get(presence.notice, ""),
        has_sound=presence.audio == Audio.CONNECTED,
        reasons=reasons,
    )


def current_card(staff: Staff, *, at: datetime) -> CallCard:
    """Return the call an agent is rung for, talks on or wraps up; idle when there is none."""
    presence = AgentPresence.objects.filter(staff=staff).exclude(call=None).first()
    if presence is None or presence.state not in (AgentState.RINGING, AgentState.TALKING, AgentState.WRAP_UP):
        return CallCard("idle")
    call = queries.call_with_names().get(pk=presence.call_id or 0)
    state = call.state if presence.state == AgentState.TALKING else str(presence.state)
    offer = call.offers.filter(agent=staff, outcome=OfferOutcome.PENDING).first()
    facts = facts_of(call)
    return CallCard(
        state=state,
        call=call,
        since=_since(call, presence),
        answer_due=offer.answer_due if offer is not None else None,
        wrap_up_due=presence.wrap_up_due,
        facts=tuple(fact for fact in facts if fact.name not in _SHOWN_AS_PLACE | {"description"}),
        words=next((fact.words or str(fact.value) for fact in facts if fact.name == "description"), ""),
        reason=labels.HANDOFF_REASONS.get(call.handoff_reason, ""),
        stakes=labels.STAKES[call.stakes],
        is_critical=call.stakes == Stakes.CRITICAL,
        earlier=tuple(earlier_calls(call)[:5]),
        recording=labels.CONSENTS[call.consent],
        greeting=call.client.name if call.client is not None else "",
        language=LANGUAGES.get(call.language, call.language),
    )


def _since(call: Call, presence: AgentPresence) -> datetime | None:
    if call.state == CallState.HELD:
        return call.held_at
    return call.taken_at if presence.state == AgentState.TALKING else presence.since


def facts_of(call: Call) -> tuple[Fact, ...]:
    """Return what was learned of a call, in words."""
    return tuple(
        Fact(fact.name, labels.FACTS.get(fact.name, fact.name), labels.value_of(fact.name, fact.value), fact.words)
        for fact in CallFact.objects.filter(call=call)
    )


def facts_told(call: Call) -> tuple[Fact, ...]:
    """Return what was learned of a call beside who and where, which have names of their own."""
    return tuple(fact for fact in facts_of(call) if fact.name not in _SHOWN_AS_PLACE)


def earlier_calls(call: Call) -> QuerySet[Call]:
    """Return the calls made before to the same client by the same person, from the same number or the same place."""
    same = Q(pk__in=[])
    if call.caller_id:
        same |= Q(caller_id=call.caller_id)
    if call.contact_id:
        same |= Q(contact=call.contact_id)
    if call.equipment_id:
        same |= Q(equipment=call.equipment_id)
    earlier = queries.call_with_names().filter(same, client=call.client_id, arrived_at__lt=call.arrived_at)
    return earlier.exclude(pk=call.pk)


def queue_cards(staff: Staff, *, at: datetime) -> tuple[QueueCard, ...]:
    """Return the queues an agent serves, those with callers first."""
    taken = queries.clients_taken_by(staff)
    clients = Client.objects.filter(is_active=True)
    clients = clients if taken is None else clients.filter(pk__in=taken)
    agents = queries.agents_on_shift(at=at)
    cards = [_queue_card(client, agents, at=at) for client in clients]
    return tuple(sorted(cards, key=lambda card: (not card.rows, card.client.name)))


def _queue_card(client: Client, agents: tuple[Agent, ...], *, at: datetime) -> QueueCard:
    entries = {str(entry.call_id): entry for entry in queries.waiting_entries([client.pk])}
    late = queries.routing_of(client.pk).service_level_s
    serving = [agent for agent in agents if agent.clients is None or str(client.pk) in agent.clients]
    rows = tuple(
        QueueRow(
            call=entry.call,
            position=place.position,
            since=entry.entered_at,
            stakes=labels.STAKES[entry.stakes],
            is_critical=entry.stakes == Stakes.CRITICAL,
            is_head=entry.is_head,
            is_late=(at - entry.entered_at).total_seconds() > late,
        )
        for place in queries.positions(client.pk, at=at)
        if (entry := entries.get(place.call)) is not None
    )
    with_bot = Call.objects.filter(client=client, state__in=[CallState.ARRIVING, CallState.BOT]).count()
    available = sum(agent.state is AgentState.AVAILABLE for agent in serving)
    return QueueCard(client, rows, with_bot, len(serving), available)
