"""What codes are called on screen, and the sentences made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vigie.directory.labels import ENVIRONMENTS
from vigie.tickets.rules.fields import Fields
from vigie.tickets.rules.vocabulary import OWN_FIELD, FactValue

Label = str | Promise

FACTS: dict[str, Label] = {
    "type": _("Type of request"),
    "title": _("Title (the symptom, until you write one)"),
    "symptom": _("Symptom, in the caller's words"),
    "context": _("Context of occurrence"),
    "since": _("Since when"),
    "frequency": _("Frequency"),
    "environment": _("Environment"),
    "equipment": _("Equipment"),
    "site": _("Site"),
    "contact": _("Caller"),
    "affected": _("Who and what is affected"),
    "scope": _("Scope"),
    "consequence": _("Consequence on operations"),
    "safety": _("Danger to people"),
    "quality": _("Product quality or environment at stake"),
    "workaround": _("Another way to go on"),
    "workaround_how": _("Which way"),
    "perceived_urgency": _("Urgency as the caller feels it"),
    "equipment_weight": _("Weight of the equipment"),
    "called_before": _("Already called about this"),
    "attempt": _("An action tried, with its result"),
}

QUESTIONS: dict[str, Label] = {
    "type": _("What kind of request is it?"),
    "symptom": _("What do you see, exactly?"),
    "context": _("What was being done when it happened?"),
    "since": _("Since when?"),
    "frequency": _("Has it happened once, or does it come back?"),
    "environment": _("Which kind of system is it?"),
    "equipment": _("Which machine, line or application is concerned?"),
    "scope": _("Who else is concerned?"),
    "consequence": _("Can you still work?"),
    "safety": _("Is anybody in danger?"),
    "quality": _("Could a product or the environment be harmed?"),
    "workaround": _("Is there another way to go on meanwhile?"),
    "attempt": _("What has been tried, and what did it give?"),
}

TYPES: dict[str, Label] = {
    "technical_incident": _("Technical incident"),
    "anomaly": _("Anomaly"),
    "interruption": _("Service interruption"),
    "assistance": _("Functional assistance"),
    "out_of_perimeter": _("Out of perimeter"),
}

STATES: dict[str, Label] = {
    "open": _("Open"),
    "in_progress": _("In progress"),
    "waiting": _("Waiting"),
    "handed_over": _("Handed over"),
    "resolved": _("Resolved"),
    "closed": _("Closed"),
}

VALUES: dict[str, dict[str, Label]] = {
    "type": TYPES,
    "environment": ENVIRONMENTS,
    "perceived_urgency": {
        "low": pgettext_lazy("perceived urgency", "It can wait"),
        "normal": pgettext_lazy("perceived urgency", "Normal"),
        "high": pgettext_lazy("perceived urgency", "Urgent"),
        "blocking": pgettext_lazy("perceived urgency", "Blocking"),
    },
    "consequence": {
        "discomfort": _("Discomfort, work goes on"),
        "hindered": _("Operations hindered"),
        "stopped": _("Operations stopped"),
    },
    "scope": {
        "one_person": _("One person"),
        "several_people": _("Several people"),
        "department": _("A department"),
        "whole_site": _("The whole site"),
        "public": _("The public"),
    },
    "workaround": {
        "yes": _("Yes"),
        "partial": _("In part"),
        "no": _("No"),
    },
    "frequency": {
        "once": _("Once"),
        "sometimes": _("From time to time"),
        "often": _("Often"),
        "permanent": _("All the time"),
    },
    "safety": {"no": _("Nobody in danger"), "yes": _("Somebody in danger")},
    "quality": {"no": _("Not at stake"), "yes": _("At stake")},
    "called_before": {"no": _("First call"), "yes": _("Called before")},
    "equipment_weight": {
        "1": pgettext_lazy("weight of an equipment", "Minor"),
        "2": pgettext_lazy("weight of an equipment", "Normal"),
        "3": pgettext_lazy("weight of an equipment", "Important"),
        "4": pgettext_lazy("weight of an equipment", "Vital"),
    },
}

SOURCES: dict[str, Label] = {
    "caller": _("the caller"),
    "bot": _("the attendant"),
    "agent": _("an agent"),
    "monitoring": _("monitoring"),
    "expert": _("an expert"),
}

CLOSURE_CODES: dict[str, Label] = {
    "fixed": _("Repaired"),
    "workaround": _("Workaround in place"),
    "recovered_alone": _("Came back by itself"),
    "explained": _("Explained"),
    "shown_how": _("Shown how"),
    "passed_to_third_party": _("Passed to a third party"),
    "not_reproduced": _("Not reproduced"),
    "duplicate": _("Duplicate of another ticket"),
    "withdrawn": _("Withdrawn by the caller"),
}

ATTEMPT_RESULTS: dict[str, Label] = {
    "solved": _("It solved it"),
    "better": _("Better"),
    "no_effect": _("No effect"),
    "worse": _("Worse"),
    "not_possible": _("Could not be done"),
}

READ_BACK: dict[str, Label] = {"confirmed": _("Confirmed by the caller"), "corrected": _("Corrected by the caller")}
COMMITMENTS: dict[str, Label] = {"take_charge": _("Taking in charge"), "resolve": _("Resolution")}
PAUSE_REASONS: dict[str, Label] = {
    "caller": _("The caller must answer"),
    "third_party": _("A third party must act"),
    "planned_work": _("Planned work"),
    "parts": _("Spare parts"),
    "resolved": _("Was resolved"),
}
AWAITED: dict[str, Label] = {
    "caller": _("The caller"),
    "client": _("The client company"),
    "supplier": _("A supplier"),
    "technician": _("A technician"),
    "nobody": _("Nobody"),
}

LEVELS: dict[str, Label] = {
    "P1": _("P1 critical"),
    "P2": _("P2 high"),
    "P3": _("P3 medium"),
    "P4": _("P4 low"),
}

SIDES: dict[str, Label] = {"impact": _("Impact"), "urgency": _("Time pressure")}

TIMELINE: dict[str, Label] = {
    "ticket.opened": _("Ticket opened"),
    "ticket.call_attached": _("Call attached"),
    "ticket.qualified": _("Qualified: %(fact)s"),
    "ticket.taken": _("Taken in charge"),
    "ticket.paused": _("Clocks paused: %(reason)s"),
    "ticket.resumed": _("Clocks running again"),
    "ticket.resolved": _("Resolved: %(closure_code)s"),
    "ticket.reopened": _("Taken up again"),
    "ticket.closed": _("Closed"),
    "attempt.added": _("Tried: %(result)s"),
    "reformulation.answered": _("Read back: %(outcome)s"),
    "criticality.overridden": _("Criticality set by hand from %(before)s to %(after)s"),
    "criticality.override_lifted": _("Criticality computed again: %(after)s"),
    "commitment.warned": _("Three quarters of the time have run: %(kind)s"),
    "commitment.breached": _("Commitment not kept: %(kind)s"),
    "note.added": _("Note"),
    "handover.sent": _("Handed over"),
    "handover.accepted": _("Hand-over accepted"),
    "handover.asked": _("Question about the hand-over"),
    "handover.answered": _("Answer to the question"),
    "handover.refused": _("Hand-over refused"),
    "handover.lapsed": _("Hand-over not answered in time"),
    "handover.taken_back": _("Hand-over taken back"),
    "handover.completed": _("Hand-over completed"),
    "alert.settled": _("The supervisor decided"),
    "call.arrived": _("The call arrived"),
    "call.facts_learned": _("The attendant learned something"),
    "call.queued": _("The call was queued"),
    "call.taken": _("The call was taken"),
    "call.held": _("The call was put on hold"),
    "call.resumed": _("The call was taken off hold"),
    "call.ended": _("The call ended"),
    "call.wrapped": _("The wrap-up ended"),
}
ACTORS: dict[str, Label] = {
    "staff": _("A member of the staff"),
    "caller": _("The caller"),
    "callbot": _("The attendant"),
    "system": "vigie",
    "monitoring": _("Monitoring"),
}
NOTE_KINDS: dict[str, Label] = {
    "note": _("Internal note"),
    "reply": _("Reply to the caller"),
    "question": _("Question"),
    "answer": _("Answer"),
    "refusal": _("Refusal"),
}
_CODED: dict[str, dict[str, Label]] = {
    "reason": PAUSE_REASONS,
    "closure_code": CLOSURE_CODES,
    "result": ATTEMPT_RESULTS,
    "outcome": READ_BACK,
    "kind": COMMITMENTS,
}

FAULTS: dict[str, Label] = {
    "bad_points": _("These points are not whole numbers."),
    "ragged_matrix": _("Every row of the grid needs the same columns."),
    "matrix_goes_down": _("The grid must never go down to the right or downwards: more danger cannot count less."),
    "value_without_level": _("A value of the grid has no criticality."),
    "unknown_level": _("This criticality does not exist."),
    "danger_counts_less": _("A more dangerous answer cannot count less than a milder one."),
    "unknown_fact": _("This fact does not exist."),
    "unknown_value": _("This answer does not exist."),
    "unknown_code": _("This code does not exist."),
    "bad_target": _("A target is a whole number of minutes, from one minute to five years."),
    "resolved_before_taken": _("A ticket cannot be due for resolution before it is due to be taken in charge."),
    "code_twice": _("This code is used twice."),
    "bad_field": _("This field is not complete."),
    "bad_code": _("A code is made of small letters, digits and underscores, and begins with a letter."),
    "no_label": _("This field has no name."),
    "choices_and_kind_disagree": _("A list of choices goes with the kind “choice”, and only with it."),
    "too_long": _("This text is too long."),
    "not_a_choice": _("This is not one of the choices."),
    "not_a_number": _("This is not a number."),
    "not_a_date": _("This is not a date."),
}
FIELD_KINDS: dict[str, Label] = {
    "text": _("Text"),
    "number": _("Number with a unit"),
    "choice": _("Choice"),
    "date": _("Date"),
}


def in_language(labels: Mapping[str, str]) -> str:
    """Return the client's own words in the language of the screen, or else in the first one it gave."""
    language = (get_language() or "fr")[:2]
    return labels.get(language) or next(iter(labels.values()), "")


