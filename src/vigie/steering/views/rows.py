"""The wallboard as its template shows it: values only, no query left to make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vigie.actors import Actor
from vigie.calls import labels as call_labels
from vigie.calls.models import AgentPresence, Call
from vigie.calls.rules.route import Place
from vigie.calls.rules.service_level import ServiceLevel
from vigie.calls.rules.states import WITH_AGENT, AgentState
from vigie.directory.models import Client
from vigie.escalation import labels as escalation_labels
from vigie.escalation.models import Handover, HierarchicalAlert
from vigie.escalation.rules.words import AlertReason, Settlement
from vigie.steering import queries
from vigie.steering.labels import CALLER_NOT_SHOWN
from vigie.steering.rules import percent
from vigie.tickets import labels as ticket_labels
from vigie.tickets.models import Commitment, Ticket

Label = Any  # a text, or a promise of one in the reader's language


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call under way. `since` is when its present stage began; its length is never an alarm."""

    id: int
    client: str
    caller: Label
    about: str
    agent: str
    state: str
    state_label: Label
    stakes: int
    stakes_label: Label
    since: datetime
    position: int = 0
    is_angry: bool = False
    may_steer: bool = False


@dataclass(frozen=True, slots=True)
class QueueRow:
    """Those who wait for one client, first one first."""

    client: str
    calls: tuple[CallRow, ...]
    oldest: datetime


@dataclass(frozen=True, slots=True)
class AgentRow:
    id: int
    name: str
    state: str
    reason: Label
    since: datetime
    client: str
    may_steer: bool


@dataclass(frozen=True, slots=True)
class TicketRow:
    id: int
    number: int
    title: str
    client: str
    criticality: str
    state: str
    state_label: Label
    assignee: str
    group: str
    opened_at: datetime
    may_take: bool


@dataclass(frozen=True, slots=True)
class ClockRow:
    ticket_id: int
    number: int
    title: str
    client: str
    criticality: str
    kind: Label
    due_at: datetime | None
    is_breached: bool
    assignee: str


@dataclass(frozen=True, slots=True)
class HandoverRow:
    id: int
    ticket_id: int
    number: int
    title: str
    client: str
    criticality: str
    sender: str
    receiver: str
    state: str
    state_label: Label
    accept_due: datetime
    emergency: bool
    is_complete: bool


@dataclass(frozen=True, slots=True)
class AlertRow:
    id: int
    ticket_id: int
    number: int
    title: str
    client: str
    criticality: str
    reason: Label
    told: str
    raised_at: datetime
    settlements: tuple[tuple[str, Label], ...]
    may_settle: bool


