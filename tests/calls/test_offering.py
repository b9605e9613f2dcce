"""A call on agents' screens: taken, rejected, unanswered."""

from __future__ import annotations

import pytest

from calls.stage import again, leave, offer, orders, presence, ring, s, settle, sit_down, stay, talk, wait
from cast import Cast, acting, make_cast
from vigie.calls import actions
from vigie.calls.models import CallbackProposal, Offer
from vigie.calls.rules.states import AgentState
from vigie.directory.models import Membership, PolicyKind
from vigie.directory.roles import Role
from vigie.errors import NotFound
from vigie.journal.models import Entry
from vigie.telephony.protocol import Bridge, Dial, EndCause, Hangup, Play

pytestmark = pytest.mark.django_db


def test_a_rejected_call_goes_to_the_next_agent_and_keeps_its_age(conditia: Cast) -> None:
    sit_down(conditia.agent, at=s(-60))
    sit_down(conditia.other_agent, at=s(-30), tab="tab-2")
    call = wait(conditia)
    offer(s(1))
    assert again(call).offers.get().agent == conditia.agent

    actions.reject_call(call.pk, by=acting(conditia.agent), at=s(3))
    offer(s(3))

    assert stay(call).entered_at == s(0)
    assert Offer.objects.get(call=call, outcome="pending").agent == conditia.other_agent
    assert presence(conditia.agent).state == "available"


def test_a_rejected_call_does_not_loop_onto_the_same_agent(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))
    actions.reject_call(call.pk, by=acting(conditia.agent), at=s(3))

    for second in range(4, 60):
        offer(s(second))

    assert Offer.objects.filter(call=call).count() == 1
    assert again(call).state == "queued"


def test_an_agent_who_does_not_answer_in_fifteen_seconds_is_away_and_the_call_goes_first(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))
    assert not actions.lapse_offer(at=s(15.9))

    assert actions.lapse_offer(at=s(16))

    assert (presence(conditia.agent).state, presence(conditia.agent).reason) == ("away", "rona")
    assert stay(call).is_head
    assert Offer.objects.get(call=call).outcome == "no_answer"
    assert Entry.objects.filter(code="call.rung_in_vain", facts__agent=conditia.agent.pk).exists()
    older = wait(conditia, at=s(-300), caller_id="+33199008888")
    sit_down(conditia.other_agent, at=s(17), tab="tab-2")
    offer(s(18))
    assert again(call).state == "ringing"
    assert again(older).state == "queued"


def test_a_call_whose_only_agent_goes_away_overflows(conditia: Cast) -> None:
    settle(conditia, PolicyKind.ROUTING, overflow_after_s=60, overflow="callback")
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))
    actions.change_state(conditia.agent.pk, state=AgentState.AWAY, reason="break", by=acting(conditia.agent), at=s(3))
    assert again(call).state == "queued"

    offer(s(61))

    assert stay(call).callback_due
    assert not actions.close_callback_offer(at=s(62))
    assert actions.close_callback_offer(at=s(90))
    assert again(call).leaving_as == "callback"
    assert CallbackProposal.objects.get(call=call).number == conditia.caller_id


@pytest.mark.parametrize("key", ["2", "0", "7"])
def test_a_caller_offered_a_callback_may_stay_on_the_line(conditia: Cast, key: str) -> None:
    settle(conditia, PolicyKind.ROUTING, overflow_after_s=60)
    sit_down(conditia.agent, state=AgentState.AWAY)
    call = wait(conditia)
    offer(s(61))

    actions.press_key(call.leg, digit=key, at=s(70))
    offer(s(80))

    assert again(call).state == "queued"
    assert stay(call).callback_due is None
    assert not CallbackProposal.objects.exists()


def test_an_offer_of_a_callback_ends_when_an_agent_is_rung(conditia: Cast) -> None:
    call = wait(conditia)
    offer(s(1))
    assert stay(call).callback_due
    sit_down(conditia.agent, at=s(2))
    offer(s(3))
    assert again(call).state == "ringing"

    actions.reject_call(call.pk, by=acting(conditia.agent), at=s(30))
    actions.close_callback_offer(at=s(30))

    assert again(call).state == "queued"


def test_a_caller_with_stopped_operations_who_says_nothing_stays_in_line(conditia: Cast) -> None:
    call = wait(conditia, keys="11#1")
    offer(s(1))
    assert stay(call).callback_due

    assert actions.close_callback_offer(at=s(60))
    assert CallbackProposal.objects.get(call=call).done_at is None
    assert again(call).state == "queued"
    sit_down(conditia.agent, at=s(61))
    offer(s(62))
    actions.take_call(call.pk, by=acting(conditia.agent), at=s(63))

    assert CallbackProposal.objects.get(call=call).done_by == conditia.agent


