"""What the node does when the door is silent, away, or comes back; and across its own death."""

import json
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from sip.handset import Handset
from sip.running_node import Door, RunningNode, purity, read_tracks, tone, write_wav
from vigie.telephony.protocol import (
    Answer,
    Bridge,
    Bridged,
    CallAnswered,
    CallArrived,
    CallEnded,
    Claim,
    CommandFailed,
    Dial,
    Drain,
    EndCause,
    FallbackStep,
    Hangup,
    Heartbeat,
    Hello,
    Play,
    PlayFinished,
    Record,
)

pytestmark = pytest.mark.sip

GREETING_HZ, MUSIC_HZ, ON_CALL_HZ, CALLER_HZ = 1000, 600, 440, 700


@pytest.fixture
def plan(tmp_path: Path) -> dict[str, object]:
    return {
        "greeting": [write_wav(tmp_path / "greeting.wav", tone(GREETING_HZ, 0.5))],
        "music": write_wav(tmp_path / "music.wav", tone(MUSIC_HZ, 1)),
        "apology": [write_wav(tmp_path / "apology.wav", tone(900, 0.3))],
        "ring": [],
        "ring_timeout_s": 1,
    }


def node_with(tmp_path: Path, plan: dict[str, object], **settings: object) -> RunningNode:
    path = tmp_path / "fallback.json"
    path.write_text(json.dumps({"numbers": {"*": plan}}))
    quick = {"silence_limit_s": 0.6, "door_away_s": 1.5, "fallback_path": str(path)}
    return RunningNode(tmp_path, {**quick, **settings})


def test_without_a_door_the_caller_is_greeted_and_the_first_who_answers_takes_the_call(
    tmp_path: Path, plan: dict[str, object]
) -> None:
    with (
        Handset(0, answers="486") as busy,
        Handset(0, says_hz=ON_CALL_HZ) as on_call,
        node_with(tmp_path, plan | {"ring": [busy.uri, on_call.uri]}) as node,
        Handset(node.sip_port, says_hz=CALLER_HZ) as caller,
    ):
        on_call.node_port = node.sip_port
        busy_number, number = busy.uri, on_call.uri
        caller.dial()
        caller.wait_for(200, within_s=1.5)
        on_call.wait_for_request("ACK", within_s=4)
        greeted = caller.sound()
        time.sleep(0.3)
        to_caller, to_on_call = caller.listen(0.6), on_call.listen(0.6)
        caller.hang_up()
        on_call.wait_for_request("BYE")
        with Door(node.socket_path) as door:
            ended = door.expect(CallEnded)
            steps = [(event.step, event.number) for event in door.events(FallbackStep)]
            arrived = door.expect(CallArrived)

    assert purity(greeted[1600:3200], GREETING_HZ) > 0.9
    assert purity(to_caller, ON_CALL_HZ) > 0.9
    assert purity(to_on_call, CALLER_HZ) > 0.9
    assert steps == [("started", ""), ("rang", busy_number), ("rang", number), ("answered", number)]
    assert arrived.leg == ended.leg
    assert not door.events(PlayFinished)
    assert {event.leg for event in door.events(CallEnded)} == {arrived.leg}


def test_a_door_that_does_not_claim_in_time_loses_the_call_to_the_plan(tmp_path: Path, plan: dict[str, object]) -> None:
    with (
        Handset(0, answers="486") as busy,
        node_with(tmp_path, plan | {"ring": [busy.uri]}) as node,
        Door(node.socket_path) as door,
        Handset(node.sip_port) as caller,
    ):
        door.expect(Hello)
        caller.dial()
        arrived = door.expect(CallArrived)
        started = door.expect(FallbackStep, leg=arrived.leg, step="started")
        exhausted = door.expect(FallbackStep, leg=arrived.leg, step="exhausted")
        door.send(Hangup(leg=arrived.leg))
        resumed = door.expect(FallbackStep, leg=arrived.leg, step="resumed")
        ended = door.expect(CallEnded, leg=arrived.leg)

    assert 0.45 <= (started.at - arrived.at).total_seconds() <= 0.7
    assert exhausted.seq < resumed.seq < ended.seq


