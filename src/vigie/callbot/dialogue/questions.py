"""What is asked, when, in which words, and how an answer is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vigie.callbot import understand
from vigie.callbot.dialogue.messages import Fact
from vigie.callbot.dialogue.state import State
from vigie.callbot.ports import Expects
from vigie.callbot.prompts import Prompt, invitations, prompt, speaks, spell
from vigie.callbot.script import Question, Recording, Script, WhenClosed
from vigie.callbot.understand import Reading

_YES_NO = {"1": "yes", "2": "no"}
_TOPICS = {"1": "incident", "2": "assistance", "3": "follow_up", "4": "other"}
_IMPACTS = {"1": "stopped", "2": "hindered", "3": "unaffected"}

# Out of hours only urgency matters; a caller who may be called back also says who and what for.
_ASKED_WHEN_CLOSED = {
    WhenClosed.MESSAGE: {Question.LANGUAGE, Question.CONSENT, Question.INCIDENT, Question.IMPACT, Question.DANGER},
    WhenClosed.CALLBACK: set(Question) - {Question.DESCRIPTION, Question.CALLED_BEFORE},
}


@dataclass(frozen=True, slots=True)
class _Kind:
    """The fact a question is after, the kind of answer, and what each key means."""

    fact: Fact
    expects: Expects
    keys: Mapping[str, str]


KINDS: Mapping[Question, _Kind] = {
    Question.LANGUAGE: _Kind(Fact.LANGUAGE, Expects.CHOICE, {}),
    Question.CONSENT: _Kind(Fact.RECORDING_REFUSED, Expects.YES_NO, {"1": "no", "2": "yes"}),
    Question.INCIDENT: _Kind(Fact.INCIDENT, Expects.YES_NO, _YES_NO),
    Question.PLACE: _Kind(Fact.SITE, Expects.YES_NO, _YES_NO),
    Question.CODE: _Kind(Fact.CODE, Expects.DIGITS, {}),
    Question.TOPIC: _Kind(Fact.TOPIC, Expects.CHOICE, _TOPICS),
    Question.DESCRIPTION: _Kind(Fact.DESCRIPTION, Expects.FREE, {"#": "", "*": ""}),
    Question.IMPACT: _Kind(Fact.IMPACT, Expects.CHOICE, _IMPACTS),
    Question.DANGER: _Kind(Fact.DANGER, Expects.YES_NO, _YES_NO),
    Question.CALLED_BEFORE: _Kind(Fact.CALLED_BEFORE, Expects.YES_NO, _YES_NO),
    Question.CALLBACK: _Kind(Fact.CALLBACK, Expects.YES_NO, _YES_NO),
}


def next_question(state: State, script: Script) -> Question | None:
    """Return the first question not settled that makes sense for this call, None when there is none left."""
    return next((q for q in Question if q not in state.settled and _applies(q, state, script)), None)


def languages_on_offer(script: Script) -> tuple[str, ...]:
    """Return the languages a caller can choose: those we can at least invite people to in their own words."""
    return tuple(language for language in script.languages if speaks(language) or language in invitations())


def keys(question: Question, script: Script) -> Mapping[str, str]:
    """Return what each key means for `question`."""
    if question is Question.LANGUAGE:
        return {str(rank): language for rank, language in enumerate(languages_on_offer(script)[:8], start=1)}
    return KINDS[question].keys


def wording(question: Question, state: State, script: Script, *, again: bool = False) -> tuple[Prompt, ...]:
    """Return the prompts that put `question`; `again` rephrases it and shows the keys."""
    start, language = ("again" if again else "ask"), state.language
    if question is Question.LANGUAGE:
        return _language_menu(script) if not again else (prompt("again_language", language), *_language_menu(script))
    if question is Question.PLACE:
        return (_place_wording(start, language, script),)
    return (prompt(f"{start}_{question}", language),)


def read(question: Question, text: str, state: State, script: Script) -> Reading | None:
    """Return what `text` answers to `question`, in the values of its keys; None when unclear."""
    language = state.language
    if question is Question.DESCRIPTION:
        return Reading("", 1.0, text)  # the words themselves are kept whatever they say
    if question is Question.LANGUAGE:
        asked = understand.language_asked(text)
        reading = Reading(asked, 0.9, text) if asked in script.languages and asked else None
    elif question is Question.TOPIC:
        reading = understand.topic(text, language=language)
    elif question is Question.IMPACT:
        reading = understand.impact(text, language=language)
    elif question is Question.DANGER:
        reading = understand.danger(text, language=language)
    elif KINDS[question].expects is Expects.YES_NO:
        reading = _agreement(question, text, language)
    else:
        return None
    return _spoken_key(question, text, state, script) or reading


def _applies(question: Question, state: State, script: Script) -> bool:
    if script.ends_when_closed and question not in _ASKED_WHEN_CLOSED[script.when_closed]:
        return False
    place_known = script.site is not None or script.equipment is not None
    topic = state.value(Fact.TOPIC)
    match question:
        case Question.LANGUAGE:
            return len(languages_on_offer(script)) > 1 and script.caller_language not in script.languages
        case Question.CONSENT:
            return script.recording is Recording.ASK
        case Question.INCIDENT:
            return script.incident is not None and script.incident.may_attach
        case Question.PLACE:
            return question in script.questions and place_known
        case Question.CODE:
            found = state.value(Fact.SITE) or state.value(Fact.EQUIPMENT)
            return question in script.questions and not found and (not place_known or Question.PLACE in state.settled)
        case Question.DESCRIPTION:
            return question in script.questions and script.ears and not state.value(Fact.DESCRIPTION)
        case Question.IMPACT:
            return question in script.questions or script.ends_when_closed
        case Question.DANGER:
            return (question in script.questions and topic != "assistance") or script.ends_when_closed
        case Question.CALLED_BEFORE:
            return question in script.questions and not state.value(Fact.CALLED_BEFORE)
        case Question.CALLBACK:
            return script.ends_when_closed
        case Question.TOPIC:
            return question in script.questions


def _language_menu(script: Script) -> tuple[Prompt, ...]:
    menu = keys(Question.LANGUAGE, script)
    return tuple(prompt("choose_language", language, key=spell(key, language)) for key, language in menu.items())


def _place_wording(start: str, language: str, script: Script) -> Prompt:
    site, equipment = script.site, script.equipment
    if site is not None and equipment is not None:
        return prompt(f"{start}_place_both", language, site=site.name, equipment=equipment.name)
    if site is not None:
        return prompt(f"{start}_place_site", language, site=site.name)
    return prompt(f"{start}_place_equipment", language, equipment=equipment.name if equipment else "")


def _agreement(question: Question, text: str, language: str) -> Reading | None:
    reading = understand.yes_or_no(text, language=language)
    if reading is None or question is not Question.CONSENT:
        return reading
    # The question is "do you agree", the fact is "refused".
    refused = "no" if reading.value == "yes" else "yes"
    return Reading(refused, reading.confidence, reading.words, reading.language)


def _spoken_key(question: Question, text: str, state: State, script: Script) -> Reading | None:
    pressed = understand.key(text, language=state.language)
    value = keys(question, script).get(pressed) if pressed else None
    return Reading(value, 0.9, text, state.language) if value else None
