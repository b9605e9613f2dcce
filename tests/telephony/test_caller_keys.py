"""The keys of the shipped scenarios, pressed into the attendant's own dialogue, lead where the scenarios say."""

from __future__ import annotations

import pytest

from vigie.callbot.dialogue import (
    CodeResolved,
    Digit,
    Fact,
    LookUpCode,
    Reason,
    Silence,
    Stakes,
    Started,
    State,
    ToHuman,
    advance,
)
from vigie.callbot.script import Named, Script
from vigie.telephony.caller.scenario import AnyStep, Press, Repeat, load

SITE = Named("12", "Saint-Rémy")
KNOWN = Script(client="Conditia", languages=("fr", "en"), caller_language="fr", site=SITE)
ENGLISH = Script(client="Logimétrie", languages=("fr", "en"), caller_language="en", site=SITE)
UNKNOWN = Script(client="Conditia", languages=("fr", "en"))
FRENCH_ONLY = Script(client="Eaux et Réseaux du Plateau", languages=("fr",))
CODES = {"1204", "3310", "5001"}


def keys(steps: tuple[AnyStep, ...]) -> str:
    pressed = ""
    for step in steps:
        if isinstance(step, Press):
            pressed += step.keys
        elif isinstance(step, Repeat):
            pressed += keys(step.steps) * step.times
    return pressed


def handed_over(scenario: str, script: Script) -> tuple[ToHuman, State]:
    """Press the scenario's keys, then nothing more, until the attendant hands the call over."""
    state = State()
    events: list[object] = [Started(), *(Digit(key) for key in keys(load(scenario).steps)), *[Silence()] * 3]
    while events:
        step = advance(state, events.pop(0), script)
        state = step.state
        for output in step.outputs:
            if isinstance(output, ToHuman):
                return output, state
            if isinstance(output, LookUpCode):
                known = output.digits in CODES
                events.insert(0, CodeResolved(Fact.EQUIPMENT, "7", "Ligne blister") if known else CodeResolved())
    raise AssertionError("nobody was fetched")


@pytest.mark.parametrize(
    ("scenario", "script", "reason", "stakes"),
    [
        ("line_stopped", KNOWN, Reason.STOPPED, Stakes.STOPPED),
        ("software_hindered", ENGLISH, Reason.COMPLETED, Stakes.HINDERED),
        ("help_in_using", KNOWN, Reason.COMPLETED, Stakes.UNAFFECTED),
        ("follow_up", KNOWN, Reason.COMPLETED, Stakes.UNAFFECTED),
        ("wants_a_person", KNOWN, Reason.ASKED, Stakes.UNKNOWN),
        ("long_call_with_hold", KNOWN, Reason.ASKED, Stakes.UNKNOWN),
        ("anonymous_caller", UNKNOWN, Reason.COMPLETED, Stakes.HINDERED),
        ("pump_stopped_at_night", FRENCH_ONLY, Reason.STOPPED, Stakes.STOPPED),
        ("presses_wrong_keys", UNKNOWN, Reason.BOT_FAILED, Stakes.UNKNOWN),
        ("says_nothing", UNKNOWN, Reason.SILENT, Stakes.UNKNOWN),
    ],
)
def test_the_keys_of_a_scenario_lead_to_a_human(scenario: str, script: Script, reason: Reason, stakes: Stakes):
    handed, _ = handed_over(scenario, script)

    assert (handed.reason, handed.stakes) == (reason, stakes)


def test_a_keyed_code_names_the_equipment():
    _, state = handed_over("anonymous_caller", UNKNOWN)

    assert state.value(Fact.EQUIPMENT) == "7"
