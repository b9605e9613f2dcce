"""Opening hours as typed on their screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vigie.directory.calendars import holiday_dates
from vigie.directory.opening import Unreadable, read_slots, write_slots
from vigie.directory.rules import DAYS, Hours, HoursInvalid

BLANK_LINES = 3


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    day: str = ""
    slots: str = ""
    label: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class HoursTyped:
    """
    The screen as it was typed. `errors` are codes of `labels.HOURS_FAULTS` by day, or by "week" for the whole.
    """

    timezone: str
    is_always: bool
    days: Mapping[str, str]
    country: str
    subdivision: str
    exceptions: tuple[ExceptionLine, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def typed_from_body(body: Mapping[str, Any], *, timezone: str) -> HoursTyped:
    """Return the screen that shows `body`; a client that settled nothing starts from an empty week in France."""
    wanted = body.get("holidays") or {} if body else {"country": "FR"}
    labels = body.get("labels") or {}
    week = body.get("week") or {}
    lines = [
        ExceptionLine(day, write_slots(slots), labels.get(day, ""))
        for day, slots in sorted((body.get("days") or {}).items())
    ]
    return HoursTyped(
        timezone=body.get("timezone") or timezone,
        is_always=bool(body) and bool(body.get("always", not week and not body.get("days"))),
        days={day: write_slots(week.get(day, [])) for day in DAYS},
        country=str(wanted.get("country") or ""),
        subdivision=str(wanted.get("subdivision") or ""),
        exceptions=tuple(lines),
    )


def typed_from_post(post: Mapping[str, str]) -> HoursTyped:
    """Return the screen as it was sent. `post` is single-valued: `mon`…, `always`, `country`, `exception-0-day`…"""
    lines = []
    for place in range(200):
        if f"exception-{place}-day" not in post:
            break
        parts = (post.get(f"exception-{place}-{name}", "").strip() for name in ("day", "slots", "label"))
        lines.append(ExceptionLine(*parts))
    return HoursTyped(
        timezone=post.get("timezone", "").strip(),
        is_always=post.get("always") == "yes",
        days={day: post.get(day, "").strip() for day in DAYS},
        country=post.get("country", ""),
        subdivision=post.get("subdivision", ""),
        exceptions=tuple(line for line in lines if line.day or line.slots or line.label),
    )


def read_hours(typed: HoursTyped, *, year: int) -> tuple[dict[str, Any], Hours | None, dict[str, str]]:
    """Return (policy body, the hours it means, errors by day, by exception's place or by "week")."""
    errors: dict[str, str] = {}
    week = {day: _slots(typed.days[day], day, errors) for day in DAYS}
    days: dict[str, list[list[str]]] = {}
    for place, line in enumerate(typed.exceptions):
        try:
            days[date.fromisoformat(line.day).isoformat()] = _slots(line.slots, f"exception-{place}", errors)
        except ValueError:
            errors[f"exception-{place}"] = "bad_date"
    holidays = {"country": typed.country, "subdivision": typed.subdivision} if typed.country else {}
    body: dict[str, Any] = {
        "timezone": typed.timezone,
        "always": typed.is_always,
        "week": week,
        "holidays": holidays,
        "days": days,
        "labels": {line.day: line.label for line in typed.exceptions if line.day in days and line.label},
    }
    return (body, None, errors) if errors else (body, *_meaning(body, year=year))


def _meaning(body: dict[str, Any], *, year: int) -> tuple[Hours | None, dict[str, str]]:
    wanted = body["holidays"]
    try:
        closed = holiday_dates(wanted["country"], wanted["subdivision"], year - 1, year + 2) if wanted else ()
        return Hours.from_body(body, holidays=closed), {}
    except HoursInvalid as error:
        where = str(error.details.get("where", ""))
        return None, {where if where in DAYS else "week": str(error.details.get("reason", "bad_time"))}


def _slots(text: str, where: str, errors: dict[str, str]) -> list[list[str]]:
    try:
        return read_slots(text)
    except Unreadable:
        errors[where] = "bad_time"
        return []
