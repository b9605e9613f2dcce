"""Taking a client company on, changing who it is, opening and closing its hotline."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from vigie.actors import Actor
from vigie.directory.models import Client
from vigie.directory.queries.readiness import readiness
from vigie.errors import Invalid, NotFound, Refused
from vigie.journal.actions import record


class CodeTaken(Invalid):
    """Another client has this code already."""

    code = "code_taken"


class ClientMoved(Refused):
    """Somebody else changed this client meanwhile."""

    code = "client_moved"


class NotReady(Refused):
    """Something needed for the first call is missing."""

    code = "client_not_ready"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a client is. `languages` are ISO 639-1, the first is spoken first; `environments` are their codes."""

    name: str
    code: str
    timezone: str
    languages: tuple[str, ...]
    environments: tuple[str, ...]

    @classmethod
    def of(cls, client: Client) -> Identity:
        return cls(client.name, client.code, client.timezone, tuple(client.languages), tuple(client.environments))


@transaction.atomic(durable=True)
def create_client(identity: Identity, *, by: Actor, at: datetime) -> Client:
    """
    Take a client on. Its hotline stays closed until `activate_client`.

    Raises: Forbidden (for whoever is limited to some clients), CodeTaken.
    """
    by.must("client.configure")
    _code_is_free(identity.code, but=None)
    client = Client.objects.create(**_columns(identity), is_active=False)
    record("client.created", client, client_id=client.pk, by=by, at=at, after=asdict(identity))
    return client


@transaction.atomic(durable=True)
def change_identity(client_id: int, identity: Identity, *, seen: Identity, by: Actor, at: datetime) -> Client:
    """
    Change who a client is. `seen` is what the screen showed before.

    Raises: Forbidden, NotFound, ClientMoved, CodeTaken.
    """
    client = _locked(client_id, by=by)
    before = Identity.of(client)
    if before != seen:
        raise ClientMoved
    _code_is_free(identity.code, but=client_id)
    if identity == before:
        return client
    for name, value in _columns(identity).items():
        setattr(client, name, value)
    client.save()
    record("client.changed", client, client_id=client_id, by=by, at=at, before=asdict(before), after=asdict(identity))
    return client


@transaction.atomic(durable=True)
def activate_client(client_id: int, *, by: Actor, at: datetime) -> None:
    """
    Let the hotline take calls. Raises: Forbidden, NotFound, NotReady (`missing` names what).
    """
    client = _locked(client_id, by=by)
    missing = [check.code for check in readiness(client) if check.is_required and not check.is_done]
    if missing:
        raise NotReady(missing=missing)
    _set_active(client, True, by=by, at=at)


@transaction.atomic(durable=True)
def deactivate_client(client_id: int, *, by: Actor, at: datetime) -> None:
    """Stop taking calls for a client; nothing is erased. Raises: Forbidden, NotFound."""
    _set_active(_locked(client_id, by=by), False, by=by, at=at)


def _set_active(client: Client, is_active: bool, *, by: Actor, at: datetime) -> None:
    if client.is_active == is_active:
        return
    client.is_active = is_active
    client.save(update_fields=["is_active"])
    record("client.activated" if is_active else "client.deactivated", client, client_id=client.pk, by=by, at=at)


def _locked(client_id: int, *, by: Actor) -> Client:
    by.must("client.configure", client_id=client_id)
    client = Client.objects.select_for_update().filter(pk=client_id).first()
    if client is None:
        raise NotFound
    return client


def _code_is_free(code: str, *, but: int | None) -> None:
    if Client.objects.filter(code=code).exclude(pk=but or 0).exists():
        raise CodeTaken(taken=code)


def _columns(identity: Identity) -> dict[str, object]:
    return asdict(identity) | {"languages": list(identity.languages), "environments": list(identity.environments)}
