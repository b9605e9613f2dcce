"""What is missing before a client's first call."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from vigie.directory.models import Client, Group, HotlineNumber, Membership, Policy, PolicyKind, StaffSkill
from vigie.directory.roles import Role


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list. `tab` is the screen where it is settled."""

    code: str
    tab: str
    is_done: bool
    is_required: bool = False


def readiness(client: Client) -> tuple[Check, ...]:
    """Return every check, in the order of the screens."""
    settled = set(Policy.objects.filter(client=client).values_list("kind", flat=True).distinct())
    agents = agents_of(client).values_list("staff_id", flat=True)
    spoken = StaffSkill.objects.filter(staff__in=agents, skill__startswith="language:").values_list("skill", flat=True)
    missing_languages = {f"language:{code}" for code in client.languages} - set(spoken)
    experts = _groups(client, tier=2)
    kinds = set(PolicyKind.values) - {PolicyKind.HOURS, PolicyKind.FIELDS}
    return (
        Check("identity", "identity", bool(client.languages and client.environments), True),
        Check("numbers", "numbers", HotlineNumber.objects.filter(client=client).exists(), True),
        Check("hours", "hours", PolicyKind.HOURS in settled, True),
        Check("sites", "sites", client.sites.filter(is_active=True).exists()),
        Check("equipment", "equipment", client.equipment.filter(is_active=True).exists()),
        Check("contacts", "contacts", client.contacts.filter(is_active=True).exists()),
        Check("agents", "people", bool(agents), True),
        Check("languages", "people", bool(agents) and not missing_languages, True),
        Check("experts", "people", experts.filter(members__is_active=True).exists(), True),
        Check("group_supervisor", "people", experts.filter(supervisor__is_active=True).exists()),
        Check("settings", "welcome", kinds <= settled),
    )


def agents_of(client: Client) -> QuerySet[Membership]:
    """Return the roles by which active people take calls for `client`."""
    return Membership.objects.filter(
        Q(client=client) | Q(client=None), role=Role.AGENT.value, staff__is_active=True
    ).distinct()


def _groups(client: Client, *, tier: int) -> QuerySet[Group]:
    return Group.objects.filter(Q(client=client) | Q(client=None), tier=tier, is_active=True)
