"""The words of a hand-over. Stored as they are; translated in `labels`."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Tier(IntEnum):
    N1 = 1
    N2 = 2
    N3 = 3


class Motive(StrEnum):
    """Why a ticket is handed over."""

    SKILL = "skill"  # another competence is needed
    PERIMETER = "perimeter"  # outside what the sender's tier may do
    ACCESS = "access"  # the sender's tier cannot reach the equipment or the system
    DURATION = "duration"  # the time the client's contract gives this tier is used up
    RECURRENCE = "recurrence"  # it keeps coming back: the cause has to be looked for
    REQUESTED = "requested"  # the client asks for the expert
    EMERGENCY = "emergency"  # safety or production: it goes first and is completed after
    RETURN = "return"  # done at this tier: back to the one that speaks with the caller


class RefusalMotive(StrEnum):
    """Why a hand-over is refused."""

    INCOMPLETE = "incomplete"  # something needed to work on it is missing
    CONTRADICTORY = "contradictory"  # the facts do not fit together
    NOT_TRIED = "not_tried"  # a known measure of the sender's tier was not tried
    OTHER_GROUP = "other_group"  # another group has this competence
    OUT_OF_CONTRACT = "out_of_contract"  # no group of the operator may do this
    ALREADY_TREATED = "already_treated"  # another ticket or problem covers it


class State(StrEnum):
    """Where a hand-over stands. `lapsed` was not answered by its due time; it still can be."""

    WAITING = "waiting"
    LAPSED = "lapsed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


OPEN = (State.WAITING, State.LAPSED)


class AlertReason(StrEnum):
    """Why a supervisor is told (hierarchical escalation)."""

    NO_ANSWER = "no_answer"
    LOOP = "loop"
    EMERGENCY_INCOMPLETE = "emergency_incomplete"


class Settlement(StrEnum):
    """What the supervisor decided on an alert."""

    SEEN = "seen"
    SENDER_KEEPS = "sender_keeps"
    MAY_SEND_AGAIN = "may_send_again"


class AnswerSource(StrEnum):
    """Where the answer to a question between tiers came from."""

    KNOWN = "known"  # the one who answers knew it
    CALLER = "caller"  # the caller was asked
    CLIENT = "client"  # somebody else at the client was asked
    SITE = "site"  # looked at on site
