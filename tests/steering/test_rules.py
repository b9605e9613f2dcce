"""What the wallboard's figures mean."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vigie.steering.rules import HourBar, by_hour, drawn, percent, usual_days

TUESDAY = date(2026, 3, 10)


def test_a_day_is_compared_with_the_same_weekday() -> None:
    assert usual_days(TUESDAY) == tuple(TUESDAY - timedelta(days=7 * week) for week in (1, 2, 3, 4))


def test_what_is_usual_is_the_mean_of_the_days_that_are_known() -> None:
    arrivals = {(TUESDAY, 9): 7, (date(2026, 3, 3), 9): 4, (date(2026, 2, 24), 9): 2}

    nine = by_hour(arrivals, today=TUESDAY, known_since=date(2026, 2, 20))[9]

    assert nine == HourBar(9, today=7, usual=3.0)


def test_a_known_day_without_a_call_counts_as_zero() -> None:
    arrivals = {(date(2026, 3, 3), 9): 4}

    assert by_hour(arrivals, today=TUESDAY, known_since=date(2026, 1, 1))[9].usual == 1.0


def test_nothing_is_usual_on_the_first_day() -> None:
    assert all(bar.usual is None for bar in by_hour({}, today=TUESDAY, known_since=None))


@given(st.lists(st.integers(0, 500), min_size=24, max_size=24))
def test_bars_stay_in_the_drawing_and_keep_their_order(numbers: list[int]) -> None:
    strokes = drawn(tuple(HourBar(hour, number, None) for hour, number in enumerate(numbers)), width=480, height=80)

    assert all(0 <= stroke.y <= 80 and abs(stroke.y + stroke.height - 80) < 0.05 for stroke in strokes)
    assert all(one.right <= other.x for one, other in pairwise(strokes))
    assert sorted(numbers) == [stroke.today for stroke in sorted(strokes, key=lambda stroke: stroke.height)]


def test_a_share_is_rounded_down_so_that_100_means_all() -> None:
    assert [percent(share) for share in (None, 0, 0.999, 1)] == ["—", "0\u202f%", "99\u202f%", "100\u202f%"]
