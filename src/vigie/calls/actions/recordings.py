"""What is kept of the voices: nothing without a policy and, where the client asks for it, the caller's yes."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from vigie.actors import SYSTEM, Actor
from vigie.calls import queries
from vigie.calls.actions import lines
from vigie.calls.models import Call, Recording
from vigie.calls.rules.states import MAY_RECORD
from vigie.errors import NotFound
from vigie.journal.actions import record
from vigie.telephony.protocol import Record, StopRecording


def start_recording(call: Call, *, at: datetime) -> None:
    """Begin one segment, when the client's policy and the caller allow it."""
    if call.consent not in MAY_RECORD or call.client is None:
        return
    if Recording.objects.filter(call=call, ended_at__isnull=True).exists():
        return
    token = uuid.uuid4().hex
    folder = settings.ENV.home / "recordings" / call.client.code / f"{at:%Y-%m}"
    kept = timedelta(days=queries.welcome_of(call.client.pk).recording.retention_days)
    recording = Recording.objects.create(
        call=call, token=token, path=str(folder / f"{token}.wav"), started_at=at, delete_due=at + kept
    )
    lines.order(call.node, Record(leg=call.leg, token=token, path=recording.path), at=at)


def stop_recording(call: Call, *, at: datetime) -> None:
    """Close the segment that runs, if there is one."""
    if Recording.objects.filter(call=call, ended_at__isnull=True).exists():
        lines.order(call.node, StopRecording(leg=call.leg), at=at)


@transaction.atomic
def note_recording(token: str, *, started_at: datetime, ended_at: datetime, at: datetime) -> None:
    """Note that a segment is complete on disk."""
    recording = Recording.objects.select_for_update(of=("self",)).select_related("call").filter(token=token).first()
    if recording is None:
        return
    recording.started_at, recording.ended_at = started_at, ended_at
    recording.save(update_fields=["started_at", "ended_at"])
    seconds = round((ended_at - started_at).total_seconds(), 1)
    call = recording.call
    record("call.recorded", call, client_id=call.client_id, by=SYSTEM, at=at, recording=recording.pk, seconds=seconds)


def close_segment(call: Call, *, at: datetime) -> None:
    """End the segment of a call whose sound is lost: the node may not tell any more."""
    Recording.objects.filter(call=call, ended_at__isnull=True).update(ended_at=at)


@transaction.atomic(durable=True)
def hear_recording(recording_id: int, *, call_id: int, by: Actor, at: datetime) -> Path:
    """
    Return the file of one segment for `by` to listen to, and write down who did.

    Raises: Forbidden, NotFound (also when it is deleted or has not been kept).
    """
    found = Recording.objects.select_related("call").filter(pk=recording_id, call=call_id).first()
    if found is None:
        raise NotFound
    call = found.call
    by.must("recording.hear", client_id=call.client_id)
    if found.deleted_at is not None or found.ended_at is None or not Path(found.path).is_file():
        raise NotFound
    record("recording.heard", call, client_id=call.client_id, by=by, at=at, recording=found.pk)
    return Path(found.path)


@transaction.atomic
def delete_due_recording(*, at: datetime) -> bool:
    """Delete one recording kept for as long as its client settled."""
    recording = (
        Recording.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("call")
        .filter(deleted_at__isnull=True, delete_due__lte=at)
        .order_by("delete_due")
        .first()
    )
    if recording is None:
        return False
    Path(recording.path).unlink(missing_ok=True)
    recording.deleted_at = at
    recording.ended_at = recording.ended_at or at
    recording.save(update_fields=["deleted_at", "ended_at"])
    call = recording.call
    record("recording.deleted", call, client_id=call.client_id, by=SYSTEM, at=at, recording=recording.pk)
    return True
