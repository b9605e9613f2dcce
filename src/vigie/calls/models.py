from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from vigie.calls.rules.states import (
    LIVE,
    WITH_AGENT,
    AgentState,
    Audio,
    CallState,
    Consent,
    Microphone,
    OfferOutcome,
    Outcome,
    ProposalReason,
    Stakes,
)


def _choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(code), str(code)) for code in codes]


_WITH_AGENT = [state.value for state in WITH_AGENT]


class Call(models.Model):
    """One telephone call, from the INVITE to the end of the agent's wrap-up."""

    leg = models.CharField(max_length=40, unique=True)
    node = models.CharField(max_length=60)  # the run of the node that holds it
    client = models.ForeignKey("directory.Client", models.PROTECT, null=True, blank=True, related_name="calls")
    hotline = models.ForeignKey("directory.HotlineNumber", models.SET_NULL, null=True, blank=True, related_name="+")
    caller_id = models.CharField(max_length=60, blank=True)  # E.164 where it is a number, "" when withheld
    dialled = models.CharField(max_length=60, blank=True)
    contact = models.ForeignKey("directory.Contact", models.PROTECT, null=True, blank=True, related_name="calls")
    site = models.ForeignKey("directory.Site", models.PROTECT, null=True, blank=True, related_name="calls")
    equipment = models.ForeignKey("directory.Equipment", models.PROTECT, null=True, blank=True, related_name="calls")
    language = models.CharField(max_length=8, default="fr")
    agent = models.ForeignKey("directory.Staff", models.PROTECT, null=True, blank=True, related_name="calls")

    state = models.CharField(max_length=12, choices=_choices(CallState), default=CallState.ARRIVING.value)
    outcome = models.CharField(max_length=24, choices=_choices(Outcome), null=True, blank=True)
    stakes = models.PositiveSmallIntegerField(choices=[(s.value, s.name) for s in Stakes], default=Stakes.UNKNOWN.value)
    is_angry = models.BooleanField(default=False)
    handoff_reason = models.CharField(max_length=40, blank=True)  # why the attendant fetched a human
    leaving_as = models.CharField(max_length=24, choices=_choices(Outcome), blank=True)  # once the last message is said
    end_cause = models.CharField(max_length=20, blank=True)  # as the wire told it
    dialogue = models.TextField(null=True, blank=True)  # the state of the conversation, as the attendant writes it
    consent = models.CharField(max_length=10, choices=_choices(Consent), default=Consent.NONE.value)

    play_token = models.CharField(max_length=40, blank=True)  # of what plays now; an older one is stale
    after_play = models.CharField(max_length=12, blank=True)  # what follows it: "music" or "hangup"
    held_s = models.FloatField(default=0)

    arrived_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)  # by the attendant
    queued_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)  # by a human
    bridged_at = models.DateTimeField(null=True, blank=True)  # audio flowed between caller and agent
    held_at = models.DateTimeField(null=True, blank=True)  # while it is on hold
    rejoin_due = models.DateTimeField(null=True, blank=True)  # the agent's audio must be back by then
    reap_due = models.DateTimeField(null=True, blank=True)  # silent or missing: considered over by then
    ended_at = models.DateTimeField(null=True, blank=True)
    wrapped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-arrived_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="call_one_outcome_once_ended",
                condition=Q(state=CallState.ENDED.value, outcome__isnull=False, ended_at__isnull=False)
                | (~Q(state=CallState.ENDED.value) & Q(outcome__isnull=True, ended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="call_with_agent_names_him",
                condition=~Q(state__in=_WITH_AGENT) | Q(agent__isnull=False, taken_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["agent"], condition=Q(state__in=_WITH_AGENT), name="call_one_per_agent_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["node"], condition=~Q(state=CallState.ENDED.value), name="call_live"),
            models.Index(fields=["rejoin_due"], condition=Q(rejoin_due__isnull=False), name="call_rejoin_due"),
            models.Index(fields=["reap_due"], condition=Q(reap_due__isnull=False), name="call_reap_due"),
            models.Index(fields=["client", "arrived_at"], name="call_by_client"),
            models.Index(fields=["caller_id", "arrived_at"], name="call_by_caller"),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class CallFact(models.Model):
    """One thing learned about a call, with the words it came from."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="facts")
    name = models.CharField(max_length=40)
    value = models.JSONField()
    words = models.TextField(blank=True)
    source = models.CharField(max_length=20)  # keypad, speech, directory, agent
    confidence = models.FloatField(default=1.0)
    at = models.DateTimeField()

    class Meta:
        ordering = ["call", "id"]
        constraints = [models.UniqueConstraint(fields=["call", "name"], name="call_fact_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.name}={self.value!r}"


class QueueEntry(models.Model):
    """One stay of a call in its client's queue. A call that loses its agent comes back with a new one, at the head."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="stays")
    client = models.ForeignKey("directory.Client", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()  # the age counts from here
    is_head = models.BooleanField(default=False)  # owed an agent before anyone of the same stakes
    stakes = models.PositiveSmallIntegerField(choices=[(s.value, s.name) for s in Stakes], default=Stakes.UNKNOWN.value)
    required = models.JSONField(default=list)  # skill codes
    preferred = models.JSONField(default=list)
    excluded = models.JSONField(default=list)  # staff who refused this call or let it ring
    overflow_due = models.DateTimeField(null=True, blank=True)
    say_due = models.DateTimeField(null=True, blank=True)  # the next message to whoever waits
    position_said = models.PositiveIntegerField(default=0)
    callback_due = models.DateTimeField(null=True, blank=True)  # a call-back was offered; unanswered, it is taken then
    patient_until = models.DateTimeField(null=True, blank=True)  # chose to stay: not diverted before
    told_closed = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "queue entries"
        constraints = [
            models.UniqueConstraint(fields=["call"], condition=Q(left_at__isnull=True), name="queue_one_stay_at_a_time")
        ]
        indexes = [
            models.Index(fields=["client"], condition=Q(left_at__isnull=True), name="queue_waiting"),
            models.Index(fields=["overflow_due"], condition=Q(left_at__isnull=True), name="queue_overflow_due"),
            models.Index(fields=["say_due"], condition=Q(left_at__isnull=True), name="queue_say_due"),
            models.Index(
                fields=["callback_due"],
                condition=Q(left_at__isnull=True, callback_due__isnull=False),
                name="queue_callback_due",
            ),
        ]

    def __str__(self) -> str:
        return f"stay of call {self.call_id}"


class AgentPresence(models.Model):
    """Where one member of the staff stands, as one row that every change locks."""

    staff = models.OneToOneField("directory.Staff", models.CASCADE, primary_key=True, related_name="presence")
    state = models.CharField(max_length=10, choices=_choices(AgentState), default=AgentState.OFFLINE.value)
    reason = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="+")  # rung, talked or wrapped
    wrap_up_due = models.DateTimeField(null=True, blank=True)
    next_reason = models.CharField(max_length=20, blank=True)  # pause asked for during a call: taken after it
    notice = models.CharField(max_length=20, blank=True)  # what the bar must say once, as "caller_left"
    tab = models.CharField(max_length=40, blank=True)  # the page that holds the audio
    browser_leg = models.CharField(max_length=40, blank=True)
    audio = models.CharField(max_length=12, choices=_choices(Audio), default=Audio.NONE.value)
    microphone = models.CharField(max_length=10, choices=_choices(Microphone), default=Microphone.NONE.value)
    heartbeat_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="presence_call_when_busy",
                condition=~Q(state__in=[AgentState.RINGING.value, AgentState.TALKING.value]) | Q(call__isnull=False),
            ),
            models.CheckConstraint(
                name="presence_wrap_up_ends",
                condition=~Q(state=AgentState.WRAP_UP.value) | Q(wrap_up_due__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["state"], condition=~Q(state=AgentState.OFFLINE.value), name="presence_on_shift"),
            models.Index(fields=["wrap_up_due"], condition=Q(wrap_up_due__isnull=False), name="presence_wrap_up_due"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.state}"


class BrowserLeg(models.Model):
    """One audio leg that a page of the desk asked for; the node's answer waits here for that page."""

    leg = models.CharField(max_length=40, primary_key=True)
    staff = models.ForeignKey("directory.Staff", models.CASCADE, related_name="+")
    tab = models.CharField(max_length=40)
    node = models.CharField(max_length=60)
    answer = models.TextField(blank=True)
    failure = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    connected_at = models.DateTimeField(null=True, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.leg


class Offer(models.Model):
    """One ring on one agent's screen."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="offers")
    agent = models.ForeignKey("directory.Staff", models.PROTECT, related_name="offers")
    offered_at = models.DateTimeField()
    answer_due = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=_choices(OfferOutcome), default=OfferOutcome.PENDING.value)
    closed_at = models.DateTimeField(null=True, blank=True)
    because = models.JSONField(default=list)  # the reasons routing gave

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(outcome=OfferOutcome.PENDING.value), name="offer_one_per_call"
            ),
            models.UniqueConstraint(
                fields=["agent"], condition=Q(outcome=OfferOutcome.PENDING.value), name="offer_one_per_agent"
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_due"], condition=Q(outcome=OfferOutcome.PENDING.value), name="offer_answer_due"
            )
        ]

    def __str__(self) -> str:
        return f"offer of call {self.call_id} to {self.agent_id}"


class LastResort(models.Model):
    """One number rung for a caller whom nobody on shift can take."""

    leg = models.CharField(max_length=40, primary_key=True)
    call = models.ForeignKey(Call, models.CASCADE, related_name="last_resorts")
    number = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField()  # in the client's list
    rung_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.number} for call {self.call_id}"


class NodeRun(models.Model):
    """One life of one node, from its start to its death."""

    name = models.CharField(max_length=60, unique=True)
    address = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address"], condition=Q(ended_at__isnull=True), name="node_one_run")
        ]

    def __str__(self) -> str:
        return self.name


class NodeEvent(models.Model):
    """An event already acted upon: its (node, seq) makes a repeat harmless."""

    node = models.CharField(max_length=60)
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "seq"], name="node_event_once")]
        indexes = [models.Index(fields=["at"], name="node_event_by_age")]

    def __str__(self) -> str:
        return f"{self.node}#{self.seq}"


class NodeCommand(models.Model):
    """What a node must be told, written in the transaction that decided it and sent after the commit."""

    node = models.CharField(max_length=60)
    body = models.JSONField()  # one command of telephony.protocol, with its type
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["node", "id"], condition=Q(sent_at__isnull=True), name="command_to_send")]

    def __str__(self) -> str:
        return f"{self.body.get('type')} to {self.node}"


class Recording(models.Model):
    """One segment on disk: stereo, the caller on the left."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="recordings")
    token = models.CharField(max_length=40, unique=True)
    path = models.CharField(max_length=400)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    delete_due = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["call", "started_at"]
        indexes = [
            models.Index(fields=["delete_due"], condition=Q(deleted_at__isnull=True), name="recording_delete_due")
        ]

    def __str__(self) -> str:
        return f"recording of call {self.call_id}"


class CallbackProposal(models.Model):
    """Somebody who should be called back, and why."""

    call = models.OneToOneField(Call, models.CASCADE, related_name="callback")
    client = models.ForeignKey("directory.Client", models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    is_known = models.BooleanField(default=False)  # a contact of the client: proposed first
    stakes = models.PositiveSmallIntegerField(choices=[(s.value, s.name) for s in Stakes], default=Stakes.UNKNOWN.value)
    reason = models.CharField(max_length=20, choices=_choices(ProposalReason))
    proposed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("directory.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-is_known", "-stakes", "proposed_at"]
        indexes = [models.Index(fields=["client"], condition=Q(done_at__isnull=True), name="callback_waiting")]

    def __str__(self) -> str:
        return f"call back {self.number}"
