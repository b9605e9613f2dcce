"""The demonstration is complete, believable, and harmless."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import phonenumbers
import pytest
from django.core.management import call_command
from django.db.models import Q
from pytest_django import DjangoDbBlocker

from vigie.calls.models import Call
from vigie.calls.rules.states import Outcome
from vigie.config.demo import ACCOUNTS, PASSWORD, accounts, build
from vigie.directory.models import Client, ContactNumber, Environment, HotlineNumber, Staff, StaffSkill
from vigie.directory.queries.readiness import readiness
from vigie.directory.roles import Role
from vigie.escalation.models import Handover
from vigie.journal import queries as journal
from vigie.journal.models import Entry
from vigie.tickets.actions.weighing import weigh
from vigie.tickets.models import Commitment, Ticket
from vigie.tickets.queries import criticality_policy

AT = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)
FICTION = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998")


@pytest.fixture(scope="module")
def said(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """Build the demonstration once for every test here, for real: its journal is committed as it goes."""
    told: list[str] = []
    with django_db_blocker.unblock():
        build(told.append, at=AT)
        yield told
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def demo(said: list[str], db: None) -> list[str]:
    return said


def test_the_three_companies_are_there_and_progress_is_told(demo: list[str]) -> None:
    assert set(Client.objects.values_list("code", flat=True)) == {"conditia", "plateau", "logimetrie"}
    assert demo


def test_building_twice_changes_nothing(demo: list[str]) -> None:
    before = (Client.objects.count(), Staff.objects.count(), journal.heads())

    assert build(demo.append, at=AT) is False

    assert (Client.objects.count(), Staff.objects.count(), journal.heads()) == before


def test_every_telephone_number_is_kept_for_fiction_by_the_regulator(demo: list[str]) -> None:
    numbers = [*ContactNumber.objects.values_list("number", flat=True)]
    numbers += HotlineNumber.objects.values_list("number", flat=True)

    assert len(numbers) > 20
    for number in numbers:
        assert number.startswith(FICTION)
        assert phonenumbers.is_possible_number(phonenumbers.parse(number))


def test_every_role_has_an_account_that_can_sign_in(demo: list[str]) -> None:
    assert {account.role for account in ACCOUNTS} == set(Role)
    for username, _, what_to_try in accounts():
        assert Staff.objects.get(username=username).check_password(PASSWORD)
        assert what_to_try


def test_skills_name_languages_and_environments_that_exist(demo: list[str]) -> None:
    skills = set(StaffSkill.objects.values_list("skill", flat=True))

    assert {skill for skill in skills if skill.startswith("language:")} == {"language:fr", "language:en"}
    assert {skill[12:] for skill in skills if skill.startswith("environment:")} == set(Environment.values)


def test_every_company_could_take_its_first_call(demo: list[str]) -> None:
    for client in Client.objects.all():
        assert [check.code for check in readiness(client) if not check.is_done] == []


def test_the_journal_of_the_demonstration_is_whole(demo: list[str]) -> None:
    assert list(journal.flaws()) == []


def test_three_months_of_calls_end_today_and_look_like_a_hotline(demo: list[str]) -> None:
    calls = Call.objects.all()
    outcomes = Counter(calls.values_list("outcome", flat=True))

    assert 800 <= calls.count() <= 950
    assert calls.filter(arrived_at__gt=AT - timedelta(days=1)).exists()
    assert not calls.filter(Q(ended_at__gt=AT) | Q(arrived_at__lt=AT - timedelta(days=92))).exists()
    assert outcomes[Outcome.ANSWERED] / calls.count() > 0.8
    assert outcomes[Outcome.ABANDONED] and outcomes[Outcome.ABANDONED_IN_BOT] and outcomes[Outcome.CALLBACK]
    nights = calls.filter(client__code="plateau", arrived_at__hour__lt=4)
    assert nights.exists()


def test_nobody_talks_on_two_calls_at_once(demo: list[str]) -> None:
    for agent in Staff.objects.filter(calls__isnull=False).distinct():
        spans = list(agent.calls.order_by("taken_at").values_list("taken_at", "ended_at"))
        assert all(ended <= later for (_, ended), (later, _) in pairwise(spans))


def test_tickets_are_in_every_state_and_what_was_promised_is_computed_by_the_rules(demo: list[str]) -> None:
    tickets = Ticket.objects.all()

    assert 380 <= tickets.count() <= 520
    assert {"in_progress", "handed_over", "resolved", "closed"} <= set(tickets.values_list("state", flat=True))
    assert set(tickets.values_list("effective", flat=True)) == {"P1", "P2", "P3", "P4"}
    assert Commitment.objects.filter(breached_at__isnull=False).exists()
    for ticket in tickets.order_by("pk")[:40]:
        stored = (ticket.criticality, ticket.provisional, ticket.because)
        weigh(ticket)
        if ticket.criticality_version == criticality_policy(ticket.client_id)[0]:
            assert (ticket.criticality, ticket.provisional, ticket.because) == stored


def test_some_hand_overs_were_refused_and_one_machine_keeps_failing(demo: list[str]) -> None:
    states = Counter(Handover.objects.values_list("state", flat=True))
    recent = Ticket.objects.filter(equipment__code="1205", opened_at__gt=AT - timedelta(days=7))

    assert states["refused"] >= 5 and states["accepted"] > states["refused"]
    assert recent.count() >= 3


def test_every_ticket_and_call_of_the_history_is_in_the_journal(demo: list[str]) -> None:
    opened = Entry.objects.filter(code="ticket.opened").values_list("subject_id", flat=True)
    ended = Entry.objects.filter(code="call.ended").values_list("subject_id", flat=True)

    assert set(opened) >= set(Ticket.objects.values_list("pk", flat=True))
    assert set(ended) == set(Call.objects.values_list("pk", flat=True))
    assert not Entry.objects.filter(at__gt=AT + timedelta(minutes=5)).exists()


def test_the_history_leaves_nothing_half_done(demo: list[str]) -> None:
    assert Commitment.objects.filter(look_due__lt=AT).count() <= 4  # of the tickets that are open right now
    assert not Call.objects.exclude(state="ended").exists()
