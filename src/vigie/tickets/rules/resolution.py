"""What must be written before a ticket ends."""

from __future__ import annotations

from vigie.tickets.rules.vocabulary import ClosureCode, TicketType

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


def stands_in_for_the_expert(code: ClosureCode, *, type_: str, tier: int) -> bool:
    """Say whether ending the ticket like this would be the first level repairing what lies outside its perimeter."""
    repairs = code in (ClosureCode.FIXED, ClosureCode.WORKAROUND)
    return repairs and tier == 1 and type_ == TicketType.OUT_OF_PERIMETER
