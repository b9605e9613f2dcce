"""
The people and things that tests speak of.

`make_cast` builds one client company with everybody who matters to it; the fixtures `conditia` and `logimetrie` are two
of them, strangers to one another. Everybody's password is PASSWORD. Nothing is settled: every policy is at its default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client as Browser

from vigie.actors import Actor
from vigie.directory.models import (
    Client,
    Contact,
    ContactNumber,
    Environment,
    Equipment,
    Group,
    HotlineNumber,
    Membership,
    Site,
    Staff,
    StaffSkill,
)
from vigie.directory.queries import actor_of
from vigie.directory.roles import Role

PASSWORD = "a-lighthouse-in-the-fog"
AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Paris


@cache
def _password() -> str:
    return make_password(PASSWORD)  # a slow hash on purpose: once is enough


@dataclass(frozen=True, slots=True)
class Cast:
    """One client company, its hotline, and everybody around it. `hotline` and `caller_id` are E.164 numbers."""

    client: Client
    hotline: str
    site: Site
    equipment: Equipment
    contact: Contact
    caller_id: str
    agent: Staff
    other_agent: Staff
    expert2: Staff
    expert3: Staff
    oncall: Staff
    supervisor: Staff
    administrator: Staff
    technician: Staff
    trainer: Staff
    client_manager: Staff
    n1: Group
    n2: Group
    n3: Group


def make_staff(
    username: str, *roles: Role, client: Client | None = None, skills: dict[str, int] | None = None, **fields: object
) -> Staff:
    """Return somebody holding `roles` for `client` (for every client when None), with skills `{code: level}`."""
    name = username.partition(".")[0].capitalize()
    staff = Staff.objects.create(username=username, first_name=name, last_name="Test", password=_password(), **fields)
    Membership.objects.bulk_create(Membership(staff=staff, client=client, role=role.value) for role in roles)
    StaffSkill.objects.bulk_create(
        StaffSkill(staff=staff, skill=skill, level=level) for skill, level in (skills or {}).items()
    )
    return staff


def make_group(client: Client | None, *, tier: int, members: list[Staff], supervisor: Staff | None = None) -> Group:
    group = Group.objects.create(client=client, name=f"N{tier}", tier=tier, supervisor=supervisor)
    group.members.set(members)
    return group


def make_cast(code: str = "conditia", *, number: str = "+33199001001", caller_id: str = "+33199002001") -> Cast:
    """Return a new client company and its people; usernames are `<role>.<code>`, as `agent.conditia`."""
    client = Client.objects.create(
        name=code.capitalize(), code=code, languages=["fr", "en"], environments=[Environment.PHARMACEUTICAL]
    )
    HotlineNumber.objects.create(client=client, number=number)
    site = Site.objects.create(client=client, name="Atelier nord", code="12")
    line = Equipment.objects.create(
        client=client, site=site, name="Ligne blister 2", code="1204", environment=Environment.PHARMACEUTICAL
    )
    contact = Contact.objects.create(client=client, site=site, name="Odile Marchand", language="fr")
    ContactNumber.objects.create(client=client, contact=contact, number=caller_id)
    skills = {f"client:{code}": 2, "environment:pharmaceutical": 2, "language:fr": 3}

    def of(name: str, *roles: Role, **extra: int) -> Staff:
        return make_staff(f"{name}.{code}", *roles, client=client, skills={**skills, **extra})

    agent, other_agent = of("agent", Role.AGENT), of("other_agent", Role.AGENT, **{"language:en": 3})
    expert2, expert3 = of("expert2", Role.EXPERT2), of("expert3", Role.EXPERT3)
    supervisor = of("supervisor", Role.SUPERVISOR)
    return Cast(
        client=client,
        hotline=number,
        site=site,
        equipment=line,
        contact=contact,
        caller_id=caller_id,
        agent=agent,
        other_agent=other_agent,
        expert2=expert2,
        expert3=expert3,
        oncall=of("oncall", Role.ONCALL),
        supervisor=supervisor,
        administrator=of("administrator", Role.ADMINISTRATOR),
        technician=of("technician", Role.TECHNICIAN),
        trainer=of("trainer", Role.TRAINER),
        client_manager=of("client_manager", Role.CLIENT_MANAGER),
        n1=make_group(client, tier=1, members=[agent, other_agent], supervisor=supervisor),
        n2=make_group(client, tier=2, members=[expert2], supervisor=supervisor),
        n3=make_group(client, tier=3, members=[expert3], supervisor=supervisor),
    )


def acting(staff: Staff) -> Actor:
    """Return `staff` as the actor of a use case."""
    return actor_of(staff)


def signed_in(staff: Staff) -> Browser:
    """Return a browser in which `staff` is signed in."""
    browser = Browser()
    browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def conditia(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def logimetrie(db: None) -> Cast:
    return make_cast("logimetrie", number="+33199001003", caller_id="+33199002003")
