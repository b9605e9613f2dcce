"""What happens when something dies: the wire, the node, the database."""

from __future__ import annotations

import pytest

from calls.stage import NODE, again, leave, offer, orders, presence, ring, s, settle, sit_down, start_node, talk, wait
from cast import Cast
from vigie.calls import actions
from vigie.calls.models import Call, CallbackProposal, NodeRun
from vigie.directory.models import PolicyKind
from vigie.journal.models import Entry
from vigie.telephony.protocol import EndCause, Play

pytestmark = pytest.mark.django_db


def test_a_caller_without_sound_and_without_goodbye_frees_the_agent_within_thirty_seconds(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)

    actions.doubt_call(call.leg, silent_ms=10_000, at=s(40))
    assert not actions.close_lost_call(at=s(59))
    assert actions.close_lost_call(at=s(60))

    assert again(call).outcome == "answered"
    assert presence(conditia.agent).state == "wrap_up"


def test_a_caller_heard_again_is_trusted_again(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)
    actions.doubt_call(call.leg, silent_ms=10_000, at=s(40))

    actions.trust_call(call.leg, at=s(45))

    assert not actions.close_lost_call(at=s(90))
    assert again(call).state == "talking"


def test_the_calls_of_a_dead_node_are_listed_called_back_and_their_agents_freed(conditia: Cast) -> None:
    settle(conditia, PolicyKind.WELCOME, recording={"mode": "notice"})
    sit_down(conditia.agent)
    talking = talk(conditia, conditia.agent)
    stranger = wait(conditia, caller_id="+33199008888")
    withheld = ring(conditia, caller_id="anonymous")

    actions.note_node("node-2", address="here", at=s(30))
    while actions.close_lost_call(at=s(31)) or actions.lose_dead_browser(at=s(31)):
        pass

    assert {again(c).outcome for c in (talking, stranger, withheld)} == {"lost_with_node"}
    assert talking.recordings.get().ended_at == s(31)
    assert presence(conditia.agent).state != "talking"
    assert presence(conditia.agent).audio == "lost"
    assert [one.number for one in CallbackProposal.objects.all()] == [conditia.caller_id, "+33199008888"]


def test_a_former_run_that_hands_over_its_events_is_not_brought_back(conditia: Cast) -> None:
    start_node()
    actions.note_node("node-2", address="here", at=s(30))

    actions.note_node(NODE, address="here", at=s(31))

    assert NodeRun.objects.get(ended_at=None).name == "node-2"


def test_a_node_thought_dead_that_comes_back_is_believed(conditia: Cast) -> None:
    start_node()
    actions.end_node_at("here", at=s(30))

    actions.note_node(NODE, address="here", at=s(31))

    assert NodeRun.objects.get(ended_at=None).name == NODE


def test_a_call_the_node_does_not_name_is_closed_unless_its_end_arrives(conditia: Cast) -> None:
    start_node()
    forgotten, ended = wait(conditia), wait(conditia)
    actions.compare_legs(NODE, legs=[], at=s(20))

    leave(ended, s(21))
    while actions.close_lost_call(at=s(31)):
        pass

    assert again(ended).end_cause == EndCause.HANGUP
    assert again(forgotten).end_cause == EndCause.MEDIA_LOST


def test_what_the_node_did_alone_becomes_journal_entries(conditia: Cast) -> None:
    call = actions.receive_call("b" * 32, node=NODE, caller_id="", dialled=conditia.hotline, at=s(0))
    for step, number in (("started", ""), ("rang", "+33199005555"), ("answered", "+33199005555")):
        actions.note_fallback(call.leg, step=step, number=number, at=s(2))

    assert leave(call, s(60)).outcome == "fallback_answered"
    steps = Entry.objects.filter(code="call.fallback").order_by("id").values_list("facts__step", flat=True)
    assert list(steps) == ["started", "rang", "answered"]


def test_a_fallback_that_reached_nobody_says_so(conditia: Cast) -> None:
    call = actions.receive_call("c" * 32, node=NODE, caller_id="", dialled=conditia.hotline, at=s(0))
    actions.note_fallback(call.leg, step="exhausted", number="", at=s(30))

    assert leave(call, s(60)).outcome == "fallback_exhausted"


def test_a_caller_whom_the_attendant_cannot_serve_is_brought_to_a_human(conditia: Cast) -> None:
    call = ring(conditia)

    actions.rescue_call(call.leg, at=s(3))

    assert (again(call).state, call.handoff_reason) == ("queued", "bot_failed")
    assert Call.objects.count() == 1


def test_a_waiting_caller_whom_the_node_brought_to_somebody_rings_nobody_here(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))

    actions.note_fallback(call.leg, step="answered", number="+33199005555", at=s(5))

    assert again(call).state == "fallback"
    assert presence(conditia.agent).state == "available"
    assert not call.stays.filter(left_at=None).exists()
    assert leave(call, s(60)).outcome == "fallback_answered"


@pytest.mark.parametrize("step", ["started", "waiting"])
def test_a_caller_whose_question_was_lost_with_the_door_is_asked_again(conditia: Cast, step: str) -> None:
    call = ring(conditia)
    asked = orders(Play, leg=call.leg)[-1]

    actions.note_fallback(call.leg, step=step, number="", at=s(9))

    again_asked = orders(Play, leg=call.leg)[-1]
    assert again_asked.token == again(call).play_token != asked.token
    assert again_asked.silence_ms == asked.silence_ms
    actions.press_key(call.leg, digit="0", at=s(12))
    assert again(call).state == "queued"


def test_a_node_that_says_hello_has_its_callers_asked_again(conditia: Cast) -> None:
    start_node()
    asked, waiting = ring(conditia), wait(conditia)
    said = {call.leg: len(orders(Play, leg=call.leg)) for call in (asked, waiting)}

    actions.compare_legs(NODE, legs=[asked.leg, waiting.leg], at=s(20))

    assert len(orders(Play, leg=asked.leg)) == said[asked.leg] + 1
    assert len(orders(Play, leg=waiting.leg)) == said[waiting.leg]


def test_a_caller_who_waits_and_was_rung_out_by_the_node_is_taken_back_with_music(conditia: Cast) -> None:
    call = wait(conditia)

    actions.note_fallback(call.leg, step="started", number="", at=s(9))

    assert orders(Play, leg=call.leg)[-1].loop
    assert again(call).state == "queued"
