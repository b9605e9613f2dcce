"""Speech: what must bring a human comes first, then the language, then the answer."""

from __future__ import annotations

from dataclasses import replace

from vigie.callbot import understand
from vigie.callbot.dialogue import questions
from vigie.callbot.dialogue.answers import take
from vigie.callbot.dialogue.messages import Fact, Heard, Learned, Output, Reason, Source
from vigie.callbot.dialogue.state import Ending, State
from vigie.callbot.dialogue.steps import Step, answer, change_language, learn, may_change_language, miss, to_human
from vigie.callbot.script import Question, Script

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
        if asked is not None and asked != state.language and may_change_language(state):
            return _change_language(state, asked, heard, script)
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
    kept = _kept_words(state, question, heard)
    step = _settle(learn(state, *kept), question, heard, script)
    return Step(step.state, (*kept, *step.outputs))


def _kept_words(state: State, question: Question, heard: Heard) -> tuple[Learned, ...]:
    """Return the description: what was asked for, or a whole story told earlier, which is then not asked for again."""
    story = question is Question.TOPIC and len(understand.plain(heard.text).split()) >= _A_STORY
    if not (story or question is Question.DESCRIPTION) or state.value(Fact.DESCRIPTION):
        return ()
    return (Learned(Fact.DESCRIPTION, heard.text, heard.text, Source.SPEECH, heard.confidence),)


def _settle(state: State, question: Question, heard: Heard, script: Script) -> Step:
    free, sure = question is Question.DESCRIPTION, heard.confidence >= script.min_confidence
    reading = questions.read(question, heard.text, state, script) if sure or free else None
    spoken = heard.language if sure and (reading is None or free) else reading.language if reading else ""
    elsewhere = spoken not in ("", state.language) and question is not Question.LANGUAGE
    state = _weigh_language(state, spoken, free=free)
    if reading is None:
        if elsewhere and (spoken in script.languages or state.foreign_turns > 1) and may_change_language(state):
            return _change_language(state, spoken, heard, script)
        return miss(state, script)
    learned: tuple[Output, ...] = ()
    if elsewhere and state.foreign_turns > 1 and may_change_language(state):
        changed = _change_language(state, spoken, heard, script)
        if changed.state.ending is not Ending.NONE:
            return changed
        state, learned = changed.state, changed.outputs[:1]
    confidence = reading.confidence * heard.confidence
    step = take(state, script, reading.value, words=heard.text, source=Source.SPEECH, confidence=confidence)
    return Step(step.state, (*learned, *step.outputs))


def _weigh_language(state: State, spoken: str, *, free: bool) -> State:
    """Count the turns in a row in another language: one short word proves little, a sentence or two turns do."""
    if not spoken:
        return state
    turns = 0 if spoken == state.language else state.foreign_turns + (2 if free else 1)
    return replace(state, foreign_turns=turns)


def _change_language(state: State, language: str, heard: Heard, script: Script) -> Step:
    confidence = heard.confidence
    return change_language(state, language, script, source=Source.SPEECH, words=heard.text, confidence=confidence)
