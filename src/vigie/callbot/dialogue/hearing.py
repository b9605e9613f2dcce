"""Speech: what must bring a human comes first, then the language, then the answer."""

from __future__ import annotations

from dataclasses import replace

from vigie.callbot import understand
from vigie.callbot.dialogue import questions
from vigie.callbot.dialogue.answers import take
from vigie.callbot.dialogue.messages import Fact, Heard, Learned, Reason, Source
from vigie.callbot.dialogue.state import Ending, State
from vigie.callbot.dialogue.steps import Step, answer, learn, miss, put, speak, to_human
from vigie.callbot.prompts import speaks
from vigie.callbot.script import Question, Script

_MOST_SWITCHES = 3
_A_STORY = 5  # words


def hear(state: State, heard: Heard, script: Script) -> Step:
    """Take one turn of speech. A turn without words is a silence."""
    if not understand.plain(heard.text):
        return miss(state, script, because="not_heard") if _listening(state) else Step(state)
    state = replace(state, answered_by_key=False)
    urgent = _urgent(state, heard, script)
    if urgent is not None:
        return urgent
    if not _listening(state) or state.question is None:
        return Step(state)
    if state.question is Question.CODE and understand.without_code(heard.text, language=state.language):
        return answer(state, script)
    if state.question is not Question.LANGUAGE:
        asked = understand.language_asked(heard.text)
        if asked is not None and asked != state.language:
            return _switch(state, asked, heard, script)
    return _answer_or_miss(state, state.question, heard, script)


def _listening(state: State) -> bool:
    return state.question is not None and state.ending is Ending.NONE and not state.looking_up


def _urgent(state: State, heard: Heard, script: Script) -> Step | None:
    """Return the step to a human when the words ask for one or must bring one, however doubtful the recogniser is."""
    text, angry = heard.text, understand.anger(heard.text) is not None
    threat = understand.threat(text)
    if threat is not None:
        learned = Learned(Fact.DANGER, "yes", text, Source.SPEECH, threat.confidence * heard.confidence)
        return _learned_to_human(state, learned, Reason.EMERGENCY, script, angry=angry)
    if understand.distress(text) is not None:
        return to_human(state, Reason.DISTRESS, script, angry=angry)
    if angry or understand.wants_human(text) is not None:
        return to_human(state, Reason.ASKED, script, angry=angry)
    stopped = understand.stopped(text)
    if stopped is not None:
        learned = Learned(Fact.IMPACT, "stopped", text, Source.SPEECH, stopped.confidence * heard.confidence)
        return _learned_to_human(state, learned, Reason.STOPPED, script)
    return None


def _learned_to_human(state: State, learned: Learned, reason: Reason, script: Script, *, angry: bool = False) -> Step:
    step = to_human(learn(state, learned), reason, script, angry=angry)
    return Step(step.state, (learned, *step.outputs))


def _answer_or_miss(state: State, question: Question, heard: Heard, script: Script) -> Step:
    reading = questions.read(question, heard.text, state, script)
    free = question is Question.DESCRIPTION
    if reading is not None and heard.confidence < script.min_confidence and not free:
        reading = None
    spoken = heard.language if free or reading is None else reading.language
    if question is not Question.LANGUAGE and spoken and spoken != state.language:
        # One short word in another language proves little; a sentence, or two turns, do.
        turns = state.foreign_turns + (2 if free else 1)
        state = replace(state, foreign_turns=turns)
        if reading is None and (spoken in script.languages or turns > 1):
            return _switch(state, spoken, heard, script)
        if turns > 1:
            return _answer_in_other_language(state, spoken, heard, script)
    kept = _kept_words(state, question, heard)
    state = learn(state, *kept)
    if reading is None:
        step = miss(state, script)
        return Step(step.state, (*kept, *step.outputs))
    confidence = reading.confidence * heard.confidence
    turns = state.foreign_turns
    step = take(state, script, reading.value, words=heard.text, source=Source.SPEECH, confidence=confidence)
    return Step(replace(step.state, foreign_turns=turns), (*kept, *step.outputs))


def _kept_words(state: State, question: Question, heard: Heard) -> tuple[Learned, ...]:
    """Return a description when the caller tells the whole story at once: it is kept, and not asked for later."""
    told = question is Question.TOPIC and len(understand.plain(heard.text).split()) >= _A_STORY
    if not told or state.value(Fact.DESCRIPTION):
        return ()
    return (Learned(Fact.DESCRIPTION, heard.text, heard.text, Source.SPEECH, heard.confidence),)


def _answer_in_other_language(state: State, spoken: str, heard: Heard, script: Script) -> Step:
    """Take an answer understood in another language, and go on in that one."""
    reading = questions.read(state.question, heard.text, state, script) if state.question else None
    switched = _switch(state, spoken, heard, script)
    if reading is None or switched.state.ending is not Ending.NONE:
        return switched
    step = take(
        switched.state, script, reading.value, words=heard.text, source=Source.SPEECH, confidence=heard.confidence
    )
    return Step(step.state, (switched.outputs[0], *step.outputs))


def _switch(state: State, language: str, heard: Heard, script: Script) -> Step:
    """Go on in `language` when the client offers it and we speak it, else with a human."""
    if state.language_switches >= _MOST_SWITCHES:
        return miss(state, script)
    state = replace(state, language_switches=state.language_switches + 1)
    state, learned = speak(state, language, Source.SPEECH, heard.text, confidence=heard.confidence)
    if language in script.languages and speaks(language):
        step = put(state, script)
    else:
        step = to_human(state, Reason.LANGUAGE_UNKNOWN, script)
    return Step(step.state, (learned, *step.outputs))
