"""What calls' tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calls.line import Line, Page, eventually, open_door
from cast import Cast, make_cast, signed_in
from vigie.calls.models import NodeRun
from vigie.telephony.fake_node import FakeNode


@pytest.fixture
def acme(transactional_db: None) -> Cast:
    """A client company whose rows other threads and processes can see."""
    return make_cast()


@pytest.fixture
def line(acme: Cast, tmp_path: Path) -> Iterator[Line]:
    """A node and the door to it, at work."""
    socket = tmp_path / "node.sock"
    with FakeNode(str(socket)) as node, open_door(socket) as door:
        node.wait_for_door()
        eventually(NodeRun.objects.filter(ended_at=None).exists)
        yield Line(node, door)


@pytest.fixture
def desk(acme: Cast) -> Page:
    return Page(signed_in(acme.agent), acme.agent.pk)


@pytest.fixture
def other_desk(acme: Cast) -> Page:
    return Page(signed_in(acme.other_agent), acme.other_agent.pk, tab="tab-2")
