"""What changed between two versions of a client's settings. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_NAMES = ("code", "name", "key", "id", "kind")


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that differs. `path` goes from the outside in; None means that it was not there."""

    path: tuple[str, ...]
    before: str | None
    after: str | None


def differences(before: Any, after: Any) -> list[Difference]:
    """Return every setting that differs between two bodies, in the order of the newer one."""
    old, new = _leaves(before), _leaves(after)
    paths = list(dict.fromkeys([*new, *old]))
    return [Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def _leaves(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    if isinstance(value, dict):
        return {p: text for key, inner in value.items() for p, text in _leaves(inner, (*path, str(key))).items()}
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        found: dict[tuple[str, ...], str] = {}
        for place, item in enumerate(value, 1):
            found |= _leaves(item, (*path, _name(item) or str(place)))
        return found
    return {path: _text(value)}


def _name(item: Any) -> str:
    return next((str(item[key]) for key in _NAMES if key in item), "") if isinstance(item, dict) else ""


def _text(value: Any) -> str:
    """Write a leaf: a pair of times with a dash, a list with commas."""
    if isinstance(value, list):
        is_period = len(value) == 2 and all(isinstance(part, str) and ":" in part for part in value)
        return ("–" if is_period else ", ").join(_text(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