def test_an_empty_queue_follows_the_clients_policy_message(conditia: Cast) -> None:
    settle(conditia, PolicyKind.ROUTING, leave_empty="message")
    call = wait(conditia)

    offer(s(1))

    assert (again(call).state, call.leaving_as) == ("leaving", "leave_empty")
    said = orders(Play, leg=call.leg)[-1]
    assert not said.interruptible
    actions.finish_play(call.leg, token=call.play_token, at=s(9))
    assert orders(Hangup, leg=call.leg)
    assert leave(call, s(9)).outcome == "leave_empty"


def test_an_empty_queue_offers_a_callback_and_one_key_takes_it(conditia: Cast) -> None:
    call = wait(conditia)
    offer(s(1))
    assert stay(call).callback_due

    actions.press_key(call.leg, digit="1", at=s(5))

    assert CallbackProposal.objects.get(call=call).reason == "asked"
    assert leave(call, s(9)).outcome == "callback"


def test_an_empty_queue_rings_the_numbers_of_last_resort_in_order(conditia: Cast) -> None:
    numbers = ["sip:a@127.0.0.1", "sip:b@127.0.0.1"]
    settle(conditia, PolicyKind.ROUTING, leave_empty="oncall", fallback_numbers=numbers)
    call = wait(conditia)

    offer(s(1))
    first = orders(Dial)[-1]
    actions.end_call(first.leg, cause=EndCause.NO_ANSWER, happened_at=s(26), at=s(26))
    second = orders(Dial)[-1]
    actions.start_dialogue(second.leg, at=s(30))

    assert (first.to, second.to) == tuple(numbers)
    assert orders(Bridge)[-1].legs == (call.leg, second.leg)
    actions.end_call(second.leg, cause=EndCause.HANGUP, happened_at=s(90), at=s(90))
    assert orders(Hangup, leg=call.leg)
    assert leave(call, s(90)).outcome == "fallback_answered"


def test_when_no_number_of_last_resort_answers_the_caller_is_told_and_written_down(conditia: Cast) -> None:
    settle(conditia, PolicyKind.ROUTING, leave_empty="oncall", fallback_numbers=["sip:a@127.0.0.1"])
    call = wait(conditia)

    offer(s(1))
    actions.note_failure(orders(Dial)[-1].leg, command="Dial", reason="no_trunk", at=s(2))

    assert (again(call).state, call.leaving_as) == ("leaving", "fallback_exhausted")
    assert CallbackProposal.objects.get(call=call).number == conditia.caller_id


@pytest.mark.parametrize(("keys", "caller_id"), [("1111", ""), ("10", "anonymous")])
def test_when_no_number_answers_who_cannot_be_sent_away_waits_for_whoever_logs_in(
    conditia: Cast, keys: str, caller_id: str
) -> None:
    settle(conditia, PolicyKind.ROUTING, leave_empty="oncall", fallback_numbers=["sip:a@127.0.0.1"])
    call = wait(conditia, keys=keys, caller_id=caller_id)
    offer(s(1))
    actions.end_call(orders(Dial)[-1].leg, cause=EndCause.NO_ANSWER, happened_at=s(26), at=s(26))
    assert again(call).state == "queued"
    offer(s(60))
    assert again(call).state == "queued"

    sit_down(conditia.agent, at=s(61))
    offer(s(62))

    assert again(call).state == "ringing"


def test_an_agent_who_comes_while_numbers_of_last_resort_ring_is_rung_before_the_next_one(conditia: Cast) -> None:
    numbers = ["sip:a@127.0.0.1", "sip:b@127.0.0.1"]
    settle(conditia, PolicyKind.ROUTING, leave_empty="oncall", fallback_numbers=numbers)
    call = wait(conditia)
    offer(s(1))
    sit_down(conditia.agent, at=s(20))

    actions.end_call(orders(Dial)[-1].leg, cause=EndCause.NO_ANSWER, happened_at=s(26), at=s(26))
    offer(s(27))

    assert again(call).state == "ringing"
    assert len(orders(Dial)) == 1


def test_a_caller_who_leaves_while_a_last_number_rings_stops_it(conditia: Cast) -> None:
    settle(conditia, PolicyKind.ROUTING, leave_empty="oncall", fallback_numbers=["sip:a@127.0.0.1"])
    call = wait(conditia)
    offer(s(1))

    leave(call, s(5))

    assert orders(Hangup)[-1].leg == orders(Dial)[-1].leg
    assert CallbackProposal.objects.filter(call=call).exists()


def test_nobody_is_diverted_before_having_heard_that_a_person_is_fetched(conditia: Cast) -> None:
    call = ring(conditia)
    actions.press_key(call.leg, digit="0", at=s(0))

    offer(s(1))
    assert stay(call).callback_due is None
    offer(s(16))

    assert stay(call).callback_due


def test_a_caller_whose_operations_have_stopped_is_never_only_told(conditia: Cast) -> None:
    settle(conditia, PolicyKind.ROUTING, leave_empty="message")
    known, withheld = wait(conditia, keys="11#1"), wait(conditia, keys="1*11", caller_id="anonymous")
    assert known.stakes == withheld.stakes == 4

    offer(s(1))

    assert CallbackProposal.objects.get().call == known
    assert again(known).state == again(withheld).state == "queued"
    offer(s(60))
    assert not orders(Hangup)


