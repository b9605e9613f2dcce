"""Checking the chains, apart from the database that made them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

SEPARATOR = "\x1f"
GENESIS = b""


class Flaw(StrEnum):
    ALTERED = "altered"  # the hash is not that of the content
    BROKEN = "broken"  # the link does not name the hash before it
    MISSING = "missing"  # a number is skipped
    TRUNCATED = "truncated"  # the chain ends before what its head or an anchor says
    FORKED = "forked"  # the anchored link carries another hash today
    HEADLESS = "headless"  # nothing says where the chain ends


@dataclass(frozen=True, slots=True)
class Link:
    """One entry, its fields as text exactly as the database hashes them (`content`)."""

    chain: str
    seq: int
    content: tuple[str, ...]
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    chain: str
    seq: int
    flaw: Flaw


def digest(link: Link) -> bytes:
    """Return the SHA-256 of the previous hash and the fields of `link`, joined by U+001F."""
    parts = (link.prev_hash.hex(), link.chain, str(link.seq), *link.content)
    return hashlib.sha256(SEPARATOR.join(parts).encode()).digest()


def verify(links: Iterable[Link], *, heads: dict[str, tuple[int, bytes]]) -> Iterator[Finding]:
    """
    Yield the first flaw of each chain. `links` come ordered by chain and seq; `heads` say where each must end.

    A chain is not looked at further than its first flaw: what follows cannot be trusted either way.
    """
    ends: dict[str, tuple[int, bytes]] = {}
    flawed: set[str] = set()
    for link in links:
        if link.chain in flawed:
            continue
        seq, previous = ends.get(link.chain, (0, GENESIS))
        flaw = _flaw(link, after=seq, previous=previous)
        if flaw:
            flawed.add(link.chain)
            yield Finding(link.chain, link.seq if flaw is not Flaw.MISSING else seq + 1, flaw)
        ends[link.chain] = (link.seq, link.hash)
    for chain in sorted(ends.keys() - heads.keys() - flawed):
        yield Finding(chain, ends[chain][0], Flaw.HEADLESS)
    for chain, (seq, value) in sorted(heads.items()):
        end, last = ends.get(chain, (0, GENESIS))
        if chain in flawed or (end, last) == (seq, value):
            continue
        yield Finding(chain, min(end, seq) + (end != seq), Flaw.TRUNCATED if end < seq else Flaw.FORKED)


def _flaw(link: Link, *, after: int, previous: bytes) -> Flaw | None:
    if link.seq != after + 1:
        return Flaw.MISSING
    if link.hash != digest(link):
        return Flaw.ALTERED
    return Flaw.BROKEN if link.prev_hash != previous else None
