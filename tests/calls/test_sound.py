"""The agent's page: its sound goes, comes back, moves elsewhere; its microphone is taken away."""

from __future__ import annotations

import pytest

from calls.stage import again, leave, offer, orders, presence, pulse, s, settle, sit_down, start_node, stay, talk, wait
from cast import Cast, acting
from vigie.calls import actions
from vigie.calls.models import CallFact, Recording
from vigie.calls.rules.states import AgentState
from vigie.directory.models import PolicyKind
from vigie.errors import Forbidden
from vigie.telephony.protocol import AttachBrowser, Bridge, DetachBrowser, Hold, Play, StopRecording, Unbridge

pytestmark = pytest.mark.django_db


def reload(cast: Cast, at: float, tab: str = "tab-1", *, takeover: bool = False) -> str:
    """Let the page of the agent come back and offer its sound again."""
    leg = actions.attach_audio(sdp="v=0", tab=tab, takeover=takeover, by=acting(cast.agent), at=s(at)).leg
    actions.note_connected(leg, at=s(at + 0.4))
    return leg


def test_a_caller_whose_agents_page_closes_hears_a_word_then_music(conditia: Cast) -> None:
    leg = sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)
    pulse(conditia.agent, at=s(20))

    actions.lose_browser(leg, reason="stalled", at=s(23))

    assert again(call).state == "rejoining"
    assert orders(Unbridge, leg=call.leg)
    assert orders(Play, leg=call.leg)[-1].token == call.play_token
    actions.finish_play(call.leg, token=call.play_token, at=s(28))
    assert orders(Play, leg=call.leg)[-1].loop


def test_a_page_that_says_it_goes_is_believed_at_once(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)

    pulse(conditia.agent, at=s(20), audio="lost")

    assert again(call).state == "rejoining"


def test_an_agent_back_within_a_minute_finds_his_caller_again(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)
    pulse(conditia.agent, at=s(20), audio="lost")

    leg = reload(conditia, 50)

    assert again(call).state == "talking"
    assert orders(Bridge)[-1].legs == (call.leg, leg)
    assert not actions.give_up_rejoining(at=s(200))


def test_an_agent_who_does_not_come_back_gives_the_caller_to_the_head_of_the_queue(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)
    CallFact.objects.create(call=call, name="topic", value="incident", source="keypad", at=s(0))
    older = wait(conditia, at=s(-400), caller_id="+33199008888")
    pulse(conditia.agent, at=s(20), audio="lost")

    assert actions.give_up_rejoining(at=s(80))

    assert (again(call).state, call.agent) == ("queued", None)
    assert stay(call).is_head
    assert presence(conditia.agent).state == "away"
    sit_down(conditia.other_agent, at=s(81), tab="tab-2")
    offer(s(82))
    assert again(call).state == "ringing"
    assert again(older).state == "queued"
    assert call.facts.filter(name="topic").exists()


def test_a_reload_takes_the_call_along_and_records_on(conditia: Cast) -> None:
    settle(conditia, PolicyKind.WELCOME, recording={"mode": "notice"})
    former = sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)
    pulse(conditia.agent, at=s(20), audio="lost")

    leg = reload(conditia, 21)

    assert orders(AttachBrowser)[-1].replaces == former
    assert orders(DetachBrowser)[-1].leg == former
    assert again(call).state == "talking"
    assert orders(Bridge)[-1].legs == (call.leg, leg)
    assert Recording.objects.filter(call=call).count() == 1
    assert not orders(StopRecording)


def test_the_end_of_a_leg_that_was_replaced_changes_nothing(conditia: Cast) -> None:
    former = sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)
    reload(conditia, 21)

    actions.lose_browser(former, reason="replaced", at=s(22))

    assert again(call).state == "talking"
    assert presence(conditia.agent).audio == "connected"


def test_a_new_network_makes_no_new_call(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)
    actions.lose_browser(presence(conditia.agent).browser_leg, reason="stalled", at=s(30))

    reload(conditia, 32)

    assert again(call).state == "talking"
    assert conditia.agent.calls.count() == 1


def test_heartbeats_that_do_not_reach_us_part_nobody_who_talks(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)
    pulse(conditia.agent, at=s(20))

    for second in range(21, 140):
        actions.notice_silent_page(at=s(second))

    assert again(call).state == "talking"
    assert not orders(Unbridge)
    assert not pulse(conditia.agent, at=s(141)).taken_over


def test_a_sound_that_stalled_and_came_back_survives_the_next_late_heartbeat(conditia: Cast) -> None:
    leg = sit_down(conditia.agent)
    actions.lose_browser(leg, reason="stalled", at=s(10))
    actions.note_connected(leg, at=s(12))
    actions.notice_silent_page(at=s(60))
    assert presence(conditia.agent).reason == "no_heartbeat"

    pulse(conditia.agent, at=s(61))

    assert (presence(conditia.agent).state, presence(conditia.agent).audio) == ("available", "connected")


