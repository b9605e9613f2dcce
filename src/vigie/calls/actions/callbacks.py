"""Who should be called back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vigie.actors import SYSTEM, Actor
from vigie.calls.models import Call, CallbackProposal
from vigie.calls.rules.states import ProposalReason
from vigie.errors import Refused
from vigie.journal.actions import record


class AlreadyDone(Refused):
    """Somebody has dealt with this call-back already."""

    code = "callback_done"


def can_be_called_back(call: Call) -> bool:
    """Tell whether the number shown is one that can be dialled."""
    return call.caller_id.startswith("+")


def propose(call: Call, reason: ProposalReason, *, at: datetime) -> None:
    """Write down that this caller should be called back, once per call; nothing when the number is withheld."""
    if call.client_id is None or not can_be_called_back(call):
        return
    _, is_new = CallbackProposal.objects.get_or_create(
        call=call,
        defaults={
            "client_id": call.client_id,
            "number": call.caller_id,
            "is_known": call.contact_id is not None,
            "stakes": call.stakes,
            "reason": reason,
            "proposed_at": at,
        },
    )
    if is_new:
        topics = (f"queue-{call.client_id}", "wallboard")
        record("callback.proposed", call, client_id=call.client_id, by=SYSTEM, at=at, topics=topics, reason=reason)


def cross_off(call: Call, *, by: Actor, at: datetime) -> None:
    """Take from the list of call-backs a caller who waited on and is answered now."""
    CallbackProposal.objects.filter(call=call, done_at__isnull=True).update(done_at=at, done_by_id=by.id)


@transaction.atomic
def finish_callback(proposal_id: int, *, by: Actor, at: datetime) -> None:
    """
    Note that the caller was called back.

    Raises: Forbidden, NotFound, AlreadyDone.
    """
    proposal = CallbackProposal.objects.select_for_update().get(pk=proposal_id)
    by.must("call.take", client_id=proposal.client_id)
    if proposal.done_at is not None:
        raise AlreadyDone
    proposal.done_at, proposal.done_by_id = at, by.id
    proposal.save()
    topics = (f"queue-{proposal.client_id}", "wallboard")
    record("callback.done", proposal.call, client_id=proposal.client_id, by=by, at=at, topics=topics)
