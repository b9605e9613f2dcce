"""Putting a new version of a client's settings in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from vigie.actors import Actor, ActorKind
from vigie.directory.models import Client, Policy, PolicyKind
from vigie.errors import NotFound, Refused
from vigie.journal.actions import record


class PolicyMoved(Refused):
    """Somebody else saved a newer version meanwhile."""

    code = "policy_moved"


@transaction.atomic
def save_policy(
    client_id: int,
    *,
    kind: PolicyKind,
    body: dict[str, Any],
    seen_version: int,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Policy:
    """
    Put a new version of one of a client's settings in force.

    Raises: Forbidden, NotFound, PolicyMoved (`seen_version` is not the one in force).
    """
    by.must("client.configure", client_id=client_id)
    client = Client.objects.select_for_update().get(pk=client_id)
    last = Policy.objects.filter(client=client, kind=kind).order_by("-version").first()
    version = last.version if last else 0
    if version != seen_version:
        raise PolicyMoved(version=version)
    author = by.id if by.kind is ActorKind.STAFF else None
    policy = Policy.objects.create(
        client=client, kind=kind, version=version + 1, body=body, note=note, author_id=author, at=at
    )
    record("policy.saved", policy, client_id=client_id, by=by, at=at, kind=kind.value, version=policy.version)
    return policy


@transaction.atomic
def restore_policy(
    client_id: int, *, kind: PolicyKind, version: int, seen_version: int, note: str, by: Actor, at: datetime
) -> Policy:
    """
    Put the body of an older version in force again, as a new version.

    Raises: Forbidden, NotFound, PolicyMoved.
    """
    by.must("client.configure", client_id=client_id)
    old = Policy.objects.filter(client_id=client_id, kind=kind, version=version).first()
    if old is None:
        raise NotFound
    return save_policy(client_id, kind=kind, body=old.body, seen_version=seen_version, note=note, by=by, at=at)
