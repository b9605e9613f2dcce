"""Support groups: who receives what a lower level could not settle."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from vigie.actors import Actor
from vigie.directory.models import Group, Staff
from vigie.directory.queries.people import people_of, staff_seen_by
from vigie.errors import NotFound, Refused
from vigie.journal.actions import record


class GroupMoved(Refused):
    """Somebody else changed this group meanwhile."""

    code = "group_moved"


@dataclass(frozen=True, slots=True)
class GroupValues:
    name: str
    tier: int
    supervisor_id: int | None
    member_ids: tuple[int, ...]
    is_active: bool = True

    @classmethod
    def of(cls, group: Group) -> GroupValues:
        members = tuple(sorted(member.pk for member in group.members.all()))
        return cls(group.name, group.tier, group.supervisor_id, members, group.is_active)


@transaction.atomic(durable=True)
def save_group(
    group_id: int | None,
    values: GroupValues,
    *,
    client_id: int | None,
    seen: GroupValues | None = None,
    by: Actor,
    at: datetime,
) -> Group:
    """
    Create a group of one client (of every client when None), or change it. `seen` is what the screen showed before.

    Raises: Forbidden, NotFound (also for a member or a supervisor the asker may not name), GroupMoved.
    """
    by.must("staff.configure", client_id=client_id)
    group = Group(client_id=client_id)
    before = None
    if group_id is not None:
        found = Group.objects.select_for_update().filter(Q(client_id=client_id), pk=group_id).first()
        if found is None:
            raise NotFound
        group, before = found, GroupValues.of(found)
    if before is not None and seen is not None and before != seen:
        raise GroupMoved
    _may_be_named(group, values, before=before, by=by)
    group.name, group.tier = values.name, values.tier
    group.supervisor_id, group.is_active = values.supervisor_id, values.is_active
    group.save()
    group.members.set(values.member_ids)
    facts = {"before": asdict(before) if before else {}, "after": asdict(values)}
    code = "group.changed" if before else "group.created"
    record(code, group, client_id=client_id, by=by, at=at, **{k: _without_name(v) for k, v in facts.items()})
    return group


def _may_be_named(group: Group, values: GroupValues, *, before: GroupValues | None, by: Actor) -> None:
    known = people_of(group.client) if group.client else staff_seen_by(by)
    already = {*before.member_ids, before.supervisor_id} if before else set()
    named = {pk for pk in (*values.member_ids, values.supervisor_id) if pk is not None and pk not in already}
    if Staff.objects.filter(pk__in=known.values("pk")).filter(pk__in=named).count() != len(named):
        raise NotFound


def _without_name(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name != "name"}
