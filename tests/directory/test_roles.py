"""Who may do what, for whom."""

from __future__ import annotations

import pytest

from cast import Cast, acting
from vigie.errors import Forbidden, NotFound


def test_a_right_held_for_one_client_does_not_hold_for_another(conditia: Cast, logimetrie: Cast) -> None:
    agent = acting(conditia.agent)

    assert agent.may("call.take", client_id=conditia.client.pk)
    with pytest.raises(NotFound):
        agent.must("call.take", client_id=logimetrie.client.pk)


def test_a_known_client_and_a_missing_right_are_told_apart(conditia: Cast) -> None:
    with pytest.raises(Forbidden):
        acting(conditia.agent).must("client.configure", client_id=conditia.client.pk)
