"""Calls through a real node, with a telephone that shares nothing with our SIP stack."""

import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from sip.handset import Handset
from sip.plain_phone import PlainPhone, key_tones
from sip.running_node import Door, RunningNode, purity, read_tracks, tone, write_wav
from vigie.telephony.protocol import (
    Answer,
    Bridge,
    Bridged,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallRinging,
    CommandFailed,
    Dial,
    DigitPressed,
    EndCause,
    Hangup,
    Hello,
    Hold,
    MediaLost,
    PeerHeld,
    Play,
    PlayFinished,
    Record,
    RecordingSaved,
    Refuse,
    SendDigits,
    SilenceElapsed,
    StopPlay,
    StopRecording,
    Transfer,
    Unbridge,
)

pytestmark = pytest.mark.sip


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    folder = tmp_path_factory.mktemp("node")
    settings = {"media_lost_after_s": 1.0, "media_timeout_s": 3.0, "door_timeout_ms": 5000}
    with RunningNode(folder, settings) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
def door(node: RunningNode) -> Iterator[Door]:
    with Door(node.socket_path) as opened:
        opened.expect(Hello)
        time.sleep(0.05)
        opened.forget()
        yield opened


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("sounds")
    return {
        "prompt": write_wav(folder / "prompt.wav", tone(1000, 0.5)),
        "long": write_wav(folder / "long.wav", tone(1000, 10)),
        "music": write_wav(folder / "music.wav", tone(600, 0.5)),
    }


def answered(node: RunningNode, door: Door, phone: Handset) -> str:
    """Let `phone` call and be answered; return its leg."""
    phone.dial()
    leg = door.expect(CallArrived).leg
    door.send(Answer(leg=leg))
    door.expect(CallAnswered, leg=leg)
    phone.wait_for(200)
    return leg


def test_a_call_is_announced_with_its_numbers_and_rings_at_once(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port) as phone:
        phone.dial("0199000042")
        phone.wait_for(180, within_s=1)
        arrived = door.expect(CallArrived)
        door.send(Refuse(leg=arrived.leg, status=486))
        phone.wait_for(486)

    assert (arrived.caller_id, arrived.dialled, arrived.display_name) == ("0199001234", "0199000042", "Ada")
    assert door.expect(CallEnded, leg=arrived.leg).status == 486


def test_prompts_are_heard_in_order_then_music_for_ever(node: RunningNode, door: Door, sounds: dict[str, str]) -> None:
    with Handset(node.sip_port) as phone:
        leg = answered(node, door, phone)
        door.send(Play(leg=leg, token="two", files=(sounds["prompt"], sounds["music"])))
        door.expect(PlayFinished, token="two", interrupted=False)
        said = phone.sound()
        door.send(Play(leg=leg, token="music", files=(sounds["music"],), loop=True))
        time.sleep(0.2)
        music = phone.listen(1.2)
        phone.hang_up()
        ended = door.expect(CallEnded, leg=leg)

    loud = said[np.argmax(abs(said) > 100) :]
    assert purity(loud[400:3600], 1000) > 0.9
    assert purity(loud[4400:7600], 600) > 0.9
    assert purity(music, 600) > 0.9
    assert ended.cause is EndCause.HANGUP
    assert ended.talked_ms > 1000


@pytest.mark.parametrize("way", ["rfc4733", "info", "both"])
def test_each_key_is_told_once(node: RunningNode, door: Door, way: str) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        time.sleep(0.1)
        for key in "15*#0":
            if way != "info":
                phone.press(key)
            if way != "rfc4733":
                phone.press_by_info(key)
            time.sleep(0.15)
        time.sleep(0.3)
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert "".join(event.digit for event in door.events(DigitPressed)) == "15*#0"


