"""The fake node and the door's client speak the protocol to each other over a real socket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest

from vigie.telephony.client import Delivery, NodeAway, NodeClient
from vigie.telephony.fake_node import FakeNode
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
    Dial,
    DigitPressed,
    EndCause,
    Event,
    Hangup,
    Hello,
    Play,
    PlayFinished,
    SilenceElapsed,
)

E = TypeVar("E", bound=Event)


class Door:
    """A client that collects what the node says."""

    def __init__(self, client: NodeClient) -> None:
        self.client = client
        self.heard: list[Delivery] = []
        self._deliveries = client.deliveries()

    async def expect(self, kind: type[E]) -> E:
        async with asyncio.timeout(5):
            while True:
                delivery = await anext(self._deliveries)
                self.heard.append(delivery)
                if isinstance(delivery.event, kind):
                    return delivery.event


@asynccontextmanager
async def door_to(address: str) -> AsyncIterator[Door]:
    client = NodeClient(address, retry_s=0.05)
    running = asyncio.create_task(client.run())
    try:
        yield Door(client)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture
def node() -> Iterator[FakeNode]:
    with TemporaryDirectory() as folder, FakeNode(f"{folder}/node.sock") as running:
        yield running


def with_door(node: FakeNode, story: Callable[[Door], Awaitable[None]]) -> None:
    async def main() -> None:
        async with door_to(node.address) as door:
            await door.expect(Hello)
            await story(door)

    asyncio.run(main())


def test_a_call_is_announced_answered_and_hung_up(node: FakeNode) -> None:
    async def story(door: Door) -> None:
        leg = node.arrive("0199001234", "0199000001")
        arrived = await door.expect(CallArrived)
        door.client.send(Answer(leg=leg))
        answered = await door.expect(CallAnswered)
        door.client.send(Hangup(leg=leg))
        ended = await door.expect(CallEnded)

        assert (arrived.leg, arrived.caller_id, arrived.dialled) == (leg, "0199001234", "0199000001")
        assert answered.leg == leg
        assert ended.cause is EndCause.LOCAL

    with_door(node, story)


def test_a_key_cuts_the_prompt_and_is_reported_once(node: FakeNode) -> None:
    node.instant_plays = False

    async def story(door: Door) -> None:
        leg = node.arrive("", "0199000001")
        door.client.send(Play(leg=leg, token="menu", files=("/a.wav",)))
        await asyncio.to_thread(node.wait_for, Play, leg=leg)
        node.press(leg, "5")
        finished = await door.expect(PlayFinished)
        pressed = await door.expect(DigitPressed)

        assert finished.interrupted
        assert pressed.digit == "5"

    with_door(node, story)


def test_silence_after_a_prompt_is_told_with_its_token(node: FakeNode) -> None:
    async def story(door: Door) -> None:
        leg = node.arrive("", "0199000001")
        door.client.send(Play(leg=leg, token="menu", files=("/a.wav",), silence_ms=6000))
        await door.expect(PlayFinished)
        node.stay_silent(leg)

        assert (await door.expect(SilenceElapsed)).token == "menu"

    with_door(node, story)


def test_what_was_not_acknowledged_comes_again_after_a_reconnection(node: FakeNode) -> None:
    async def story() -> None:
        async with door_to(node.address) as door:
            first = node.arrive("1", "2")
            await door.expect(CallArrived)
            door.client.ack(door.heard[-1])
            second = node.arrive("3", "4")
            await door.expect(CallArrived)
        async with door_to(node.address) as door:
            again = await door.expect(CallArrived)

            assert again.leg == second != first

    asyncio.run(story())


def test_a_dialled_number_ends_as_it_was_told_to(node: FakeNode) -> None:
    node.on_dial["0199000002"] = "busy"

    async def story(door: Door) -> None:
        door.client.send(Dial(leg="a", to="0199000002"))
        ended = await door.expect(CallEnded)
        door.client.send(Dial(leg="b", to="0199000003"))
        answered = await door.expect(CallAnswered)

        assert (ended.cause, ended.status) == (EndCause.BUSY, 486)
        assert answered.leg == "b"

    with_door(node, story)


def test_a_reattached_browser_replaces_the_former_one(node: FakeNode) -> None:
    async def story(door: Door) -> None:
        leg = node.arrive("1", "2")
        door.client.send(AttachBrowser(leg="page-1", sdp="v=0"))
        assert "m=audio" in (await door.expect(BrowserAnswered)).sdp
        await door.expect(BrowserConnected)
        door.client.send(Bridge(legs=(leg, "page-1")))
        await door.expect(Bridged)
        door.client.send(AttachBrowser(leg="page-2", sdp="v=0", replaces="page-1"))
        bridged = await door.expect(Bridged)
        lost = await door.expect(BrowserLost)

        assert bridged.legs == (leg, "page-2")
        assert (lost.leg, lost.reason) == ("page-1", "replaced")

    with_door(node, story)


def test_a_command_about_an_unknown_leg_is_refused(node: FakeNode) -> None:
    async def story(door: Door) -> None:
        door.client.send(Answer(leg="nobody"))
        failed = await door.expect(CommandFailed)

        assert (failed.leg, failed.command, failed.reason) == ("nobody", "Answer", "unknown_leg")

    with_door(node, story)


def test_the_door_knows_when_the_node_is_away() -> None:
    client = NodeClient("/nowhere/node.sock")

    with pytest.raises(NodeAway):
        client.send(Answer(leg="any"))
