"""The attendant on the line: who calls, what is asked, when a human comes, what is recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from calls.stage import (
    again,
    finish_what_is_said,
    leave,
    offer,
    orders,
    ring,
    s,
    settle,
    sit_down,
    stay,
    talk,
    wait,
)
from cast import Cast, acting
from vigie.calls import actions, cards, queries
from vigie.calls.models import CallFact, Recording
from vigie.directory.models import ContactNumber, PolicyKind
from vigie.journal.models import Entry
from vigie.telephony.protocol import Play, Record

pytestmark = pytest.mark.django_db


def facts(call: object) -> dict[str, object]:
    return dict(CallFact.objects.filter(call=call).values_list("name", "value"))


def test_a_known_caller_is_recognised_however_the_network_writes_the_number(conditia: Cast) -> None:
    for written in ("0199002001", "+33199002001", "33199002001", "0033199002001"):
        call = ring(conditia, caller_id=written)
        assert (call.contact, call.caller_id) == (conditia.contact, "+33199002001"), written


def test_a_hotline_is_found_however_the_network_writes_its_number(conditia: Cast) -> None:
    for written in ("0199001001", "+33199001001", "33199001001"):
        assert ring(conditia, dialled=written).client == conditia.client, written


def test_an_anonymous_caller_is_served_without_a_name(conditia: Cast) -> None:
    call = wait(conditia, caller_id="anonymous")

    assert (call.caller_id, call.contact, call.site) == ("", None, None)


def test_a_number_known_to_another_client_opens_nothing_here(conditia: Cast, logimetrie: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia, caller_id=logimetrie.caller_id)
    offer(s(1))

    card = cards.current_card(conditia.agent, at=s(2))

    assert call.contact is None
    assert ContactNumber.objects.filter(number=call.caller_id).exists()
    assert card.call is not None
    assert logimetrie.contact.name not in repr(card)
    assert not card.earlier


def test_the_screen_knows_everything_before_pick_up(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia, keys="11222")
    offer(s(1))

    card = cards.current_card(conditia.agent, at=s(2))

    assert card.state == "ringing"
    assert card.call == call
    assert {fact.name for fact in card.facts} >= {"topic", "impact"}
    assert again(call).state == "ringing"
    assert facts(call)["impact"] == "hindered"


def test_all_agents_busy_keeps_what_was_learned(conditia: Cast) -> None:
    sit_down(conditia.agent)
    talk(conditia, conditia.agent)
    call = wait(conditia, keys="11222", caller_id=conditia.caller_id)

    offer(s(1))

    assert again(call).state == "queued"
    assert facts(call)["topic"] == "incident"
    finish_what_is_said(call, s(9))
    assert orders(Play, leg=call.leg)[-1].loop


def test_keys_pressed_ahead_are_each_taken_once(conditia: Cast) -> None:
    call = ring(conditia)
    for digit in "1142":
        actions.press_key(call.leg, digit=digit, at=s(1))

    assert again(call).dialogue
    names = CallFact.objects.filter(call=call).values_list("name", flat=True)
    assert len(names) == len(set(names))


def test_a_code_on_the_keypad_finds_the_equipment_of_this_client_only(conditia: Cast, logimetrie: Cast) -> None:
    call = ring(conditia, caller_id="+33199008888")

    for digit in f"1{conditia.equipment.code}#":  # French, then the code
        actions.press_key(call.leg, digit=digit, at=s(4))

    assert again(call).equipment == conditia.equipment
    assert call.site == conditia.site


def test_zero_reaches_a_human_from_any_question(conditia: Cast) -> None:
    for before in ("", "1", "11", "11#"):
        call = wait(conditia, keys=f"{before}0")
        assert call.handoff_reason == "asked"


def test_three_silences_bring_a_human(conditia: Cast) -> None:
    call = ring(conditia)

    for turn in range(3):
        actions.note_silence(call.leg, token=again(call).play_token, at=s(6 * turn))

    assert (again(call).state, call.handoff_reason) == ("queued", "silent")


def test_a_silence_that_crosses_a_key_is_not_held_against_the_caller(conditia: Cast) -> None:
    call = ring(conditia)
    asked = call.play_token
    actions.press_key(call.leg, digit="1", at=s(6))
    said = len(orders(Play, leg=call.leg))

    actions.note_silence(call.leg, token=asked, at=s(6.01))

    assert len(orders(Play, leg=call.leg)) == said


def test_three_misunderstandings_bring_a_human_never_a_fourth(conditia: Cast) -> None:
    call = ring(conditia)

    for turn in range(3):
        actions.press_key(call.leg, digit="7", at=s(turn))

    assert (again(call).state, call.handoff_reason) == ("queued", "bot_failed")


def test_silence_is_asked_for_so_that_nobody_waits_for_ever(conditia: Cast) -> None:
    assert orders(Play, leg=ring(conditia).leg)[-1].silence_ms == 6000


def test_operations_stopped_go_first(conditia: Cast) -> None:
    earlier = wait(conditia, caller_id="+33199008888")
    stopped = wait(conditia, at=s(60), keys="11#1")
    sit_down(conditia.agent, at=s(61))

    offer(s(62))

    assert (again(stopped).state, stopped.stakes) == ("ringing", 4)
    assert again(earlier).state == "queued"


def test_the_language_is_a_skill_and_is_let_go_when_nobody_speaks_it(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = ring(conditia, caller_id="+33199008888")
    for digit in "20":  # English, then a person
        actions.press_key(call.leg, digit=digit, at=s(1))
    assert (again(call).language, stay(call).required) == ("en", ["language:en"])

    offer(s(2))

    offered = again(call).offers.get()
    assert offered.agent == conditia.agent
    assert "relaxed_nobody_has:language:en" in offered.because


# Hours

NIGHT = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 10, 16, 59, tzinfo=UTC)  # 17:59 in Paris


def office_hours(cast: Cast, **more: object) -> None:
    days = ("mon", "tue", "wed", "thu", "fri")
    settle(cast, PolicyKind.HOURS, week={day: [["08:00", "18:00"]] for day in days}, **more)


def test_out_of_hours_the_caller_is_told_and_may_be_called_back(conditia: Cast) -> None:
    office_hours(conditia)
    settle(conditia, PolicyKind.WELCOME, when_closed="message")
    call = ring(conditia, at=NIGHT)

    for digit in "32":  # operations not touched, nobody in danger
        actions.press_key(call.leg, digit=digit, at=NIGHT)

    assert (again(call).state, call.leaving_as) == ("leaving", "closed")
    assert leave(call, NIGHT).outcome == "closed"


def test_out_of_hours_nobody_without_a_number_is_promised_a_callback(conditia: Cast) -> None:
    office_hours(conditia)
    known, withheld = ring(conditia, at=NIGHT), ring(conditia, at=NIGHT, caller_id="anonymous")

    assert queries.script_of(known).when_closed == "callback"
    assert queries.script_of(withheld).when_closed == "message"


def test_out_of_hours_a_stopped_operation_still_reaches_a_human(conditia: Cast) -> None:
    office_hours(conditia)
    call = ring(conditia, at=NIGHT)
    for digit in "1111111":
        actions.press_key(call.leg, digit=digit, at=NIGHT)

    assert again(call).state == "queued"
    assert call.stakes == 4


def test_those_who_wait_when_the_hotline_closes_are_told_once_and_served(conditia: Cast) -> None:
    office_hours(conditia)
    sit_down(conditia.agent, at=EVENING)
    talk(conditia, conditia.agent, at=EVENING)
    call = wait(conditia, at=EVENING)
    later = datetime(2026, 3, 10, 17, 0, 30, tzinfo=UTC)

    while actions.speak_to_waiting(at=later):
        pass

    assert stay(call).told_closed
    assert again(call).state == "queued"


def test_those_who_wait_when_the_hotline_closes_may_be_told_it_is_closed(conditia: Cast) -> None:
    office_hours(conditia)
    settle(conditia, PolicyKind.ROUTING, closed_in_queue="tell")
    sit_down(conditia.agent, at=EVENING)
    talk(conditia, conditia.agent, at=EVENING)
    call = wait(conditia, at=EVENING)

    while actions.speak_to_waiting(at=datetime(2026, 3, 10, 17, 0, 30, tzinfo=UTC)):
        pass

    assert (again(call).state, call.leaving_as) == ("leaving", "closed")


def test_the_first_of_may_is_closed_for_who_keeps_it_and_open_for_who_does_not(
    conditia: Cast, logimetrie: Cast
) -> None:
    may_day = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
    office_hours(conditia, holidays={"country": "FR"})
    office_hours(logimetrie)
    settle(conditia, PolicyKind.WELCOME, when_closed="message", questions=["impact"])
    settle(logimetrie, PolicyKind.WELCOME, when_closed="message", questions=["impact"])
    closed, opened = ring(conditia, at=may_day), ring(logimetrie, at=may_day)

    for call in (closed, opened):
        for digit in "32":
            actions.press_key(call.leg, digit=digit, at=may_day)

    assert again(closed).state == "leaving"
    assert again(opened).state == "queued"


def test_the_night_the_clocks_change_has_no_double_hour(conditia: Cast) -> None:
    settle(conditia, PolicyKind.HOURS, week={"sun": [["00:00", "02:30"]]})
    settle(conditia, PolicyKind.WELCOME, when_closed="message", questions=["impact"])
    # 25 October 2026: 02:15 on the wall comes at 00:15 and again at 01:15 UTC; 02:45 at 00:45 is closed.
    states = []
    for hour, minute in ((0, 15), (0, 45), (1, 40)):
        at = datetime(2026, 10, 25, hour, minute, tzinfo=UTC)
        call = ring(conditia, at=at)
        for digit in "32":
            actions.press_key(call.leg, digit=digit, at=at)
        states.append(again(call).state)

    assert states == ["queued", "leaving", "leaving"]


# Recording


def test_nothing_is_recorded_until_a_client_settles_it(conditia: Cast) -> None:
    sit_down(conditia.agent)
    talk(conditia, conditia.agent)

    assert not orders(Record)
    assert not Recording.objects.exists()


def test_a_caller_who_refuses_recording_leaves_nothing_on_disk(conditia: Cast) -> None:
    settle(conditia, PolicyKind.WELCOME, recording={"mode": "ask"})
    sit_down(conditia.agent)
    call = wait(conditia, keys="20")
    offer(s(1))
    actions.take_call(call.pk, by=acting(conditia.agent), at=s(2))

    assert again(call).consent == "refused"
    assert not orders(Record)
    assert "refus" in str(cards.current_card(conditia.agent, at=s(3)).recording).lower()


def test_who_has_not_answered_the_question_of_recording_is_not_recorded(conditia: Cast) -> None:
    settle(conditia, PolicyKind.WELCOME, recording={"mode": "ask"})
    sit_down(conditia.agent)

    talk(conditia, conditia.agent)

    assert not orders(Record)


def test_a_consenting_caller_is_recorded_kept_as_long_as_settled_then_deleted(conditia: Cast, tmp_path: Path) -> None:
    settle(conditia, PolicyKind.WELCOME, recording={"mode": "ask", "retention_days": 10})
    sit_down(conditia.agent)
    call = wait(conditia, keys="10")
    offer(s(1))
    actions.take_call(call.pk, by=acting(conditia.agent), at=s(2))
    asked = orders(Record, leg=call.leg)[-1]
    file = tmp_path / "sound.wav"
    file.write_bytes(b"RIFF")
    Recording.objects.filter(token=asked.token).update(path=str(file))

    actions.note_recording(asked.token, started_at=s(2), ended_at=s(60), at=s(60))
    assert not actions.delete_due_recording(at=s(9 * 86400))
    assert actions.delete_due_recording(at=s(11 * 86400))

    assert not file.exists()
    assert Recording.objects.get(token=asked.token).deleted_at
    assert Entry.objects.filter(code="recording.deleted").count() == 1
