"""What the codes of a hand-over are called on screen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vigie.escalation.rules.words import AlertReason, AnswerSource, Motive, RefusalMotive, Settlement, State

MOTIVES: dict[str, Promise] = {
    Motive.SKILL: _("Another competence is needed"),
    Motive.PERIMETER: _("Outside what my level may do"),
    Motive.ACCESS: _("My level has no access to it"),
    Motive.DURATION: _("The time given to my level is used up"),
    Motive.RECURRENCE: _("It keeps coming back: the cause has to be looked for"),
    Motive.REQUESTED: _("The client asks for the expert"),
    Motive.EMERGENCY: _("Emergency: danger or stopped operations"),
    Motive.RETURN: _("Done at my level: back to who speaks with the caller"),
}

REFUSALS: dict[str, Promise] = {
    RefusalMotive.INCOMPLETE: _("Something needed to work on it is missing"),
    RefusalMotive.CONTRADICTORY: _("The facts do not fit together"),
    RefusalMotive.NOT_TRIED: _("A known measure of your level was not tried"),
    RefusalMotive.OTHER_GROUP: _("Another group has this competence"),
    RefusalMotive.OUT_OF_CONTRACT: _("No group of ours may do this"),
    RefusalMotive.ALREADY_TREATED: _("Another ticket or problem covers it"),
}

STATES: dict[str, Promise] = {
    State.WAITING: _("Waits for an answer"),
    State.LAPSED: _("Not answered in time"),
    State.ACCEPTED: _("Accepted"),
    State.REFUSED: _("Refused"),
    State.TAKEN_BACK: _("Taken back"),
}

ALERTS: dict[str, Promise] = {
    AlertReason.NO_ANSWER: _("Nobody answered this hand-over in time"),
    AlertReason.LOOP: _("Two groups have sent this ticket back twice"),
    AlertReason.EMERGENCY_INCOMPLETE: _("An emergency left before it was complete"),
}

SETTLEMENTS: dict[str, Promise] = {
    Settlement.SEEN: _("Seen, I deal with it"),
    Settlement.SENDER_KEEPS: _("It stays with its sender"),
    Settlement.MAY_SEND_AGAIN: _("It may be sent again"),
}

SOURCES: dict[str, Promise] = {
    AnswerSource.CALLER: _("I asked the caller"),
    AnswerSource.CLIENT: _("I asked somebody else at the client"),
    AnswerSource.SITE: _("Looked at on site"),
    AnswerSource.KNOWN: _("I knew it"),
}

TIERS: dict[int, str] = {1: "N1", 2: "N2", 3: "N3"}
