"""Accounts, roles and skills of the people who work here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.db.models import Q

from vigie.actors import Actor
from vigie.directory.models import Client, Membership, Staff, StaffSkill
from vigie.directory.queries.people import is_wholly_in_scope, seen_staff
from vigie.directory.roles import Role
from vigie.errors import Forbidden, Invalid, NotFound, Refused
from vigie.journal.actions import record

WORKING = frozenset({Role.AGENT, Role.EXPERT2, Role.EXPERT3, Role.ONCALL, Role.SUPERVISOR})


class UsernameTaken(Invalid):
    """Somebody has this user name or this e-mail already."""

    code = "username_taken"


class StaffMoved(Refused):
    """Somebody else changed this account meanwhile."""

    code = "staff_moved"


class OwnAccount(Refused):
    """Nobody takes the keys away from himself."""

    code = "own_account"


@dataclass(frozen=True, slots=True)
class Person:
    """Who an account belongs to. `phone` is E.164 or empty."""

    username: str
    first_name: str
    last_name: str
    email: str = ""
    language: str = ""
    phone: str = ""

    @classmethod
    def of(cls, staff: Staff) -> Person:
        return cls(staff.username, staff.first_name, staff.last_name, staff.email, staff.language, staff.phone)


@transaction.atomic(durable=True)
def create_staff(person: Person, *, role: Role, client_id: int | None, by: Actor, at: datetime) -> Staff:
    """
    Open an account with a first role, for one client or (None) for every one. It has no password yet: `offer_password`.

    Raises: Forbidden, NotFound, UsernameTaken.
    """
    by.must("staff.configure", client_id=client_id)
    _is_free(person, but=None)
    staff = Staff(**asdict(person))
    staff.set_unusable_password()
    staff.save()
    record("staff.created", staff, client_id=client_id, by=by, at=at)
    _set_roles(staff, client_id, frozenset({role}), by=by, at=at)
    return staff


@transaction.atomic(durable=True)
def change_staff(staff_id: int, person: Person, *, seen: Person, by: Actor, at: datetime) -> Staff:
    """Change who an account belongs to. Raises: Forbidden, NotFound, StaffMoved, UsernameTaken."""
    staff = _owned(staff_id, by=by)
    before = Person.of(staff)
    if before != seen:
        raise StaffMoved
    _is_free(person, but=staff_id)
    changed = [name for name, value in asdict(person).items() if getattr(staff, name) != value]
    for name in changed:
        setattr(staff, name, getattr(person, name))
    if changed:
        staff.save(update_fields=changed)
        record("staff.changed", staff, client_id=None, by=by, at=at, untold=changed)
    return staff


@transaction.atomic(durable=True)
def change_roles(
    staff_id: int, *, client_id: int | None, roles: frozenset[Role], seen: frozenset[Role], by: Actor, at: datetime
) -> None:
    """
    Set the roles that somebody holds for one client, or (None) for every client; none takes him off.

    Whoever is to work for a client gets the skill of that client with it, so that calls reach him.
    Raises: Forbidden, NotFound, StaffMoved, OwnAccount.
    """
    known = seen_staff(staff_id, by)
    by.must("staff.configure", client_id=client_id)
    staff = Staff.objects.select_for_update().get(pk=known.pk)
    held = roles_held(staff, client_id)
    if held != seen:
        raise StaffMoved
    if staff.pk == by.id and Role.ADMINISTRATOR in held - roles:
        raise OwnAccount
    _set_roles(staff, client_id, roles, by=by, at=at)


@transaction.atomic(durable=True)
def change_skills(
    staff_id: int, *, skills: Mapping[str, int], seen: Mapping[str, int], by: Actor, at: datetime
) -> None:
    """Set what somebody can take, code → level; what is left out goes. Raises: Forbidden, NotFound, StaffMoved."""
    staff = _owned(staff_id, by=by)
    before = dict(StaffSkill.objects.filter(staff=staff).values_list("skill", "level"))
    if before != dict(seen):
        raise StaffMoved
    if before == dict(skills):
        return
    StaffSkill.objects.filter(staff=staff).delete()
    StaffSkill.objects.bulk_create(StaffSkill(staff=staff, skill=code, level=n) for code, n in sorted(skills.items()))
    record("staff.skills_changed", staff, client_id=None, by=by, at=at, before=before, after=dict(skills))


@transaction.atomic(durable=True)
def offer_password(staff_id: int, *, by: Actor, at: datetime) -> tuple[str, str]:
    """
    Return the (account, key) of a link by which somebody chooses a new password, once. Raises: Forbidden, NotFound.

    The password in force holds until then, and nobody but its owner ever knows the new one.
    """
    staff = _owned(staff_id, by=by)
    record("staff.password_offered", staff, client_id=None, by=by, at=at)
    return user_pk_to_url_str(staff), default_token_generator.make_token(staff)


@transaction.atomic(durable=True)
def deactivate_staff(staff_id: int, *, by: Actor, at: datetime) -> None:
    """Close an account: its sessions end at their next request. Raises: Forbidden, NotFound, OwnAccount."""
    if staff_id == by.id:
        raise OwnAccount
    _set_active(staff_id, False, by=by, at=at)


@transaction.atomic(durable=True)
def reactivate_staff(staff_id: int, *, by: Actor, at: datetime) -> None:
    """Open a closed account again. Raises: Forbidden, NotFound."""
    _set_active(staff_id, True, by=by, at=at)


def roles_held(staff: Staff, client_id: int | None) -> frozenset[Role]:
    """Return the roles of `staff` for one client, or those for every client."""
    held = Membership.objects.filter(Q(client_id=client_id), staff=staff).values_list("role", flat=True)
    return frozenset(Role(role) for role in held)


def _set_roles(staff: Staff, client_id: int | None, roles: frozenset[Role], *, by: Actor, at: datetime) -> None:
    client = Client.objects.filter(pk=client_id or 0).first()
    if client_id is not None and client is None:
        raise NotFound
    before = roles_held(staff, client_id)
    if before == roles:
        return
    Membership.objects.filter(Q(client_id=client_id), staff=staff).exclude(
        role__in=[role.value for role in roles]
    ).delete()
    Membership.objects.bulk_create(
        Membership(staff=staff, client=client, role=role.value) for role in sorted(roles - before)
    )
    if client is not None and roles & WORKING:
        StaffSkill.objects.get_or_create(staff=staff, skill=f"client:{client.code}")
    codes = {"before": sorted(before), "after": sorted(roles)}
    record("staff.roles_changed", staff, client_id=client_id, by=by, at=at, **codes)


def _set_active(staff_id: int, is_active: bool, *, by: Actor, at: datetime) -> None:
    staff = _owned(staff_id, by=by)
    if staff.is_active == is_active:
        return
    staff.is_active = is_active
    staff.save(update_fields=["is_active"])
    record("staff.reactivated" if is_active else "staff.deactivated", staff, client_id=None, by=by, at=at)


def _owned(staff_id: int, *, by: Actor) -> Staff:
    staff = Staff.objects.select_for_update().get(pk=seen_staff(staff_id, by).pk)
    if not is_wholly_in_scope(staff, by):
        raise Forbidden
    return staff


def _is_free(person: Person, *, but: int | None) -> None:
    others = Staff.objects.exclude(pk=but or 0)
    if others.filter(username__iexact=person.username).exists():
        raise UsernameTaken(field="username")
    if person.email and others.filter(email__iexact=person.email).exists():
        raise UsernameTaken(field="email")
