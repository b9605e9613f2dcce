from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models

from vigie.tickets.models.choices import codes, one_of
from vigie.tickets.rules.vocabulary import (
    LIVE_STATES,
    ClosureCode,
    Criticality,
    NoteKind,
    PerceivedUrgency,
    TicketState,
    TicketType,
)

STAFF = "directory.Staff"


class TicketCounter(models.Model):
    """The last ticket number given to a client."""

    client = models.OneToOneField("directory.Client", models.PROTECT, primary_key=True, related_name="+")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.client_id}: {self.last}"


class Ticket(models.Model):
    """
    What a client needs, from the first word to the closure.

    `criticality` is computed from the facts; `override` is a person's decision beside it. `perceived_urgency` is what
    the caller feels and enters neither. `type`, `perceived_urgency`, `site`, `equipment` and `contact` repeat the
    facts of the same name, for lists. `revision` rises at each change.
    """

    client = models.ForeignKey("directory.Client", models.PROTECT, related_name="tickets")
    number = models.PositiveIntegerField()
    type = models.CharField(max_length=20, choices=codes(TicketType), blank=True, default="")
    state = models.CharField(max_length=12, choices=codes(TicketState), default=TicketState.OPEN.value)
    tier = models.PositiveSmallIntegerField(default=1)
    group = models.ForeignKey("directory.Group", models.PROTECT, null=True, blank=True, related_name="tickets")
    assignee = models.ForeignKey(STAFF, models.PROTECT, null=True, blank=True, related_name="tickets")
    contact = models.ForeignKey("directory.Contact", models.PROTECT, null=True, blank=True, related_name="tickets")
    site = models.ForeignKey("directory.Site", models.PROTECT, null=True, blank=True, related_name="tickets")
    equipment = models.ForeignKey("directory.Equipment", models.PROTECT, null=True, blank=True, related_name="tickets")
    title = models.CharField(max_length=200, blank=True, default="")
    has_own_title = models.BooleanField(default=False)  # until then it follows the symptom
    language = models.CharField(max_length=8, default="fr")

    perceived_urgency = models.CharField(max_length=10, choices=codes(PerceivedUrgency), blank=True, default="")
    criticality = models.CharField(max_length=2, choices=codes(Criticality), default=Criticality.P3.value)
    provisional = models.BooleanField(default=True)
    because = models.JSONField(default=list)  # the reasons of the computed criticality, as codes
    criticality_version = models.PositiveIntegerField(default=0)  # of the policy it was computed with; 0: the defaults
    override = models.CharField(max_length=2, choices=codes(Criticality), blank=True, default="")
    override_motive = models.TextField(blank=True, default="")
    override_by = models.ForeignKey(STAFF, models.PROTECT, null=True, blank=True, related_name="+")
    override_at = models.DateTimeField(null=True, blank=True)
    effective = models.GeneratedField(
        expression=models.Case(models.When(override="", then="criticality"), default="override"),
        output_field=models.CharField(max_length=2),
        db_persist=True,
    )
    fields_version = models.PositiveIntegerField(default=0)  # a running ticket keeps the client's fields it began with

    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(STAFF, models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closure_code = models.CharField(max_length=24, choices=codes(ClosureCode), blank=True, default="")
    cause = models.TextField(blank=True, default="")
    solution = models.TextField(blank=True, default="")
    reopened = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    search = models.TextField(blank=True, default="")  # title and texts without accents nor case
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "number"], name="ticket_number_once_per_client"),
            one_of("state", TicketState, name="ticket_state_known"),
            one_of("type", ["", *TicketType], name="ticket_type_known"),
            one_of("closure_code", ["", *ClosureCode], name="ticket_closure_code_blames_nobody"),
            one_of("criticality", Criticality, name="ticket_criticality_known"),
            models.CheckConstraint(condition=models.Q(tier__range=(1, 3)), name="ticket_tier_1_to_3"),
            models.CheckConstraint(
                condition=models.Q(override="") | ~models.Q(override_motive=""), name="ticket_override_has_a_motive"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["resolved", "closed"]) | ~models.Q(closure_code=""),
                name="ticket_end_has_a_closure_code",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-id"], name="ticket_by_client"),
            models.Index(fields=["contact", "-id"], name="ticket_by_contact"),
            models.Index(fields=["equipment", "-id"], name="ticket_by_equipment"),
            models.Index(fields=["site", "-id"], name="ticket_by_site"),
            models.Index(fields=["effective", "-id"], name="ticket_by_criticality"),
            models.Index(fields=["-updated_at", "-id"], name="ticket_by_change"),
            models.Index(fields=["assignee", "-id"], name="ticket_by_assignee"),
            GinIndex(SearchVector("search", config="simple"), name="ticket_by_words"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    @property
    def level(self) -> Criticality:
        """Return the criticality that counts: the override where there is one."""
        return Criticality(self.override or self.criticality)


class TicketCall(models.Model):
    """A call that was about this ticket. One call may concern several tickets; it opens at most one."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="call_links")
    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="ticket_links")
    client = models.ForeignKey("directory.Client", models.PROTECT, related_name="+")
    opened_it = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(STAFF, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "call"], name="ticket_call_linked_once"),
            models.UniqueConstraint(
                fields=["call"], condition=models.Q(opened_it=True), name="ticket_opened_once_per_call"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.call_id}"


class Note(models.Model):
    """Something written on the timeline: an internal note, a reply to the caller, a question between levels."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=codes(NoteKind), default=NoteKind.NOTE.value)
    text = models.TextField()
    at = models.DateTimeField()
    author = models.ForeignKey(STAFF, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [one_of("kind", NoteKind, name="note_kind_known")]
        indexes = [models.Index(fields=["ticket", "at"], name="note_by_ticket")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
