"""An agent's page in Chromium, bridged to a caller: tones are heard both ways, after a hold, after a reload."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sip.handset import Handset
from sip.page import Desk, desk
from sip.running_node import Door, RunningNode, purity, read_tracks, tone, write_wav
from vigie.telephony.protocol import (
    Answer,
    AttachBrowser,
    Bridge,
    Bridged,
    BrowserAnswered,
    BrowserConnected,
    BrowserLost,
    CallAnswered,
    CallArrived,
    CallEnded,
    CommandFailed,
    DetachBrowser,
    Hangup,
    Hold,
    Record,
    RecordingSaved,
    StopRecording,
)

pytestmark = [pytest.mark.sip, pytest.mark.browser]

CALLER_HZ, AGENT_HZ, MUSIC_HZ = 1000, 440, 600


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with RunningNode(tmp_path_factory.mktemp("node"), {"door_timeout_ms": 5000}) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture(scope="module")
def door(node: RunningNode) -> Iterator[Door]:
    with Door(node.socket_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def agent(door: Door, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    microphone = tmp_path_factory.mktemp("microphone") / "440.wav"
    write_wav(microphone, tone(AGENT_HZ, 20, rate_hz=48000), rate_hz=48000)
    with desk(door, microphone=str(microphone)) as opened:
        yield opened


def test_the_agent_and_the_caller_hear_each_other_through_hold_and_reload(
    node: RunningNode, door: Door, agent: Desk, tmp_path: Path
) -> None:
    music = write_wav(tmp_path / "music.wav", tone(MUSIC_HZ, 0.5))
    with Handset(node.sip_port, says_hz=CALLER_HZ) as caller:
        page = agent.attach()
        door.expect(BrowserConnected, leg=page)
        caller.dial()
        leg = door.expect(CallArrived).leg
        door.send(Answer(leg=leg))
        door.expect(CallAnswered, leg=leg)
        door.send(Record(leg=leg, token="r", path=str(tmp_path / "call.wav")))
        door.send(Bridge(legs=(leg, page)))
        door.expect(Bridged)
        time.sleep(0.6)
        assert purity(caller.listen(0.6), AGENT_HZ) > 0.8
        assert agent.hears(CALLER_HZ)
        assert agent.share(AGENT_HZ) < 0.01
        assert agent.page.evaluate("codec()") == "audio/PCMU"
        assert set(agent.page.evaluate("remotes()")) == {"127.0.0.1"}

        door.send(Hold(leg=leg, music=music))
        time.sleep(0.3)
        assert purity(caller.listen(0.4), MUSIC_HZ) > 0.8
        door.send(Bridge(legs=(leg, page)))
        time.sleep(0.6)
        assert purity(caller.listen(0.4), AGENT_HZ) > 0.8
        assert agent.hears(CALLER_HZ)

        gone_at = time.monotonic()
        agent.reload()
        again = agent.attach(replaces=page)
        door.expect(BrowserConnected, leg=again)
        lost = door.expect(BrowserLost, leg=page)
        back_after_s = time.monotonic() - gone_at
        time.sleep(0.5)
        assert purity(caller.listen(0.4), AGENT_HZ) > 0.8
        assert agent.hears(CALLER_HZ)
        assert lost.reason == "replaced"
        assert door.events(Bridged)[-1].legs == (leg, again)
        assert back_after_s < 3

        door.send(StopRecording(leg=leg))
        saved = door.expect(RecordingSaved, token="r")
        door.send(DetachBrowser(leg=again))
        assert door.expect(BrowserLost, leg=again).reason == "detached"
        door.send(Hangup(leg=leg))
        door.expect(CallEnded, leg=leg)

    said, heard = read_tracks(saved.path)
    assert purity(said[-8000:], CALLER_HZ) > 0.8
    assert purity(heard[-4000:], AGENT_HZ) > 0.8


def test_no_address_but_loopback_is_ever_given_to_the_page(door: Door, agent: Desk) -> None:
    page = agent.attach()
    answer = door.expect(BrowserAnswered, leg=page).sdp
    door.send(DetachBrowser(leg=page))
    door.expect(BrowserLost, leg=page)

    addresses = {line.split()[2] for line in answer.splitlines() if line.startswith("c=")}
    addresses |= {line.split()[4] for line in answer.splitlines() if line.startswith("a=candidate")}
    addresses |= {line.split()[5] for line in answer.splitlines() if line.startswith("o=")}
    assert addresses == {"127.0.0.1"}


def test_a_page_that_goes_away_is_noticed(door: Door, agent: Desk) -> None:
    page = agent.attach()
    door.expect(BrowserConnected, leg=page)
    agent.page.evaluate("pc.close()")

    assert door.expect(BrowserLost, leg=page, within_s=5).reason == "stalled"


def test_an_offer_without_audio_fails(door: Door) -> None:
    door.send(AttachBrowser(leg="odd", sdp="v=0\r\n"))

    assert door.expect(CommandFailed, leg="odd").reason == "not_an_audio_offer"
