"""Reads of the wallboard: few, indexed, and never beyond the clients that the reader may watch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncDate

from vigie.actors import Actor
from vigie.calls.models import AgentPresence, Call, CallbackProposal
from vigie.calls.queries import waiting_call, waiting_entries
from vigie.calls.rules.policies import RoutingPolicy, routing_policy
from vigie.calls.rules.route import Place, Situation, waiting_order
from vigie.calls.rules.service_level import ServiceLevel, Stay, service_level
from vigie.calls.rules.states import AgentState, CallState, Outcome
from vigie.directory.models import Client, Membership, Policy, PolicyKind
from vigie.directory.queries import clients_seen_by
from vigie.escalation.models import Handover, HierarchicalAlert
from vigie.escalation.rules.words import OPEN
from vigie.journal.models import Heartbeat
from vigie.steering.rules import usual_days
from vigie.tickets.models import Commitment, Ticket
from vigie.tickets.rules.vocabulary import LIVE_STATES, Criticality

SEE = "wallboard.see"
SHOWN = 60
LEFT_THE_QUEUE = (Outcome.ABANDONED, Outcome.SHORT_ABANDON)


def watched_clients(reader: Actor, *, only: int | None = None) -> list[Client]:
    """Return the clients whose wallboard the reader may see, or the one asked for among them."""
    clients = clients_seen_by(reader, right=SEE).filter(is_active=True)
    return list(clients if only is None else clients.filter(pk=only))


def live_calls(client_ids: Iterable[int]) -> list[Call]:
    """Return the calls under way, oldest first."""
    live = Call.objects.filter(client_id__in=client_ids).exclude(state=CallState.ENDED)
    return list(live.select_related("client", "agent", "contact", "site", "equipment").order_by("arrived_at"))


def queue(policies: Mapping[int, RoutingPolicy], *, at: datetime) -> tuple[tuple[Place, ...], dict[str, datetime]]:
    """Return everybody who waits for these clients, first one first, and since when each does (by call id)."""
    entries = list(waiting_entries(policies))
    situation = Situation(
        calls=tuple(waiting_call(entry, at=at) for entry in entries),
        policies={str(client): policy for client, policy in policies.items()},
    )
    return waiting_order(situation), {str(entry.call_id): entry.entered_at for entry in entries}


def routing_policies(client_ids: Iterable[int]) -> dict[int, RoutingPolicy]:
    """Return the routing policy in force of each client, in one query."""
    ids = list(client_ids)
    rows = Policy.objects.filter(client_id__in=ids, kind=PolicyKind.ROUTING).order_by("client_id", "-version")
    bodies = dict(rows.distinct("client_id").values_list("client_id", "body"))
    return {client: routing_policy(bodies.get(client, {})) for client in ids}


def agents_on_shift(client_ids: Iterable[int]) -> list[AgentPresence]:
    """Return who is signed in to the telephone and works for one of these clients."""
    works_here = Membership.objects.filter(Q(client_id__in=client_ids) | Q(client=None)).values("staff_id")
    present = AgentPresence.objects.exclude(state=AgentState.OFFLINE).filter(staff__in=works_here)
    return list(present.select_related("staff", "call__client").order_by("state", "since"))


def critical_tickets(client_ids: Iterable[int]) -> QuerySet[Ticket]:
    """Return the live tickets of the two highest criticalities, the gravest and oldest first."""
    grave = [Criticality.P1, Criticality.P2]
    found = Ticket.objects.filter(client_id__in=client_ids, state__in=LIVE_STATES, effective__in=grave)
    return found.select_related("client", "assignee", "group").order_by("effective", "opened_at")[:SHOWN]


def clocks_at_risk(client_ids: Iterable[int]) -> QuerySet[Commitment]:
    """Return the running clocks that have used three quarters of their time, breached ones included."""
    found = Commitment.objects.filter(
        ticket__client_id__in=client_ids, ticket__state__in=LIVE_STATES, met_at=None, warned_75_at__isnull=False
    )
    return found.select_related("ticket__client", "ticket__assignee").order_by("ticket__effective", "due_at")[:SHOWN]


def waiting_handovers(client_ids: Iterable[int]) -> QuerySet[Handover]:
    """Return the hand-overs that nobody has answered, the gravest first."""
    found = Handover.objects.filter(client_id__in=client_ids, state__in=OPEN, ticket__state__in=LIVE_STATES)
    related = ("ticket", "client", "from_group", "to_group", "sent_by")
    return found.select_related(*related).order_by("ticket__effective", "accept_due")[:SHOWN]


def open_alerts(client_ids: Iterable[int]) -> QuerySet[HierarchicalAlert]:
    """Return what was brought before a supervisor and not settled."""
    found = HierarchicalAlert.objects.filter(client_id__in=client_ids, settled_at=None)
    return found.select_related("client", "ticket", "told").order_by("ticket__effective", "raised_at")[:SHOWN]


def callbacks_waiting(client_ids: Iterable[int]) -> int:
    return CallbackProposal.objects.filter(client_id__in=client_ids, done_at=None).count()


def late_parts(*, at: datetime) -> list[Heartbeat]:
    """Return the parts of vigie that have not shown a sign of life in time."""
    return [part for part in Heartbeat.objects.all() if (at - part.at).total_seconds() > part.late_after_s]


def levels_of_today(policies: Mapping[int, RoutingPolicy], *, at: datetime) -> dict[int, ServiceLevel]:
    """Return the service level of each client since local midnight, each by its own threshold."""
    stays: dict[int, list[Stay]] = {client: [] for client in policies}
    calls = Call.objects.filter(client_id__in=policies, arrived_at__gte=midnight(at), queued_at__isnull=False)
    moments = calls.values_list("client_id", "queued_at", "taken_at", "ended_at", "outcome")
    for client, queued_at, taken_at, ended_at, outcome in moments:
        if queued_at is None:
            continue
        if taken_at is not None:
            stays[client].append(Stay(waited_s=(taken_at - queued_at).total_seconds(), answered=True))
        elif ended_at is not None and outcome in LEFT_THE_QUEUE:
            stays[client].append(Stay(waited_s=(ended_at - queued_at).total_seconds(), answered=False))
    return {
        client: service_level(
            stays[client],
            within_s=policy.service_level_s,
            short_abandon_s=policy.short_abandon_s,
        )
        for client, policy in policies.items()
    }


def arrivals_by_hour(client_ids: Iterable[int], *, at: datetime) -> tuple[Mapping[tuple[date, int], int], date | None]:
    """Count the calls of today and of the days it is compared with, by local day and hour; and since when we know."""
    zone = ZoneInfo(settings.TIME_ZONE)
    today = at.astimezone(zone).date()
    calls = Call.objects.filter(client_id__in=list(client_ids))
    days = [today, *usual_days(today)]
    compared = Q()
    for day in days:
        start = datetime(day.year, day.month, day.day, tzinfo=zone)
        compared |= Q(arrived_at__gte=start, arrived_at__lt=start + timedelta(days=1))
    counted = (
        calls.filter(compared)
        .annotate(day=TruncDate("arrived_at", tzinfo=zone), hour=ExtractHour("arrived_at", tzinfo=zone))
        .values_list("day", "hour")
        .annotate(number=Count("pk"))
    )
    first = calls.aggregate(first=Min("arrived_at"))["first"]
    known_since = first.astimezone(zone).date() if first else None
    return {(day, hour): number for day, hour, number in counted.order_by()}, known_since


def midnight(at: datetime) -> datetime:
    """Return the last midnight on the operator's wall."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)


def works_for(staff_id: int, client_ids: frozenset[int] | None) -> bool:
    """Say whether this member of the staff works for one of these clients (None: for anybody)."""
    held = Membership.objects.filter(staff_id=staff_id)
    return (held if client_ids is None else held.filter(client_id__in=client_ids)).exists()


BOT = (CallState.ARRIVING, CallState.BOT)
ELSEWHERE = (CallState.FALLBACK, CallState.LEAVING)
