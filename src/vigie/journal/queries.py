"""Reads on the journal, and its verification."""

from __future__ import annotations

from collections.abc import Iterator
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
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LINKS)
        for chain, seq, *content, prev_hash, digest in cursor:
            yield Link(chain, seq, tuple(content), bytes(prev_hash), bytes(digest))


def heads() -> dict[str, tuple[int, bytes]]:
    """Return where each chain ends: chain → (seq, hash)."""
    return {head.chain: (head.seq, bytes(head.hash)) for head in ChainHead.objects.all()}


def anchor() -> dict[str, Any]:
    """Return the ends of all chains as plain text, to be kept outside the database."""
    return {chain: {"seq": seq, "hash": value.hex()} for chain, (seq, value) in sorted(heads().items())}


def flaws(*, anchors: dict[str, Any] | None = None) -> Iterator[Finding]:
    """
    Yield the first flaw of each chain, then what contradicts `anchors` (as written by `anchor`).

    Where the chains end is read first, and nothing later is looked at: a journal being written to is not a broken one.
    """
    ends = heads()
    yield from verify((link for link in links() if link.seq <= ends.get(link.chain, (0, b""))[0]), heads=ends)
    for chain, kept in (anchors or {}).items():
        found = Entry.objects.filter(chain=chain, seq=kept["seq"]).values_list("hash", flat=True).first()
        if kept["seq"] and (found is None or bytes(found).hex() != kept["hash"]):
            yield Finding(chain, kept["seq"], Flaw.TRUNCATED if found is None else Flaw.FORKED)
