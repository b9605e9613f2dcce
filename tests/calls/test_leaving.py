"""Callers who leave, at every moment of a call: one outcome each, agents and queue freed."""

from __future__ import annotations

import pytest

from calls.stage import (
    again,
    finish_what_is_said,
    leave,
    offer,
    orders,
    presence,
    ring,
    s,
    settle,
    sit_down,
    talk,
    wait,
)
from cast import Cast, acting
from vigie.calls import actions
from vigie.calls.models import Call, CallbackProposal, Offer, QueueEntry
from vigie.calls.rules.service_level import Stay, service_level
from vigie.directory.models import PolicyKind
from vigie.journal.models import Entry
from vigie.telephony.protocol import Answer, Bridge, EndCause, Hangup, Play

pytestmark = pytest.mark.django_db


def test_a_caller_who_hangs_up_during_the_greeting_abandoned_in_the_bot(conditia: Cast) -> None:
    call = leave(ring(conditia), s(3))

    assert call.outcome == "abandoned_in_bot"
    assert not CallbackProposal.objects.exists()


def test_who_left_is_called_back_when_the_number_is_known_and_the_policy_says_so(conditia: Cast) -> None:
    settle(conditia, PolicyKind.ROUTING, call_back_abandoned=True)

    leave(ring(conditia), s(3))
    leave(ring(conditia, caller_id="+33199007777"), s(3))

    assert [one.number for one in CallbackProposal.objects.all()] == [conditia.caller_id]


def test_a_short_abandon_is_told_from_an_abandon(conditia: Cast) -> None:
    quick, patient = wait(conditia), wait(conditia)

    assert leave(quick, s(3)).outcome == "short_abandon"
    assert leave(patient, s(45)).outcome == "abandoned"
    assert not QueueEntry.objects.filter(left_at=None).exists()


def test_both_service_levels_are_computed_and_short_abandons_counted_apart() -> None:
    stays = [
        Stay(waited_s=8, answered=True),
        Stay(waited_s=30, answered=True),
        Stay(waited_s=3, answered=False),
        Stay(waited_s=15, answered=False),
        Stay(waited_s=45, answered=False),
    ]

    level = service_level(stays, within_s=20, short_abandon_s=5)

    assert (level.answered, level.abandoned, level.short_abandoned) == (2, 2, 1)
    assert level.of_answered == 1 / 2
    assert level.of_all == 2 / 4
    assert service_level([], within_s=20, short_abandon_s=5).of_answered is None


def test_an_agent_whose_ringing_caller_leaves_is_told_and_free_at_once(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))

    leave(call, s(6))

    assert again(call).outcome == "abandoned"
    assert (presence(conditia.agent).state, presence(conditia.agent).notice) == ("available", "caller_left")
    assert Offer.objects.get(call=call).outcome == "caller_left"


def test_answering_a_caller_who_has_just_left_says_so(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))
    leave(call, s(6))

    with pytest.raises(actions.CallerLeft):
        actions.take_call(call.pk, by=acting(conditia.agent), at=s(6))

    assert presence(conditia.agent).state == "available"


def test_a_caller_who_left_as_the_agent_answered_is_not_counted_handled(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))
    actions.take_call(call.pk, by=acting(conditia.agent), at=s(6))

    leave(call, s(6.01))

    assert again(call).outcome == "abandoned"
    assert (presence(conditia.agent).state, presence(conditia.agent).notice) == ("available", "caller_left")


def test_a_caller_who_hangs_up_after_talking_leaves_the_agent_in_wrap_up(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)

    leave(call, s(90))

    assert again(call).outcome == "answered"
    assert presence(conditia.agent).state == "wrap_up"


def test_the_end_told_twice_makes_one_outcome(conditia: Cast) -> None:
    call = ring(conditia)

    leave(call, s(3))
    leave(call, s(9))

    assert again(call).ended_at == s(3)
    assert Entry.objects.filter(code="call.ended", subject_id=call.pk).count() == 1


def test_an_unknown_number_is_told_so_and_written_down(conditia: Cast) -> None:
    call = ring(conditia, dialled="+33199009999")

    assert call.client is None
    assert call.state == "leaving"
    assert orders(Answer, leg=call.leg)
    assert orders(Play, leg=call.leg)[0].files
    finish_what_is_said(call, s(8))
    assert orders(Hangup, leg=call.leg)
    assert leave(call, s(8), EndCause.LOCAL).outcome == "unknown_number"
    assert Entry.objects.get(code="call.unknown_number").facts["dialled"] == "+33199009999"


def test_a_call_without_a_common_codec_is_counted_apart(conditia: Cast) -> None:
    leg = ring(conditia).leg

    actions.end_call(leg, cause=EndCause.TECHNICAL, happened_at=s(1), at=s(1))

    assert Call.objects.get(leg=leg).outcome == "technical_refused"


def test_a_cancelled_call_is_one_call_with_one_outcome(conditia: Cast) -> None:
    call = actions.receive_call("a" * 32, node="n", caller_id="0199002001", dialled="0199001001", at=s(0))

    assert leave(call, s(0.02), EndCause.CANCELLED).outcome == "abandoned_in_bot"
    actions.start_dialogue(call.leg, at=s(0.03))
    assert again(call).state == "ended"
    assert not orders(Bridge)
