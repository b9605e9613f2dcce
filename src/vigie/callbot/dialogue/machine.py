"""`advance`: one thing happens, the conversation moves on."""

from __future__ import annotations

from dataclasses import replace

from vigie.callbot.dialogue import questions
from vigie.callbot.dialogue.hearing import hear
from vigie.callbot.dialogue.keypad import look_up, press
from vigie.callbot.dialogue.messages import (
    CodeResolved,
    Digit,
    Heard,
    HumanDemanded,
    Input,
    Learned,
    LookUpCode,
    PromptEnded,
    Reason,
    Say,
    Silence,
    Source,
    Started,
)
from vigie.callbot.dialogue.state import Ending, State
from vigie.callbot.dialogue.steps import Step, answer, miss, proceed, put, speak, to_human
from vigie.callbot.prompts import Prompt, prompt, speaks
from vigie.callbot.script import Question, Script


def advance(state: State, event: Input, script: Script) -> Step:
    """
    Return the next state and what to do, after `event`.

    Any state may be given, from before the first second to after the end; what no longer matters changes nothing.
    Deterministic: the same arguments give the same step.
    """
    match event:
        case _ if state.ending is Ending.HUMAN:
            return Step(state)
        case HumanDemanded():
            return to_human(state, Reason.ASKED, script, angry=event.angry)
        case Heard():
            return hear(state, event, script)
        case Digit() if state.ending is Ending.NONE or event.key == "0":
            return press(state, event.key, script)
        case _ if state.ending is not Ending.NONE:
            return Step(state)
        case Started():
            return _replayed(_start(state, script), script) if state.question is None else _resume(state, script)
        case Silence():
            return _silence(replace(state, answered_by_key=False), script)
        case CodeResolved():
            return _replayed(_resolved(state, event, script), script)
        case Digit() | PromptEnded():
            return Step(state)


def _start(state: State, script: Script) -> Step:
    language = script.first_language
    if questions.next_question(state, script) is Question.LANGUAGE:
        state = replace(state, language=language)
        return proceed(state, script, said=_greeting(language, script))
    source = Source.CALLER_ID if script.caller_language == language else Source.SETTING
    state, learned = speak(state, language, source, "")
    if speaks(language):
        step = proceed(state, script, said=_greeting(language, script))
    else:
        step = to_human(state, Reason.LANGUAGE_UNKNOWN, script)
    return Step(step.state, (learned, *step.outputs))


def _greeting(language: str, script: Script) -> tuple[Prompt, ...]:
    return prompt("greeting", language, client=script.client), prompt("human_any_time", language)


def _resume(state: State, script: Script) -> Step:
    """Go on after the process that held the call was lost: the same question, and the search that may be lost too."""
    if state.looking_up:
        return Step(
            state,
            (
                Say(prompts=(prompt("please_wait", state.language),), silence_ms=script.silence_ms),
                LookUpCode(state.looking_up),
            ),
        )
    return put(state, script, said=(prompt("resuming", state.language),))


def _silence(state: State, script: Script) -> Step:
    if state.question is None:
        return Step(state)
    if state.looking_up:
        # Nobody answered the search: what was typed is kept, the call goes on.
        return _replayed(answer(replace(state, looking_up=""), script), script)
    if state.typed:
        return look_up(state)
    return miss(state, script, because="not_heard")


def _resolved(state: State, found: CodeResolved, script: Script) -> Step:
    if not state.looking_up:
        return Step(state)
    digits = state.looking_up
    state = replace(state, looking_up="")
    if found.kind is None:
        return miss(replace(state, ahead=""), script, because="code_unknown", code=digits)
    learned = Learned(found.kind, found.id, digits, Source.KEYPAD)
    said = (prompt("place_noted", state.language, name=found.name),)
    return answer(replace(state, place_name=found.name), script, learned, said=said)


def _replayed(step: Step, script: Script) -> Step:
    """Use the keys pressed ahead, each once; what they make obsolete is not said."""
    while step.state.ahead and _usable(step.state):
        key, rest = step.state.ahead[0], step.state.ahead[1:]
        after = press(replace(step.state, ahead=rest), key, script)
        unsaid = any(isinstance(output, Say) for output in after.outputs)
        kept = tuple(output for output in step.outputs if not (unsaid and isinstance(output, Say)))
        step = Step(after.state, (*kept, *after.outputs))
    return step


def _usable(state: State) -> bool:
    return state.question is not None and state.ending is Ending.NONE and not state.looking_up
