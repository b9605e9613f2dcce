"""Effective criticality: computed from facts, never from how urgent it feels, always with its reasons."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.tickets.rules.criticality import Assessment, CriticalityPolicy, CriticalityPolicyInvalid, Reason, assess
from vigie.tickets.rules.vocabulary import DANGER, Criticality, FactValue

# Impact × urgency as GLPI and Bileto compute them, written [urgency][impact].
GLPI = ("11222", "12233", "22344", "23445", "23455")
BILETO = {
    "low": {"low": "low", "medium": "low", "high": "medium"},
    "medium": {"low": "low", "medium": "medium", "high": "high"},
    "high": {"low": "medium", "medium": "high", "high": "high"},
}
GLPI_BODY: dict[str, Any] = {
    "matrix": {str(u): {str(i): value for i, value in enumerate(row, 1)} for u, row in enumerate(GLPI, 1)},
    "levels": {"1": "P4", "2": "P4", "3": "P3", "4": "P2", "5": "P1"},
    "impact": {"start": 3, "points": {"consequence": {"discomfort": -2, "stopped": 2}, "scope": {"one_person": -1}}},
    "urgency": {"start": 3, "points": {"workaround": {"yes": -2, "no": 2}}},
}
BILETO_BODY: dict[str, Any] = {"matrix": BILETO, "levels": {"low": "P4", "medium": "P3", "high": "P1"}}
DEFAULT = CriticalityPolicy()
POLICIES = [DEFAULT, CriticalityPolicy.from_body(GLPI_BODY), CriticalityPolicy.from_body(BILETO_BODY)]

FACTS = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in DANGER.items()})
ANY_POLICY = st.sampled_from(POLICIES)


@pytest.mark.parametrize(("urgency", "impact"), list(product(range(1, 6), repeat=2)))
def test_every_cell_of_the_glpi_matrix_is_reproduced(urgency: int, impact: int) -> None:
    policy = CriticalityPolicy.from_body(GLPI_BODY)

    assert policy.cell(urgency=str(urgency), impact=str(impact)) == GLPI[urgency - 1][impact - 1]


@pytest.mark.parametrize(("urgency", "impact"), list(product(BILETO, repeat=2)))
def test_every_cell_of_the_bileto_matrix_is_reproduced(urgency: str, impact: str) -> None:
    policy = CriticalityPolicy.from_body(BILETO_BODY)

    assert policy.cell(urgency=urgency, impact=impact) == BILETO[urgency][impact]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"scope": "one_person", "workaround": "yes", "frequency": "once"}, Criticality.P4),
        ({"consequence": "discomfort", "scope": "one_person"}, Criticality.P4),
        ({"consequence": "hindered", "scope": "several_people", "workaround": "partial"}, Criticality.P3),
        ({"consequence": "stopped"}, Criticality.P2),
        ({"consequence": "stopped", "workaround": "no"}, Criticality.P1),
        ({"consequence": "stopped", "scope": "one_person", "workaround": "yes"}, Criticality.P2),
        ({"consequence": "stopped", "scope": "whole_site", "workaround": "no"}, Criticality.P1),
        ({"safety": "yes", "scope": "one_person", "workaround": "yes"}, Criticality.P1),
        ({"consequence": "hindered", "equipment_weight": "4", "workaround": "no"}, Criticality.P2),
    ],
)
def test_facts_make_the_criticality(facts: dict[str, FactValue], expected: Criticality) -> None:
    assert assess(facts, DEFAULT).criticality is expected


def test_what_the_caller_feels_changes_nothing() -> None:
    facts: dict[str, FactValue] = {"scope": "one_person", "workaround": "yes", "frequency": "once"}

    felt = assess({**facts, "perceived_urgency": "blocking", "symptom": "Tout est arrêté !"}, DEFAULT)

    assert felt == assess(facts, DEFAULT)


@pytest.mark.parametrize("danger", [{"safety": "yes"}, {"consequence": "stopped"}])
def test_no_policy_may_put_a_danger_or_a_stop_under_p2(danger: dict[str, FactValue]) -> None:
    careless = CriticalityPolicy.from_body({"at_least": {}, "matrix": {"1": {"1": "P4"}}})

    assert assess(danger, careless).criticality is Criticality.P2


def test_while_an_answer_could_change_it_the_value_is_provisional_and_the_questions_are_named() -> None:
    found = assess({"scope": "one_person", "workaround": "yes"}, DEFAULT)

    assert found.provisional
    assert found.missing[:2] == ("safety", "consequence")
    assert (found.lowest, found.highest) == (Criticality.P4, Criticality.P1)


def test_a_value_that_no_answer_can_change_is_settled() -> None:
    found = assess({"safety": "yes"}, DEFAULT)

    assert (found.criticality, found.provisional, found.missing) == (Criticality.P1, False, ())


def test_the_reasons_name_the_facts_the_cell_and_what_forced_it_up() -> None:
    found = assess({"consequence": "stopped", "scope": "one_person", "workaround": "yes"}, DEFAULT)

    assert found.because == (
        Reason("points", "consequence", "stopped", "impact", 2),
        Reason("points", "scope", "one_person", "impact", -1),
        Reason("points", "workaround", "yes", "urgency", -1),
        Reason("cell", "1", "3", criticality="P3"),
        Reason("at_least", "consequence", "stopped", criticality="P2"),
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"matrix": {"1": {"1": "P3", "2": "P4"}}}, "matrix_goes_down"),
        ({"matrix": {"1": {"1": "P4"}, "2": {"2": "P3"}}}, "ragged_matrix"),
        ({"matrix": {"1": {"1": "urgent"}}}, "value_without_level"),
        ({"matrix": {"1": {"1": "urgent"}}, "levels": {"urgent": "P0"}}, "unknown_level"),
        ({"impact": {"points": {"consequence": {"discomfort": 1, "hindered": 0}}}}, "danger_counts_less"),
        ({"impact": {"points": {"perceived_urgency": {"high": 2}}}}, "unknown_fact"),
        ({"impact": {"points": {"scope": {"galaxy": 2}}}}, "unknown_value"),
        ({"impact": {"points": {"scope": {"public": "many"}}}}, "bad_points"),
        ({"at_least": {"scope": {"one_person": "P1"}}}, "danger_counts_less"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_a_reason(body: dict[str, Any], reason: str) -> None:
    with pytest.raises(CriticalityPolicyInvalid) as refused:
        CriticalityPolicy.from_body(body)

    assert refused.value.details["reason"] == reason


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_survives_being_written_down(policy: CriticalityPolicy) -> None:
    assert CriticalityPolicy.from_body(policy.to_body()) == policy


def test_the_order_of_rows_and_columns_may_be_told_apart_from_the_matrix() -> None:
    shuffled = {name: dict(sorted(row.items())) for name, row in sorted(BILETO.items())}
    order = ["low", "medium", "high"]

    policy = CriticalityPolicy.from_body({**BILETO_BODY, "matrix": shuffled, "urgencies": order, "impacts": order})

    assert policy == CriticalityPolicy.from_body(BILETO_BODY)


@given(FACTS, ANY_POLICY, st.data())
def test_more_danger_never_lowers_it(
    facts: dict[str, FactValue], policy: CriticalityPolicy, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(DANGER)))
    lesser, greater = sorted(data.draw(st.lists(st.integers(0, len(DANGER[name]) - 1), min_size=2, max_size=2)))

    low = assess({**facts, name: DANGER[name][lesser]}, policy)
    high = assess({**facts, name: DANGER[name][greater]}, policy)

    assert high.criticality.gravity >= low.criticality.gravity


@given(FACTS, ANY_POLICY, st.randoms())
def test_the_order_of_the_facts_changes_nothing(
    facts: dict[str, FactValue], policy: CriticalityPolicy, luck: Any
) -> None:
    names = list(facts)
    luck.shuffle(names)

    assert assess({name: facts[name] for name in names}, policy) == assess(facts, policy)


@given(FACTS, ANY_POLICY)
def test_every_value_has_a_reason_that_ends_in_it(facts: dict[str, FactValue], policy: CriticalityPolicy) -> None:
    found = assess(facts, policy)
    levels = [Criticality(reason.criticality) for reason in found.because if reason.criticality]

    assert max(levels, key=lambda level: level.gravity) is found.criticality


@given(FACTS, ANY_POLICY)
def test_answers_only_lead_to_values_that_were_announced(
    facts: dict[str, FactValue], policy: CriticalityPolicy
) -> None:
    before = assess(facts, policy)
    for name in before.missing:
        for value in DANGER[name]:
            after = assess({**facts, name: value}, policy)
            assert _is_within(after, before)
    assert before.lowest.gravity <= before.criticality.gravity <= before.highest.gravity
    assert before.provisional == bool(before.missing)


def _is_within(after: Assessment, before: Assessment) -> bool:
    return before.lowest.gravity <= after.criticality.gravity <= before.highest.gravity
