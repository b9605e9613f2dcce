"""Keys: 0 for a person, 9 for another language, a choice, or the digits of a code."""

from __future__ import annotations

from dataclasses import replace

from vigie.callbot.dialogue import questions
from vigie.callbot.dialogue.answers import take
from vigie.callbot.dialogue.messages import Fact, Learned, LookUpCode, Reason, Source
from vigie.callbot.dialogue.state import State
from vigie.callbot.dialogue.steps import Step, answer, change_language, may_change_language, miss, put, to_human
from vigie.callbot.script import Question, Script

_LONGEST_CODE = 20
_MOST_KEPT_KEYS = 30
_PERSON, _OTHER_LANGUAGE, _END, _SKIP = "0", "9", "#", "*"


def press(state: State, key: str, script: Script) -> Step:
    """Take one key. A 0 is a person, except inside a code already begun, where it is a digit."""
    if key == _PERSON and not state.typed:
        return to_human(state, Reason.ASKED, script)
    if key == _END and state.answered_by_key:
        return Step(replace(state, answered_by_key=False))
    if state.question is None or state.looking_up:
        return Step(replace(state, ahead=(state.ahead + key)[:_MOST_KEPT_KEYS]))
    if state.question is Question.CODE:
        return _press_in_code(state, key, script)
    if key == _OTHER_LANGUAGE and _may_switch(state, script):
        return _other_language(state, script)
    value = questions.keys(state.question, script).get(key)
    if value is None:
        return miss(replace(state, answered_by_key=False), script)
    return take(replace(state, answered_by_key=key != _END), script, value, words=key, source=Source.KEYPAD)


def look_up(state: State, *, by_length: bool = False) -> Step:
    """Have the typed code looked up; ended `by_length`, the # that many people add is let go by."""
    learned = Learned(Fact.CODE, state.typed, state.typed, Source.KEYPAD)
    state = replace(state, looking_up=state.typed, typed="", answered_by_key=by_length)
    return Step(state, (learned, LookUpCode(state.looking_up)))


def _press_in_code(state: State, key: str, script: Script) -> Step:
    if key == _SKIP:
        return answer(state, script)
    if key == _END and state.typed:
        return look_up(state)
    if not key.isdigit():
        return miss(state, script)
    state = replace(state, typed=state.typed + key, answered_by_key=False)
    if len(state.typed) >= (script.code_length or _LONGEST_CODE):
        return look_up(state, by_length=True)
    return Step(state)


def _may_switch(state: State, script: Script) -> bool:
    choice = len(questions.languages_on_offer(script)) > 1
    return choice and state.question is not Question.LANGUAGE and may_change_language(state)


def _other_language(state: State, script: Script) -> Step:
    others = [offered for offered in questions.languages_on_offer(script) if offered != state.language]
    if len(others) > 1:
        unsettled = tuple(question for question in state.settled if question is not Question.LANGUAGE)
        switches = state.language_switches + 1
        state = replace(state, question=Question.LANGUAGE, settled=unsettled, language_switches=switches)
        return put(replace(state, misses=0, silences=0), script)
    return change_language(state, others[0], script, source=Source.KEYPAD, words=_OTHER_LANGUAGE)
