from __future__ import annotations

from django.db import models

from vigie.tickets.models.choices import codes, one_of
from vigie.tickets.models.ticket import STAFF, Ticket
from vigie.tickets.rules.vocabulary import AttemptResult, ReadBack, Source


class Fact(models.Model):
    """
    One thing known about a ticket, and where it comes from.

    Correcting a fact keeps the old one, which then names the one that `replaced_by` it. `words` are those of the
    caller. `revision` numbers the saves of this name on this ticket: whoever saves must have seen the last one.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="facts")
    name = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    words = models.TextField(blank=True, default="")
    source = models.CharField(max_length=12, choices=codes(Source))
    confidence = models.FloatField(default=1.0)
    revision = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    author = models.ForeignKey(STAFF, models.PROTECT, null=True, blank=True, related_name="+")
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "name"], condition=models.Q(is_current=True), name="fact_one_current_per_name"
            ),
            one_of("source", Source, name="fact_source_known"),
            models.CheckConstraint(condition=models.Q(confidence__range=(0, 1)), name="fact_confidence_0_to_1"),
        ]
        indexes = [models.Index(fields=["ticket", "name"], name="fact_by_ticket")]

    def __str__(self) -> str:
        return f"{self.name}={self.value!r}"


class Attempt(models.Model):
    """An action already tried, and what it gave."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="attempts")
    action = models.TextField()
    result = models.CharField(max_length=14, choices=codes(AttemptResult))
    detail = models.TextField(blank=True, default="")
    source = models.CharField(max_length=12, choices=codes(Source), default=Source.CALLER.value)  # who tried it
    at = models.DateTimeField()
    author = models.ForeignKey(STAFF, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [one_of("result", AttemptResult, name="attempt_result_known")]

    def __str__(self) -> str:
        return self.action


class Reformulation(models.Model):
    """What the agent read back, and what the caller answered."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="reformulations")
    text = models.TextField()
    outcome = models.CharField(max_length=10, choices=codes(ReadBack))
    correction = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    author = models.ForeignKey(STAFF, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [one_of("outcome", ReadBack, name="reformulation_outcome_known")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.pk}"


class Draft(models.Model):
    """What somebody has typed and not sent yet: it outlives the session, the browser and the crash."""

    staff = models.ForeignKey(STAFF, models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    field = models.CharField(max_length=60)
    text = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "ticket", "field"], name="draft_one_per_field")]

    def __str__(self) -> str:
        return f"{self.staff_id}/{self.ticket_id}/{self.field}"


class Viewer(models.Model):
    """Who has a ticket on screen, so that two people see each other."""

    staff = models.ForeignKey(STAFF, models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="viewers")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "staff"], name="viewer_once_per_ticket")]

    def __str__(self) -> str:
        return f"{self.staff_id}@{self.ticket_id}"
