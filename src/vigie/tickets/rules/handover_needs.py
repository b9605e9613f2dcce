"""What the next level needs so that it can work without calling back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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


def settled_needs(escalation: Mapping[str, Any], *, tier: int) -> tuple[str, ...]:
    """Return what the body of a client's `escalation` policy asks for, on top, of a ticket that leaves `tier`."""
    above = escalation.get("needs_for", {}).get(f"tier:{tier + 1}", ())
    return tuple(dict.fromkeys((*escalation.get("needs", ()), *above)))


def _is_there(name: str, facts: Facts, attempts: int) -> bool:
    return attempts > 0 if name == ATTEMPT else is_known(facts, name)
