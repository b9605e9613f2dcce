"""Reads on calls, queues and agents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from vigie.actors import Actor
from vigie.callbot.script import Named, Recording, Script, WhenClosed
from vigie.calls.models import AgentPresence, Call, NodeRun, QueueEntry
from vigie.calls.rules.numbers import as_e164, region_of
from vigie.calls.rules.policies import RoutingPolicy, WelcomePolicy, routing_policy, welcome_policy
from vigie.calls.rules.route import Agent, Place, Situation, WaitingCall, waiting_order
from vigie.calls.rules.states import (
    BACK_BY_ITSELF,
    WAITING,
    AgentState,
    Audio,
    CallState,
    Microphone,
    Stakes,
)
from vigie.directory.calendars import hours_of
from vigie.directory.models import (
    Client,
    ContactNumber,
    Equipment,
    HotlineNumber,
    Membership,
    PolicyKind,
    Site,
    Staff,
    StaffSkill,
)
from vigie.directory.queries import policy_body
from vigie.directory.roles import RIGHTS

HEARTBEAT_LATE = timedelta(seconds=20)
LEFT_AFTER = timedelta(minutes=3)  # away without sound or page: nobody waits for such an agent
TAKERS = tuple(role.value for role, rights in RIGHTS.items() if "call.take" in rights)
EXPERTS = {"expert2": 2, "expert3": 3}


def routing_of(client_id: int) -> RoutingPolicy:
    """Return the client's routing policy in force. Raises: BadPolicy."""
    return routing_policy(policy_body(client_id, PolicyKind.ROUTING)[1])


def welcome_of(client_id: int) -> WelcomePolicy:
    """Return the client's welcome policy in force. Raises: BadPolicy."""
    return welcome_policy(policy_body(client_id, PolicyKind.WELCOME)[1])


def is_open(client: Client, *, at: datetime) -> bool:
    """Tell whether the client's hotline is open."""
    return hours_of(client, at_year=at.year)[1].is_open(at)


def hotline_dialled(dialled: str) -> HotlineNumber | None:
    """Return the hotline that `dialled` reaches, however the network wrote the number."""
    numbers = HotlineNumber.objects.select_related("client").filter(client__is_active=True)
    exact = numbers.filter(number=dialled).first()
    if exact is not None:
        return exact
    regions = {region_of(number) for number in HotlineNumber.objects.values_list("number", flat=True)}
    return numbers.filter(number__in={as_e164(dialled, region=region) for region in regions}).first()


def contact_calling(client: Client, caller_id: str) -> ContactNumber | None:
    """Return who calls, among the contacts of this client only: a number may lie, and never opens another client."""
    if not caller_id:
        return None
    return (
        ContactNumber.objects.select_related("contact__site")
        .filter(client=client, number=caller_id, contact__is_active=True)
        .first()
    )


def place_with_code(client_id: int, digits: str) -> Equipment | Site | None:
    """Return the equipment, else the site, of this client with that keypad code."""
    equipment = Equipment.objects.filter(client_id=client_id, code=digits, is_active=True).first()
    return equipment or Site.objects.filter(client_id=client_id, code=digits, is_active=True).first()


def script_of(call: Call) -> Script:
    """Return the attendant's script for `call`, as it stood when the call arrived."""
    client, contact = call.client, call.contact
    if client is None:
        raise ValueError("a call without client has no script")
    welcome = welcome_of(client.pk)
    site = contact.site if contact is not None else None
    return Script(
        client=client.name,
        languages=tuple(client.languages) or ("fr",),
        caller_language=contact.language if contact is not None else "",
        questions=frozenset(welcome.questions),
        code_length=welcome.code_length,
        site=Named(str(site.pk), site.spoken_name or site.name) if site is not None else None,
        contact=Named(str(contact.pk), contact.name) if contact is not None else None,
        is_open=is_open(client, at=call.arrived_at),
        when_closed=_when_closed(call, welcome),
        recording=Recording(welcome.recording.mode),
        silence_ms=welcome.silence_ms,
        tries=welcome.tries,
    )


def _when_closed(call: Call, welcome: WelcomePolicy) -> WhenClosed:
    """Offer no call-back to somebody whose number is withheld: it could not be made."""
    if welcome.when_closed is WhenClosed.CALLBACK and not call.caller_id.startswith("+"):
        return WhenClosed.MESSAGE
    return welcome.when_closed


def node_in_service() -> NodeRun | None:
    """Return the node that new audio legs are attached to."""
    return NodeRun.objects.filter(ended_at__isnull=True).order_by("-started_at").first()


