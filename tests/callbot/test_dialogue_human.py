"""When a human comes at once, whatever was left to ask."""

from dataclasses import replace

import pytest

from callbot.talk import Talk
from vigie.callbot.dialogue import (
    CodeResolved,
    Fact,
    HumanDemanded,
    Reason,
    Say,
    Stakes,
    ToHuman,
)
from vigie.callbot.script import Named, Question, Script

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


def test_stopped_operations_bring_a_human_at_once_without_the_remaining_questions() -> None:
    talk = Talk(KNOWN).start()

    talk.press("111")

    assert talk.human == ToHuman(reason=Reason.STOPPED, stakes=Stakes.STOPPED, language="fr")
    assert Question.DANGER not in talk.asked
    assert talk.last_said == ["human_stopped", "handing_over"]


def test_a_stop_told_in_passing_brings_a_human_at_once() -> None:
    talk = Talk(replace(KNOWN, ears=True)).start()

    talk.say("bonjour la ligne trois est arrêtée depuis ce matin")

    assert talk.human == ToHuman(reason=Reason.STOPPED, stakes=Stakes.STOPPED, language="fr")
    assert talk.facts["impact"] == "stopped"


def test_danger_brings_a_human_at_once() -> None:
    talk = Talk(KNOWN).start()

    talk.press("1121")

    assert talk.human == ToHuman(reason=Reason.EMERGENCY, stakes=Stakes.HINDERED, language="fr")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("un humain !", Reason.ASKED),
        ("passez-moi quelqu'un", Reason.ASKED),
        ("agent please", Reason.ASKED),
        ("il y a le feu", Reason.EMERGENCY),
        ("au secours", Reason.DISTRESS),
        ("auf Deutsch bitte", Reason.LANGUAGE_UNKNOWN),
    ],
)
@pytest.mark.parametrize("keys", ["", "1", "11", "112", "1122"])
def test_some_words_bring_a_human_from_any_question(keys: str, words: str, reason: Reason) -> None:
    talk = Talk(replace(KNOWN, ears=False)).start()
    talk.press(keys)

    talk.say(words, confidence=0.1)

    assert talk.human is not None
    assert talk.human.reason is reason


def test_the_words_a_person_please_work_before_the_greeting() -> None:
    talk = Talk(PLAIN)

    talk.say("un humain")

    assert talk.human is not None
    assert talk.human.language == "fr"


def test_an_insult_brings_a_human_with_the_anger_flag_and_no_cheerful_words() -> None:
    talk = Talk(PLAIN).start()

    talk.say("putain de machine")

    assert talk.human == ToHuman(reason=Reason.ASKED, stakes=Stakes.UNKNOWN, language="fr", angry=True)
    assert talk.last_said == ["handing_over"]


def test_shouting_noticed_elsewhere_brings_a_human() -> None:
    talk = Talk(PLAIN).start()

    talk.give(HumanDemanded(angry=True))

    assert talk.human is not None
    assert talk.human.angry


def test_zero_inside_a_code_is_a_digit_and_zero_before_it_is_a_person() -> None:
    inside, before = Talk(PLAIN).start(), Talk(PLAIN).start()

    inside.press("10#")
    before.press("0")

    assert inside.searches == ["10"]
    assert before.human is not None


def test_silence_is_asked_again_then_again_then_a_human_comes() -> None:
    talk = Talk(KNOWN).start()

    first, second, third = talk.stay_silent(), talk.stay_silent(), talk.stay_silent()

    for outputs in (first, second):
        (say,) = outputs
        assert isinstance(say, Say)
        assert [prompt.code for prompt in say.prompts] == ["not_heard", "again_place_both"]
    assert isinstance(third[-1], ToHuman)
    assert third[-1].reason is Reason.SILENT


@pytest.mark.parametrize("misses", [["7", "8", "5"], ["blabla", "euh", "tard du tour"], ["7", "blabla", "8"]])
def test_three_misunderstandings_bring_a_human_and_never_a_fourth_question(misses: list[str]) -> None:
    talk = Talk(KNOWN).start()

    for miss in misses:
        if miss.isdigit():
            talk.press(miss)
        else:
            talk.say(miss)

    assert talk.human is not None
    assert talk.human.reason is Reason.BOT_FAILED


def test_misunderstandings_start_again_with_each_question() -> None:
    talk = Talk(KNOWN).start()

    talk.press("7717712")

    assert talk.human is None
    assert talk.state.misses == 0
