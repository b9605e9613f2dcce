"""Whole conversations, from the greeting to a human."""

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
    Learned,
    LookUpCode,
    PromptEnded,
    Reason,
    Say,
    Source,
    Stakes,
    Started,
    State,
    ToHuman,
    advance,
)
from vigie.callbot.ports import Expects
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


# Languages


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


# Recording


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


# Major incident


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


# Closed


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


# Going on after a loss


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
