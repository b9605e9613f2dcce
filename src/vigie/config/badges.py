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
    "critical": Badge("red", "alert-octagon", _("Critical")),
    "high": Badge("orange", "alert-triangle", _("High")),
    "medium": Badge("yellow", "alert-circle", _("Medium")),
    "low": Badge("azure", "info-circle", _("Low")),
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
    "bot": Badge("azure", "robot", _("With the attendant")),
    "in_bot": Badge("azure", "robot", _("With the attendant")),
    "queued": Badge("yellow", "hourglass", _("Waiting")),
    "waiting": Badge("yellow", "hourglass", _("Waiting")),
    "held": Badge("yellow", "player-pause", _("On hold")),
    "on_hold": Badge("yellow", "player-pause", _("On hold")),
    "ended": Badge("secondary", "phone-off", _("Ended")),
    # tickets
    "open": Badge("blue", "circle-dot", _("Open")),
    "in_progress": Badge("blue", "progress", _("In progress")),
    "escalated": Badge("purple", "transfer-out", _("Handed over")),
    "resolved": Badge("green", "circle-check", _("Resolved")),
    "closed": Badge("secondary", "lock", _("Closed")),
    # hand-overs
    "sent": Badge("blue", "send", _("Sent")),
    "asked": Badge("yellow", "message-question", _("Question asked")),
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
