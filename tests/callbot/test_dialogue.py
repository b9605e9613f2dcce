"""Whole conversations, from the greeting to a human."""

from dataclasses import replace

import pytest

from callbot.talk import Talk
from vigie.callbot.dialogue import (
    CodeResolved,
    Fact,
    Learned,
    Reason,
    Say,
    Source,
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


def test_an_ordinary_call_by_keypad_reaches_a_human_with_everything_learned() -> None:
    talk = Talk(PLAIN).start()

    talk.press("1042#")
    talk.resolve(LINE_3)
    talk.press("1222")

    assert talk.human == ToHuman(reason=Reason.COMPLETED, stakes=Stakes.HINDERED, language="fr")
    assert talk.facts == {
        "language": "fr", "code": "1042", "equipment": "12", "topic": "incident", "impact": "hindered",
        "danger": "no", "called_before": "no",
    }  # fmt: skip
    assert talk.last_said == ["recap", "recap_place", "recap_topic_incident", "recap_impact_hindered", "handing_over"]


def test_the_greeting_names_the_client_says_it_is_a_machine_and_offers_a_person() -> None:
    talk = Talk(PLAIN).start()

    (say,) = talk.all(Say)

    assert say.prompts[0].code == "greeting"
    assert dict(say.prompts[0].values) == {"client": "Orvane"}
    assert say.prompts[1].code == "human_any_time"
    assert say.silence_ms == 6000
    assert say.interruptible


def test_an_ordinary_call_by_voice_keeps_the_callers_words() -> None:
    talk = Talk(replace(KNOWN, ears=True)).start()

    for words in (
        "oui c'est ça",
        "une panne",
        "elle rame depuis ce matin",
        "on est ralentis",
        "non",
        "oui j'ai déjà appelé",
    ):
        talk.say(words)

    assert talk.human == ToHuman(reason=Reason.COMPLETED, stakes=Stakes.HINDERED, language="fr")
    assert talk.facts["description"] == "elle rame depuis ce matin"
    impact = next(learned for learned in talk.all(Learned) if learned.fact is Fact.IMPACT)
    assert (impact.words, impact.source) == ("on est ralentis", Source.SPEECH)
    assert 0 < impact.confidence < 0.9


def test_the_place_known_from_the_number_is_confirmed_and_never_asked() -> None:
    talk = Talk(KNOWN).start()

    talk.press("1")

    assert {"site": "4", "equipment": "12", "contact": "9"}.items() <= talk.facts.items()
    assert {learned.source for learned in talk.all(Learned) if learned.fact is Fact.SITE} == {Source.CALLER_ID}
    assert talk.asked == [Question.PLACE, Question.TOPIC]


def test_the_contact_s_name_is_never_spoken() -> None:
    talk = Talk(KNOWN).start()

    talk.press("11222")

    spoken = [value for say in talk.all(Say) for prompt in say.prompts for _, value in prompt.values]
    assert not any("Roy" in value for value in spoken)


def test_a_place_that_is_not_the_callers_is_replaced_by_a_code() -> None:
    talk = Talk(KNOWN).start()

    talk.press("2")

    assert talk.asked == [Question.PLACE, Question.CODE]
    assert "site" not in talk.facts
    assert "contact" not in talk.facts


def test_an_unknown_number_is_asked_for_a_code_and_may_have_none() -> None:
    talk = Talk(PLAIN).start()

    talk.press("*")

    assert talk.asked == [Question.CODE, Question.TOPIC]
    assert talk.searches == []


def test_a_code_of_fixed_length_needs_no_hash_and_forgives_one() -> None:
    talk = Talk(replace(PLAIN, code_length=4)).start()

    talk.press("1042")
    talk.resolve(LINE_3)
    talk.press("#1")

    assert talk.searches == ["1042"]
    assert talk.facts["topic"] == "incident"
    assert talk.state.misses == 0


def test_a_code_left_without_hash_is_looked_up_after_a_silence() -> None:
    talk = Talk(PLAIN).start()

    talk.press("1042")
    talk.stay_silent()

    assert talk.searches == ["1042"]


def test_an_unknown_code_is_said_back_digit_by_digit_and_asked_again() -> None:
    talk = Talk(PLAIN).start()

    talk.press("77#")
    (say,) = talk.resolve(CodeResolved())

    assert isinstance(say, Say)
    assert [prompt.code for prompt in say.prompts] == ["code_unknown", "again_code"]
    assert dict(say.prompts[0].values) == {"code": "sept, sept"}


def test_three_unknown_codes_bring_a_human() -> None:
    talk = Talk(PLAIN).start()

    for _ in range(3):
        talk.press("77#")
        talk.resolve(CodeResolved())

    assert talk.human is not None
    assert talk.human.reason is Reason.BOT_FAILED


def test_a_search_nobody_answers_does_not_hold_the_caller() -> None:
    talk = Talk(PLAIN).start()

    talk.press("1042#")
    talk.stay_silent()

    assert talk.asked[-1] is Question.TOPIC
    assert talk.facts["code"] == "1042"


def test_a_late_answer_to_a_search_changes_nothing() -> None:
    talk = Talk(PLAIN).start()
    talk.press("1042#")
    talk.stay_silent()

    assert talk.resolve(LINE_3) == []


def test_keys_pressed_during_a_search_are_kept_and_used_once_each() -> None:
    talk = Talk(PLAIN).start()

    talk.press("1042#")
    talk.press("12")
    said = [output for output in talk.resolve(LINE_3) if isinstance(output, Say)]

    assert talk.facts["topic"] == "incident"
    assert talk.facts["impact"] == "hindered"
    assert [say.question for say in said] == [Question.DANGER]
    assert talk.state.ahead == ""


def test_keys_pressed_before_the_greeting_are_kept() -> None:
    talk = Talk(BILINGUAL)

    talk.press("2")
    talk.start()

    assert talk.facts["language"] == "en"
    assert talk.state.question is Question.CODE


def test_an_answer_nobody_asked_for_leaves_early_keys_alone() -> None:
    talk = Talk(PLAIN)
    talk.press("1")

    assert talk.resolve(LINE_3) == []
    assert talk.state.ahead == "1"


def test_a_whole_call_may_be_typed_ahead() -> None:
    talk = Talk(KNOWN).start()

    talk.press("11222")

    assert talk.human is not None
    assert talk.human.reason is Reason.COMPLETED


@pytest.mark.parametrize("words", ["peut-être", "tard du tour", "je ne sais pas", "oui et non", "allô oui bonjour"])
def test_an_unclear_answer_never_becomes_a_yes(words: str) -> None:
    talk = Talk(KNOWN).start()

    talk.say(words)

    assert talk.state.question is Question.PLACE
    assert "site" not in talk.facts


def test_a_clear_yes_the_recogniser_doubts_is_asked_again() -> None:
    talk = Talk(KNOWN).start()

    talk.say("oui", confidence=0.2)

    assert talk.state.question is Question.PLACE


def test_a_turn_without_words_is_a_silence() -> None:
    talk = Talk(KNOWN).start()

    talk.say(" ... ")

    assert talk.last_said == ["not_heard", "again_place_both"]


def test_a_story_told_too_early_is_kept_and_not_asked_for_again() -> None:
    talk = Talk(replace(KNOWN, ears=True)).start()
    talk.press("1")

    talk.say("l'imprimante du quai ne sort plus les étiquettes depuis hier")

    assert talk.facts["topic"] == "incident"
    assert talk.facts["description"] == "l'imprimante du quai ne sort plus les étiquettes depuis hier"
    assert talk.state.question is Question.IMPACT


def test_a_story_not_understood_is_kept_too() -> None:
    talk = Talk(replace(KNOWN, ears=True)).start()
    talk.press("1")

    talk.say("les relevés de quarante compteurs sont tous à zéro")
    talk.press("1")

    assert talk.facts["description"].startswith("les relevés")
    assert talk.state.question is Question.IMPACT


def test_following_up_a_request_answers_whether_one_called_before() -> None:
    talk = Talk(KNOWN).start()

    talk.press("1332")

    assert talk.human is not None
    assert talk.facts["called_before"] == "yes"
    assert Question.CALLED_BEFORE not in talk.asked


def test_help_with_using_something_is_not_asked_about_danger() -> None:
    talk = Talk(KNOWN).start()

    talk.press("1232")

    assert Question.DANGER not in talk.asked
    assert talk.human is not None
    assert talk.human.stakes is Stakes.UNAFFECTED


def test_questions_can_be_switched_off() -> None:
    talk = Talk(replace(PLAIN, questions=frozenset({Question.IMPACT}))).start()

    talk.press("3")

    assert talk.asked == [Question.IMPACT]
    assert talk.human is not None


def test_without_any_question_the_caller_is_greeted_and_put_through() -> None:
    talk = Talk(replace(PLAIN, questions=frozenset())).start()

    assert talk.last_said == ["greeting", "human_any_time", "handing_over"]
    assert talk.human is not None
    assert talk.human.reason is Reason.COMPLETED


def test_the_description_is_asked_only_where_a_recogniser_listens_and_may_be_skipped() -> None:
    talk = Talk(replace(KNOWN, ears=True)).start()

    talk.press("11")
    (say,) = talk.press("*")

    assert isinstance(say, Say)
    assert Question.DESCRIPTION in talk.asked
    assert say.question is Question.IMPACT