def fact_label(name: str, fields: Fields = Fields()) -> Label:  # noqa: B008  frozen
    """Return what a fact is called; `fields` name the client's own."""
    own = next((item for item in fields.own if item.name == name), None)
    return in_language(own.label) if own else FACTS.get(name, name.removeprefix(OWN_FIELD))


def fact_text(name: str, value: FactValue, fields: Fields = Fields()) -> Label:  # noqa: B008  frozen
    """Return how the value of a fact is written."""
    if value is None:
        return ""
    own = next((item for item in fields.own if item.name == name), None)
    if own and own.choices:
        return in_language(own.choices.get(str(value), {})) or str(value)
    if own and own.unit:
        return f"{value} {own.unit}"
    return VALUES.get(name, {}).get(str(value), str(value))


def attempt_result(code: str) -> Label:
    return ATTEMPT_RESULTS.get(code, code)


def question_text(name: str, fields: Fields = Fields()) -> Label:  # noqa: B008  frozen
    """Return the question that asks for a fact."""
    return QUESTIONS.get(name) or fact_label(name, fields)


def reason_sentence(reason: Mapping[str, Any]) -> str:
    """Return one step of the computation of a criticality, as a sentence."""
    fact, value = str(reason.get("fact", "")), str(reason.get("value", ""))
    names = {"fact": FACTS.get(fact, fact), "value": VALUES.get(fact, {}).get(value, value)}
    match reason.get("code"):
        case "points":
            points = int(reason.get("points", 0))
            side = SIDES.get(str(reason.get("axis")), "")
            if points == 0:
                return str(_("%(fact)s: %(value)s changes nothing.") % names)
            return str(
                _("%(fact)s: %(value)s moves %(side)s by %(points)s.")
                % {**names, "side": side, "points": f"{points:+d}"}
            )
        case "cell":
            level = LEVELS.get(str(reason.get("criticality")), "")
            cell = {"urgency": fact, "impact": value, "level": level}
            return str(
                _("In the client's grid, time pressure %(urgency)s and impact %(impact)s give %(level)s.") % cell
            )
        case "at_least":
            level = LEVELS.get(str(reason.get("criticality")), "")
            return str(_("%(fact)s: %(value)s makes it at least %(level)s.") % {**names, "level": level})
        case _:
            return str(_("Nothing is known yet."))


