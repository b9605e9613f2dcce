"""Writing to the journal, and telling the open screens that something changed."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import connection, models

from vigie.actors import Actor
from vigie.journal.models import Entry, Heartbeat

LIVE_CHANNEL = "live"
OPERATOR_CHAIN = "operator"

request_id: ContextVar[str] = ContextVar("request_id", default="")


def record(
    code: str,
    subject: models.Model,
    *,
    client_id: int | None,
    by: Actor,
    at: datetime,
    topics: Iterable[str] = (),
    **facts: Any,
) -> None:
    """
    Append one entry to the chain of the client (or of the operator, without client) and announce it.

    Facts are ids, codes, numbers and short machine values; never a person's name, never a translated label. Screens
    that watch the subject (``ticket-4711``), the client (``client-3``) or one of `topics` refresh after the commit.
    """
    kind = subject._meta.model_name or ""
    Entry.objects.create(
        chain=OPERATOR_CHAIN if client_id is None else f"client-{client_id}",
        at=at,
        code=code,
        client_id=client_id,
        subject_kind=kind,
        subject_id=subject.pk,
        actor_kind=by.kind,
        actor_id=by.id,
        request_id=request_id.get(),
        facts=facts,
    )
    about = [f"{kind}-{subject.pk}"] + ([] if client_id is None else [f"client-{client_id}"])
    announce(*about, *topics)


def announce(*topics: str) -> None:
    """Tell the open screens, once the transaction is committed, that what they show of `topics` has changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_notify(%s, topic) from unnest(%s::text[]) topic", [LIVE_CHANNEL, list(dict.fromkeys(topics))]
        )


def beat(part: str, *, at: datetime, late_after_s: float = 10, **figures: float) -> None:
    """Stamp the heartbeat of one part of vigie."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": at, "late_after_s": late_after_s, "figures": figures})
