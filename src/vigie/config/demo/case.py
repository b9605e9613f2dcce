"""A ticket of the history while it is lived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from vigie.calls.models import Call
from vigie.config.demo.scene import House
from vigie.config.demo.stories import Story
from vigie.tickets.models import Attempt, Reformulation, Ticket
from vigie.tickets.rules.vocabulary import FactValue


@dataclass(slots=True)
class Case:
    """A ticket being lived: what is known of it, and the moment it has come to."""

    ticket: Ticket
    call: Call
    house: House
    story: Story
    agent: str
    opened: datetime
    now: datetime
    facts: dict[str, FactValue] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    read_back: Reformulation | None = None
    until: datetime | None = None  # when it was closed


def number(name: str, row: Model) -> Callable[[], dict[str, Any]]:
    """Return what will give the number of a row once it is written."""
    return lambda: {name: row.pk}
