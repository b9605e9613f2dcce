"""The colour and the icon of every state shown on a screen. The words come with them: never colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Badge:
    colour: str
    icon: str
    label: str | Promise


CRITICALITIES: dict[str, Badge] = {
    "p1": Badge("red", "alert-octagon", _("P1 critical")),
    "p2": Badge("orange", "alert-triangle", _("P2 high")),
    "p3": Badge("yellow", "alert-circle", _("P3 medium")),
    "p4": Badge("azure", "info-circle", _("P4 low")),
    "unknown": Badge("secondary", "help-circle", _("Not assessed yet")),
}

STATES: dict[str, Badge] = {
    # agents
    "available": Badge("green", "circle-check", _("Available")),
    "ringing": Badge("blue", "phone-ringing", _("Ringing")),
    "talking": Badge("blue", "phone-call", _("On a call")),
    "wrap_up": Badge("purple", "notes", _("Wrap-up")),
    "away": Badge("yellow", "coffee", _("Away")),
    "offline": Badge("secondary", "power", _("Signed off")),
    # calls
    "arriving": Badge("azure", "phone-incoming", _("Arriving")),
    "bot": Badge("azure", "robot", _("With the attendant")),
    "queued": Badge("yellow", "hourglass", _("Waiting")),
    "held": Badge("yellow", "player-pause", _("On hold")),
    "rejoining": Badge("orange", "refresh", _("Agent coming back")),
    "leaving": Badge("secondary", "phone-outgoing", _("Last message")),
    "ended": Badge("secondary", "phone-off", _("Ended")),
    # tickets
    "open": Badge("blue", "circle-dot", _("Open")),
    "in_progress": Badge("blue", "progress", _("In progress")),
    "waiting": Badge("yellow", "hourglass", _("Waiting")),
    "handed_over": Badge("purple", "transfer-out", _("Handed over")),
    "resolved": Badge("green", "circle-check", _("Resolved")),
    "closed": Badge("secondary", "lock", _("Closed")),
    # hand-overs
    "lapsed": Badge("orange", "clock-exclamation", _("Not answered in time")),
    "accepted": Badge("green", "check", _("Accepted")),
    "refused": Badge("red", "ban", _("Refused")),
    "taken_back": Badge("secondary", "arrow-back-up", _("Taken back")),
    # clocks
    "running": Badge("green", "clock", _("Running")),
    "paused": Badge("secondary", "clock-pause", _("Paused")),
    "at_risk": Badge("orange", "clock-exclamation", _("At risk")),
    "late": Badge("red", "alarm", _("Overdue")),
    "met": Badge("green", "checks", _("Met")),
    "unknown": Badge("secondary", "help-circle", _("Unknown")),
}