def timeline_sentence(code: str, facts: Mapping[str, Any], fields: Fields = Fields()) -> str:  # noqa: B008  frozen
    """Return what one journal entry says, as a sentence."""
    text = TIMELINE.get(code)
    if text is None:
        return code
    names: dict[str, Any] = {"fact": fact_label(str(facts.get("name", "")), fields)}
    for key, labels in _CODED.items():
        names[key] = labels.get(str(facts.get(key)), facts.get(key, ""))
    names |= {key: LEVELS.get(str(facts.get(key)), facts.get(key, "")) for key in ("before", "after")}
    return str(text) % names


def fault_sentence(details: Mapping[str, Any]) -> str:
    """Return why a setting or a value was refused."""
    text = str(FAULTS.get(str(details.get("reason")), details.get("reason", "")))
    where = str(details.get("where", ""))
    return f"{text} ({where})" if where else text


LIVE: Label = _("Not ended")
SORTS: dict[str, Label] = {
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "criticality": _("Most critical first"),
    "updated": _("Last changed first"),
}
CSV_TITLES: tuple[Label, ...] = (
    _("Number"),
    _("Client"),
    _("Title"),
    _("Type of request"),
    _("State"),
    _("Criticality"),
    _("Urgency as the caller feels it"),
    _("Place"),
    _("Assignee"),
    _("Opened at"),
)
