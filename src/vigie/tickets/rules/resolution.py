"""What must be written before a ticket ends."""

from __future__ import annotations

from vigie.tickets.rules.vocabulary import ClosureCode

_NEEDS: dict[ClosureCode, tuple[str, ...]] = {
    ClosureCode.FIXED: ("cause", "solution"),
    ClosureCode.WORKAROUND: ("solution",),
    ClosureCode.EXPLAINED: ("solution",),
    ClosureCode.SHOWN_HOW: ("solution",),
    ClosureCode.PASSED_TO_THIRD_PARTY: ("solution",),
}


def missing_to_resolve(code: ClosureCode, *, cause: str, solution: str) -> tuple[str, ...]:
    """Return what the closure code asks for and nobody wrote."""
    written = {"cause": cause.strip(), "solution": solution.strip()}
    return tuple(name for name in _NEEDS.get(code, ()) if not written[name])