def test_a_hundred_keys_and_as_many_by_info_as_a_card_has_are_told_once_each(node: RunningNode, door: Door) -> None:
    keys, card = "0123456789*#5500ABCD98765", "4970101234567893"
    with ExitStack() as open_now:
        phones = [open_now.enter_context(Handset(node.sip_port, says_hz=440)) for _ in range(5)]
        legs = []
        for phone in phones:
            door.forget()
            legs.append(answered(node, door, phone))
        pressing = open_now.enter_context(ThreadPoolExecutor())
        done = [pressing.submit(phone.press_all, keys) for phone in phones[1:]]
        for key in card:
            phones[0].press_by_info(key)
            time.sleep(0.02)
        for pressed in done:
            pressed.result()
        time.sleep(0.3)
        for leg in legs:
            door.send(Hangup(leg=leg))
            door.expect(CallEnded, leg=leg)

    told = ["".join(event.digit for event in door.events(DigitPressed, leg=leg)) for leg in legs]
    assert told == [card, keys, keys, keys, keys]


def test_a_key_is_told_while_it_is_still_down(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        time.sleep(0.3)
        finger = threading.Thread(target=phone.press, args=("8",), kwargs={"duration_ms": 600})
        finger.start()
        door.expect(DigitPressed, digit="8")
        still_down = finger.is_alive()
        finger.join()
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert still_down
    assert len(door.events(DigitPressed)) == 1


def test_a_telephone_without_keypad_events_presses_by_tones(
    node: RunningNode, door: Door, sounds: dict[str, str]
) -> None:
    keys = np.concatenate([np.zeros(4000), key_tones("0123456789*#")])
    with PlainPhone(keys, events=False) as phone:
        door.send(Dial(leg="tones", to=phone.uri))
        door.expect(CallAnswered, leg="tones")
        door.send(Play(leg="tones", token="menu", files=(sounds["long"],)))
        finished = door.expect(PlayFinished, token="menu")
        pressed = door.expect(DigitPressed)
        door.expect(DigitPressed, digit="#")
        time.sleep(0.5)
        door.send(Hangup(leg="tones"))
        door.expect(CallEnded, leg="tones")

    assert "".join(event.digit for event in door.events(DigitPressed)) == "0123456789*#"
    assert finished.interrupted
    assert pressed.digit == "0"


def test_a_key_that_comes_by_tones_and_info_is_told_once(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, events=False) as phone:
        leg = answered(node, door, phone)
        time.sleep(0.1)
        for key in "1559#":
            phone.press_by_info(key)
            phone.press_by_tones(key)
        time.sleep(0.6)
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert "".join(event.digit for event in door.events(DigitPressed)) == "1559#"


def test_tones_on_a_line_with_keypad_events_are_only_sound(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port) as phone:
        leg = answered(node, door, phone)
        phone.press_by_tones("5")
        phone.press("7")
        door.expect(DigitPressed, digit="7")
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert [event.digit for event in door.events(DigitPressed)] == ["7"]


def test_a_key_cuts_the_prompt_at_once(node: RunningNode, door: Door, sounds: dict[str, str]) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        door.send(Play(leg=leg, token="menu", files=(sounds["long"],)))
        time.sleep(0.5)
        phone.press("3")
        finished = door.expect(PlayFinished, token="menu", within_s=0.5)
        after = phone.listen(0.3)
        door.send(Hangup(leg=leg))

    assert finished.interrupted
    assert door.expect(DigitPressed).digit == "3"
    assert purity(after, 1000) < 0.1


def test_silence_after_a_question_is_told(node: RunningNode, door: Door, sounds: dict[str, str]) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        door.send(Play(leg=leg, token="question", files=(sounds["prompt"],), silence_ms=400))
        finished = door.expect(PlayFinished, token="question")
        elapsed = door.expect(SilenceElapsed, token="question")
        door.send(Hangup(leg=leg))

    assert 0.35 <= (elapsed.at - finished.at).total_seconds() <= 0.6


def test_two_bridged_calls_hear_each_other_and_both_tracks_are_recorded(
    node: RunningNode, door: Door, tmp_path: Path
) -> None:
    path = str(tmp_path / "two.wav")
    with Handset(node.sip_port, says_hz=440) as caller, Handset(node.sip_port, says_hz=1000) as expert:
        leg = answered(node, door, caller)
        door.send(Dial(leg="expert", to=expert.uri))
        door.expect(CallRinging, leg="expert")
        door.expect(CallAnswered, leg="expert")
        door.send(Record(leg=leg, token="r1", path=path))
        door.send(Bridge(legs=(leg, "expert")))
        door.expect(Bridged)
        time.sleep(0.2)
        to_expert, to_caller = expert.listen(1.0), caller.sound()
        door.send(StopRecording(leg=leg))
        saved = door.expect(RecordingSaved, token="r1")
        door.send(Hangup(leg="expert"))
        expert.wait_for_request("BYE")
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    said, heard = read_tracks(saved.path)
    assert purity(to_expert, 440) > 0.9
    assert purity(to_caller[-4000:], 1000) > 0.9
    assert purity(said[-8000:], 440) > 0.9
    assert purity(heard[-8000:], 1000) > 0.9


def test_three_in_a_conference_each_hear_the_two_others(node: RunningNode, door: Door) -> None:
    with (
        Handset(node.sip_port, says_hz=440) as first,
        Handset(node.sip_port, says_hz=700) as second,
        Handset(node.sip_port, says_hz=1000) as third,
    ):
        phones = {"one": first, "two": second, "three": third}
        for name, phone in phones.items():
            door.send(Dial(leg=name, to=phone.uri))
            door.expect(CallAnswered, leg=name)
        door.send(Bridge(legs=("one", "two", "three")))
        time.sleep(0.3)
        first.heard.clear()
        second.heard.clear()
        heard_by_third = third.listen(1.0)
        heard_by_first = first.sound()
        door.send(Hangup(leg="three"))
        door.expect(CallEnded, leg="three")
        alone = first.listen(0.5)
        for name in ("one", "two"):
            door.send(Hangup(leg=name))
            door.expect(CallEnded, leg=name)

    assert purity(heard_by_third, 440) > 0.4
    assert purity(heard_by_third, 700) > 0.4
    assert purity(heard_by_third, 1000) < 0.05
    assert purity(heard_by_first, 700) > 0.4
    assert purity(heard_by_first, 1000) > 0.4
    assert purity(alone[-2400:], 700) > 0.9


def test_a_held_caller_hears_the_music_then_the_expert_again(
    node: RunningNode, door: Door, sounds: dict[str, str]
) -> None:
    with Handset(node.sip_port, says_hz=440) as caller, Handset(node.sip_port, says_hz=1000) as expert:
        leg = answered(node, door, caller)
        door.send(Dial(leg="held-expert", to=expert.uri))
        door.expect(CallAnswered, leg="held-expert")
        door.send(Bridge(legs=(leg, "held-expert")))
        door.expect(Bridged)
        door.send(Hold(leg=leg, music=sounds["music"]))
        time.sleep(0.2)
        on_hold = caller.listen(0.5)
        door.send(Bridge(legs=(leg, "held-expert")))
        time.sleep(0.2)
        back = caller.listen(0.5)
        for name in (leg, "held-expert"):
            door.send(Hangup(leg=name))
            door.expect(CallEnded, leg=name)

    assert purity(on_hold, 600) > 0.9
    assert purity(back, 1000) > 0.9


def test_both_hear_each_other_after_ten_holds_by_each_side(
    node: RunningNode, door: Door, sounds: dict[str, str]
) -> None:
    with Handset(node.sip_port, says_hz=440) as caller, Handset(node.sip_port, says_hz=1000) as expert:
        leg = answered(node, door, caller)
        door.send(Dial(leg="often-held", to=expert.uri))
        door.expect(CallAnswered, leg="often-held")
        door.send(Bridge(legs=(leg, "often-held")))
        for _ in range(10):
            for direction in ("sendonly", "sendrecv"):
                door.forget()
                caller.hold(direction)
                door.expect(PeerHeld, leg=leg, held=direction == "sendonly")
            door.send(Hold(leg=leg, music=sounds["music"]))
            time.sleep(0.1)
            door.send(Bridge(legs=(leg, "often-held")))
            door.expect(Bridged)
        time.sleep(0.3)
        to_caller, to_expert = caller.listen(0.5), expert.listen(0.5)
        for name in (leg, "often-held"):
            door.send(Hangup(leg=name))
            door.expect(CallEnded, leg=name)

    assert purity(to_caller, 1000) > 0.9
    assert purity(to_expert, 440) > 0.9


@pytest.mark.parametrize(("direction", "answer"), [("sendonly", "recvonly"), ("inactive", "inactive")])
def test_a_hold_by_the_caller_is_answered_and_told(
    node: RunningNode, door: Door, sounds: dict[str, str], direction: str, answer: str
) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        door.send(Play(leg=leg, token="m", files=(sounds["music"],), loop=True))
        seen = len(phone.responses)
        phone.hold(direction)
        held = phone.wait_for(200, since=seen)
        door.expect(PeerHeld, leg=leg, held=True)
        seen = len(phone.responses)
        phone.hold("sendrecv")
        phone.wait_for(200, since=seen)
        door.expect(PeerHeld, leg=leg, held=False)
        time.sleep(0.1)
        back = phone.listen(0.5)
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert f"a={answer}" in held
    assert purity(back, 600) > 0.9


def test_a_late_offer_is_answered_with_an_offer_of_ours(node: RunningNode, door: Door, sounds: dict[str, str]) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        phone.dial(sdp="")
        leg = door.expect(CallArrived).leg
        phone.late_answer = True
        door.send(Answer(leg=leg))
        offer = phone.wait_for(200)
        door.expect(CallAnswered, leg=leg)
        door.send(Play(leg=leg, token="m", files=(sounds["music"],), loop=True))
        time.sleep(0.2)
        heard = phone.listen(0.5)
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert "m=audio" in offer
    assert "PCMU" in offer
    assert purity(heard, 600) > 0.9


def test_a_caller_without_a_codec_of_ours_is_refused_and_counted(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port) as phone:
        phone.dial(sdp=phone.sdp(codecs="18"))
        phone.wait_for(488)
        leg = door.expect(CallArrived).leg
        ended = door.expect(CallEnded, leg=leg)

    assert (ended.cause, ended.status) == (EndCause.TECHNICAL, 488)


def test_a_caller_who_gives_up_before_the_answer_is_cancelled(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port) as phone:
        phone.dial()
        leg = door.expect(CallArrived).leg
        phone.wait_for(180)
        phone.cancel()
        phone.wait_for(487)
        ended = door.expect(CallEnded, leg=leg)

    assert ended.cause is EndCause.CANCELLED


def test_no_call_is_left_after_cancels_that_cross_the_answer(node: RunningNode, door: Door) -> None:
    door.on[CallArrived] = lambda event: Answer(leg=event.leg)
    for delay_ms in range(40):
        with Handset(node.sip_port) as phone:
            phone.dial()
            time.sleep(delay_ms / 1000)
            phone.cancel()
            time.sleep(0.05)
            if any(status == 200 and "INVITE" in text for status, text in phone.responses):
                phone.hang_up()
            time.sleep(0.05)
    time.sleep(0.5)

    arrived, ended = door.events(CallArrived), door.events(CallEnded)
    assert sorted(event.leg for event in ended) == sorted(event.leg for event in arrived)


def test_a_lost_hang_up_is_noticed_by_the_missing_audio(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        phone.muted = True
        lost = door.expect(MediaLost, leg=leg)
        ended = door.expect(CallEnded, leg=leg, within_s=6)

    assert lost.silent_ms >= 1000
    assert ended.cause is EndCause.MEDIA_LOST


def test_a_telephone_that_is_silent_but_reports_is_not_hung_up(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        time.sleep(0.2)
        phone.muted = True
        assert phone.media_to is not None
        host, port = phone.media_to
        for _ in range(8):
            time.sleep(0.5)
            phone.rtp.sendto(struct.pack("!BBHI", 0x80, 201, 1, 0x5EED), (host, port + 1))
        lost = door.events(CallEnded)
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert lost == []


@pytest.mark.parametrize(
    ("answers", "cause"), [("486", EndCause.BUSY), ("603", EndCause.REFUSED), ("ring", EndCause.NO_ANSWER)]
)
def test_a_call_out_that_is_not_answered_says_why(node: RunningNode, door: Door, answers: str, cause: EndCause) -> None:
    with Handset(node.sip_port, answers=answers) as phone:
        leg = f"out-{answers}"
        door.send(Dial(leg=leg, to=phone.uri, timeout_s=0.5, caller_id="0199000001"))
        ended = door.expect(CallEnded, leg=leg)

    assert ended.cause is cause
    assert "sip:0199000001@" in phone.invited


def test_early_media_is_heard_before_the_answer(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, says_hz=1000) as caller, Handset(node.sip_port, says_hz=440, answers="early") as callee:
        leg = answered(node, door, caller)
        door.send(Dial(leg="early", to=callee.uri))
        door.expect(CallRinging, leg="early")
        time.sleep(0.1)
        door.send(Bridge(legs=(leg, "early")))
        time.sleep(0.2)
        heard = caller.listen(0.5)
        for name in ("early", leg):
            door.send(Hangup(leg=name))
        door.expect(CallEnded, leg="early")
        door.expect(CallEnded, leg=leg)

    assert purity(heard, 440) > 0.8
    assert not door.events(CallAnswered, leg="early")


def test_a_blind_transfer_is_a_refer(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        door.send(Transfer(leg=leg, to="sip:0199001009@127.0.0.1:9"))
        phone.wait_for_request("REFER")
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)


def test_a_command_about_nobody_fails(node: RunningNode, door: Door) -> None:
    door.send(Hangup(leg="nobody"))

    assert door.expect(CommandFailed).reason == "unknown_leg"


def test_a_hold_by_a_null_address_is_a_hold(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        phone.request("INVITE", body=phone.sdp(host="0.0.0.0"))
        door.expect(PeerHeld, leg=leg, held=True)
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)


def test_a_caller_who_moves_to_another_address_and_codec_is_heard_and_hears(
    node: RunningNode, door: Door, sounds: dict[str, str], tmp_path: Path
) -> None:
    with Handset(node.sip_port, says_hz=440) as phone, Handset(node.sip_port, says_hz=700) as elsewhere:
        leg = answered(node, door, phone)
        door.send(Play(leg=leg, token="m", files=(sounds["music"],), loop=True))
        door.send(Record(leg=leg, token="moved", path=str(tmp_path / "moved.wav")))
        seen = len(phone.responses)
        phone.muted = True
        phone.request("INVITE", body=elsewhere.sdp(codecs="0"))
        phone.wait_for(200, since=seen)
        elsewhere.media_to = phone.media_to
        time.sleep(0.3)
        heard = elsewhere.listen(0.6)
        door.send(StopRecording(leg=leg))
        saved = door.expect(RecordingSaved, token="moved")
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert purity(heard, 600) > 0.9
    assert purity(read_tracks(saved.path)[0][-3200:], 700) > 0.9


def test_an_offer_without_audio_during_a_call_leaves_the_call_up(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        seen = len(phone.responses)
        phone.request("INVITE", body=phone.sdp(codecs="18"))
        phone.wait_for(488, since=seen)
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)


def test_a_request_after_the_end_is_told_that_there_is_no_such_call(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        answered(node, door, phone)
        phone.hang_up()
        door.expect(CallEnded)
        phone.request("INVITE", body=phone.sdp())
        phone.wait_for(481)


def test_the_same_invitation_sent_twice_is_one_call(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port) as phone:
        phone.dial()
        phone.request("INVITE", body=phone.sdp(), same=True)
        leg = door.expect(CallArrived).leg
        time.sleep(0.2)
        door.send(Refuse(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert len(door.events(CallArrived)) == 1


def test_a_telephone_that_asks_for_thirty_milliseconds_is_heard_and_hears(
    node: RunningNode, door: Door, sounds: dict[str, str]
) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        phone.dial(sdp=phone.sdp(extra="a=ptime:30\r\n"))
        leg = door.expect(CallArrived).leg
        door.send(Answer(leg=leg))
        door.expect(CallAnswered, leg=leg)
        door.send(Play(leg=leg, token="m", files=(sounds["music"],), loop=True))
        time.sleep(0.2)
        heard = phone.listen(1.0)
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert purity(heard, 600) > 0.9
    assert 7000 <= len(heard) <= 9000


def test_a_prompt_before_the_answer_is_early_media(node: RunningNode, door: Door, sounds: dict[str, str]) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        phone.dial()
        leg = door.expect(CallArrived).leg
        door.send(Play(leg=leg, token="early", files=(sounds["long"],)))
        phone.wait_for(183)
        time.sleep(0.2)
        before = phone.listen(0.4)
        door.send(Answer(leg=leg))
        door.expect(CallAnswered, leg=leg)
        after = phone.listen(0.4)
        phone.hang_up()
        door.expect(CallEnded, leg=leg)

    assert purity(before, 1000) > 0.9
    assert purity(after, 1000) > 0.9


def test_a_missing_file_is_told_and_the_rest_is_played(node: RunningNode, door: Door, sounds: dict[str, str]) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        door.send(Play(leg=leg, token="p", files=("/nowhere.wav", sounds["prompt"])))
        failed = door.expect(CommandFailed, leg=leg)
        door.expect(PlayFinished, token="p")
        door.send(Play(leg=leg, token="none", files=("/nowhere.wav",)))
        door.expect(PlayFinished, token="none")
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert failed.reason == "unreadable_file"
    assert purity(phone.sound()[-4000:], 1000) >= 0


def test_keys_can_be_sent_to_the_far_end(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, says_hz=440) as phone:
        leg = answered(node, door, phone)
        door.send(SendDigits(leg=leg, digits="42#"))
        time.sleep(1.2)
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    assert "".join(phone.keys_heard.values()) == "42#"


def test_a_number_without_any_trunk_is_refused_at_once(node: RunningNode, door: Door) -> None:
    door.send(Dial(leg="nowhere", to="0199000002"))
    failed = door.expect(CommandFailed, leg="nowhere")
    ended = door.expect(CallEnded, leg="nowhere")

    assert failed.reason == "unknown_trunk"
    assert ended.cause is EndCause.REFUSED


def test_an_answer_that_crosses_our_giving_up_is_hung_up(node: RunningNode, door: Door) -> None:
    with Handset(node.sip_port, answers="crossing") as phone:
        door.send(Dial(leg="crossing", to=phone.uri, timeout_s=0.3))
        phone.wait_for_request("ACK")
        phone.wait_for_request("BYE")
        ended = door.expect(CallEnded, leg="crossing")

    assert ended.cause is EndCause.NO_ANSWER


def test_a_stopped_prompt_and_a_parted_bridge_leave_silence(
    node: RunningNode, door: Door, sounds: dict[str, str]
) -> None:
    with Handset(node.sip_port, says_hz=440) as phone, Handset(node.sip_port, says_hz=1000) as expert:
        leg = answered(node, door, phone)
        door.send(Play(leg=leg, token="stopped", files=(sounds["long"],)))
        door.send(StopPlay(leg=leg))
        finished = door.expect(PlayFinished, token="stopped")
        door.send(Dial(leg="parted", to=expert.uri))
        door.expect(CallAnswered, leg="parted")
        door.send(Bridge(legs=(leg, "parted")))
        door.expect(Bridged)
        door.send(Unbridge(leg=leg))
        time.sleep(0.3)
        heard = phone.listen(0.3)
        for name in (leg, "parted"):
            door.send(Hangup(leg=name))
            door.expect(CallEnded, leg=name)

    assert finished.interrupted
    assert np.max(np.abs(heard)) < 50
