"""The shipped scenarios: readable, in both languages, and only with numbers nobody owns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vigie.telephony.caller.scenario import (
    Listen,
    Press,
    Repeat,
    Say,
    Scenario,
    Sound,
    UnknownScenario,
    UnreadableScenario,
    Wait,
    load,
    shipped,
)
from vigie.telephony.voice import voice_for

FICTION = re.compile(r"(0|\+33)(19900|26191|35301|46571|53649|63998)\d{4}")  # Arcep, decision 2018-0881, 2.5.12
HEAD = """
caller_id = "0639980123"
dialled = "0199001001"
title = { fr = "a", en = "b" }
story = { fr = "a", en = "b" }
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + text)
    return path


def test_there_are_the_scenarios_the_demonstration_needs():
    names = {scenario.name for scenario in shipped()}

    assert names >= {
        "line_stopped",
        "software_hindered",
        "help_in_using",
        "wants_a_person",
        "says_nothing",
        "hangs_up_early",
        "wrong_number",
        "follow_up",
        "long_call_with_hold",
        "anonymous_caller",
    }


@pytest.mark.parametrize("scenario", shipped(), ids=lambda scenario: scenario.name)
def test_a_shipped_scenario_uses_only_numbers_kept_for_fiction(scenario: Scenario):
    assert FICTION.fullmatch(scenario.dialled)
    assert scenario.caller_id == "" or FICTION.fullmatch(scenario.caller_id)


@pytest.mark.parametrize("scenario", shipped(), ids=lambda scenario: scenario.name)
def test_a_shipped_scenario_is_told_in_both_languages_and_can_be_spoken(scenario: Scenario):
    texts = (scenario.title.fr, scenario.title.en, scenario.story.fr, scenario.story.en)

    assert all(texts) and scenario.title.fr != scenario.title.en
    assert voice_for(scenario.language)
    assert scenario.steps


def test_every_demonstration_client_is_called_and_english_is_spoken():
    scenarios = shipped()

    assert {scenario.dialled for scenario in scenarios} >= {"0199001001", "0199001002", "0199001003"}
    assert {scenario.language for scenario in scenarios} == {"fr", "en"}


def test_a_scenario_reads_as_it_is_written(tmp_path: Path):
    path = written(
        tmp_path,
        """
        [[steps]]
        do = "wait"
        until = "quiet"
        seconds = 0.8
        [[steps]]
        do = "repeat"
        times = 2
        [[steps.steps]]
        do = "press"
        keys = "12#"
        via = "info"
        [[steps.steps]]
        do = "say"
        text = "Bonjour"
        [[steps]]
        do = "listen"
        seconds = 3
        """,
    )

    wait, repeat, listen = load(path).steps

    assert wait == Wait(until=Sound.QUIET, seconds=0.8)
    assert isinstance(repeat, Repeat) and repeat.times == 2
    assert isinstance(repeat.steps[0], Press) and repeat.steps[0].keys == "12#"
    assert repeat.steps[1] == Say(text="Bonjour")
    assert listen == Listen(seconds=3)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[[steps]]\ndo = "dance"', "dance"),
        ('[[steps]]\ndo = "press"\nkeys = "12x"', "keys"),
        ('[[steps]]\ndo = "wait"\nsecond = 1', "second"),
        ("steps = 3", "steps"),
        ("nonsense", "mine.toml"),
    ],
)
def test_a_mistake_in_a_scenario_is_named(tmp_path: Path, text: str, word: str):
    with pytest.raises(UnreadableScenario, match=word):
        load(written(tmp_path, text))


def test_an_unknown_scenario_is_refused():
    with pytest.raises(UnknownScenario, match="no_such_thing"):
        load("no_such_thing")
