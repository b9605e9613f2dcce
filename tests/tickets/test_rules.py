"""What is still to ask, what the next level needs, what is read back, and what a field accepts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.callbot.promises import promises
from vigie.tickets.rules.criticality import CriticalityPolicy, assess
from vigie.tickets.rules.fields import Fields, FieldsInvalid, UnknownFact, ValueRefused, read_value
from vigie.tickets.rules.handover_needs import missing_for
from vigie.tickets.rules.questions import Why, next_questions
from vigie.tickets.rules.reformulate import LANGUAGES, Tried, reformulate
from vigie.tickets.rules.resolution import missing_to_resolve
from vigie.tickets.rules.vocabulary import CHOICES, TEXT_FACTS, AttemptResult, ClosureCode, FactValue

DEFAULT = CriticalityPolicy()
COMPLETE: dict[str, FactValue] = {
    "symptom": "La ligne s'arrête",
    "context": "au démarrage",
    "frequency": "often",
    "environment": "industrial",
}
OWN = Fields.from_body(
    {
        "fields": [
            {"code": "lot", "kind": "text", "label": {"fr": "Lot"}},
            {"code": "degrees", "kind": "number", "unit": "°C", "label": {"fr": "Température"}},
            {"code": "shift", "kind": "choice", "label": {"fr": "Équipe"}, "choices": {"am": {"fr": "Matin"}}},
            {"code": "day", "kind": "date", "label": {"fr": "Jour"}},
        ]
    }
)


def _ask(facts: dict[str, FactValue], attempts: int = 0, needs: tuple[str, ...] = ()) -> list[tuple[str, Why]]:
    found = next_questions(facts, assessment=assess(facts, DEFAULT), attempts=attempts, needs=needs)
    return [(question.name, question.why) for question in found]


def test_the_symptom_is_asked_first_then_what_would_change_the_criticality_most() -> None:
    assert _ask({})[:3] == [
        ("symptom", Why.SYMPTOM_FIRST),
        ("safety", Why.CRITICALITY),
        ("consequence", Why.CRITICALITY),
    ]


def test_once_the_criticality_is_settled_what_a_hand_over_needs_is_asked() -> None:
    facts: dict[str, FactValue] = {"symptom": "Plus rien", "safety": "yes"}

    asked = _ask(facts, needs=("own.lot",))

    assert asked == [
        ("context", Why.HANDOVER),
        ("frequency", Why.HANDOVER),
        ("environment", Why.HANDOVER),
        ("attempt", Why.HANDOVER),
        ("own.lot", Why.HANDOVER),
        ("type", Why.TYPE),
    ]


def test_nothing_is_asked_when_everything_is_known() -> None:
    assert _ask({**COMPLETE, "safety": "yes", "type": "technical_incident"}, attempts=1) == []


def test_a_question_says_what_its_answer_could_make_of_the_criticality() -> None:
    facts: dict[str, FactValue] = {"symptom": "Lent", "safety": "no", "workaround": "yes", "scope": "one_person"}

    first = next_questions(facts, assessment=assess(facts, DEFAULT), attempts=0)[0]

    assert (first.name, first.lowest, first.highest) == ("consequence", "P4", "P2")


@pytest.mark.parametrize("name", [*COMPLETE, "attempt"])
def test_a_hand_over_lacks_what_was_not_said(name: str) -> None:
    facts = {key: value for key, value in COMPLETE.items() if key != name}

    assert missing_for(facts, attempts=0 if name == "attempt" else 1) == (name,)


def test_an_empty_text_is_not_an_answer() -> None:
    assert missing_for({**COMPLETE, "context": "  "}, attempts=1) == ("context",)
    assert missing_for(COMPLETE, attempts=1, needs=("own.lot",)) == ("own.lot",)
    assert missing_for(COMPLETE, attempts=1) == ()


def test_what_is_read_back_is_what_was_said() -> None:
    text = reformulate(
        {**COMPLETE, "consequence": "stopped", "safety": "no"},
        tried=[Tried("redémarrage", "no_effect")],
        names={"equipment": "Ligne blister 2"},
        language="fr",
    )

    assert text == (
        "Je reprends, pour être sûr de vous avoir bien compris. Vous constatez ceci : La ligne s'arrête. "
        "Cela concerne : Ligne blister 2. Cela se produit dans ces circonstances : au démarrage. Cela arrive souvent. "
        "L'activité est arrêtée. Personne n'est en danger. Ont déjà été essayés : redémarrage (sans effet). "
        "Est-ce bien cela ?"
    )


def test_nothing_known_leaves_nothing_to_read_back() -> None:
    assert reformulate({}) == ""


@given(
    st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in CHOICES.items()}),
    st.sampled_from(LANGUAGES),
    st.sampled_from(AttemptResult),
)
def test_reading_back_never_promises_anything(
    facts: dict[str, FactValue], language: str, result: AttemptResult
) -> None:
    facts = {**facts, **dict.fromkeys(TEXT_FACTS, "abc")}
    text = reformulate(facts, tried=[Tried("abc", result)], language=language)

    assert promises(text, language=language) == []


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("own.lot", "A-17", "A-17"),
        ("own.degrees", "-12,5", -12.5),
        ("own.degrees", "1 200", 1200),
        ("own.shift", "am", "am"),
        ("own.day", "2026-03-09", "2026-03-09"),
        ("scope", "public", "public"),
        ("equipment", "12", 12),
        ("symptom", "  ", None),
    ],
)
def test_a_field_is_read_as_its_kind(name: str, text: str, value: FactValue) -> None:
    assert read_value(name, text, fields=OWN) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.degrees", "hot"),
        ("own.degrees", "1e9"),
        ("own.shift", "night"),
        ("own.day", "9 mars"),
        ("scope", "galaxy"),
        ("equipment", "1.5"),
        ("symptom", "x" * 20_001),
        ("title", "x" * 201),
        ("symptom", "a\x00b"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueRefused):
        read_value(name, text, fields=OWN)


@pytest.mark.parametrize("name", ["own.nothing", "criticality", "password", ""])
def test_a_field_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(UnknownFact):
        read_value(name, "1", fields=OWN)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"code": "Lot n°", "kind": "text", "label": {"fr": "Lot"}}, "bad_code"),
        ({"code": "lot", "kind": "photo", "label": {"fr": "Lot"}}, "bad_field"),
        ({"code": "lot", "kind": "text", "label": {}}, "no_label"),
        ({"code": "lot", "kind": "choice", "label": {"fr": "Lot"}}, "choices_and_kind_disagree"),
        ("lot", "bad_field"),
    ],
)
def test_own_fields_that_make_no_sense_are_refused(row: Any, reason: str) -> None:
    with pytest.raises(FieldsInvalid) as refused:
        Fields.from_body({"fields": [row]})

    assert refused.value.details["reason"] == reason


def test_a_code_is_used_once() -> None:
    row = {"code": "lot", "kind": "text", "label": {"fr": "Lot"}}
    with pytest.raises(FieldsInvalid):
        Fields.from_body({"fields": [row, row]})


def test_own_fields_survive_being_written_down() -> None:
    assert Fields.from_body(OWN.to_body()) == OWN


def test_no_closure_code_blames_the_caller() -> None:
    assert not [code for code in ClosureCode if "user" in code or "error" in code or "fault" in code]


def test_a_repair_needs_its_cause_and_its_solution() -> None:
    assert missing_to_resolve(ClosureCode.FIXED, cause=" ", solution="") == ("cause", "solution")
    assert missing_to_resolve(ClosureCode.SHOWN_HOW, cause="", solution="Menu Outils") == ()
    assert missing_to_resolve(ClosureCode.WITHDRAWN, cause="", solution="") == ()
