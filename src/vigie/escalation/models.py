from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q

from vigie.escalation.rules.words import (
    OPEN,
    AlertReason,
    AnswerSource,
    Motive,
    RefusalMotive,
    Settlement,
    State,
    Tier,
)


def _choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(code), str(code)) for code in codes]


_TIERS = [(int(tier), tier.name) for tier in Tier]
_OPEN = [state.value for state in OPEN]
_DECIDED = [state.value for state in State if state not in OPEN]


class Handover(models.Model):
    """
    One ticket handed from one group to another: a functional escalation, or its way back.

    `payload` is what the receiver was given: facts, attempts, reformulation, calls, as `queries.snapshot` wrote it.
    `missing` is what it lacked when it left, which only a true emergency may.
    """

    client = models.ForeignKey("directory.Client", models.PROTECT, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="handovers")
    round = models.PositiveSmallIntegerField()
    from_tier = models.PositiveSmallIntegerField(choices=_TIERS)
    from_group = models.ForeignKey("directory.Group", models.PROTECT, null=True, related_name="+")
    to_tier = models.PositiveSmallIntegerField(choices=_TIERS)
    to_group = models.ForeignKey("directory.Group", models.PROTECT, related_name="+")
    motive = models.CharField(max_length=20, choices=_choices(Motive))
    words = models.OneToOneField("tickets.Note", models.PROTECT, null=True, related_name="+")
    payload = models.JSONField()
    missing = models.JSONField(default=list)
    emergency = models.BooleanField(default=False)
    completed_at = models.DateTimeField(null=True)
    criticality = models.CharField(max_length=4)  # when it was sent
    sent_by = models.ForeignKey("directory.Staff", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()
    spokesperson = models.ForeignKey("directory.Staff", models.PROTECT, null=True, related_name="+")  # with the caller

    state = models.CharField(max_length=12, choices=_choices(State), default=State.WAITING.value)
    accept_due = models.DateTimeField()
    lapse_due = models.DateTimeField(null=True)  # when the clock looks at it; none once answered or lapsed
    lapsed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("directory.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal_motive = models.CharField(max_length=20, choices=_choices(RefusalMotive), blank=True)
    refusal_missing = models.JSONField(default=list)
    refusal_words = models.OneToOneField("tickets.Note", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)  # a supervisor decided on it: it counts in no loop any more

    class Meta:
        ordering = ["ticket", "round"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "round"], name="handover_round_once"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(state__in=_OPEN), name="handover_one_open"),
            models.CheckConstraint(name="handover_goes_elsewhere", condition=~Q(from_group=F("to_group"))),
            models.CheckConstraint(
                name="handover_decided_once_decided",
                condition=Q(state__in=_OPEN, decided_at__isnull=True)
                | Q(state__in=_DECIDED, decided_at__isnull=False, lapse_due__isnull=True),
            ),
            models.CheckConstraint(
                name="handover_refused_with_motive",
                condition=Q(state=State.REFUSED.value) & ~Q(refusal_motive="")
                | ~Q(state=State.REFUSED.value) & Q(refusal_motive=""),
            ),
            models.CheckConstraint(
                name="handover_lapsed_is_stamped",
                condition=~Q(state=State.LAPSED.value) | Q(lapsed_at__isnull=False, lapse_due__isnull=True),
            ),
            models.CheckConstraint(
                name="handover_incomplete_only_in_emergency", condition=Q(emergency=True) | Q(missing=[])
            ),
        ]
        indexes = [
            models.Index(fields=["lapse_due"], condition=Q(lapse_due__isnull=False), name="handover_lapse_due"),
            models.Index(fields=["to_group", "accept_due"], condition=Q(state__in=_OPEN), name="handover_open"),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.round} of ticket {self.ticket_id}"

    @property
    def is_open(self) -> bool:
        return self.state in _OPEN

    @property
    def is_complete(self) -> bool:
        return not self.missing or self.completed_at is not None


class HandoverQuestion(models.Model):
    """Something the receiver asks before it decides; the sender asks around and answers. The words are in the notes."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="questions")
    question = models.OneToOneField("tickets.Note", models.PROTECT, related_name="+")
    answer = models.OneToOneField("tickets.Note", models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=10, choices=_choices(AnswerSource), blank=True)

    class Meta:
        ordering = ["handover", "id"]
        constraints = [
            models.CheckConstraint(
                name="question_answer_has_a_source",
                condition=Q(answer__isnull=True, source="") | Q(answer__isnull=False) & ~Q(source=""),
            )
        ]

    def __str__(self) -> str:
        return f"question on {self.handover_id}"


class HierarchicalAlert(models.Model):
    """A supervisor is told, once for each reason: nobody answers, two groups disagree, an emergency left incomplete."""

    client = models.ForeignKey("directory.Client", models.PROTECT, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="alerts")
    handover = models.ForeignKey(Handover, models.PROTECT, related_name="alerts")
    reason = models.CharField(max_length=24, choices=_choices(AlertReason))
    told = models.ForeignKey("directory.Staff", models.PROTECT, null=True, related_name="+")  # empty: every supervisor
    raised_at = models.DateTimeField()
    settlement = models.CharField(max_length=20, choices=_choices(Settlement), blank=True)
    words = models.OneToOneField("tickets.Note", models.PROTECT, null=True, related_name="+")
    settled_by = models.ForeignKey("directory.Staff", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "reason"], name="alert_once_per_reason"),
            models.CheckConstraint(
                name="alert_settled_by_a_decision",
                condition=Q(settled_at__isnull=True, settlement="") | Q(settled_at__isnull=False) & ~Q(settlement=""),
            ),
        ]
        indexes = [models.Index(fields=["client"], condition=Q(settled_at__isnull=True), name="alert_open")]

    def __str__(self) -> str:
        return f"{self.reason} on ticket {self.ticket_id}"
