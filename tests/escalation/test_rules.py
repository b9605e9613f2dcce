"""What may be handed over, decided without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.errors import Forbidden
from vigie.escalation.rules import policy as policies
from vigie.escalation.rules import sending as rules
from vigie.escalation.rules.policy import EscalationPolicy, UnreadablePolicy
from vigie.escalation.rules.sending import Dossier, GroupCard, Round, Sending, Stakes
from vigie.escalation.rules.words import Motive, RefusalMotive, State, Tier
from vigie.tickets.rules.handover_needs import ALWAYS_NEEDED, ATTEMPT
from vigie.tickets.rules.vocabulary import Criticality

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
N1 = GroupCard(1, Tier.N1, client_id=3)
N2 = GroupCard(2, Tier.N2, client_id=3)
N3 = GroupCard(4, Tier.N3, client_id=3)
FACTS = {
    "symptom": "la cellule s'arrête",
    "context": "au changement de format",
    "frequency": "often",
    "environment": "pharmaceutical",
}
COMPLETE = Dossier(FACTS, attempts=1)
P1, P3 = Stakes(Criticality.P1), Stakes(Criticality.P3)


def weigh(dossier: Dossier = COMPLETE, *, to: GroupCard = N2, stakes: Stakes = P3, **changes: object) -> Sending:
    given = {
        "policy": EscalationPolicy(),
        "client_id": 3,
        "sender": N1,
        "from_tier": Tier.N1,
        "rounds": (),
        "motive": Motive.SKILL,
        "note": "",
        "emergency": False,
        "may_skip": False,
    }
    return rules.weigh_sending(dossier, to=to, stakes=stakes, **{**given, **changes})  # type: ignore[arg-type]


def test_an_empty_dossier_lacks_the_five_things_that_are_always_needed() -> None:
    with pytest.raises(rules.HandoverIncomplete) as refusal:
        weigh(Dossier({}))

    assert refusal.value.details["missing"] == list(ALWAYS_NEEDED)
    assert (refusal.value.status, refusal.value.code) == (422, "handover_incomplete")


def test_a_complete_dossier_goes() -> None:
    assert weigh() == Sending(Motive.SKILL)


def test_something_must_have_been_tried() -> None:
    with pytest.raises(rules.HandoverIncomplete) as refusal:
        weigh(Dossier(FACTS))

    assert refusal.value.details["missing"] == [ATTEMPT]


def test_blank_words_are_not_a_fact() -> None:
    assert rules.missing(replace(COMPLETE, facts={**FACTS, "context": " \n"}), policy=EscalationPolicy(), to=N2) == (
        "context",
    )


def test_a_client_asks_for_more_by_tier_and_by_group() -> None:
    policy = EscalationPolicy.from_body(
        {"needs": ["since"], "needs_for": {"tier:3": ["scope"], "group:4": ["own.lot"]}}
    )

    assert rules.missing(COMPLETE, policy=policy, to=N2) == ("since",)
    assert rules.missing(COMPLETE, policy=policy, to=N3) == ("since", "scope", "own.lot")


@pytest.mark.parametrize(
    "stakes", [P1, Stakes(Criticality.P3, is_dangerous=True), Stakes(Criticality.P4, operations_stopped=True)]
)
def test_a_true_emergency_may_go_before_it_is_complete(stakes: Stakes) -> None:
    sending = weigh(Dossier({}), stakes=stakes, emergency=True, note="fuite de solvant")

    assert sending.emergency
    assert not sending.complete
    assert sending.missing == ALWAYS_NEEDED


def test_calling_it_an_emergency_is_not_enough() -> None:
    with pytest.raises(rules.NotAnEmergency):
        weigh(Dossier({}), stakes=P3, emergency=True, note="le client insiste")


def test_an_emergency_says_why_it_goes_first() -> None:
    with pytest.raises(rules.MotiveNeeded):
        weigh(Dossier({}), stakes=P1, emergency=True, note=" ")


def test_a_motive_is_always_needed() -> None:
    with pytest.raises(rules.MotiveNeeded):
        weigh(motive=None)


def test_going_straight_to_n3_needs_the_right_and_a_word() -> None:
    with pytest.raises(Forbidden):
        weigh(to=N3, note="panne déjà vue")
    with pytest.raises(rules.MotiveNeeded):
        weigh(to=N3, may_skip=True)

    assert weigh(to=N3, may_skip=True, note="panne déjà vue").skips_tier


def test_a_disabled_group_receives_nothing() -> None:
    with pytest.raises(rules.GroupDisabled):
        weigh(to=replace(N2, is_active=False))


@pytest.mark.parametrize("to", [N1, replace(N2, client_id=8)])
def test_neither_oneself_nor_the_group_of_another_client_can_receive(to: GroupCard) -> None:
    with pytest.raises(rules.WrongDestination):
        weigh(to=to)


def test_after_two_refusals_between_two_groups_their_supervisor_decides() -> None:
    refused = Round(N1.id, N2.id, State.REFUSED)

    assert weigh(rounds=[refused]).complete
    with pytest.raises(rules.PingPongFrozen):
        weigh(rounds=[refused, refused])
    with pytest.raises(rules.PingPongFrozen):
        weigh(rounds=[refused, Round(N2.id, N1.id, State.REFUSED)])


def test_a_frozen_pair_does_not_close_the_other_ways() -> None:
    refused = [Round(N1.id, N2.id, State.REFUSED)] * 2

    assert weigh(to=replace(N2, id=9), rounds=refused).complete


def test_the_supervisor_s_decision_opens_the_way_again() -> None:
    assert weigh(rounds=[Round(N1.id, N2.id, State.REFUSED, settled=True)] * 2).complete


def test_a_refusal_says_what_is_missing() -> None:
    assert rules.weigh_refusal(motive=RefusalMotive.INCOMPLETE, lacking=["context", "context", ""], note="") == (
        "context",
    )
    with pytest.raises(rules.RefusalUnexplained):
        rules.weigh_refusal(motive=RefusalMotive.OTHER_GROUP, lacking=[], note=" ")
    with pytest.raises(rules.MotiveNeeded):
        rules.weigh_refusal(motive=None, lacking=["context"], note="")


def test_no_motive_blames_the_person_who_calls() -> None:
    for motive in (*Motive, *RefusalMotive):
        assert "user" not in motive.value


def test_the_next_tier_s_group_follows_the_client_s_routes() -> None:
    industrial, shared = GroupCard(7, Tier.N2, client_id=3), GroupCard(5, Tier.N2)
    policy = EscalationPolicy.from_body({"routes": [{"tier": 2, "environment": "industrial", "group": 7}]})
    groups = [shared, N2, industrial, N3]

    assert rules.proposed(groups, policy=policy, from_tier=Tier.N1, environment="industrial") == industrial
    assert rules.proposed(groups, policy=policy, from_tier=Tier.N1, environment="software") == N2
    assert rules.proposed([shared, N3], policy=policy, from_tier=Tier.N1) == shared
    assert rules.proposed(groups, policy=policy, from_tier=Tier.N3) is None


def test_a_disabled_group_is_not_proposed() -> None:
    assert rules.proposed([replace(N2, is_active=False)], policy=EscalationPolicy(), from_tier=Tier.N1) is None


def test_the_time_to_accept_follows_criticality_and_the_client_s_hours() -> None:
    def tomorrow(at: datetime, worked: timedelta) -> datetime:
        return at + timedelta(days=1) + worked

    policy = EscalationPolicy.from_body({"accept_within": {"P2": {"minutes": 20, "clock": "open"}}})

    assert policies.accept_by(Criticality.P1, policy=policy, at=AT, open_time=tomorrow) == AT + timedelta(minutes=15)
    assert policies.accept_by(Criticality.P2, policy=policy, at=AT, open_time=tomorrow) == AT + timedelta(
        days=1, minutes=20
    )


def test_a_policy_reads_back_what_it_writes() -> None:
    body = {
        "needs": ["since"],
        "needs_for": {"tier:3": ["scope"]},
        "routes": [{"tier": 2, "environment": "", "group": 7}],
        "accept_within": {"P1": {"minutes": 5, "clock": "always"}},
        "supervisor": 12,
    }
    policy = EscalationPolicy.from_body(body)

    assert EscalationPolicy.from_body(policy.body()) == policy
    assert policy.supervisor == 12


def test_every_mistake_of_a_policy_is_named_at_once() -> None:
    body = {
        "needs": "since",
        "routes": [{"tier": 5}],
        "accept_within": {"P1": {"minutes": 0}, "P9": {"minutes": 3}},
        "colour": "red",
    }

    with pytest.raises(UnreadablePolicy) as refusal:
        EscalationPolicy.from_body(body)

    assert [line.partition(":")[0] for line in refusal.value.details["mistakes"]] == [
        "needs",
        "routes.1",
        "accept_within.P1",
        "accept_within.P9",
        "colour",
    ]


NAMES = st.sampled_from([*ALWAYS_NEEDED, "since", "scope", "workaround"])


@given(known=st.sets(NAMES), more=st.sets(NAMES), needs=st.lists(NAMES))
def test_learning_something_never_makes_a_dossier_less_complete(
    known: set[str], more: set[str], needs: list[str]
) -> None:
    policy = EscalationPolicy(needs=tuple(needs))
    before = rules.missing(Dossier(dict.fromkeys(known, "x")), policy=policy, to=N2)
    after = rules.missing(Dossier(dict.fromkeys(known | more, "x")), policy=policy, to=N2)

    assert set(after) <= set(before)