def test_a_claimed_call_is_left_to_the_door(tmp_path: Path, plan: dict[str, object]) -> None:
    with node_with(tmp_path, plan) as node, Door(node.socket_path) as door, Handset(node.sip_port) as caller:
        door.on[CallArrived] = lambda event: Claim(leg=event.leg)
        door.expect(Hello)
        caller.dial()
        door.expect(CallArrived)
        time.sleep(0.9)

    assert not door.events(FallbackStep)
    assert not door.events(CallAnswered)


def test_a_caller_whose_door_dies_hears_music_then_the_plan_and_talking_calls_go_on(
    tmp_path: Path, plan: dict[str, object]
) -> None:
    with (
        Handset(0, says_hz=ON_CALL_HZ) as on_call,
        Handset(0, says_hz=1200) as expert,
        node_with(tmp_path, plan | {"ring": [on_call.uri]}) as node,
        Handset(node.sip_port, says_hz=CALLER_HZ) as prompted,
        Handset(node.sip_port, says_hz=CALLER_HZ) as talking,
    ):
        on_call.node_port = expert.node_port = node.sip_port
        door = Door(node.socket_path).__enter__()
        door.expect(Hello)
        talking.dial()
        leg = door.expect(CallArrived).leg
        door.send(Answer(leg=leg))
        door.expect(CallAnswered, leg=leg)
        door.send(Dial(leg="expert", to=expert.uri))
        door.expect(CallAnswered, leg="expert")
        door.send(Bridge(legs=(leg, "expert")))
        door.expect(Bridged)
        door.forget()
        prompted.dial()
        other = door.expect(CallArrived).leg
        door.send(Answer(leg=other))
        door.expect(CallAnswered, leg=other)
        door.send(Play(leg=other, token="question", files=tuple(plan["greeting"])))  # type: ignore[arg-type]
        door.expect(PlayFinished, token="question")
        door.close()
        time.sleep(1.0)
        waiting = prompted.listen(0.4)
        on_call.wait_for_request("ACK", within_s=4)
        time.sleep(0.3)
        helped, still_talking = prompted.listen(0.4), talking.sound()[-3200:]
        with Door(node.socket_path) as back:
            hello = back.expect(Hello)
            back.expect(FallbackStep, leg=other, step="answered")
            back.send(Play(leg=other, token="late", files=tuple(plan["greeting"])))  # type: ignore[arg-type]
            refused = back.expect(CommandFailed, leg=other)

    assert purity(waiting, MUSIC_HZ) > 0.9
    assert purity(helped, ON_CALL_HZ) > 0.9
    assert purity(still_talking, 1200) > 0.9
    assert {leg, other, "expert"} <= set(hello.legs)
    assert refused.reason == "fallback_talking"


def test_a_door_that_hangs_counts_as_away(tmp_path: Path, plan: dict[str, object]) -> None:
    with (
        node_with(tmp_path, plan, door_stuck_s=0.5, door_away_s=60) as node,
        Door(node.socket_path, acknowledges=False) as door,
        Handset(node.sip_port, says_hz=CALLER_HZ) as caller,
    ):
        door.expect(Hello)
        caller.dial()
        leg = door.expect(CallArrived).leg
        door.send(Answer(leg=leg))
        door.expect(CallAnswered, leg=leg)
        time.sleep(1.5)
        heard = caller.listen(0.5)

    assert purity(heard, MUSIC_HZ) > 0.9


