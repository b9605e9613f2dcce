"""What happens when the building of the demonstration was cut short."""

from __future__ import annotations

import pytest

from cast import AT, Cast
from vigie.config.demo import HalfBuilt, build


def test_a_demonstration_that_was_interrupted_is_not_taken_for_a_whole_one(conditia: Cast) -> None:
    with pytest.raises(HalfBuilt):
        build(lambda _: None, at=AT)