@dataclass(frozen=True, slots=True)
class LevelRow:
    client: str
    answered: int
    abandoned: int
    short_abandoned: int
    of_answered: str
    of_all: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the wallboard at one moment."""

    in_bot: tuple[CallRow, ...]
    queues: tuple[QueueRow, ...]
    talking: tuple[CallRow, ...]
    elsewhere: tuple[CallRow, ...]  # with the numbers of last resort, or hearing a last message
    agents: tuple[AgentRow, ...]
    tickets: tuple[TicketRow, ...]
    clocks: tuple[ClockRow, ...]
    handovers: tuple[HandoverRow, ...]
    alerts: tuple[AlertRow, ...]
    levels: tuple[LevelRow, ...]
    callbacks: int
    late_parts: tuple[str, ...]

    @property
    def waiting(self) -> int:
        return sum(len(queue.calls) for queue in self.queues)

    @property
    def available(self) -> int:
        return sum(agent.state == AgentState.AVAILABLE for agent in self.agents)

    @property
    def breached(self) -> int:
        return sum(clock.is_breached for clock in self.clocks)


def board(clients: Iterable[Client], *, reader: Actor, at: datetime) -> Board:
    """Read the wallboard of some clients, all of which the reader may watch."""
    names = {client.pk: client.name for client in clients}
    calls = {str(call.pk): call for call in queries.live_calls(names)}
    policies = queries.routing_policies(names)
    places, since = queries.queue(policies, at=at)
    levels = queries.levels_of_today(policies, at=at)
    return Board(
        in_bot=tuple(
            _call(call, since=call.arrived_at, reader=reader) for call in calls.values() if call.state in queries.BOT
        ),
        queues=tuple(_queues(places, since, calls, names, reader=reader)),
        talking=tuple(
            _call(call, since=call.taken_at or call.arrived_at, reader=reader)
            for call in calls.values()
            if call.state in WITH_AGENT
        ),
        elsewhere=tuple(
            _call(call, since=call.arrived_at, reader=reader)
            for call in calls.values()
            if call.state in queries.ELSEWHERE
        ),
        agents=tuple(_agent(presence, names, reader=reader) for presence in queries.agents_on_shift(names)),
        tickets=tuple(_ticket(ticket, reader=reader) for ticket in queries.critical_tickets(names)),
        clocks=tuple(_clock(clock) for clock in queries.clocks_at_risk(names)),
        handovers=tuple(_handover(handover) for handover in queries.waiting_handovers(names)),
        alerts=tuple(_alert(alert, reader=reader) for alert in queries.open_alerts(names)),
        levels=tuple(_level(names[client], level) for client, level in levels.items()),
        callbacks=queries.callbacks_waiting(names),
        late_parts=tuple(part.part for part in queries.late_parts(at=at)),
    )


def _queues(
    places: Iterable[Place],
    since: dict[str, datetime],
    calls: dict[str, Call],
    names: dict[int, str],
    *,
    reader: Actor,
) -> Iterable[QueueRow]:
    by_client: dict[int, list[CallRow]] = {}
    for place in places:
        call = calls.get(place.call)
        if call is not None:
            row = _call(call, since=since[place.call], reader=reader, position=place.position)
            by_client.setdefault(int(place.client), []).append(row)
    for client, rows in by_client.items():
        yield QueueRow(names[client], tuple(rows), oldest=min(row.since for row in rows))


def _call(call: Call, *, since: datetime, reader: Actor, position: int = 0) -> CallRow:
    is_named = reader.may("caller.see", client_id=call.client_id)
    return CallRow(
        id=call.pk,
        client=call.client.name if call.client else "",
        caller=str(call.contact or call.caller_id) if is_named else CALLER_NOT_SHOWN,
        about=" · ".join(str(place) for place in (call.site, call.equipment) if place),
        agent=str(call.agent) if call.agent else "",
        state=call.state,
        state_label=call_labels.STATES[call.state],
        stakes=call.stakes,
        stakes_label=call_labels.STAKES[call.stakes],
        since=since,
        position=position,
        is_angry=call.is_angry,
        may_steer=reader.may("queue.steer", client_id=call.client_id),
    )


def _agent(presence: AgentPresence, names: dict[int, str], *, reader: Actor) -> AgentRow:
    call = presence.call
    return AgentRow(
        id=presence.staff_id,
        name=str(presence.staff),
        state=presence.state,
        reason=call_labels.AWAY_REASONS.get(presence.reason, presence.reason),
        since=presence.since,
        client=names.get(call.client_id or 0, "") if call else "",
        may_steer=reader.clients("agent.steer") != frozenset(),
    )


def _ticket(ticket: Ticket, *, reader: Actor) -> TicketRow:
    return TicketRow(
        id=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        client=ticket.client.name,
        criticality=ticket.level,
        state=ticket.state,
        state_label=ticket_labels.STATES[ticket.state],
        assignee=str(ticket.assignee or ""),
        group=ticket.group.name if ticket.group else escalation_labels.TIERS[ticket.tier],
        opened_at=ticket.opened_at,
        may_take=reader.may("agent.steer", client_id=ticket.client_id) and ticket.assignee_id != reader.id,
    )


def _clock(clock: Commitment) -> ClockRow:
    ticket = clock.ticket
    return ClockRow(
        ticket_id=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        client=ticket.client.name,
        criticality=ticket.level,
        kind=ticket_labels.COMMITMENTS[clock.kind],
        due_at=clock.due_at,
        is_breached=clock.breached_at is not None,
        assignee=str(ticket.assignee or ""),
    )


def _handover(handover: Handover) -> HandoverRow:
    ticket = handover.ticket
    sender = handover.from_group.name if handover.from_group else escalation_labels.TIERS[handover.from_tier]
    return HandoverRow(
        id=handover.pk,
        ticket_id=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        client=handover.client.name,
        criticality=ticket.level,
        sender=sender,
        receiver=handover.to_group.name,
        state=handover.state,
        state_label=escalation_labels.STATES[handover.state],
        accept_due=handover.accept_due,
        emergency=handover.emergency,
        is_complete=handover.is_complete,
    )


def _alert(alert: HierarchicalAlert, *, reader: Actor) -> AlertRow:
    ticket = alert.ticket
    loop_only = (Settlement.SENDER_KEEPS, Settlement.MAY_SEND_AGAIN)
    offered = loop_only if alert.reason == AlertReason.LOOP else (Settlement.SEEN,)
    return AlertRow(
        id=alert.pk,
        ticket_id=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        client=alert.client.name,
        criticality=ticket.level,
        reason=escalation_labels.ALERTS[alert.reason],
        told=str(alert.told or ""),
        raised_at=alert.raised_at,
        settlements=tuple((code.value, escalation_labels.SETTLEMENTS[code]) for code in offered),
        may_settle=reader.may("agent.steer", client_id=alert.client_id),
    )


def _level(client: str, level: ServiceLevel) -> LevelRow:
    return LevelRow(
        client=client,
        answered=level.answered,
        abandoned=level.abandoned,
        short_abandoned=level.short_abandoned,
        of_answered=percent(level.of_answered),
        of_all=percent(level.of_all),
    )
