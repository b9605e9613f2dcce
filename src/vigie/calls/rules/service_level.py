"""Figures of a queue, each with its name: the same calls give different percentages, so the formula is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One call's stay in the queue. `answered` False means that the caller left."""

    waited_s: float
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """
    `of_answered` is answered in time / answered. `of_all` is (answered in time + left in time) / (answered + left).

    None when nothing can be divided. Short abandons are counted apart and enter neither figure.
    Source: Asterisk app_queue, ServicelevelPerf and ServicelevelPerf2.
    """

    answered: int
    abandoned: int
    short_abandoned: int
    of_answered: float | None
    of_all: float | None


def service_level(stays: Iterable[Stay], *, within_s: float, short_abandon_s: float) -> ServiceLevel:
    """Return both service levels of `stays`; leaving before `short_abandon_s` is a short abandon."""
    stays = list(stays)
    answered = [stay for stay in stays if stay.answered]
    left = [stay for stay in stays if not stay.answered and stay.waited_s >= short_abandon_s]
    in_time = sum(stay.waited_s <= within_s for stay in answered)
    left_in_time = sum(stay.waited_s <= within_s for stay in left)
    return ServiceLevel(
        answered=len(answered),
        abandoned=len(left),
        short_abandoned=len(stays) - len(answered) - len(left),
        of_answered=in_time / len(answered) if answered else None,
        of_all=(in_time + left_in_time) / (len(answered) + len(left)) if answered or left else None,
    )
