"""The moves every input shares: put a question, take an answer, miss one, fetch a human, end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vigie.callbot.dialogue import questions
from vigie.callbot.dialogue.messages import (
    Fact,
    Finish,
    Finished,
    Learned,
    Output,
    Reason,
    Say,
    Source,
    ToHuman,
)
from vigie.callbot.dialogue.state import Ending, State
from vigie.callbot.prompts import Prompt, invitations, prompt, speaks, spell
from vigie.callbot.script import Question, Recording, Script

_FIRST_WORDS = {
    Reason.ASKED: "human_asked",
    Reason.STOPPED: "human_stopped",
    Reason.EMERGENCY: "human_emergency",
    Reason.DISTRESS: "human_distress",
    Reason.BOT_FAILED: "bot_failed",
    Reason.SILENT: "bot_silent",
    Reason.LANGUAGE_UNKNOWN: "language_unknown",
}


_MOST_SWITCHES = 3


@dataclass(frozen=True, slots=True)
class Step:
    """The state to store and what to do, in that order and in one transaction."""

    state: State
    outputs: tuple[Output, ...] = ()


def learn(state: State, *learned: Learned) -> State:
    """Return the state with the facts added; a fact known before is replaced."""
    new = {fact.fact for fact in learned}
    return replace(state, facts=(*(known for known in state.facts if known.fact not in new), *learned))


def to_human(
    state: State, reason: Reason, script: Script, *, angry: bool = False, said: tuple[Prompt, ...] = ()
) -> Step:
    """End the dialogue with a human, whatever was left to ask. `said` comes before the hand-over."""
    language = state.language or script.first_language
    prompts = said
    if reason in _FIRST_WORDS and not angry and speaks(language):
        prompts = (*said, prompt(_FIRST_WORDS[reason], language))
    if reason is Reason.COMPLETED:
        prompts = (*said, *_recap(state))
    spoken = language if speaks(language) or language in invitations() else script.languages[0]
    prompts = (*prompts, prompt("handing_over", spoken, client=script.client))
    state = replace(state, language=language, ending=Ending.HUMAN, typed="", looking_up="", ahead="")
    handed = ToHuman(reason=reason, stakes=state.stakes, language=language, angry=angry)
    return Step(state, (Say(prompts=prompts), handed))


def finish(state: State, how: Finish, *codes: str, said: tuple[Prompt, ...] = ()) -> Step:
    """End the dialogue without a human, saying the prompts `codes`."""
    prompts = (*said, *(prompt(code, state.language) for code in codes))
    return Step(replace(state, ending=Ending.FINISHED, ahead=""), (Say(prompts=prompts), Finished(how)))


def put(state: State, script: Script, *, said: tuple[Prompt, ...] = (), again: bool = False) -> Step:
    """Put the current question, after the prompts `said`."""
    if state.question is None:
        raise ValueError("no question to put")
    wording = questions.wording(state.question, state, script, again=again)
    say = Say(
        prompts=(*said, *wording),
        expects=questions.KINDS[state.question].expects,
        question=state.question,
        silence_ms=script.silence_ms,
    )
    return Step(state, (say,))


def proceed(state: State, script: Script, *, said: tuple[Prompt, ...] = ()) -> Step:
    """Go to the next question, or to the end when none is left."""
    question = questions.next_question(state, script)
    state = replace(state, question=question, misses=0, silences=0)
    if question is not Question.LANGUAGE and not state.introduced:
        said = (*said, *_introduction(state, script))
        state = replace(state, introduced=True)
    if question is not None:
        return put(state, script, said=said)
    if script.ends_when_closed:
        return finish(state, Finish.CLOSED, "closed_message", "goodbye", said=said)
    return to_human(state, Reason.COMPLETED, script, said=said)


def answer(state: State, script: Script, *learned: Learned, said: tuple[Prompt, ...] = ()) -> Step:
    """Settle the current question with what was learned, and go on: to a human at once when it is grave."""
    if state.question is not None:
        state = replace(state, settled=(*state.settled, state.question), typed="")
    state = learn(state, *learned)
    step = _after(state, script, said=said)
    return Step(step.state, (*learned, *step.outputs))


def miss(state: State, script: Script, *, because: str = "not_understood", code: str = "") -> Step:
    """Put the question again in other words; the last time allowed, fetch a human instead."""
    silent = because == "not_heard"
    state = replace(state, misses=state.misses + 1, silences=state.silences + silent, typed="")
    if state.misses >= script.tries:
        reason = Reason.SILENT if state.silences == state.misses else Reason.BOT_FAILED
        return to_human(state, reason, script)
    values = {"code": spell(code, state.language)} if code else {}
    return put(state, script, said=(prompt(because, state.language, **values),), again=True)


def speak(state: State, language: str, source: Source, words: str, *, confidence: float = 1.0) -> tuple[State, Learned]:
    """Return the state in another language, and the fact that goes with it."""
    learned = Learned(Fact.LANGUAGE, language, words, source, confidence)
    return learn(replace(state, language=language, foreign_turns=0), learned), learned


def change_language(
    state: State, language: str, script: Script, *, source: Source, words: str, confidence: float = 1.0
) -> Step:
    """Go on with the same question in `language`, or with a human when the client or the attendant has not got it."""
    state = replace(state, language_switches=state.language_switches + 1)
    state, learned = speak(state, language, source, words, confidence=confidence)
    ours = language in script.languages and speaks(language)
    step = put(state, script) if ours else to_human(state, Reason.LANGUAGE_UNKNOWN, script)
    return Step(step.state, (learned, *step.outputs))


def may_change_language(state: State) -> bool:
    """Tell whether the caller has changes of language left: the dialogue must end."""
    return state.language_switches < _MOST_SWITCHES


def _after(state: State, script: Script, *, said: tuple[Prompt, ...]) -> Step:
    if state.question is Question.LANGUAGE:
        state = replace(state, language=state.value(Fact.LANGUAGE))
        if not speaks(state.language):
            return to_human(state, Reason.LANGUAGE_UNKNOWN, script)
    if state.value(Fact.DANGER) == "yes":
        return to_human(state, Reason.EMERGENCY, script)
    if state.value(Fact.IMPACT) == "stopped":
        return to_human(state, Reason.STOPPED, script)
    if state.value(Fact.INCIDENT) == "yes":
        return finish(state, Finish.INCIDENT_ATTACHED, "incident_attached")
    if state.value(Fact.CALLBACK) == "yes":
        return finish(state, Finish.CALLBACK, "callback_accepted")
    if state.question is Question.CONSENT and state.value(Fact.RECORDING_REFUSED) == "yes":
        said = (*said, prompt("recording_refused_noted", state.language))
    return proceed(state, script, said=said)


def _introduction(state: State, script: Script) -> tuple[Prompt, ...]:
    """Return what every caller hears once, in the language they chose."""
    language = state.language
    prompts: list[Prompt] = []
    if Question.LANGUAGE in state.settled:
        if language != script.languages[0]:
            prompts += [prompt("greeting", language, client=script.client), prompt("human_any_time", language)]
    else:
        prompts += _other_languages(language, script)
    if script.recording is Recording.NOTICE:
        prompts.append(prompt("recording_notice", language))
    if script.ears:
        prompts.append(prompt("you_may_speak", language))
    if script.ends_when_closed:
        prompts.append(prompt("closed", language))
    if script.incident is not None:
        announced = script.incident.announcement.get(language, "")
        prompts.append(
            prompt("incident_announcement", language, text=announced)
            if announced
            else prompt("incident_general", language)
        )
    return tuple(prompts)


def _other_languages(language: str, script: Script) -> list[Prompt]:
    others = [offered for offered in questions.languages_on_offer(script) if offered != language]
    return [prompt("choose_language", other, key=spell("9", other)) for other in others]


def _recap(state: State) -> tuple[Prompt, ...]:
    language, topic, impact = state.language, state.value(Fact.TOPIC), state.value(Fact.IMPACT)
    kept = [prompt("recap_place", language, place=state.place_name)] if state.place_name else []
    if topic:
        kept.append(prompt(f"recap_topic_{topic}", language))
    if state.value(Fact.DESCRIPTION):
        kept.append(prompt("recap_description", language))
    if impact:
        kept.append(prompt(f"recap_impact_{impact}", language))
    if topic != "follow_up" and state.value(Fact.CALLED_BEFORE) == "yes":
        kept.append(prompt("recap_called_before", language))
    return (prompt("recap", language), *kept) if kept else ()
