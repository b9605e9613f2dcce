"""What is written stays written, and one altered byte is found."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event, Thread

import pytest
from django.db import DatabaseError, connection, transaction

from vigie.actors import SYSTEM
from vigie.directory.models import Client
from vigie.journal.actions import record
from vigie.journal.chain import Flaw
from vigie.journal.models import Entry
from vigie.journal.queries import anchor, flaws

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture
def two_chains() -> tuple[Client, Client]:
    clients = Client.objects.create(name="Aa", code="aa"), Client.objects.create(name="Bb", code="bb")
    for number in range(5):
        for client in clients:
            record("client.seen", client, client_id=client.pk, by=SYSTEM, at=AT, number=number, word="été")
    return clients


def _tamper(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("alter table journal_entry disable trigger journal_append_only")
        cursor.execute(sql, values)
        cursor.execute("alter table journal_entry enable trigger journal_append_only")


@pytest.mark.parametrize("statement", ["update journal_entry set code = 'x'", "delete from journal_entry"])
def test_the_database_refuses_to_change_or_forget_an_entry(two_chains: object, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_empty_the_journal(two_chains: object) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("alter table journal_entry enable trigger journal_no_truncate")
        cursor.execute("truncate journal_entry")


def test_the_end_of_a_chain_cannot_be_moved_back(two_chains: object) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update journal_chainhead set seq = seq - 1")


def test_an_untouched_journal_has_no_flaw(two_chains: object) -> None:
    assert flaws(anchors=anchor()) == []


@pytest.mark.django_db(transaction=True)
def test_a_journal_written_to_while_it_is_verified_is_not_taken_for_a_broken_one() -> None:
    client, over = Client.objects.create(name="Aa", code="aa"), Event()

    def write() -> None:
        while not over.is_set():
            record("client.seen", client, client_id=client.pk, by=SYSTEM, at=AT)
        connection.close()

    writer = Thread(target=write)
    writer.start()
    try:
        found = list(flaws())
        while Entry.objects.count() <= 20:
            found += flaws()
    finally:
        over.set()
        writer.join()

    assert found == []


def test_a_chain_whose_end_is_not_known_is_a_flaw(two_chains: tuple[Client, Client]) -> None:
    chain = f"client-{two_chains[0].pk}"

    with connection.cursor() as cursor:
        cursor.execute("alter table journal_chainhead disable trigger journal_head_forward")
        cursor.execute("delete from journal_chainhead where chain = %s", [chain])
        cursor.execute("alter table journal_chainhead enable trigger journal_head_forward")

    assert [(found.chain, found.seq, found.flaw) for found in flaws()] == [(chain, 5, Flaw.HEADLESS)]


def test_each_client_has_a_chain_of_its_own_without_holes(two_chains: tuple[Client, Client]) -> None:
    for client in two_chains:
        numbers = Entry.objects.filter(chain=f"client-{client.pk}").order_by("seq").values_list("seq", flat=True)

        assert list(numbers) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "change",
    [
        "update journal_entry set facts = jsonb_set(facts, '{word}', '\"etė\"') where chain = %s and seq = 3",
        "update journal_entry set at = at + interval '1 microsecond' where chain = %s and seq = 3",
        "update journal_entry set actor_kind = 'staff' where chain = %s and seq = 3",
        "update journal_entry set hash = sha256(hash) where chain = %s and seq = 3",
        "update journal_entry set client_id = null where chain = %s and seq = 3",
    ],
)
def test_one_altered_byte_is_found_where_it_is(two_chains: tuple[Client, Client], change: str) -> None:
    chain = f"client-{two_chains[0].pk}"

    _tamper(change, chain)

    assert [(found.chain, found.seq, found.flaw) for found in flaws()] == [(chain, 3, Flaw.ALTERED)]


def test_a_removed_entry_is_missed(two_chains: tuple[Client, Client]) -> None:
    chain = f"client-{two_chains[1].pk}"

    _tamper("delete from journal_entry where chain = %s and seq = 2", chain)

    assert [(found.chain, found.seq, found.flaw) for found in flaws()] == [(chain, 2, Flaw.MISSING)]


def test_a_cut_tail_is_found_by_the_head_and_by_the_anchor_kept_outside(two_chains: tuple[Client, Client]) -> None:
    chain, kept = f"client-{two_chains[0].pk}", anchor()

    _tamper("delete from journal_entry where chain = %s and seq = 5", chain)

    assert [(found.chain, found.seq, found.flaw) for found in flaws(anchors=kept)] == [(chain, 5, Flaw.TRUNCATED)] * 2
