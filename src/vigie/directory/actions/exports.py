"""Files that leave vigie with what is known of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from vigie.actors import Actor
from vigie.directory.models import Staff
from vigie.errors import Forbidden
from vigie.journal.actions import record


@transaction.atomic(durable=True)
def note_export(table: str, *, client_ids: Iterable[int | None], by: Actor, at: datetime) -> None:
    """
    Write down who took `table` away in a file: one entry for each client whose people are in it.

    None stands for what belongs to no client, as calls to a number of nobody. Raises: Forbidden.
    """
    staff = Staff.objects.filter(pk=by.id or 0).first()
    if staff is None:
        raise Forbidden
    for client_id in sorted(set(client_ids), key=str):
        record("personal_data.exported", staff, client_id=client_id, by=by, at=at, table=table)
