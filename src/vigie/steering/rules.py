"""What the wallboard's figures mean. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

HOURS = 24
WEEKS = 4  # of the same weekday: enough to be usual, few enough to follow a season


class QueueMotive(StrEnum):
    """Why a supervisor changes the order of a queue."""

    CONTEXT = "context"  # something known here makes it graver than it looks
    LONG_WAIT = "long_wait"
    CLIENT_ASKS = "client_asks"
    CAPACITY = "capacity"  # more calls than people
    WRONG_PLACE = "wrong_place"  # meant for somebody else


@dataclass(frozen=True, slots=True)
class HourBar:
    """Calls that arrived in one hour of today, and how many usually do; None while no such day is known."""

    hour: int
    today: int
    usual: float | None


def usual_days(today: date) -> tuple[date, ...]:
    """Return the days that `today` is compared with: the same weekday of the last weeks."""
    return tuple(today - timedelta(weeks=week) for week in range(1, WEEKS + 1))


def by_hour(arrivals: Mapping[tuple[date, int], int], *, today: date, known_since: date | None) -> tuple[HourBar, ...]:
    """
    Compare the arrivals of today, hour by hour, with those of the same weekday before.

    `arrivals` counts by (local day, hour). Days before `known_since` say nothing; a known day without a call says zero.
    """
    days = [day for day in usual_days(today) if known_since is not None and day >= known_since]
    return tuple(
        HourBar(
            hour,
            arrivals.get((today, hour), 0),
            sum(arrivals.get((day, hour), 0) for day in days) / len(days) if days else None,
        )
        for hour in range(HOURS)
    )


@dataclass(frozen=True, slots=True)
class Stroke:
    """One drawn hour, in the units of the drawing: a bar for today, a tick for what is usual."""

    hour: int
    x: float
    width: float
    y: float
    height: float
    usual_y: float | None
    today: int
    usual: float | None

    @property
    def right(self) -> float:
        return round(self.x + self.width, 2)

    @property
    def is_named(self) -> bool:
        """Say whether the hour is written below: every fourth one is enough to read the others."""
        return self.hour % 4 == 0


def drawn(bars: tuple[HourBar, ...], *, width: float, height: float) -> tuple[Stroke, ...]:
    """Place the bars in a drawing of `width` by `height`; the highest of all figures fills it."""
    top = max([1.0, *(float(bar.today) for bar in bars), *(bar.usual for bar in bars if bar.usual is not None)])
    step = width / len(bars)
    return tuple(
        Stroke(
            hour=bar.hour,
            x=round(place * step + step * 0.1, 2),
            width=round(step * 0.8, 2),
            y=round(height - height * bar.today / top, 2),
            height=round(height * bar.today / top, 2),
            usual_y=None if bar.usual is None else round(height - height * bar.usual / top, 2),
            today=bar.today,
            usual=bar.usual,
        )
        for place, bar in enumerate(bars)
    )


def percent(share: float | None) -> str:
    """Return a share as whole percents, rounded down so that 100 means all of them; a dash for nothing to divide."""
    return "—" if share is None else f"{int(share * 100)}\u202f%"
