"""Who and what the history is about, loaded once."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from vigie.actors import Actor
from vigie.config.demo.stories import BY_CLIENT, Story
from vigie.directory.calendars import hours_of
from vigie.directory.models import Client, Contact, Equipment, Group, HotlineNumber, Policy, PolicyKind, Staff
from vigie.directory.queries import actor_of
from vigie.directory.rules import Hours
from vigie.tickets.models import CalendarSnapshot

DAYS = 91
LAST_CALL = timedelta(minutes=90)  # so that every call of the history is over now
CALLS = {"conditia": 390, "plateau": 270, "logimetrie": 250}

# How calls spread over the hours of a day, from midnight on, for working days and for the others.
_WORKING = {
    "conditia": (0, 0, 0, 0, 1, 7, 9, 8, 9, 12, 11, 9, 6, 9, 12, 11, 9, 7, 6, 5, 4, 1, 0, 0),
    "plateau": (2, 2, 1, 2, 2, 3, 4, 8, 11, 11, 9, 8, 5, 8, 9, 9, 8, 7, 5, 4, 3, 3, 3, 2),
    "logimetrie": (0, 0, 0, 0, 0, 0, 0, 1, 8, 14, 13, 10, 2, 7, 12, 12, 9, 7, 1, 0, 0, 0, 0, 0),
}
_OTHER = {
    "conditia": (0, 0, 0, 0, 0, 1, 4, 3, 3, 3, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "plateau": (1, 1, 1, 1, 1, 2, 2, 3, 4, 4, 3, 3, 2, 2, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1),
    "logimetrie": (0,) * 24,
}


@dataclass(frozen=True)
class House:
    """One client company with what its calls are about."""

    client: Client
    hotline: HotlineNumber
    contacts: tuple[Contact, ...]
    numbers: dict[int, str]  # contact → telephone number
    equipment: dict[str, Equipment]
    stories: tuple[Story, ...]
    groups: dict[int, Group]  # by tier
    policies: tuple[Policy, ...]

    @cached_property
    def hours(self) -> Hours:
        return hours_of(self.client, at_year=self.policies[-1].at.year)[1]

    @cached_property
    def calendar(self) -> CalendarSnapshot:
        """Return the opening hours as promised to every ticket of the history."""
        body = self.hours.to_body()
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        version = max(policy.version for policy in self.policies if policy.kind == PolicyKind.HOURS)
        return CalendarSnapshot.objects.get_or_create(
            client=self.client, digest=digest, defaults={"body": body, "version": version}
        )[0]

    def policy(self, kind: PolicyKind, at: datetime) -> Policy:
        """Return the version of a setting that was in force at `at`."""
        return max((p for p in self.policies if p.kind == kind and p.at <= at), key=lambda p: p.version)


@dataclass(frozen=True)
class Scene:
    """The whole demonstration, and the dice. The same moment gives the same history."""

    at: datetime
    dice: random.Random
    houses: tuple[House, ...]
    staff: dict[str, Staff]
    actors: dict[str, Actor]

    def jitter(self, low_s: float, high_s: float) -> timedelta:
        return timedelta(seconds=round(self.dice.uniform(low_s, high_s), 1))


def load_scene(*, at: datetime) -> Scene:
    staff = {person.username: person for person in Staff.objects.all()}
    houses = tuple(_house(client) for client in Client.objects.filter(code__in=CALLS).order_by("pk"))
    actors = {username: actor_of(person) for username, person in staff.items()}
    return Scene(at, random.Random(2018), houses, staff, actors)  # noqa: S311 - dice, not secrets


def _house(client: Client) -> House:
    contacts = tuple(Contact.objects.filter(client=client).select_related("site").prefetch_related("numbers"))
    groups = Group.objects.filter(client=None) | Group.objects.filter(client=client)
    return House(
        client=client,
        hotline=HotlineNumber.objects.get(client=client),
        contacts=contacts,
        numbers={contact.pk: next(n.number for n in contact.numbers.all()) for contact in contacts},
        equipment={e.code: e for e in Equipment.objects.filter(client=client).select_related("site")},
        stories=BY_CLIENT[client.code],
        groups={group.tier: group for group in groups},
        policies=tuple(Policy.objects.filter(client=client).order_by("at", "version")),
    )


def arrivals(scene: Scene) -> Iterator[tuple[datetime, House]]:
    """Yield when the phone rang for whom over the last three months, in order."""
    found = [(moment, house.client.code, house) for house in scene.houses for moment in _moments(scene, house)]
    yield from ((moment, house) for moment, _, house in sorted(found, key=lambda each: each[:2]))


def _moments(scene: Scene, house: House) -> list[datetime]:
    zone, code = ZoneInfo(house.client.timezone), house.client.code
    start = (scene.at - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
    slots = [start + timedelta(hours=n) for n in range(DAYS * 24)]
    weights = [_weight(code, slot.astimezone(zone), house.hours) for slot in slots]
    chosen = scene.dice.choices(slots, weights, k=CALLS[code])
    moments = (slot + scene.jitter(0, 3599) for slot in chosen)
    return [moment for moment in moments if moment < scene.at - LAST_CALL]


def _weight(code: str, local: datetime, hours: Hours) -> float:
    is_working = local.weekday() < 5 and local.date() not in hours.holidays
    shape = (_WORKING if is_working else _OTHER)[code][local.hour]
    monday = 1.25 if local.weekday() == 0 else 1.0
    closing = 1.5 if code == "logimetrie" and local.day >= 24 else 1.0  # payroll is closed at the end of the month
    return shape * monday * closing
