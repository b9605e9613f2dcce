"""Writing the companies and the people of the demonstration."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password

from vigie.actors import Actor
from vigie.config.demo.companies import COMPANIES, Company
from vigie.config.demo.people import ACCOUNTS, PASSWORD, SUPERVISOR, TEAMS, Account
from vigie.config.demo.policies import settle, think_again
from vigie.directory.models import (
    Client,
    Contact,
    ContactNumber,
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
from vigie.journal.actions import record

BEFORE = timedelta(days=100)  # when the administrator set everything up


def open_houses(*, at: datetime) -> None:
    """Create every company, then every person, as the demonstration's administrator did `BEFORE` today."""
    clients = {company.code: _open_house(company) for company in COMPANIES}
    staff = {account.username: _welcome(account, clients=clients) for account in ACCOUNTS}
    for team in TEAMS:
        group = Group.objects.create(
            client=clients.get(team.client), name=team.name, tier=team.tier, supervisor=staff[SUPERVISOR]
        )
        group.members.set(staff[username] for username in team.members)
    by = administrator()
    for client in clients.values():
        record("client.created", client, client_id=client.pk, by=by, at=at - BEFORE, client_code=client.code)
    settle(by=by, at=at - BEFORE + timedelta(minutes=20))
    for client in clients.values():
        record("client.activated", client, client_id=client.pk, by=by, at=at - BEFORE + timedelta(minutes=50))
    think_again(by=by, today=at)


def administrator() -> Actor:
    """Return the one who set the demonstration up."""
    account = next(account for account in ACCOUNTS if account.role is Role.ADMINISTRATOR)
    return actor_of(Staff.objects.get(username=account.username))


def _open_house(company: Company) -> Client:
    client = Client.objects.create(
        name=company.name,
        code=company.code,
        timezone=company.hours["timezone"],
        languages=list(company.languages),
        environments=[environment.value for environment in company.environments],
    )
    HotlineNumber.objects.create(client=client, number=company.hotline, label=company.hotline_label)
    sites = _build_sites(client, company)
    for person in company.people:
        contact = Contact.objects.create(
            client=client, name=person.name, site=sites[person.place], job=person.job, language=person.language
        )
        ContactNumber.objects.bulk_create(
            ContactNumber(client=client, contact=contact, number=number) for number in person.numbers
        )
    return client


def _build_sites(client: Client, company: Company) -> dict[str, Site]:
    sites = Site.objects.bulk_create(
        Site(
            client=client,
            name=place.name,
            code=place.code,
            address=place.address,
            access=place.access,
            subdivision=place.subdivision,
        )
        for place in company.places
    )
    Equipment.objects.bulk_create(
        Equipment(
            client=client,
            site=site,
            name=thing.name,
            spoken_name=thing.spoken_name,
            code=thing.code,
            environment=thing.environment,
            weight=thing.weight,
        )
        for place, site in zip(company.places, sites, strict=True)
        for thing in place.things
    )
    return {site.code: site for site in sites}


def _welcome(account: Account, *, clients: dict[str, Client]) -> Staff:
    staff = Staff.objects.create(
        username=account.username,
        first_name=account.first_name,
        last_name=account.last_name,
        email=f"{account.username}@vigie.example",
        language=account.language,
        password=_password(),
    )
    held: Iterable[Client | None] = [clients[code] for code in account.clients] or [None]
    Membership.objects.bulk_create(Membership(staff=staff, client=client, role=account.role.value) for client in held)
    StaffSkill.objects.bulk_create(StaffSkill(staff=staff, skill=skill, level=n) for skill, n in account.skills)
    return staff


@cache
def _password() -> str:
    return make_password(PASSWORD)  # slow on purpose: once is enough
