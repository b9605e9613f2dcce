"""Opening hours as an administrator writes them, and as the screen draws them. Pure, but for the names of holidays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import holidays as calendars_of_the_world

from vigie.directory.rules import DAYS, MINUTES_A_DAY, Hours, Slot

_PERIOD = re.compile(
    r"(\d{1,2})\s*(?:[:h.]\s*(\d{2})?)?\s*(?:-|–|—|à|to|>)\s*(\d{1,2})\s*(?:[:h.]\s*(\d{2})?)?", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s,;/+]|\bet\b|\band\b", re.IGNORECASE)
OFFICE = "08:30-12:00 13:30-18:00"


class Unreadable(Exception):
    """This text does not say from when to when."""


def read_slots(text: str) -> list[list[str]]:
    """
    Return the openings written in `text` as pairs of times: "8h30-12h, 13h30-18h" as well as "08:30-12:00 13:30-18:00".

    Raises: Unreadable.
    """
    if _BETWEEN.sub("", _PERIOD.sub("", text)):
        raise Unreadable
    return [[_time(m[1], m[2]), _time(m[3], m[4])] for m in _PERIOD.finditer(text)]


def write_slots(slots: list[list[str]]) -> str:
    return " ".join(f"{start}-{end}" for start, end in slots)


def _time(hours: str, minutes: str | None) -> str:
    return f"{int(hours):02}:{minutes or '00'}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One opening drawn on a day; both in percent of twenty-four hours."""

    left: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class DayStrip:
    """`why` names the holiday or the exceptional day, if it is one."""

    day: date
    bars: tuple[Bar, ...]
    why: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not like its week day. `slots` empty: closed."""

    day: date
    why: str
    slots: tuple[str, ...]


def strips(body: Mapping[str, Any], hours: Hours, *, first: date, days: int, language: str) -> list[DayStrip]:
    """Return how the hotline opens from `first` on, one strip for each day."""
    names = special_names(body, years=(first.year, first.year + 1), language=language)
    return [
        DayStrip(day, tuple(_bar(slot) for slot in hours.slots_on(day)), names.get(day, ""), day == first)
        for day in (first + timedelta(offset) for offset in range(days))
    ]


def special_days(
    body: Mapping[str, Any], hours: Hours, *, first: date, language: str, most: int = 12
) -> list[SpecialDay]:
    """Return the coming days that the holidays or an exception change, over a year."""
    names = special_names(body, years=(first.year, first.year + 1), language=language)
    found = []
    for day in sorted(names):
        slots = tuple(str(slot) for slot in hours.slots_on(day))
        usual = tuple(str(slot) for slot in hours.week[day.weekday()])
        if first <= day <= first + timedelta(366) and (slots != usual or day.isoformat() in (body.get("days") or {})):
            found.append(SpecialDay(day, names[day], slots))
    return found[:most]


def special_names(body: Mapping[str, Any], *, years: tuple[int, ...], language: str) -> dict[date, str]:
    """Return what each holiday and each exceptional day of `body` is called."""
    names: dict[date, str] = {}
    wanted = body.get("holidays") or {}
    if wanted.get("country") and not body.get("always"):
        names |= holiday_names(wanted["country"], wanted.get("subdivision") or "", years=years, language=language)
    labels = body.get("labels") or {}
    return names | {date.fromisoformat(day): labels.get(day, "") for day in body.get("days") or {}}


def holiday_names(country: str, subdivision: str, *, years: tuple[int, ...], language: str) -> dict[date, str]:
    """Return the public holidays of a country by date, named in `language` where the calendar can."""
    known = getattr(calendars_of_the_world, country, None)
    spoken = getattr(known, "supported_languages", ())
    wanted = next((code for code in spoken if code.split("_")[0] == language), None)
    code = "57" if (country, subdivision) == ("FR", "Alsace-Moselle") else subdivision
    return dict(calendars_of_the_world.country_holidays(country, subdiv=code or None, years=years, language=wanted))


def empty_week() -> dict[str, list[list[str]]]:
    return {day: [] for day in DAYS}


def _bar(slot: Slot) -> Bar:
    return Bar(
        round(100 * slot.start / MINUTES_A_DAY, 2),
        round(100 * (slot.end - slot.start) / MINUTES_A_DAY, 2),
        str(slot),
    )