def test_a_door_that_comes_back_takes_its_callers_again(tmp_path: Path, plan: dict[str, object]) -> None:
    with (
        Handset(0, answers="ring") as on_call,
        node_with(tmp_path, plan | {"ring": [on_call.uri], "ring_timeout_s": 20}) as node,
        Handset(node.sip_port, says_hz=CALLER_HZ) as caller,
    ):
        on_call.node_port = node.sip_port
        caller.dial()
        on_call.wait_for_request("INVITE", within_s=4)
        with Door(node.socket_path) as door:
            leg = door.expect(CallArrived).leg
            door.send(Play(leg=leg, token="welcome", files=tuple(plan["greeting"]), loop=True))  # type: ignore[arg-type]
            door.expect(FallbackStep, leg=leg, step="resumed")
            on_call.wait_for_request("CANCEL")
            time.sleep(0.2)
            heard = caller.listen(0.5)

    assert purity(heard[800:], GREETING_HZ) > 0.8


def test_what_happened_without_a_door_survives_the_death_of_the_node(tmp_path: Path, plan: dict[str, object]) -> None:
    node = node_with(tmp_path, plan)
    with node, Handset(node.sip_port) as caller:
        caller.dial()
        caller.wait_for(200, within_s=3)
        time.sleep(0.2)
        node.kill()
        node.start()
        with Door(node.socket_path) as door:
            arrived = door.expect(CallArrived)
            former = door.heard[0].node
            door.expect(Heartbeat)
            present = door.heard[-1].node
            time.sleep(0.2)
        with Door(node.socket_path) as again:
            again.expect(Heartbeat)

    hellos = [(item.event.node, item.event.legs) for item in door.heard if isinstance(item.event, Hello)]
    assert hellos == [(former, ()), (present, ())]
    assert former != present
    assert {item.node for item in door.heard if item.event is arrived} == {former}
    assert not again.events(CallArrived)


def test_twenty_recordings_can_be_read_after_the_node_was_killed(tmp_path: Path, plan: dict[str, object]) -> None:
    with ExitStack() as open_now:
        node = open_now.enter_context(node_with(tmp_path, plan))
        door = open_now.enter_context(Door(node.socket_path))
        door.expect(Hello)
        door.on[CallArrived] = lambda event: Answer(leg=event.leg)
        for number in range(20):
            caller = open_now.enter_context(Handset(node.sip_port, says_hz=CALLER_HZ))
            caller.call()
            leg = door.events(CallArrived)[number].leg
            door.send(Play(leg=leg, token="m", files=(str(plan["music"]),), loop=True))
            door.send(Record(leg=leg, token="r", path=str(tmp_path / f"cut-{number}.wav")))
        time.sleep(3.3)
        node.kill(signal.SIGKILL)

    for number in range(20):
        said, heard = read_tracks(str(tmp_path / f"cut-{number}.wav"))
        assert len(said) >= 8000 * 2
        assert purity(said[4000:12000], CALLER_HZ) > 0.9
        assert purity(heard[4000:12000], MUSIC_HZ) > 0.9


def test_a_draining_node_refuses_new_calls_and_ends_after_the_last(tmp_path: Path, plan: dict[str, object]) -> None:
    with (
        node_with(tmp_path, plan) as node,
        Door(node.socket_path) as door,
        Handset(node.sip_port) as present,
        Handset(node.sip_port) as late,
    ):
        door.expect(Hello)
        present.dial()
        leg = door.expect(CallArrived).leg
        door.send(Answer(leg=leg))
        present.wait_for(200)
        door.send(Drain())
        time.sleep(0.1)
        late.dial()
        late.wait_for(503)
        time.sleep(1.2)
        present.hang_up()
        assert node.wait(5) == 0


def test_a_stopped_node_says_goodbye_to_its_callers(tmp_path: Path, plan: dict[str, object]) -> None:
    with node_with(tmp_path, plan) as node, Door(node.socket_path) as door, Handset(node.sip_port) as caller:
        door.expect(Hello)
        caller.dial()
        leg = door.expect(CallArrived).leg
        door.send(Answer(leg=leg))
        caller.wait_for(200)
        code = node.kill(signal.SIGTERM)
        caller.wait_for_request("BYE")
        ended = door.expect(CallEnded, leg=leg)

    assert code == 0
    assert ended.cause is EndCause.NODE_DRAIN
