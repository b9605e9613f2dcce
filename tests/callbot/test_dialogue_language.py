"""The conversation in the language of the caller."""

from dataclasses import replace

from callbot.talk import Talk
from vigie.callbot.dialogue import (
    CodeResolved,
    Fact,
    Reason,
    Say,
    Stakes,
    ToHuman,
)
from vigie.callbot.ports import Expects
from vigie.callbot.script import Named, Question, Recording, Script

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


def test_the_language_is_asked_first_in_each_language() -> None:
    talk = Talk(BILINGUAL).start()

    (say,) = talk.all(Say)

    assert [(prompt.code, prompt.language) for prompt in say.prompts] == [
        ("greeting", "fr"), ("human_any_time", "fr"), ("choose_language", "fr"), ("choose_language", "en"),
    ]  # fmt: skip
    assert say.expects is Expects.CHOICE


def test_the_greeting_is_said_again_in_the_language_chosen() -> None:
    talk = Talk(replace(BILINGUAL, recording=Recording.NOTICE)).start()

    talk.press("2")

    say = talk.all(Say)[-1]
    assert {prompt.language for prompt in say.prompts} == {"en"}
    assert talk.last_said == ["greeting", "human_any_time", "recording_notice", "ask_code"]


def test_a_caller_whose_language_is_known_is_not_asked_for_it() -> None:
    talk = Talk(replace(BILINGUAL, caller_language="en")).start()

    assert Question.LANGUAGE not in talk.asked
    assert talk.state.language == "en"
    assert [(p.code, p.language) for p in talk.all(Say)[0].prompts if p.code == "choose_language"] == [
        ("choose_language", "fr")
    ]


def test_nine_changes_the_language_and_puts_the_same_question() -> None:
    talk = Talk(replace(BILINGUAL, caller_language="fr", site=Named("4", "Lyon"))).start()
    talk.press("1")

    talk.press("9")

    say = talk.all(Say)[-1]
    assert [(prompt.code, prompt.language) for prompt in say.prompts] == [("ask_topic", "en")]
    assert talk.facts["language"] == "en"
    assert talk.facts["site"] == "4"


def test_nine_opens_the_menu_when_there_are_more_than_two_languages() -> None:
    talk = Talk(replace(PLAIN, languages=("fr", "en", "de"), caller_language="fr")).start()
    talk.press("*")

    talk.press("92")

    assert talk.state.question is Question.TOPIC
    assert talk.state.language == "en"


def test_asking_for_english_changes_the_language() -> None:
    talk = Talk(replace(BILINGUAL, caller_language="fr")).start()

    talk.say("English please")

    assert talk.all(Say)[-1].prompts[-1].language == "en"


def test_a_sentence_in_another_offered_language_changes_the_language() -> None:
    talk = Talk(replace(BILINGUAL, caller_language="fr", ears=True)).start()

    talk.say("hm the thing over there", language="en")

    assert talk.state.language == "en"
    assert talk.state.question is Question.CODE


def test_two_answers_in_another_language_change_the_language_and_count() -> None:
    talk = Talk(replace(KNOWN, languages=("fr", "en"), caller_language="fr", ears=True)).start()

    talk.say("yes it is")
    talk.say("something is broken")

    assert talk.state.language == "en"
    assert talk.facts["topic"] == "incident"
    assert talk.asked.count(Question.TOPIC) == 1


def test_a_language_nobody_offers_brings_a_human_within_two_turns() -> None:
    talk = Talk(PLAIN).start()

    talk.say("ich habe ein problem mit der maschine", language="de")
    talk.say("ja bitte", language="de")

    assert talk.human is not None
    assert talk.human.reason is Reason.LANGUAGE_UNKNOWN
    assert talk.human.language == "de"


def test_noise_does_not_change_the_language() -> None:
    talk = Talk(replace(BILINGUAL, caller_language="fr", ears=True)).start()

    talk.say("thank you", confidence=0.2, language="en")

    assert talk.state.language == "fr"


def test_a_language_only_agents_speak_goes_straight_to_a_human_in_its_own_words() -> None:
    talk = Talk(replace(PLAIN, languages=("fr", "de"))).start()

    talk.press("2")

    assert talk.human == ToHuman(reason=Reason.LANGUAGE_UNKNOWN, stakes=Stakes.UNKNOWN, language="de")
    assert [(prompt.code, prompt.language) for prompt in talk.all(Say)[-1].prompts] == [("handing_over", "de")]


def test_a_caller_known_to_speak_a_language_only_agents_speak_gets_a_human() -> None:
    talk = Talk(replace(PLAIN, languages=("fr", "de"), caller_language="de")).start()

    assert talk.human is not None
    assert talk.human.language == "de"


def test_a_description_in_a_language_nobody_offers_is_not_lost() -> None:
    talk = Talk(replace(KNOWN, ears=True)).start()
    talk.press("11")

    talk.say("die Maschine steht seit heute Morgen", language="de")

    assert talk.facts["description"] == "die Maschine steht seit heute Morgen"
    assert talk.human is not None
