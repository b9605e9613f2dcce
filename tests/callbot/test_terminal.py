"""The attendant tried in a terminal, as somebody who changes its sentences does."""

import subprocess
import sys


def test_a_call_can_be_held_in_a_terminal() -> None:
    typed = "1\n1042#\n\nma machine ne marche plus\n*\non est ralentis\nnon\nnon\n"

    call = subprocess.run(
        [sys.executable, "-m", "vigie.callbot"], input=typed, capture_output=True, text=True, timeout=60, check=True
    )

    assert "Je suis un répondeur automatique." in call.stdout
    assert "C'est noté : Ligne 3." in call.stdout
    assert "-> ToHuman(reason=<Reason.COMPLETED" in call.stdout


def test_hanging_up_ends_the_terminal_quietly() -> None:
    call = subprocess.run(
        [sys.executable, "-m", "vigie.callbot"], input="", capture_output=True, text=True, timeout=60, check=True
    )

    assert call.stderr == ""
