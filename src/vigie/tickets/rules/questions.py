"""The next useful question: what is missing, and what its answer would change. It proposes, it never blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vigie.tickets.rules.criticality import Assessment
from vigie.tickets.rules.handover_needs import missing_for
from vigie.tickets.rules.vocabulary import Facts, is_known

EQUIPMENT = "equipment"


class Why(StrEnum):
    """What an answer would change."""

    SYMPTOM_FIRST = "symptom_first"
    CRITICALITY = "criticality"
    HANDOVER = "handover"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Question:
    """`name` is the fact asked for; `lowest` and `highest` what the criticality could still become."""

    name: str
    why: Why
    lowest: str = ""
    highest: str = ""


def next_questions(
    facts: Facts, *, assessment: Assessment, attempts: int, needs: Iterable[str] = ()
) -> tuple[Question, ...]:
    """Return the open questions, the one whose answer would change most first."""
    questions: dict[str, Question] = {}
    if not is_known(facts, "symptom"):
        questions["symptom"] = Question("symptom", Why.SYMPTOM_FIRST)
    for fact in assessment.missing:
        name = EQUIPMENT if fact == "equipment_weight" else fact
        span = (assessment.lowest.value, assessment.highest.value)
        questions.setdefault(name, Question(name, Why.CRITICALITY, *span))
    for name in missing_for(facts, attempts=attempts, needs=needs):
        questions.setdefault(name, Question(name, Why.HANDOVER))
    if not is_known(facts, "type"):
        questions["type"] = Question("type", Why.TYPE)
    return tuple(questions.values())
