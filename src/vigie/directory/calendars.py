"""A client's opening hours with the public holidays of its country filled in."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache

import holidays

from vigie.directory.models import Client, PolicyKind
from vigie.directory.queries import policy_body
from vigie.directory.rules import Hours, HoursInvalid

YEARS_AHEAD = 12
LOCAL_LAW = {("FR", name): "57" for name in ("67", "68", "6AE", "Alsace", "Moselle", "Alsace-Moselle")}


def hours_of(client: Client, *, at_year: int, subdivision: str = "") -> tuple[int, Hours]:
    """
    Return (version, hours) in force for a client; `subdivision` is that of the site concerned, when it has its own.

    Raises: HoursInvalid.
    """
    version, body = policy_body(client.pk, PolicyKind.HOURS)
    return version, _hours(json.dumps(body, sort_keys=True), client.timezone, subdivision, at_year)


@lru_cache(maxsize=1024)
def _hours(body_text: str, timezone: str, subdivision: str, year: int) -> Hours:
    body = json.loads(body_text)
    wanted = body.get("holidays") or {}
    country = str(wanted.get("country") or "")
    if not country:
        return Hours.from_body(body, timezone=timezone)
    days = holiday_dates(country, subdivision or str(wanted.get("subdivision") or ""), year - 1, year + YEARS_AHEAD)
    return Hours.from_body(body, timezone=timezone, holidays=days)


@lru_cache(maxsize=256)
def holiday_dates(country: str, subdivision: str, first_year: int, last_year: int) -> frozenset[date]:
    """
    Return the public holidays of a country, and of one of its subdivisions ("Alsace-Moselle", "57", "BY").

    Raises: HoursInvalid (no such country or subdivision).
    """
    subdivision = LOCAL_LAW.get((country, subdivision), subdivision)
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=range(first_year, last_year + 1))
    except NotImplementedError as error:
        raise HoursInvalid(reason="unknown_holidays", where=f"{country} {subdivision}".strip()) from error
    return frozenset(found)
