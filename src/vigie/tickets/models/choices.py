"""Enums as the database wants them: codes, kept by a check constraint."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db import models


def codes(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """Return `choices` that carry codes only: labels are for the screen."""
    return [(member.value, member.value) for member in enum]


def one_of(field: str, values: Iterable[str], *, name: str) -> models.CheckConstraint:
    """Refuse, in the database, any value of `field` outside `values`. Empty columns pass."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": [str(value) for value in values]}), name=name)