def waiting_entries(client_ids: Iterable[int] | None = None) -> QuerySet[QueueEntry]:
    """Return the stays of those who wait now, of some clients or of all."""
    entries = QueueEntry.objects.filter(left_at__isnull=True, call__state__in=WAITING).select_related("call", "client")
    return entries if client_ids is None else entries.filter(client_id__in=client_ids)


def positions(client_id: int, *, at: datetime) -> tuple[Place, ...]:
    """Return everybody who waits for this client, first one first."""
    calls = tuple(waiting_call(entry, at=at) for entry in waiting_entries([client_id]))
    return waiting_order(Situation(calls=calls, policies={str(client_id): routing_of(client_id)}))


def waiting_call(entry: QueueEntry, *, at: datetime) -> WaitingCall:
    return WaitingCall(
        id=str(entry.call_id),
        client=str(entry.client_id),
        stakes=Stakes(entry.stakes),
        waited_s=max(0.0, (at - entry.entered_at).total_seconds()),
        required=dict.fromkeys(entry.required, 1),
        preferred=tuple(entry.preferred),
        excluded=frozenset(str(staff) for staff in entry.excluded),
        is_angry=entry.call.is_angry,
        is_head=entry.is_head,
    )


def situation(*, at: datetime) -> Situation:
    """Return what routing looks at: those who wait and are not being offered, and everybody logged in."""
    entries = [entry for entry in waiting_entries() if entry.call.state == CallState.QUEUED]
    clients = {entry.client_id for entry in entries}
    return Situation(
        agents=agents_on_shift(at=at) if entries else (),
        calls=tuple(waiting_call(entry, at=at) for entry in entries),
        policies={str(client): routing_of(client) for client in clients},
    )


def is_on_shift(staff: Staff) -> bool:
    """Tell whether this person is signed in to the telephone."""
    return AgentPresence.objects.filter(staff=staff).exclude(state=AgentState.OFFLINE).exists()


def agents_on_shift(*, at: datetime) -> tuple[Agent, ...]:
    """
    Return everybody logged in, as routing sees them: without sound, an agent is away whatever the screen says.

    One whose page has been silent for some minutes has left, though it may come back by itself.
    """
    gone = Q(state=AgentState.AWAY, reason__in=BACK_BY_ITSELF, since__lte=at - LEFT_AFTER)
    presences = list(
        AgentPresence.objects.exclude(state=AgentState.OFFLINE).exclude(gone).filter(staff__is_active=True)
    )
    ids = [presence.staff_id for presence in presences]
    skills: dict[int, dict[str, int]] = {}
    for staff, skill, level in StaffSkill.objects.filter(staff__in=ids).values_list("staff_id", "skill", "level"):
        skills.setdefault(staff, {})[skill] = level
    clients: dict[int, set[int | None]] = {}
    tiers: dict[int, int] = {}
    held = Membership.objects.filter(staff__in=ids, role__in=TAKERS).values_list("staff_id", "client_id", "role")
    for staff, client, role in held:
        clients.setdefault(staff, set()).add(client)
        tiers[staff] = min(tiers.get(staff, 9), EXPERTS.get(role, 1))
    return tuple(
        Agent(
            id=str(presence.staff_id),
            state=AgentState(presence.state) if can_be_rung(presence, at=at) else AgentState.AWAY,
            idle_s=max(0.0, (at - presence.since).total_seconds()),
            skills=skills.get(presence.staff_id, {}),
            clients=_clients(clients.get(presence.staff_id, set())),
            tier=tiers.get(presence.staff_id, 1),
        )
        for presence in presences
    )


def _clients(held: set[int | None]) -> frozenset[str] | None:
    return None if None in held else frozenset(str(client) for client in held)


def can_be_rung(presence: AgentPresence, *, at: datetime) -> bool:
    """Tell whether an available agent would hear a call: sound connected, microphone there, page awake."""
    if presence.state != AgentState.AVAILABLE:
        return True
    awake = presence.heartbeat_at is not None and at - presence.heartbeat_at <= HEARTBEAT_LATE
    return awake and presence.audio == Audio.CONNECTED and presence.microphone != Microphone.REVOKED


def calls_seen_by(actor: Actor) -> QuerySet[Call]:
    """Return the calls of the clients that `actor` may see; those that reached no client are for those who see all."""
    ids = actor.clients("client.see")
    calls = call_with_names()
    return calls if ids is None else calls.filter(client_id__in=ids)


def clients_taken_by(staff: Staff) -> frozenset[int] | None:
    """Return the clients whose calls this person may take; None means every client."""
    held = set(Membership.objects.filter(staff=staff, role__in=TAKERS).values_list("client_id", flat=True))
    return None if None in held else frozenset(client for client in held if client is not None)


def call_with_names() -> QuerySet[Call]:
    """Return calls with everything their card names."""
    return Call.objects.select_related("client", "contact__site", "site", "equipment", "agent")
