"""The clock's door: hand-overs that nobody answered in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from vigie.escalation.actions.receive import lapse_handover
from vigie.escalation.models import Handover
from vigie.journal.sweeps import Sweep
from vigie.tickets.actions.access import TicketEnded

PUSH_AHEAD = timedelta(minutes=5)


def lapse_one(at: datetime) -> bool:
    """Tell a supervisor about one hand-over whose time to be accepted is over; say whether there was one."""
    with transaction.atomic():
        due = Handover.objects.filter(lapse_due__lte=at).order_by("lapse_due").select_for_update(skip_locked=True)
        handover = due.only("pk", "lapse_due").first()
        if handover is None:
            return False
        Handover.objects.filter(pk=handover.pk).update(lapse_due=at + PUSH_AHEAD)
    try:
        lapse_handover(handover.pk, at=at)
    except TicketEnded:
        Handover.objects.filter(pk=handover.pk).update(lapse_due=None)
    return True


SWEEPS = [Sweep("escalation.lapse", lapse_one)]
