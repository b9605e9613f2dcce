"""The shape of one story."""

from __future__ import annotations

from dataclasses import dataclass

from vigie.escalation.rules.words import RefusalMotive
from vigie.tickets.rules.vocabulary import (
    AttemptResult,
    ClosureCode,
    Consequence,
    Frequency,
    PerceivedUrgency,
    Scope,
    TicketType,
    Workaround,
    YesNo,
)

INCIDENT, ANOMALY, INTERRUPTION, ASSISTANCE, OUTSIDE = TicketType
SOLVED, BETTER, NO_EFFECT, WORSE, NOT_POSSIBLE = AttemptResult
DISCOMFORT, HINDERED, STOPPED = Consequence
ONE, SEVERAL, DEPARTMENT, SITE, PUBLIC = Scope
ONCE, SOMETIMES, OFTEN, PERMANENT = Frequency
LOW, USUAL, HIGH, BLOCKING = PerceivedUrgency
BYPASS, PARTLY, NO_WAY = Workaround
NO, YES = YesNo


@dataclass(frozen=True, slots=True)
class Refusal:
    """How the next level sent it back the first time, in its own words."""

    motive: RefusalMotive
    words: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    One kind of request. Texts may name {n}, {hour}, {lot}, {degrees}, {days}; of several, one is drawn.

    `tier` is the level that settled it. `share` is how often it comes, compared with the others of its client.
    """

    equipment: str
    type: TicketType
    symptoms: tuple[str, ...]
    contexts: tuple[str, ...]
    affected: str
    consequence: Consequence
    scope: Scope
    workaround: Workaround
    frequency: Frequency
    felt: PerceivedUrgency
    tried: tuple[tuple[str, AttemptResult], ...]
    closure: ClosureCode
    cause: str
    solution: str
    workaround_how: str = ""
    tier: int = 1
    share: int = 2
    safety: YesNo = NO
    quality: YesNo = NO
    language: str = "fr"
    refusal: Refusal | None = None
