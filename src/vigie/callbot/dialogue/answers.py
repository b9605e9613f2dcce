"""From the value of an answer to the facts it teaches."""

from __future__ import annotations

from dataclasses import replace

from vigie.callbot.dialogue import questions
from vigie.callbot.dialogue.messages import Fact, Learned, Source
from vigie.callbot.dialogue.state import State
from vigie.callbot.dialogue.steps import Step, answer
from vigie.callbot.script import Question, Script


def take(state: State, script: Script, value: str, *, words: str, source: Source, confidence: float = 1.0) -> Step:
    """Take `value` as the answer to the current question; "" settles it with nothing learned."""
    question = state.question
    if question is None:
        raise ValueError("nothing was asked")
    if question is Question.PLACE:
        return _place(state, script, agreed=value == "yes", words=words, confidence=confidence)
    learned = [Learned(questions.KINDS[question].fact, value, words, source, confidence)] if value else []
    if question is Question.TOPIC and value == "follow_up":
        # Somebody who follows up a request has called before: not asked again.
        learned.append(Learned(Fact.CALLED_BEFORE, "yes", words, source, confidence))
    return answer(state, script, *learned)


def _place(state: State, script: Script, *, agreed: bool, words: str, confidence: float) -> Step:
    if not agreed:
        return answer(state, script)
    known = ((Fact.SITE, script.site), (Fact.EQUIPMENT, script.equipment), (Fact.CONTACT, script.contact))
    learned = [
        Learned(fact, named.id, words, Source.CALLER_ID, confidence) for fact, named in known if named is not None
    ]
    places = [named.name for named in (script.equipment, script.site) if named is not None]
    return answer(replace(state, place_name=", ".join(places)), script, *learned)
