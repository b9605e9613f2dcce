"""Recording, major incidents, closing hours, and going on after a process was lost."""

from dataclasses import replace

import pytest

from callbot.talk import Talk
from vigie.callbot.dialogue import (
    BadState,
    CodeResolved,
    Digit,
    Fact,
    Finish,
    Finished,
    HumanDemanded,
    LookUpCode,
    PromptEnded,
    Reason,
    Say,
    Stakes,
    Started,
    State,
    advance,
)
from vigie.callbot.script import Incident, Named, Question, Recording, Script, WhenClosed

PLAIN = Script(client="Orvane")
BILINGUAL = Script(client="Orvane", languages=("fr", "en"))
KNOWN = Script(
    client="Orvane",
    site=Named("4", "Lyon"),
    equipment=Named("12", "ligne 3"),
    contact=Named("9", "Mme Roy"),
    code_length=4,
)
LINE_3 = CodeResolved(Fact.EQUIPMENT, "12", "ligne 3")


def test_recording_is_refused_by_key_and_the_call_goes_on() -> None:
    talk = Talk(replace(PLAIN, recording=Recording.ASK)).start()

    talk.press("2")

    assert talk.facts["recording_refused"] == "yes"
    assert talk.last_said[0] == "recording_refused_noted"
    assert talk.state.question is Question.CODE


@pytest.mark.parametrize(
    ("words", "refused"), [("oui", "no"), ("non merci", "yes"), ("d'accord", "no"), ("je refuse", "yes")]
)
def test_recording_is_agreed_to_or_refused_by_voice(words: str, refused: str) -> None:
    talk = Talk(replace(PLAIN, recording=Recording.ASK, ears=True)).start()

    talk.say(words)

    assert talk.facts["recording_refused"] == refused


def test_nothing_agrees_to_recording_but_a_clear_yes() -> None:
    talk = Talk(replace(PLAIN, recording=Recording.ASK, ears=True)).start()

    talk.say("peut-être")
    talk.stay_silent()
    talk.stay_silent()

    assert "recording_refused" not in talk.facts
    assert talk.human is not None


def test_a_major_incident_is_announced_and_the_caller_may_attach_the_call() -> None:
    incident = Incident(id="7", announcement={"fr": "Le réseau de Lyon est coupé."})
    talk = Talk(replace(PLAIN, incident=incident)).start()

    talk.press("1")

    assert dict(talk.all(Say)[0].prompts[2].values) == {"text": "Le réseau de Lyon est coupé."}
    assert talk.facts["incident"] == "yes"
    assert talk.finish == Finished(Finish.INCIDENT_ATTACHED)


def test_a_caller_with_another_matter_goes_on() -> None:
    talk = Talk(replace(PLAIN, incident=Incident(id="7"))).start()

    talk.press("2")

    assert talk.facts["incident"] == "no"
    assert talk.state.question is Question.CODE


def test_an_incident_without_a_text_in_the_language_is_announced_in_general_words() -> None:
    talk = Talk(replace(PLAIN, incident=Incident(id="7", may_attach=False))).start()

    assert talk.last_said == ["greeting", "human_any_time", "incident_general", "ask_code"]


def closed(when: WhenClosed) -> Script:
    return replace(KNOWN, is_open=False, when_closed=when)


def test_out_of_hours_a_calm_call_ends_with_the_message() -> None:
    talk = Talk(closed(WhenClosed.MESSAGE)).start()

    talk.press("32")

    assert talk.asked == [Question.IMPACT, Question.DANGER]
    assert talk.last_said == ["closed_message", "goodbye"]
    assert talk.finish == Finished(Finish.CLOSED)
    assert talk.human is None


@pytest.mark.parametrize("when", list(WhenClosed))
@pytest.mark.parametrize(
    ("words", "reason"),
    [("il y a le feu", Reason.EMERGENCY), ("un humain", Reason.ASKED), ("on ne peut plus travailler", Reason.STOPPED)],
)
def test_out_of_hours_what_needs_a_human_gets_one(when: WhenClosed, words: str, reason: Reason) -> None:
    talk = Talk(closed(when)).start()

    talk.say(words)

    assert talk.human is not None
    assert talk.human.reason is reason


def test_out_of_hours_urgency_is_asked_even_if_the_questions_are_off() -> None:
    talk = Talk(replace(closed(WhenClosed.MESSAGE), questions=frozenset())).start()

    talk.press("1")

    assert talk.human is not None
    assert talk.human.stakes is Stakes.STOPPED


def test_out_of_hours_a_caller_may_be_called_back() -> None:
    talk = Talk(closed(WhenClosed.CALLBACK)).start()

    talk.press("11221")

    assert talk.facts["callback"] == "yes"
    assert talk.finish == Finished(Finish.CALLBACK)


def test_out_of_hours_a_caller_may_decline_to_be_called_back() -> None:
    talk = Talk(closed(WhenClosed.CALLBACK)).start()

    talk.press("11222")

    assert talk.finish == Finished(Finish.CLOSED)


def test_zero_during_the_goodbye_still_brings_a_human() -> None:
    talk = Talk(closed(WhenClosed.MESSAGE)).start()
    talk.press("32")

    talk.press("50")

    assert talk.human is not None
    assert talk.human.reason is Reason.ASKED


def test_out_of_hours_with_people_on_call_the_road_is_the_same() -> None:
    talk = Talk(closed(WhenClosed.HUMAN)).start()

    talk.press("11222")

    assert talk.human is not None
    assert talk.human.reason is Reason.COMPLETED


def test_a_resumed_call_goes_on_at_the_same_question_and_forgets_nothing() -> None:
    talk = Talk(KNOWN).start()
    talk.press("11")

    talk.give(Started())

    assert talk.last_said == ["resuming", "ask_impact"]
    talk.press("222")
    assert talk.human is not None
    assert {"site", "topic", "impact"} <= talk.facts.keys()


def test_a_resumed_search_is_made_again() -> None:
    talk = Talk(PLAIN).start()
    talk.press("1042#")

    outputs = talk.give(Started())

    assert outputs[-1] == LookUpCode("1042")


def test_nothing_happens_after_the_hand_over() -> None:
    talk = Talk(PLAIN).start()
    talk.press("0")

    assert [talk.give(event) for event in (Started(), Digit("0"), Digit("1"), HumanDemanded(), PromptEnded())] == [
        []
    ] * 5


def test_the_end_of_a_prompt_changes_nothing() -> None:
    state = Talk(KNOWN).start().state

    assert advance(state, PromptEnded(), KNOWN).state == state


@pytest.mark.parametrize("stored", ["", "{", "[]", '{"question": "weather"}', '{"misses": "two"}'])
def test_a_state_that_is_not_ours_is_refused(stored: str) -> None:
    with pytest.raises(BadState):
        State.from_json(stored)


@pytest.mark.parametrize("tries", [0, 4])
def test_a_script_cannot_ask_a_fourth_time(tries: int) -> None:
    with pytest.raises(ValueError, match="three times"):
        Script(client="Orvane", tries=tries)
