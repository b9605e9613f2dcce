"""Speech ports: the settings of turn taking, and hearing without a recogniser."""

import pytest

from vigie.callbot.ports import Ears, EndOfTurn, Expects, NoEars


@pytest.mark.parametrize(
    ("expects", "last_word", "silence_ms"),
    [
        (Expects.YES_NO, "oui", 500),
        (Expects.CHOICE, "", 500),
        (Expects.DIGITS, "deux", 1200),
        (Expects.FREE, "imprimante", 800),
        (Expects.FREE, "Euh", 1400),
        (Expects.FREE, "de", 1400),
    ],
)
def test_a_turn_ends_later_when_the_caller_hesitates(expects: Expects, last_word: str, silence_ms: int) -> None:
    assert EndOfTurn().silence_ms(expects, last_word=last_word) == silence_ms


def test_without_a_recogniser_every_turn_is_silent() -> None:
    ears: Ears = NoEars()

    ears.start("fr", expected=Expects.YES_NO, phrases=("oui", "non"))
    ears.feed(b"\0" * 320)

    assert ears.finish().text == ""
