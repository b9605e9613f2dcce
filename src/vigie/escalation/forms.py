"""What people type about a hand-over, read into the words of the rules."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict

from vigie.errors import Invalid

Word = TypeVar("Word", bound=StrEnum)


class Unreadable(Invalid):
    """The form came back with something that vigie did not put there."""

    code = "unreadable_form"


def number(post: QueryDict, name: str) -> int:
    """Raises: Unreadable."""
    try:
        return int(post.get(name, ""))
    except ValueError as error:
        raise Unreadable(name=name) from error


def word(post: QueryDict, name: str, kind: type[Word]) -> Word | None:
    """Return the chosen code, None when nothing was chosen. Raises: Unreadable."""
    value = post.get(name, "")
    try:
        return kind(value) if value else None
    except ValueError as error:
        raise Unreadable(name=name) from error
