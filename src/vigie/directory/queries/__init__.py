"""Reads on clients, people and settings."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from vigie.actors import Actor, ActorKind
from vigie.directory.models import Client, Membership, Policy, PolicyKind, Staff
from vigie.directory.roles import Role, rights_of


def actor_of(staff: Staff) -> Actor:
    """Return what `staff` may do, read afresh: a right taken away is gone at the next request."""
    roles: dict[int | None, set[Role]] = defaultdict(set)
    for client_id, role in Membership.objects.filter(staff=staff).values_list("client_id", "role"):
        roles[client_id].add(Role(role))
    everywhere = rights_of(roles.pop(None, set()))
    per_client = {client: rights_of(held) for client, held in roles.items() if client is not None}
    return Actor(ActorKind.STAFF, staff.pk, everywhere, per_client, unlimited=staff.is_superuser)


def clients_seen_by(actor: Actor, *, right: str = "client.see") -> QuerySet[Client]:
    """Return the clients for which `actor` holds `right`."""
    ids = actor.clients(right)
    return Client.objects.all() if ids is None else Client.objects.filter(pk__in=ids)


def current_policy(client_id: int, kind: PolicyKind) -> Policy | None:
    """Return the version in force of one of the client's settings."""
    return Policy.objects.filter(client_id=client_id, kind=kind).order_by("-version").first()


def policy_body(client_id: int, kind: PolicyKind) -> tuple[int, dict[str, Any]]:
    """Return (version, body) in force; (0, {}) when the client never settled it and the defaults hold."""
    policy = current_policy(client_id, kind)
    return (policy.version, policy.body) if policy else (0, {})