def test_an_agent_who_signed_off_and_comes_back_is_rung_on_the_same_page(conditia: Cast) -> None:
    sit_down(conditia.agent)
    actions.change_state(conditia.agent.pk, state=AgentState.OFFLINE, by=acting(conditia.agent), at=s(10))
    pulse(conditia.agent, at=s(11))

    actions.change_state(conditia.agent.pk, state=AgentState.AVAILABLE, by=acting(conditia.agent), at=s(12))
    call = wait(conditia, at=s(13))
    offer(s(14))

    assert again(call).state == "ringing"
    assert actions.take_call(call.pk, by=acting(conditia.agent), at=s(15)).agent == conditia.agent


def test_a_microphone_taken_away_makes_the_agent_away_and_nothing_rings(conditia: Cast) -> None:
    sit_down(conditia.agent)

    pulse(conditia.agent, at=s(5), microphone="revoked")
    call = wait(conditia, at=s(6))
    offer(s(7))

    assert (presence(conditia.agent).state, presence(conditia.agent).reason) == ("away", "microphone")
    assert again(call).offers.count() == 0
    with pytest.raises(actions.NoMicrophone):
        actions.change_state(conditia.agent.pk, state=AgentState.AVAILABLE, by=acting(conditia.agent), at=s(9))


def test_a_page_asleep_is_noticed_before_it_is_rung(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia, at=s(30))

    actions.offer_calls(at=s(31))
    assert actions.notice_silent_page(at=s(31))

    assert again(call).offers.count() == 0
    assert (presence(conditia.agent).state, presence(conditia.agent).reason) == ("away", "no_heartbeat")


def test_callers_do_not_wait_for_an_agent_whose_page_has_been_closed_for_minutes(conditia: Cast) -> None:
    sit_down(conditia.agent)
    actions.notice_silent_page(at=s(31))
    call = wait(conditia, at=s(60))
    actions.offer_calls(at=s(61))
    assert stay(call).callback_due is None

    actions.offer_calls(at=s(240))

    assert stay(call).callback_due


def test_a_page_that_wakes_up_is_available_again(conditia: Cast) -> None:
    sit_down(conditia.agent)
    actions.notice_silent_page(at=s(31))

    pulse(conditia.agent, at=s(60))

    assert presence(conditia.agent).state == "available"


def test_a_ringing_agent_whose_sound_goes_gives_the_call_to_another(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))

    pulse(conditia.agent, at=s(4), audio="lost")

    assert again(call).state == "queued"
    assert again(call).offers.get().outcome == "withdrawn"
    assert presence(conditia.agent).state == "away"
    reload(conditia, 5)
    offer(s(6))
    assert again(call).state == "ringing"


def test_a_second_sign_in_must_take_over_and_the_first_page_is_told(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)
    pulse(conditia.agent, at=s(9))
    with pytest.raises(actions.AudioElsewhere):
        reload(conditia, 10, tab="tab-9")

    leg = reload(conditia, 11, tab="tab-9", takeover=True)

    assert orders(Bridge)[-1].legs == (call.leg, leg)
    assert pulse(conditia.agent, at=s(12)).taken_over
    assert not pulse(conditia.agent, at=s(12), tab="tab-9").taken_over
    assert again(call).state == "talking"


def test_a_page_that_is_gone_needs_no_take_over(conditia: Cast) -> None:
    sit_down(conditia.agent)

    assert reload(conditia, 120, tab="tab-9")


def test_somebody_who_takes_no_calls_gets_no_sound(conditia: Cast) -> None:
    start_node()

    with pytest.raises(Forbidden):
        actions.attach_audio(sdp="v=0", tab="t", by=acting(conditia.technician), at=s(0))


def test_a_held_caller_hears_music_and_is_taken_back(conditia: Cast) -> None:
    leg = sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)

    actions.hold_call(call.pk, by=acting(conditia.agent), at=s(10))
    assert orders(Hold, leg=call.leg)[-1].music.endswith(".wav")
    actions.resume_call(call.pk, by=acting(conditia.agent), at=s(40))

    assert orders(Bridge)[-1].legs == (call.leg, leg)
    assert again(call).held_s == 30
    assert leave(call, s(60)).outcome == "answered"


def test_the_far_end_putting_us_on_hold_is_written_down(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)

    actions.note_peer_hold(call.leg, held=True, at=s(10))

    assert again(call).state == "talking"


def test_only_the_agent_on_the_line_or_a_supervisor_may_hold_a_call(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)

    with pytest.raises(Forbidden):
        actions.hold_call(call.pk, by=acting(conditia.other_agent), at=s(10))
    actions.hold_call(call.pk, by=acting(conditia.supervisor), at=s(10))

    assert again(call).state == "held"


def test_a_supervisor_moves_the_agents_of_his_own_clients_only(conditia: Cast, logimetrie: Cast) -> None:
    sit_down(conditia.agent)

    with pytest.raises(Forbidden):
        actions.change_state(conditia.agent.pk, state=AgentState.AWAY, by=acting(logimetrie.supervisor), at=s(1))
    actions.change_state(conditia.agent.pk, state=AgentState.AWAY, by=acting(conditia.supervisor), at=s(1))

    assert presence(conditia.agent).state == "away"
