"""Every sentence exists in every language, says the same placeholders, and promises nothing."""

import re

import pytest

from vigie.callbot.dialogue import Fact
from vigie.callbot.promises import promises
from vigie.callbot.prompts import (
    Prompt,
    faults,
    invitations,
    placeholders,
    prompt,
    sentences,
    speaks,
    spell,
    text,
)
from vigie.callbot.script import Question

LANGUAGES = ["fr", "en"]


def test_french_and_english_have_the_same_codes() -> None:
    assert sorted(sentences("fr")) == sorted(sentences("en"))


@pytest.mark.parametrize("code", sorted(sentences("fr")))
def test_a_sentence_has_the_same_placeholders_in_every_language(code: str) -> None:
    assert placeholders(sentences("fr")[code]) == placeholders(sentences("en")[code])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_promises_a_time_or_a_result(language: str) -> None:
    found = {code: promises(sentence, language=language) for code, sentence in sentences(language).items()}

    assert {code: words for code, words in found.items() if words} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_one_line_and_ends_like_one(language: str) -> None:
    for code, sentence in sentences(language).items():
        assert sentence == " ".join(sentence.split()), code
        assert re.search(r"[.?}]$", sentence), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_in_words_for_the_voice(language: str) -> None:
    for code, sentence in sentences(language).items():
        assert not re.search(r"\d", sentence), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_can_be_asked_and_asked_again(language: str) -> None:
    codes = sentences(language)
    places = {"place_site", "place_equipment", "place_both"}
    wanted = {str(question) for question in Question} - {"place", "language"} | places

    assert {f"ask_{name}" for name in wanted} <= codes.keys()
    assert {f"again_{name}" for name in wanted | {"language"}} <= codes.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_greeting_says_it_is_a_machine_and_whose(language: str) -> None:
    greeting = text(prompt("greeting", language, client="Orvane"))

    assert "Orvane" in greeting
    assert re.search("automat", greeting)


def test_every_language_an_agent_may_speak_can_be_chosen_in_its_own_words() -> None:
    for table in invitations().values():
        assert placeholders(table["choose_language"]) == {"key"}
        assert placeholders(table.get("handing_over", "{client}")) == {"client"}


def test_a_prompt_is_filled_with_its_values() -> None:
    assert text(prompt("queue_position", "fr", position="4")) == "Vous êtes en position 4."


def test_a_client_may_have_its_own_words() -> None:
    own = {"goodbye": "Orvane vous remercie."}

    assert text(prompt("goodbye", "fr"), own=own) == "Orvane vous remercie."
    assert text(prompt("please_wait", "fr"), own=own) == "Ne quittez pas."


def test_values_are_never_read_as_placeholders() -> None:
    assert text(prompt("place_noted", "fr", name="{secret}")) == "C'est noté : {secret}."


def test_a_language_without_its_own_file_uses_its_invitation_then_french() -> None:
    assert text(prompt("handing_over", "de", client="Orvane")).startswith("Ich verbinde")
    assert text(prompt("goodbye", "de")) == sentences("fr")["goodbye"]
    assert not speaks("de")


@pytest.mark.parametrize("language", ["../fr", "", "xx", "fr.toml", "invitations/../fr"])
def test_an_unknown_language_has_no_sentences(language: str) -> None:
    assert sentences(language) == {}


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        text(Prompt("no_such_sentence", "fr"))


@pytest.mark.parametrize(
    ("code", "sentence", "found"),
    [
        ("goodbye", "Orvane vous remercie.", []),
        ("goodbye", "Rappel dans 5 minutes.", ["promise:dans 5 minutes"]),
        ("goodbye", "Au revoir {caller}.", ["unknown_placeholder:caller"]),
        ("goodbye", "Au revoir {", ["bad_braces"]),
        ("hello", "Bonjour.", ["unknown_code"]),
        ("queue_position", "Position {position}.", []),
    ],
)
def test_a_clients_own_words_are_checked(code: str, sentence: str, found: list[str]) -> None:
    assert faults(code, sentence, language="fr") == found


@pytest.mark.parametrize(
    ("code", "language", "spoken"),
    [
        ("1042", "fr", "un, zéro, quatre, deux"),
        ("A7-12#", "fr", "A, sept, un, deux, dièse"),
        ("+33 1", "en", "plus, three, three, one"),
        ("b*", "en", "B, star"),
        ("", "fr", ""),
        ("9", "de", "9"),
    ],
)
def test_a_code_is_spelled_sign_by_sign(code: str, language: str, spoken: str) -> None:
    assert spell(code, language) == spoken


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_and_impact_can_be_read_back(language: str) -> None:
    topics = {"incident", "assistance", "follow_up", "other"}
    kept = {f"recap_{Fact.TOPIC}_{topic}" for topic in topics} | {"recap_impact_hindered", "recap_impact_unaffected"}

    assert kept <= sentences(language).keys()
