"""Opening hours: working time counted inside them, to the second, over holidays and daylight saving."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.directory.calendars import holiday_dates
from vigie.directory.rules import Hours, HoursInvalid, NeverOpens, Slot

PARIS = ZoneInfo("Europe/Paris")
DAY = [["08:30", "12:00"], ["13:30", "18:00"]]
CAL_A = {"week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)}
OFFICE = Hours.from_body(CAL_A, holidays=holiday_dates("FR", "", 2025, 2032))
ROUND_THE_CLOCK = Hours.from_body({"always": True})


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("opened", "hours", "due"),
    [
        ("2026-03-06T17:30", 1, "2026-03-09T09:00"),  # Friday evening
        ("2026-03-06T17:30", 16, "2026-03-10T17:30"),
        ("2026-03-10T12:30", 1, "2026-03-10T14:30"),  # during lunch
        ("2026-03-08T03:00", 1, "2026-03-09T09:30"),  # Sunday night
        ("2026-04-30T17:00", 4, "2026-05-04T11:30"),  # 1 May, then a week-end
    ],
)
def test_time_is_counted_in_opening_hours_only(opened: str, hours: int, due: str) -> None:
    assert OFFICE.add_working(paris(opened), timedelta(hours=hours)) == paris(due)


@pytest.mark.parametrize(
    ("opened", "due"), [("2026-03-29T00:30", "2026-03-29T05:30"), ("2026-10-25T01:30", "2026-10-25T04:30")]
)
def test_four_real_hours_stay_four_when_the_clocks_change(opened: str, due: str) -> None:
    assert ROUND_THE_CLOCK.add_working(paris(opened), timedelta(hours=4)) == paris(due)


def test_the_clock_starts_at_the_next_opening() -> None:
    assert OFFICE.next_opening(paris("2026-03-10T12:30")) == paris("2026-03-10T13:30")
    assert OFFICE.next_opening(paris("2026-03-08T03:00")) == paris("2026-03-09T08:30")
    assert OFFICE.next_opening(paris("2026-03-09T09:00")) == paris("2026-03-09T09:00")


def test_a_slot_is_open_at_its_start_and_closed_at_its_end() -> None:
    assert OFFICE.is_open(paris("2026-03-09T08:30"))
    assert not OFFICE.is_open(paris("2026-03-09T12:00"))
    assert not OFFICE.is_open(paris("2026-05-01T10:00"))


def test_no_time_passes_backwards() -> None:
    assert OFFICE.working_between(paris("2026-03-09T09:01"), paris("2026-03-09T09:00")) == timedelta()


def test_an_exceptional_day_replaces_the_week_and_the_holiday() -> None:
    body = {**CAL_A, "days": {"2026-05-01": [["09:00", "11:00"]], "2026-05-04": []}}
    hours = Hours.from_body(body, holidays=[date(2026, 5, 1)])

    assert hours.add_working(paris("2026-04-30T17:00"), timedelta(hours=4)) == paris("2026-05-05T09:30")


def test_alsace_and_moselle_have_holidays_of_their_own() -> None:
    expected = _published("public_holidays_alsace_moselle.csv", 2008, 2031)

    for name in ("57", "67", "68", "Alsace-Moselle"):
        assert holiday_dates("FR", name, 2008, 2031) == expected


# In 2006 and 2007 Whit Monday was the day of solidarity: the library leaves it out, the published table does not.
def test_the_holidays_of_france_are_the_published_ones() -> None:
    assert holiday_dates("FR", "", 2008, 2031) == _published("public_holidays_fr.csv", 2008, 2031, zone="Métropole")


def _published(name: str, first: int, last: int, zone: str = "") -> frozenset[date]:
    path = next(
        (parent / "shared/data/calendar" / name for parent in Path(__file__).parents if (parent / "shared").is_dir()),
        None,
    )
    if path is None:
        pytest.skip("the published calendars are kept beside the checkout, not in it")
    with path.open() as lines:
        rows = [row for row in csv.DictReader(lines) if not zone or zone in row["zones"].split("|")]
    days = {date.fromisoformat(row["date"]) for row in rows}
    return frozenset(day for day in days if first <= day.year <= last)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"week": {"mon": [["08:00", "12:00"], ["11:00", "13:00"]]}}, "overlap"),
        ({"week": {"mon": [["12:00", "08:00"]]}}, "ends_before_it_starts"),
        ({"week": {"mon": [["12:00", "12:00"]]}}, "ends_before_it_starts"),
        ({"week": {"mon": [["8h", "12:00"]]}}, "bad_time"),
        ({"week": {"mon": [["08:00"]]}}, "bad_time"),
        ({"week": {"monday": DAY}}, "bad_day"),
        ({"week": {"mon": []}}, "never_open"),
        ({"always": False}, "never_open"),
        ({"timezone": "Europe/Nowhere"}, "bad_timezone"),
        ({"always": True, "days": {"24/12": []}}, "bad_date"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_a_reason(body: dict[str, Any], reason: str) -> None:
    with pytest.raises(HoursInvalid) as refused:
        Hours.from_body(body)

    assert refused.value.details["reason"] == reason


def test_unknown_holidays_are_refused() -> None:
    with pytest.raises(HoursInvalid):
        holiday_dates("FR", "Atlantis", 2026, 2026)


def test_a_whole_day_is_a_slot_like_any_other() -> None:
    hours = Hours.from_body({"week": {"sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}})

    assert hours.slots_on(date(2026, 3, 7)) == (Slot(0, 1440),)
    assert hours.add_working(paris("2026-03-06T12:00"), timedelta(hours=49)) == paris("2026-03-14T01:00")


def test_hours_whose_only_openings_are_past_say_so() -> None:
    hours = Hours.from_body({"always": False, "days": {"2026-01-05": [["08:00", "09:00"]]}})

    with pytest.raises(NeverOpens):
        hours.next_opening(paris("2026-02-01T00:00"))
    with pytest.raises(NeverOpens):
        hours.add_working(paris("2026-01-01T00:00"), timedelta(hours=2))


def test_a_target_of_five_years_of_opening_hours_has_a_due_date() -> None:
    start, target = paris("2026-03-09T08:30"), timedelta(days=5 * 365)

    due = OFFICE.add_working(start, target)

    assert due.year == 2047
    assert OFFICE.working_between(start, due) == target


def test_sixty_days_of_closure_are_passed_over() -> None:
    closed = {(date(2026, 6, 1) + timedelta(days=n)).isoformat(): [] for n in range(60)}
    hours = Hours.from_body({**CAL_A, "days": closed})

    assert hours.next_opening(paris("2026-06-01T09:00")) == paris("2026-07-31T08:30")


def test_hours_survive_being_written_down() -> None:
    hours = Hours.from_body({**CAL_A, "days": {"2026-05-02": [["09:00", "24:00"]]}}, holidays=[date(2026, 5, 1)])

    assert Hours.from_body(hours.to_body()) == hours
    assert Hours.from_body(Hours.DEFAULT.to_body()) == Hours.DEFAULT


ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana"])
QUARTERS = st.integers(0, 95)


@st.composite
def calendars(draw: st.DrawFn) -> Hours:
    """Return hours of quarter-hour slots, several a day, with holidays near the days on which clocks change."""
    week = {}
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        bounds = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
        week[day] = [[_text(start), _text(end)] for start, end in zip(bounds[::2], bounds[1::2], strict=False)]
    week["wed"] = week["wed"] or [["02:00", "03:00"]]
    days = draw(st.sets(st.dates(date(2026, 3, 5), date(2026, 4, 10)), max_size=5))
    return Hours.from_body({"timezone": draw(ZONES), "week": week}, holidays=days)


def _text(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


NEAR_CHANGE = st.datetimes(datetime(2026, 3, 6), datetime(2026, 4, 6)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def _open_by_the_wall(hours: Hours, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(hours.timezone))
    minute = local.hour * 60 + local.minute
    return any(slot.start <= minute < slot.end for slot in hours.slots_on(local.date()))


@settings(max_examples=60, deadline=None)
@given(calendars(), NEAR_CHANGE, st.integers(1, 60 * 60))
def test_working_time_agrees_with_a_clock_read_every_minute(hours: Hours, start: datetime, minutes: int) -> None:
    start = start.replace(second=0, microsecond=0)
    instants = [start + timedelta(minutes=n) for n in range(minutes)]
    worked = sum(_open_by_the_wall(hours, at) for at in instants)

    assert hours.working_between(start, start + timedelta(minutes=minutes)) == timedelta(minutes=worked)
    assert [hours.is_open(at) for at in instants[::17]] == [_open_by_the_wall(hours, at) for at in instants[::17]]


@settings(max_examples=100, deadline=None)
@given(calendars(), NEAR_CHANGE, st.integers(1, 100 * 3600))
def test_a_due_date_is_exactly_its_target_away(hours: Hours, start: datetime, seconds: int) -> None:
    target = timedelta(seconds=seconds)
    due = hours.add_working(start, target)

    assert hours.working_between(start, due) == target
    assert hours.is_open(due - timedelta(microseconds=1))


def test_one_more_holiday_never_brings_any_of_ten_thousand_due_dates_forward() -> None:
    luck, cases = Random(4), 0
    for _ in range(100):
        bounds = sorted(luck.sample(range(97), 6))
        slots = [[_text(start), _text(end)] for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
        week = {day: slots for day in ("mon", "tue", "wed", "thu", "fri", "sat") if luck.random() < 0.8}
        hours = Hours.from_body({"week": week or {"sun": slots}})
        holiday = date(2026, 3, 5) + timedelta(days=luck.randrange(90))
        more = Hours(hours.timezone, hours.week, frozenset([holiday]))
        for _ in range(100):
            start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=luck.randrange(90 * 86_400))
            target = timedelta(seconds=luck.randrange(60 * 3600))
            cases += more.add_working(start, target) >= hours.add_working(start, target)

    assert cases == 10_000
