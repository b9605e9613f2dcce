"""Who works here, as far as the asker may know."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from vigie.actors import Actor
from vigie.directory.models import Client, Group, Membership, Staff
from vigie.errors import NotFound

RIGHT = "staff.configure"


def staff_seen_by(actor: Actor) -> QuerySet[Staff]:
    """Return the people that `actor` may administer somewhere: those of his clients, or everybody."""
    scope = actor.clients(RIGHT)
    people = Staff.objects.all() if actor.unlimited else Staff.objects.filter(is_superuser=False)
    if scope is not None:
        people = people.filter(pk__in=Membership.objects.filter(client__in=scope).values("staff"))
    return people.order_by("last_name", "first_name", "username")


def is_wholly_in_scope(staff: Staff, actor: Actor) -> bool:
    """
    Say whether everything `staff` holds lies within the clients that `actor` administers.

    Only then may he change the account itself: otherwise a password reset would hand him the rights of somebody else.
    """
    scope = actor.clients(RIGHT)
    if scope is None:
        return actor.unlimited or not staff.is_superuser
    held = set(Membership.objects.filter(staff=staff).values_list("client_id", flat=True))
    return not staff.is_superuser and bool(held) and held <= scope


def seen_staff(staff_id: int, actor: Actor) -> Staff:
    """Return one of the people `actor` may administer. Raises: NotFound."""
    staff = staff_seen_by(actor).filter(pk=staff_id).first()
    if staff is None:
        raise NotFound
    return staff


def people_of(client: Client) -> QuerySet[Staff]:
    """Return the active people who hold a role for `client`, or for every client."""
    held = Membership.objects.filter(Q(client=client) | Q(client=None)).values("staff")
    return Staff.objects.filter(pk__in=held, is_active=True).order_by("last_name", "first_name")


def groups_of(client: Client) -> QuerySet[Group]:
    """Return the support groups that serve `client`, its own and those of every client."""
    groups = Group.objects.filter(Q(client=client) | Q(client=None))
    return groups.select_related("supervisor").prefetch_related("members").order_by("tier", "-is_active", "name")
