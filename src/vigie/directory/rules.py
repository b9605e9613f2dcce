"""
Opening hours, and working time counted inside them. Pure: the dates of public holidays are passed in.

The body of an `hours` policy, every key optional (nothing at all means open day and night)::

    {"timezone": "Europe/Paris",
     "always": false,
     "week": {"mon": [["08:30", "12:00"], ["13:30", "18:00"]], "tue": …},
     "holidays": {"country": "FR", "subdivision": "57"},
     "holiday_dates": ["2026-05-15"],
     "days": {"2026-12-24": [["08:30", "12:00"]], "2026-08-10": []}}

`days` are exceptional: they replace the week and the holidays on their date; an empty list closes it. An instant is
open when the clock on the wall of `timezone` shows a time within a slot, so an hour that daylight saving skips is not
worked and an hour it repeats is worked twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vigie.errors import Invalid, Refused

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON_YEARS = 30
MINUTES_A_DAY = 24 * 60

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_SECOND = 1_000_000
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


class HoursInvalid(Invalid):
    """These opening hours cannot be used. `reason` and `where` say why and on which day."""

    code = "hours_invalid"


class NeverOpens(Refused):
    """No opening long enough lies within thirty years."""

    code = "never_opens"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A stretch of one day in minutes after local midnight, `[start, end)`; 1440 is the end of the day."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}–{_clock(self.end)}"


WHOLE_DAY = (Slot(0, MINUTES_A_DAY),)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a hotline is open. Instants go in and come out in UTC."""

    timezone: str = "Europe/Paris"
    week: tuple[tuple[Slot, ...], ...] = (WHOLE_DAY,) * 7
    holidays: frozenset[date] = frozenset()
    days: frozenset[tuple[date, tuple[Slot, ...]]] = frozenset()
    always: bool = field(default=False, compare=False)

    DEFAULT: ClassVar[Hours]

    @classmethod
    def from_body(
        cls, body: Mapping[str, Any], *, timezone: str = "Europe/Paris", holidays: Iterable[date] = ()
    ) -> Hours:
        """
        Read a policy body. `timezone` holds when the body names none; `holidays` join the body's own dates.

        Raises: HoursInvalid.
        """
        zone = str(body.get("timezone") or timezone)
        _check_zone(zone)
        always = bool(body.get("always", not body.get("week") and not body.get("days")))
        days = frozenset(
            (_date(day, "days"), _slots(slots, day)) for day, slots in dict(body.get("days") or {}).items()
        )
        if always:
            return cls(timezone=zone, days=days, always=True)
        week = dict(body.get("week") or {})
        unknown = set(week) - set(DAYS)
        if unknown:
            raise HoursInvalid(reason="bad_day", where=min(unknown))
        slots = tuple(_slots(week.get(day, ()), day) for day in DAYS)
        if not any(slots) and not any(opening for _, opening in days):
            raise HoursInvalid(reason="never_open", where="week")
        own = {_date(day, "holiday_dates") for day in body.get("holiday_dates") or ()}
        return cls(timezone=zone, week=slots, holidays=frozenset(holidays) | own, days=days)

    def to_body(self) -> dict[str, Any]:
        """Return a body that `from_body` reads back to the same hours, every holiday spelt out."""
        return {
            "timezone": self.timezone,
            "always": self.always,
            "week": {day: _texts(slots) for day, slots in zip(DAYS, self.week, strict=True)},
            "holiday_dates": [day.isoformat() for day in sorted(self.holidays)],
            "days": {day.isoformat(): _texts(slots) for day, slots in sorted(self.days)},
        }

    def slots_on(self, day: date) -> tuple[Slot, ...]:
        """Return the local opening slots of one date."""
        for exceptional, slots in self.days:
            if exceptional == day:
                return slots
        return () if day in self.holidays else self.week[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        tick = _ticks(at)
        start, end = next(_openings(self, tick), (tick + 1, tick + 1))
        return start <= tick < end

    def next_opening(self, at: datetime) -> datetime:
        """
        Return `at` itself when it is open, else the next instant that is.

        Raises: NeverOpens.
        """
        tick = _ticks(at)
        for start, _ in _openings(self, tick):
            return _instant(max(start, tick))
        raise NeverOpens

    def add_working(self, start: datetime, length: timedelta) -> datetime:
        """
        Return the instant at which `length` of opening time has passed since `start`.

        Raises: NeverOpens.
        """
        cursor, left = _ticks(start), length // _TICK
        if left <= 0:
            return start
        for opening, end in _openings(self, cursor):
            begin = max(opening, cursor)
            if end - begin >= left:
                return _instant(begin + left)
            left -= end - begin
        raise NeverOpens

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much of `[start, end)` is opening time; nothing when `end` is not after `start`."""
        first, last, total = _ticks(start), _ticks(end), 0
        if last <= first:
            return timedelta()
        for opening, closing in _openings(self, first):
            if opening >= last:
                break
            total += min(closing, last) - max(opening, first)
        return total * _TICK


Hours.DEFAULT = Hours(always=True)


def _openings(hours: Hours, since: int) -> Iterator[tuple[int, int]]:
    """Yield the opening periods that end after `since`, in ticks, for as far as the horizon goes."""
    year = _instant(since).astimezone(ZoneInfo(hours.timezone)).year
    for offset in range(HORIZON_YEARS + 1):
        periods, ends = _year(hours, year + offset)
        first = bisect_right(ends, since) if offset == 0 else 0
        yield from periods[first:] if first else periods


@lru_cache(maxsize=512)
def _year(hours: Hours, year: int) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the opening periods of one local year in ticks, and their ends alone."""
    zone, special = ZoneInfo(hours.timezone), dict(hours.days)
    periods: list[tuple[int, int]] = []
    first, last = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    offset = _offset_at_midnight(first, zone)
    for ordinal in range(first, last):
        after = _offset_at_midnight(ordinal + 1, zone)
        day = date.fromordinal(ordinal)
        slots = special.get(day)
        if slots is None:
            slots = () if day in hours.holidays else hours.week[(ordinal + 6) % 7]
        if slots:
            midnight = (ordinal - 719_163) * 86_400
            if offset == after:
                periods += [
                    ((midnight + slot.start * 60 - offset) * _SECOND, (midnight + slot.end * 60 - offset) * _SECOND)
                    for slot in slots
                ]
            else:
                periods += _on_day_of_change(slots, midnight, before=offset, after=after, zone=zone)
        offset = after
    return periods, [end for _, end in periods]


def _on_day_of_change(
    slots: tuple[Slot, ...], midnight: int, *, before: int, after: int, zone: ZoneInfo
) -> list[tuple[int, int]]:
    """Cut the slots of a day whose clocks change: each side of the change is read with its own offset."""
    low, high = midnight - before, midnight + 86_400 - after
    change = bisect_left(range(low, high), 1, key=lambda second: int(_offset(second, zone) != before)) + low
    periods = []
    for begin, end, offset in ((low, change, before), (change, high, after)):
        for slot in slots:
            start = max(begin, midnight + slot.start * 60 - offset)
            stop = min(end, midnight + slot.end * 60 - offset)
            if start < stop:
                periods.append((start * _SECOND, stop * _SECOND))
    return periods


def _offset_at_midnight(ordinal: int, zone: ZoneInfo) -> int:
    offset = datetime.fromordinal(ordinal).replace(tzinfo=zone).utcoffset()
    assert offset is not None
    return offset.days * 86_400 + offset.seconds


def _offset(second: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(second, zone).utcoffset()
    assert offset is not None
    return offset.days * 86_400 + offset.seconds


def _ticks(at: datetime) -> int:
    return (at - _EPOCH) // _TICK


def _instant(ticks: int) -> datetime:
    return _EPOCH + ticks * _TICK


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise HoursInvalid(reason="bad_timezone", where=name) from error


def _date(text: object, where: str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise HoursInvalid(reason="bad_date", where=f"{where}: {text}") from error


def _slots(texts: Iterable[Iterable[str]], where: str) -> tuple[Slot, ...]:
    slots = tuple(sorted(_slot(pair, where) for pair in texts))
    for earlier, later in pairwise(slots):
        if later.start < earlier.end:
            raise HoursInvalid(reason="overlap", where=where, slots=f"{earlier}, {later}")
    return slots


def _slot(pair: Iterable[str], where: str) -> Slot:
    try:
        start, end = (_minutes(text) for text in pair)
    except (TypeError, ValueError) as error:
        raise HoursInvalid(reason="bad_time", where=where) from error
    if end <= start:
        raise HoursInvalid(reason="ends_before_it_starts", where=where, slots=str(Slot(start, end)))
    return Slot(start, end)


def _minutes(text: str) -> int:
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise ValueError(text)
    return int(text[:2]) * 60 + int(text[3:])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _texts(slots: tuple[Slot, ...]) -> list[list[str]]:
    return [[_clock(slot.start), _clock(slot.end)] for slot in slots]
