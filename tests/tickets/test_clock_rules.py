"""Service-level clocks: the worked cases, with exact dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.directory.rules import Hours
from vigie.tickets.rules.clocks import ServiceLevels, ServiceLevelsInvalid, Span, clock, due, elapsed
from vigie.tickets.rules.vocabulary import CommitmentKind, Criticality

PARIS = ZoneInfo("Europe/Paris")
DAY = [["08:30", "12:00"], ["13:30", "18:00"]]
CAL_A = {"week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)}
OFFICE = Hours.from_body(CAL_A, holidays=[date(2026, 5, 1)])
LEVELS = ServiceLevels()


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def span(start: str, end: str | None = None) -> Span:
    return Span(paris(start), paris(end) if end else None)


def target(level: str, kind: CommitmentKind) -> timedelta:
    return LEVELS.targets[Criticality(level), kind]


@pytest.mark.parametrize(
    ("level", "opened", "taken", "resolved"),
    [
        ("P3", "2026-03-06T17:30", "2026-03-09T09:00", "2026-03-10T17:30"),
        ("P3", "2026-03-10T12:30", "2026-03-10T14:30", "2026-03-12T12:00"),
        ("P3", "2026-03-08T03:00", "2026-03-09T09:30", "2026-03-10T18:00"),
        ("P1", "2026-04-30T17:00", "2026-04-30T17:15", "2026-05-04T11:30"),
    ],
)
def test_the_contract_is_counted_in_opening_hours(level: str, opened: str, taken: str, resolved: str) -> None:
    for kind, expected in ((CommitmentKind.TAKE_CHARGE, taken), (CommitmentKind.RESOLVE, resolved)):
        assert due(OFFICE, started_at=paris(opened), target=target(level, kind)) == paris(expected)


@pytest.mark.parametrize(
    ("pause", "expected"),
    [
        (span("2026-03-10T10:00", "2026-03-10T11:30"), "2026-03-10T15:30"),  # an hour and a half of work
        (span("2026-03-10T12:15", "2026-03-10T13:00"), "2026-03-10T14:00"),  # during lunch: nothing
    ],
)
def test_a_pause_adds_the_working_time_it_covers(pause: Span, expected: str) -> None:
    found = due(OFFICE, started_at=paris("2026-03-10T08:30"), target=timedelta(hours=4), pauses=[pause])

    assert found == paris(expected)


def test_a_pause_over_a_week_end_adds_two_working_hours_not_sixty_four() -> None:
    pause = span("2026-03-06T17:00", "2026-03-09T09:30")

    opened, goal = paris("2026-03-06T16:00"), timedelta(hours=4)

    assert due(OFFICE, started_at=opened, target=goal) == paris("2026-03-09T10:30")
    assert due(OFFICE, started_at=opened, target=goal, pauses=[pause]) == paris("2026-03-09T14:00")


def test_a_new_target_keeps_what_has_run_and_the_pauses() -> None:
    opened, pauses = paris("2026-03-10T08:30"), [span("2026-03-10T10:00", "2026-03-10T11:30")]

    before = due(OFFICE, started_at=opened, target=timedelta(hours=16), pauses=pauses)
    after = due(OFFICE, started_at=opened, target=timedelta(hours=4), pauses=pauses)

    assert before == paris("2026-03-12T10:00")
    assert after == paris("2026-03-10T15:30")


def test_an_open_pause_has_no_due_date_and_nothing_to_warn_of() -> None:
    found = clock(
        OFFICE, started_at=paris("2026-03-10T08:30"), target=timedelta(hours=4), pauses=[span("2026-03-10T10:00")]
    )

    assert (found.due_at, found.warn_at) == (None, None)


def test_a_pause_that_begins_after_the_deadline_does_not_move_it() -> None:
    found = due(
        OFFICE, started_at=paris("2026-03-10T08:30"), target=timedelta(hours=1), pauses=[span("2026-03-10T10:00")]
    )

    assert found == paris("2026-03-10T09:30")


def test_the_warning_comes_when_three_quarters_have_run() -> None:
    found = clock(OFFICE, started_at=paris("2026-03-10T11:00"), target=timedelta(hours=4))

    assert (found.warn_at, found.due_at) == (paris("2026-03-10T15:30"), paris("2026-03-10T16:30"))


def test_overlapping_pauses_count_once() -> None:
    pauses = [span("2026-03-10T09:00", "2026-03-10T10:00"), span("2026-03-10T09:30", "2026-03-10T10:30")]

    assert due(OFFICE, started_at=paris("2026-03-10T08:30"), target=timedelta(hours=1), pauses=pauses) == paris(
        "2026-03-10T11:00"
    )


def test_a_level_may_run_round_the_clock() -> None:
    levels = ServiceLevels.from_body({"round_the_clock": ["P1"], "targets": {"P1": {"resolve": 240}}})
    night = paris("2026-03-08T23:00")

    assert due(
        levels.hours_for(Criticality.P1, OFFICE), started_at=night, target=timedelta(hours=4)
    ) == night + timedelta(hours=4)
    assert levels.hours_for(Criticality.P2, OFFICE) is OFFICE


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"targets": {"P5": {"resolve": 10}}}, "unknown_code"),
        ({"targets": {"P1": {"dance": 10}}}, "unknown_code"),
        ({"targets": {"P1": {"resolve": 0}}}, "bad_target"),
        ({"targets": {"P1": {"resolve": "soon"}}}, "bad_target"),
        ({"targets": {"P1": {"resolve": 5, "take_charge": 10}}}, "resolved_before_taken"),
        ({"count_resolved_as": "dream"}, "unknown_code"),
    ],
)
def test_service_levels_that_make_no_sense_are_refused(body: dict[str, Any], reason: str) -> None:
    with pytest.raises(ServiceLevelsInvalid) as refused:
        ServiceLevels.from_body(body)

    assert refused.value.details["reason"] == reason


def test_service_levels_survive_being_written_down() -> None:
    levels = ServiceLevels.from_body({"round_the_clock": ["P1", "P2"], "targets": {"P4": {"resolve": 9999}}})

    assert ServiceLevels.from_body(levels.to_body()) == levels


OPENED = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
MINUTES = st.integers(0, 20 * 24 * 60)


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    pairs = draw(st.lists(st.tuples(MINUTES, MINUTES), max_size=4))
    return [Span(OPENED + timedelta(minutes=min(pair)), OPENED + timedelta(minutes=max(pair))) for pair in pairs]


@settings(deadline=None)
@given(st.integers(1, 80 * 60), spans())
def test_when_it_is_due_exactly_the_target_has_run(minutes: int, pauses: list[Span]) -> None:
    goal = timedelta(minutes=minutes)
    found = due(OFFICE, started_at=OPENED, target=goal, pauses=pauses)

    assert found is not None
    assert elapsed(OFFICE, started_at=OPENED, until=found, pauses=pauses) == goal


@settings(deadline=None)
@given(st.integers(1, 80 * 60), spans(), spans())
def test_one_more_pause_never_brings_the_deadline_forward(minutes: int, pauses: list[Span], more: list[Span]) -> None:
    goal = timedelta(minutes=minutes)
    few = due(OFFICE, started_at=OPENED, target=goal, pauses=pauses)
    many = due(OFFICE, started_at=OPENED, target=goal, pauses=pauses + more)

    assert few is not None and many is not None
    assert many >= few
