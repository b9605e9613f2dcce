"""Reads on the journal, and its verification."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from vigie.journal.chain import Finding, Flaw, Link, verify
from vigie.journal.models import ChainHead, Entry

_LINKS = """
select chain, seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), code, coalesce(client_id::text, '-'),
       subject_kind, subject_id::text, actor_kind, coalesce(actor_id::text, '-'), request_id, facts::text,
       prev_hash, hash
from journal_entry order by chain, seq
"""


def entries_about(kind: str, pk: int) -> QuerySet[Entry]:
    """Return the entries whose subject is `kind` number `pk`, oldest first."""
    return Entry.objects.filter(subject_kind=kind, subject_id=pk).order_by("id")


def links() -> Iterator[Link]:
    """Yield every entry in chain order, through a server-side cursor: never all of them in memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINKS)
        for chain, seq, *content, prev_hash, digest in cursor:
            yield Link(chain, seq, tuple(content), bytes(prev_hash), bytes(digest))


def heads() -> dict[str, tuple[int, bytes]]:
    """Return where each chain ends: chain → (seq, hash)."""
    return {head.chain: (head.seq, bytes(head.hash)) for head in ChainHead.objects.all()}


def anchor() -> dict[str, Any]:
    """Return the ends of all chains as plain text, to be kept outside the database."""
    return {chain: {"seq": seq, "hash": value.hex()} for chain, (seq, value) in sorted(heads().items())}


def flaws(*, anchors: dict[str, Any] | None = None) -> list[Finding]:
    """
    Return the first flaw of each chain, then what contradicts `anchors` (as written by `anchor`).

    Everything is read as of one moment, so that a journal being written to is not taken for a broken one.
    """
    with _one_moment():
        found = list(verify(links(), heads=heads()))
        for chain, kept in (anchors or {}).items():
            value = Entry.objects.filter(chain=chain, seq=kept["seq"]).values_list("hash", flat=True).first()
            if kept["seq"] and (value is None or bytes(value).hex() != kept["hash"]):
                found.append(Finding(chain, kept["seq"], Flaw.TRUNCATED if value is None else Flaw.FORKED))
    return found


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read within one snapshot; inside a transaction already begun, its own isolation stays."""
    begun = connection.in_atomic_block
    with transaction.atomic():
        if not begun:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield
