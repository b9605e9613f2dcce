from __future__ import annotations

from django.db import models

from vigie.tickets.models.choices import codes, one_of
from vigie.tickets.models.ticket import STAFF, Ticket
from vigie.tickets.rules.vocabulary import Awaited, CommitmentKind, PauseReason


class CalendarSnapshot(models.Model):
    """Opening hours exactly as they were promised, holidays included: history is never recomputed with today's."""

    client = models.ForeignKey("directory.Client", models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField()  # of the hours policy; 0: the defaults
    body = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "digest"], name="calendar_snapshot_once")]

    def __str__(self) -> str:
        return f"{self.client_id} v{self.version}"


class Commitment(models.Model):
    """
    One clock of one ticket: what the contract says must have happened, and by when.

    `due_at` is None while the clock is paused. `breached_at` and `warned_75_at` are events: once set, they stay.
    `look_due` is when the clock's sweep must look next: the warning, then the breach.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="commitments")
    kind = models.CharField(max_length=12, choices=codes(CommitmentKind))
    target_s = models.PositiveIntegerField()
    calendar = models.ForeignKey(CalendarSnapshot, models.PROTECT, related_name="+")
    levels_version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    warned_75_at = models.DateTimeField(null=True, blank=True)
    look_due = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind"], name="commitment_one_per_kind"),
            one_of("kind", CommitmentKind, name="commitment_kind_known"),
        ]
        indexes = [
            models.Index(fields=["look_due"], condition=models.Q(look_due__isnull=False), name="commitment_to_look_at")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class Pause(models.Model):
    """A time during which the clocks of a ticket stand still, and who is waited for."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=16, choices=codes(PauseReason))
    awaited = models.CharField(max_length=12, choices=codes(Awaited))
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(STAFF, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(ended_at__isnull=True), name="pause_one_open_per_ticket"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                name="pause_ends_after_it_starts",
            ),
            one_of("reason", PauseReason, name="pause_reason_known"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.started_at:%d/%m %H:%M}"