def test_a_caller_whose_operations_have_stopped_is_not_sent_away_for_having_waited_long(conditia: Cast) -> None:
    settle(conditia, PolicyKind.ROUTING, overflow="message", overflow_after_s=60)
    sit_down(conditia.agent, state=AgentState.AWAY)
    call = wait(conditia, keys="1111")

    offer(s(61))

    assert again(call).state == "queued"
    assert orders(Play, leg=call.leg)[-1].token == call.play_token


def test_of_two_agents_one_gets_the_call_and_the_other_no_penalty(conditia: Cast) -> None:
    sit_down(conditia.agent)
    sit_down(conditia.other_agent, tab="tab-2")
    call = wait(conditia)
    offer(s(1))
    winner = Offer.objects.get(call=call).agent
    loser = conditia.other_agent if winner == conditia.agent else conditia.agent
    actions.take_call(call.pk, by=acting(winner), at=s(2))

    with pytest.raises(actions.AlreadyTaken):
        actions.take_call(call.pk, by=acting(loser), at=s(2))

    assert presence(loser).state == "available"
    assert len(orders(Bridge, leg=call.leg)) == 1


def test_an_agent_of_another_client_does_not_even_see_the_call(conditia: Cast, logimetrie: Cast) -> None:
    sit_down(logimetrie.agent)
    call = wait(conditia)
    offer(s(1))

    assert again(call).offers.count() == 0
    with pytest.raises(NotFound):
        actions.take_call(call.pk, by=acting(logimetrie.agent), at=s(2))


def test_an_agent_of_several_clients_is_told_for_whom_he_answers(conditia: Cast, logimetrie: Cast) -> None:
    Membership.objects.create(staff=conditia.agent, client=logimetrie.client, role=Role.AGENT)
    page = sit_down(conditia.agent)
    call = wait(logimetrie)
    offer(s(1))

    actions.take_call(call.pk, by=acting(conditia.agent), at=s(4))

    whisper = orders(Play, leg=page)[-1]
    assert not orders(Bridge)
    actions.finish_play(page, token=whisper.token, at=s(5))
    assert orders(Bridge)[-1].legs == (call.leg, page)


def test_a_whisper_that_cannot_be_said_does_not_keep_the_caller_waiting(conditia: Cast, logimetrie: Cast) -> None:
    Membership.objects.create(staff=conditia.agent, client=logimetrie.client, role=Role.AGENT)
    page = sit_down(conditia.agent)
    call = wait(logimetrie)
    offer(s(1))
    actions.take_call(call.pk, by=acting(conditia.agent), at=s(4))

    actions.note_failure(page, command="Play", reason="no_such_file", at=s(4))

    assert orders(Bridge)[-1].legs == (call.leg, page)


def test_wrap_up_is_honoured_across_all_queues(conditia: Cast, logimetrie: Cast) -> None:
    Membership.objects.create(staff=conditia.agent, client=logimetrie.client, role=Role.AGENT)
    sit_down(conditia.agent)
    leave(talk(conditia, conditia.agent), s(60))
    other = wait(logimetrie, at=s(61))

    offer(s(62))
    assert again(other).offers.count() == 0
    assert actions.end_due_wrap_up(at=s(90))
    offer(s(90))

    assert again(other).state == "ringing"


def test_a_pause_asked_for_during_a_call_begins_after_it(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)

    actions.change_state(conditia.agent.pk, state=AgentState.AWAY, reason="lunch", by=acting(conditia.agent), at=s(20))
    assert presence(conditia.agent).state == "talking"
    leave(call, s(60))
    actions.finish_wrap_up(call.pk, by=acting(conditia.agent), at=s(70))

    assert (presence(conditia.agent).state, presence(conditia.agent).reason) == ("away", "lunch")


def test_positions_said_are_truthful_and_no_sentence_promises_a_time(conditia: Cast) -> None:
    sit_down(conditia.agent, state=AgentState.AWAY)
    first, second = wait(conditia), wait(conditia, at=s(1), caller_id="+33199008888")

    while actions.speak_to_waiting(at=s(50)):
        pass
    assert (stay(first).position_said, stay(second).position_said) == (1, 2)
    wait(conditia, at=s(60), keys="11#1", caller_id=conditia.caller_id)
    while actions.speak_to_waiting(at=s(110)):
        pass

    assert (stay(first).position_said, stay(second).position_said) == (2, 3)


def test_two_clients_do_not_share_a_queue_position(conditia: Cast) -> None:
    other = make_cast("logimetrie", number="+33199001003", caller_id="+33199002003")
    sit_down(conditia.agent, state=AgentState.AWAY)
    sit_down(other.agent, state=AgentState.AWAY)
    wait(conditia)
    alone = wait(other)

    while actions.speak_to_waiting(at=s(50)):
        pass

    assert stay(alone).position_said == 1
