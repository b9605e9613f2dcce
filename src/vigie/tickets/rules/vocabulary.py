"""The words of a ticket: codes only, from the least to the most dangerous wherever there is an order."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

FactValue = str | int | float | bool | None
Facts = Mapping[str, FactValue]


class TicketType(StrEnum):
    """What the request is. Assistance is as legitimate as an incident."""

    TECHNICAL_INCIDENT = "technical_incident"
    ANOMALY = "anomaly"
    INTERRUPTION = "interruption"
    ASSISTANCE = "assistance"
    OUT_OF_PERIMETER = "out_of_perimeter"


class TicketState(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    RESOLVED = "resolved"
    CLOSED = "closed"


LIVE_STATES = (TicketState.OPEN, TicketState.IN_PROGRESS, TicketState.WAITING, TicketState.HANDED_OVER)


class Criticality(StrEnum):
    """ITIL's priority: P1 is the gravest. Computed from facts, never from how urgent it feels."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    @property
    def gravity(self) -> int:
        """Return 4 for P1 down to 1 for P4."""
        return 5 - int(self.value[1])


class PerceivedUrgency(StrEnum):
    """How urgent the caller feels it is, in four steps. Kept as said; never an input of the criticality."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    BLOCKING = "blocking"


class Consequence(StrEnum):
    DISCOMFORT = "discomfort"
    HINDERED = "hindered"
    STOPPED = "stopped"


class Scope(StrEnum):
    ONE_PERSON = "one_person"
    SEVERAL_PEOPLE = "several_people"
    DEPARTMENT = "department"
    WHOLE_SITE = "whole_site"
    PUBLIC = "public"


class Workaround(StrEnum):
    YES = "yes"
    PARTIAL = "partial"
    NO = "no"


class Frequency(StrEnum):
    ONCE = "once"
    SOMETIMES = "sometimes"
    OFTEN = "often"
    PERMANENT = "permanent"


class YesNo(StrEnum):
    NO = "no"
    YES = "yes"


class Source(StrEnum):
    """Who a fact comes from."""

    CALLER = "caller"
    BOT = "bot"
    AGENT = "agent"
    MONITORING = "monitoring"
    EXPERT = "expert"


class ClosureCode(StrEnum):
    """How a ticket ended. None of them blames the caller: a difficulty of use is a request like any other."""

    FIXED = "fixed"
    WORKAROUND = "workaround"
    RECOVERED_ALONE = "recovered_alone"
    EXPLAINED = "explained"
    SHOWN_HOW = "shown_how"
    PASSED_TO_THIRD_PARTY = "passed_to_third_party"
    NOT_REPRODUCED = "not_reproduced"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


class AttemptResult(StrEnum):
    SOLVED = "solved"
    BETTER = "better"
    NO_EFFECT = "no_effect"
    WORSE = "worse"
    NOT_POSSIBLE = "not_possible"


class ReadBack(StrEnum):
    """What the caller said when the agent read the reformulation back."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


class CommitmentKind(StrEnum):
    TAKE_CHARGE = "take_charge"
    RESOLVE = "resolve"


class PauseReason(StrEnum):
    CALLER = "caller"
    THIRD_PARTY = "third_party"
    PLANNED_WORK = "planned_work"
    PARTS = "parts"
    RESOLVED = "resolved"


class Awaited(StrEnum):
    CALLER = "caller"
    CLIENT = "client"
    SUPPLIER = "supplier"
    TECHNICIAN = "technician"
    NOBODY = "nobody"


class NoteKind(StrEnum):
    """What a written line of the timeline is. Only a reply is meant for the caller's eyes."""

    NOTE = "note"
    REPLY = "reply"
    QUESTION = "question"
    ANSWER = "answer"
    REFUSAL = "refusal"


# Facts with an order: from harmless to dangerous. More danger never lowers the criticality.
DANGER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "safety": tuple(YesNo),
        "quality": tuple(YesNo),
        "consequence": tuple(Consequence),
        "scope": tuple(Scope),
        "workaround": tuple(Workaround),
        "frequency": tuple(Frequency),
        "equipment_weight": ("1", "2", "3", "4"),
    }
)

TEXT_FACTS = ("symptom", "context", "since", "affected", "workaround_how")
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "type": tuple(TicketType),
        "perceived_urgency": tuple(PerceivedUrgency),
        "called_before": tuple(YesNo),
        "environment": ("it", "software", "industrial", "pharmaceutical", "infrastructure", "connected_service"),
        **{name: values for name, values in DANGER.items() if name != "equipment_weight"},
    }
)
REFERENCES = ("site", "equipment", "contact")
OWN_FIELD = "own."


def is_known(facts: Facts, name: str) -> bool:
    """Tell whether `name` has been answered: an empty text is not an answer."""
    value = facts.get(name)
    return value is not None and (not isinstance(value, str) or bool(value.strip()))
