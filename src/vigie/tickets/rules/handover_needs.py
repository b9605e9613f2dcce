"""What the next level needs so that it can work without calling back."""

from __future__ import annotations

from collections.abc import Iterable

from vigie.tickets.rules.vocabulary import Facts, is_known

ATTEMPT = "attempt"
ALWAYS_NEEDED = ("symptom", "context", "frequency", "environment", ATTEMPT)


def missing_for(facts: Facts, *, attempts: int, needs: Iterable[str] = ()) -> tuple[str, ...]:
    """
    Return what is still missing, in the order of the form.

    `attempts` counts the actions tried that have a result; `needs` are the names that a destination asks for on top.
    """
    wanted = dict.fromkeys((*ALWAYS_NEEDED, *needs))
    return tuple(name for name in wanted if not _is_there(name, facts, attempts))


def _is_there(name: str, facts: Facts, attempts: int) -> bool:
    return attempts > 0 if name == ATTEMPT else is_known(facts, name)
