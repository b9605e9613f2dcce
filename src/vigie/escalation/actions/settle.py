"""The supervisor's use case: deciding on what was brought to him."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from vigie.actors import Actor
from vigie.errors import NotFound, Refused
from vigie.escalation.actions.locking import topics_of, write_note
from vigie.escalation.models import Handover, HierarchicalAlert
from vigie.escalation.rules.words import AlertReason, Settlement, State
from vigie.journal.actions import record
from vigie.tickets.actions.access import author_of
from vigie.tickets.models import Ticket
from vigie.tickets.rules.vocabulary import NoteKind


class AlreadySettled(Refused):
    """Another supervisor has decided on this alert."""

    code = "already_settled"


@transaction.atomic(durable=True)
def settle_alert(
    alert_id: int, *, settlement: Settlement, words: str = "", by: Actor, at: datetime
) -> HierarchicalAlert:
    """
    Decide on an alert. `MAY_SEND_AGAIN` opens the way between two groups that had sent a ticket back twice.

    Raises: NotFound, Forbidden, AlreadySettled.
    """
    found = HierarchicalAlert.objects.filter(pk=alert_id).values_list("client_id", "ticket_id").first()
    if found is None:
        raise NotFound
    client_id, ticket_id = found
    by.must("agent.steer", client_id=client_id)
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    alert = HierarchicalAlert.objects.select_for_update(of=("self",)).select_related("handover").get(pk=alert_id)
    if alert.settled_at:
        raise AlreadySettled(winner=str(alert.settled_by or ""))
    alert.words = write_note(ticket, words, kind=NoteKind.NOTE, by=by, at=at)
    alert.settlement, alert.settled_by_id, alert.settled_at = settlement, author_of(by), at
    alert.save(update_fields=["words", "settlement", "settled_by", "settled_at"])
    if alert.reason == AlertReason.LOOP and settlement is Settlement.MAY_SEND_AGAIN:
        _open_the_way(alert.handover, at=at)
    record(
        "alert.settled",
        ticket,
        client_id=client_id,
        by=by,
        at=at,
        topics=topics_of(alert.handover),
        alert=alert.pk,
        reason=alert.reason,
        settlement=settlement.value,
        note=alert.words_id,
    )
    return alert


def _open_the_way(handover: Handover, *, at: datetime) -> None:
    one, other = handover.from_group_id, handover.to_group_id
    Handover.objects.filter(
        Q(from_group=one, to_group=other) | Q(from_group=other, to_group=one),
        ticket_id=handover.ticket_id,
        state=State.REFUSED,
        settled_at=None,
    ).update(settled_at=at)
