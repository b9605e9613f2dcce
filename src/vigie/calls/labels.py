"""What codes are called on screen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise

OUTCOMES: dict[str, Label] = {
    "answered": _("Answered"),
    "abandoned_in_bot": _("Left during the welcome"),
    "short_abandon": _("Left in the first seconds"),
    "abandoned": _("Left while waiting"),
    "closed": _("Hotline closed"),
    "overflow": _("Waited too long"),
    "leave_empty": _("Nobody logged in"),
    "callback": _("Asked to be called back"),
    "attached": _("Counted with a known incident"),
    "unknown_number": _("Unknown number dialled"),
    "technical_refused": _("No common sound format"),
    "lost_with_node": _("Lost with the telephone exchange"),
    "fallback_answered": _("Answered by the fallback numbers"),
    "fallback_exhausted": _("Fallback numbers did not answer"),
}

STATES: dict[str, Label] = {
    "arriving": _("Arriving"),
    "bot": _("With the attendant"),
    "queued": _("Waiting"),
    "ringing": _("Ringing"),
    "talking": _("On a call"),
    "held": _("On hold"),
    "rejoining": _("Agent coming back"),
    "leaving": _("Last message"),
    "fallback": _("On the fallback numbers"),
    "ended": _("Ended"),
}

STAKES: dict[int, Label] = {
    1: _("Operations not touched"),
    2: _("Not known yet"),
    3: _("Operations hindered"),
    4: _("Operations stopped or danger"),
}

AWAY_REASONS: dict[str, Label] = {
    "break": _("Break"),
    "lunch": _("Meal"),
    "meeting": _("Meeting"),
    "training": _("Training"),
    "tickets": _("Written work"),
    "other": _("Other reason"),
    "rona": _("Did not pick up"),
    "microphone": _("Microphone unavailable"),
    "audio_lost": _("Audio lost"),
    "no_heartbeat": _("Page closed or asleep"),
    "taken_over": _("Signed in elsewhere"),
}

NOTICES: dict[str, Label] = {
    "caller_left": _("The caller has hung up."),
}

HANDOFF_REASONS: dict[str, Label] = {
    "completed": _("Everything was asked"),
    "asked": _("Asked for a person"),
    "operations_stopped": _("Operations have stopped"),
    "emergency": _("Somebody may be in danger"),
    "distress": _("The caller is in distress"),
    "bot_failed": _("The attendant did not understand"),
    "silent": _("The caller said nothing"),
    "language_unknown": _("Language the attendant does not speak"),
}

FACTS: dict[str, Label] = {
    "language": _("Language"),
    "recording_refused": _("Refuses recording"),
    "incident": _("Known incident"),
    "site": _("Site"),
    "equipment": _("Equipment"),
    "contact": _("Caller"),
    "code": _("Code typed"),
    "topic": _("About"),
    "description": _("In the caller's words"),
    "impact": _("Operations"),
    "danger": _("Danger"),
    "called_before": _("Called before"),
    "callback": _("Wants a call-back"),
}

VALUES: dict[tuple[str, str], Label] = {
    ("topic", "incident"): _("Something does not work"),
    ("topic", "assistance"): _("Help in using something"),
    ("topic", "follow_up"): _("An earlier request"),
    ("topic", "other"): _("Something else"),
    ("impact", "stopped"): _("Stopped"),
    ("impact", "hindered"): _("Hindered"),
    ("impact", "unaffected"): _("Not touched"),
}

YES_NO: dict[str, Label] = {"yes": _("Yes"), "no": _("No")}

PROPOSALS: dict[str, Label] = {
    "abandoned": _("Left before an answer"),
    "asked": _("Asked to be called back"),
    "leave_empty": _("Nobody was logged in"),
    "overflow": _("Waited too long"),
    "closed": _("Hotline closed"),
    "lost_with_node": _("Cut off with the telephone exchange"),
}

CONSENTS: dict[str, Label] = {
    "none": _("Not recorded"),
    "noticed": _("Recorded, the caller was told"),
    "asked": _("Not recorded: the caller has not answered"),
    "accepted": _("Recorded with the caller's consent"),
    "refused": _("Not recorded: the caller refused"),
}


STEPS: dict[str, Label] = {
    "call.arrived": _("Arrived"),
    "call.unknown_number": _("Dialled a number that belongs to nobody"),
    "call.facts_learned": _("Answered the attendant"),
    "call.queued": _("Entered the queue"),
    "call.offered": _("Rang an agent"),
    "call.taken": _("Answered"),
    "call.rejected": _("Left to somebody else"),
    "call.rung_in_vain": _("The agent did not pick up"),
    "call.offer_withdrawn": _("The agent could not answer any more"),
    "call.held": _("Put on hold"),
    "call.resumed": _("Taken back from hold"),
    "call.held_by_caller": _("Put on hold by the caller"),
    "call.resumed_by_caller": _("Taken back by the caller"),
    "call.agent_lost": _("The agent's sound was lost"),
    "call.rejoined": _("The agent was back"),
    "call.diverted": _("Nobody could take it: the client's settings were followed"),
    "call.callback_taken": _("Chose to be called back"),
    "callback.proposed": _("Put on the list of call-backs"),
    "callback.done": _("Called back"),
    "call.last_resort_rung": _("A number of last resort was rung"),
    "call.last_resort_answered": _("A number of last resort answered"),
    "call.fallback": _("The exchange acted by itself"),
    "call.command_failed": _("The exchange could not do what was asked"),
    "call.recorded": _("A recording was kept"),
    "recording.heard": _("A recording was listened to"),
    "recording.deleted": _("A recording was deleted"),
    "queue.put_first": _("Put first in the queue by a supervisor"),
    "queue.taken_out": _("Told by a supervisor's choice that somebody will call back"),
    "call.ended": _("Ended"),
    "call.wrapped": _("The agent finished writing"),
}

SENTENCES: dict[str, Label] = {
    "greeting": _("Greeting"),
    "closed": _("When the hotline is closed"),
    "no_agent": _("When nobody can take the call"),
    "goodbye": _("Goodbye"),
}


COLUMNS: tuple[Label, ...] = (
    _("Arrived"),
    _("Client"),
    _("Number"),
    _("Caller"),
    _("Site"),
    _("Equipment"),
    _("Language"),
    _("At stake"),
    _("Agent"),
    _("Outcome"),
    _("Waited (s)"),
    _("Talked (s)"),
    _("On hold (s)"),
)


def value_of(name: str, value: object) -> Label:
    """Return what a fact says in words; free text and numbers as they are."""
    text = str(value)
    return VALUES.get((name, text)) or YES_NO.get(text, text)
