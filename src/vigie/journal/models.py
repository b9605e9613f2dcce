from __future__ import annotations

from django.db import models


class ChainHead(models.Model):
    """The last link of one chain. Locked while an entry is added, so that links never fork."""

    chain = models.CharField(max_length=40, primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.chain}@{self.seq}"


class Entry(models.Model):
    """
    One thing that somebody did, heard, decided or said.

    Ids and codes only, never names nor labels: erasing a person leaves the chain intact. `seq`, `prev_hash` and `hash`
    are set by the database, which also refuses UPDATE, DELETE and TRUNCATE.
    """

    chain = models.CharField(max_length=40)
    seq = models.BigIntegerField(editable=False, default=0)
    at = models.DateTimeField()
    code = models.CharField(max_length=60)
    client_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=36, default="", blank=True)
    facts = models.JSONField(default=dict)
    prev_hash = models.BinaryField(max_length=32, editable=False, default=b"")
    hash = models.BinaryField(max_length=32, editable=False, default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="journal_one_link_per_place")]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="journal_by_subject"),
            models.Index(fields=["client_id", "at"], name="journal_by_client"),
            models.Index(fields=["code", "at"], name="journal_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}#{self.seq} {self.code}"


class Heartbeat(models.Model):
    """When a part of vigie last showed that it works; `late_after_s` says when its silence is an alarm."""

    part = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    late_after_s = models.FloatField(default=10)
    figures = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.part
