"""Rows and journal entries gathered while the history is told, written in few statements at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from vigie.actors import Actor
from vigie.journal.models import Entry

AT_ONCE = 500
A_HANDFUL = 250


@dataclass(frozen=True, slots=True)
class Told:
    """One entry to come. `facts` is called once every row has its number."""

    at: datetime
    code: str
    subject: models.Model
    client_id: int
    by: Actor
    facts: Callable[[], dict[str, Any]]


@dataclass(slots=True)
class Ledger:
    """Rows by model, in the order in which the models were first met: that order must follow the foreign keys."""

    rows: dict[type[models.Model], list[models.Model]] = field(default_factory=lambda: defaultdict(list))
    told: list[Told] = field(default_factory=list)
    to_finish: dict[type[models.Model], list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, *rows: models.Model) -> None:
        for row in rows:
            self.rows[type(row)].append(row)

    def before(self, model: type[models.Model], finish: Callable[[], None]) -> None:
        """Finish something just before the rows of `model` are written, when those before it have their numbers."""
        self.to_finish[model].append(finish)

    def tell(
        self,
        code: str,
        subject: models.Model,
        *,
        client_id: int,
        by: Actor,
        at: datetime,
        ids: Callable[[], dict[str, Any]] = dict,
        **facts: Any,
    ) -> None:
        """Keep an entry for later; `ids` returns the facts that are numbers of rows not written yet."""
        self.told.append(Told(at, code, subject, client_id, by, lambda: {**facts, **ids()}))

    def write_rows(self, order: Iterable[type[models.Model]]) -> None:
        for model in order:
            for finish in self.to_finish[model]:
                finish()
            model._default_manager.bulk_create(self.rows.pop(model, []), batch_size=AT_ONCE)
        if self.rows:
            raise ValueError(f"no order was given for {sorted(model.__name__ for model in self.rows)}")

    def write_entries(self) -> int:
        """
        Write the journal in the order things happened, and return how many entries there are.

        A few at a time, each handful committed: within one transaction the end of a chain leaves a dead row behind for
        each entry, and every new entry would walk past all of them.
        """
        entries = [_entry(told) for told in sorted(self.told, key=lambda told: told.at)]
        for start in range(0, len(entries), A_HANDFUL):
            Entry.objects.bulk_create(entries[start : start + A_HANDFUL])
        return len(entries)


def _entry(told: Told) -> Entry:
    return Entry(
        chain=f"client-{told.client_id}",
        at=told.at,
        code=told.code,
        client_id=told.client_id,
        subject_kind=told.subject._meta.model_name or "",
        subject_id=told.subject.pk,
        actor_kind=told.by.kind,
        actor_id=told.by.id,
        facts=told.facts(),
    )
