"""Reads on hand-overs: what the rules weigh, and what the receiver is given."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from vigie.directory.models import Group, PolicyKind, Staff
from vigie.directory.queries import policy_body
from vigie.escalation.models import Handover, HierarchicalAlert
from vigie.escalation.rules.policy import EscalationPolicy
from vigie.escalation.rules.sending import Dossier, GroupCard, Round, Stakes
from vigie.escalation.rules.words import OPEN, State, Tier
from vigie.tickets.models import Ticket
from vigie.tickets.queries import current_facts, facts_of
from vigie.tickets.rules.vocabulary import Consequence, YesNo, is_known


def escalation_policy(client_id: int) -> EscalationPolicy:
    """Return what the client settled about hand-overs."""
    return EscalationPolicy.from_body(policy_body(client_id, PolicyKind.ESCALATION)[1])


def card(group: Group) -> GroupCard:
    return GroupCard(group.pk, Tier(group.tier), client_id=group.client_id, is_active=group.is_active)


def groups_for(client_id: int) -> QuerySet[Group]:
    """Return the groups that serve this client, disabled ones included."""
    return Group.objects.filter(Q(client_id=client_id) | Q(client_id=None)).order_by("tier", "name")


def dossier_of(ticket: Ticket) -> Dossier:
    """Return what is known of the ticket and what was tried."""
    return Dossier(facts_of(ticket), attempts=ticket.attempts.count())


def stakes_of(ticket: Ticket, dossier: Dossier) -> Stakes:
    """Return what makes the ticket an emergency or not."""
    return Stakes(
        ticket.level,
        is_dangerous=dossier.facts.get("safety") == YesNo.YES,
        operations_stopped=dossier.facts.get("consequence") == Consequence.STOPPED,
    )


def sending_group(ticket: Ticket, *, sender_id: int | None) -> Group | None:
    """Return the group the ticket leaves: its own, else that of the sender at this tier, else the only one there."""
    if ticket.group_id:
        return ticket.group
    here = groups_for(ticket.client_id).filter(tier=ticket.tier)
    return here.filter(members=sender_id).first() or here.filter(is_active=True).first()


def rounds_of(ticket: Ticket) -> tuple[Round, ...]:
    """Return the former hand-overs of the ticket, oldest first."""
    rows = Handover.objects.filter(ticket=ticket).order_by("round")
    return tuple(
        Round(row.from_group_id, row.to_group_id, State(row.state), row.settled_at is not None) for row in rows
    )


def open_handover(ticket_id: int) -> Handover | None:
    """Return the hand-over of the ticket that nobody has decided on yet."""
    return Handover.objects.filter(ticket_id=ticket_id, state__in=OPEN).first()


def bounces(ticket_id: int) -> int:
    """Return how many times a hand-over of the ticket was refused."""
    return Handover.objects.filter(ticket_id=ticket_id, state=State.REFUSED).count()


def open_alerts(client_ids: frozenset[int] | None) -> QuerySet[HierarchicalAlert]:
    """Return the alerts that no supervisor has settled, of these clients (None: of all)."""
    alerts = HierarchicalAlert.objects.filter(settled_at=None).select_related("client", "ticket", "handover", "told")
    return alerts if client_ids is None else alerts.filter(client_id__in=client_ids)


def groups_of(staff_id: int | None) -> QuerySet[Group]:
    """Return the groups that this member of the staff belongs to."""
    return Group.objects.none() if staff_id is None else Group.objects.filter(members=staff_id)


def receives_for(group: Group, *, staff_id: int | None) -> bool:
    """Say whether this member of the staff belongs to the group."""
    return groups_of(staff_id).filter(pk=group.pk).exists()


def supervisor_for(policy: EscalationPolicy, *groups: Group | None) -> Staff | None:
    """Return the supervisor to tell: the one named by the client's policy, else that of the first group with one."""
    named = Staff.objects.filter(pk=policy.supervisor, is_active=True).first() if policy.supervisor else None
    return named or next((group.supervisor for group in groups if group and group.supervisor), None)


def snapshot(ticket: Ticket) -> dict[str, Any]:
    """
    Return what the receiver is given, as JSON.

    ``{"title", "type", "criticality", "because", "perceived_urgency", "facts": {name: {"value", "words"}},
    "attempts": [{"action", "result", "detail", "source"}], "reformulation": {"text", "outcome"} | null,
    "calls": [id]}``
    """
    rows, read_back = current_facts(ticket), ticket.reformulations.order_by("-at", "-id").first()
    facts = facts_of(ticket, current=rows)
    return {
        "title": ticket.title,
        "type": ticket.type,
        "criticality": ticket.level,
        "because": ticket.because,
        "perceived_urgency": ticket.perceived_urgency,
        "facts": {
            name: {"value": value, "words": rows[name].words if name in rows else ""}
            for name, value in facts.items()
            if is_known(facts, name)
        },
        "attempts": list(ticket.attempts.values("action", "result", "detail", "source")),
        "reformulation": read_back and {"text": read_back.text, "outcome": read_back.outcome},
        "calls": list(ticket.call_links.order_by("at").values_list("call_id", flat=True)),
    }
