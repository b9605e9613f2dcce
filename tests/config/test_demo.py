"""The demonstration is complete, believable, and harmless."""

from __future__ import annotations

from datetime import UTC, datetime

import phonenumbers
import pytest

from vigie.config.demo import ACCOUNTS, PASSWORD, accounts, build
from vigie.directory.models import Client, ContactNumber, HotlineNumber, Staff
from vigie.directory.roles import Role
from vigie.journal import queries as journal

AT = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)
FICTION = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998")


@pytest.fixture
def demo(db: None) -> list[str]:
    said: list[str] = []
    build(said.append, at=AT)
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


def test_the_journal_of_the_demonstration_is_whole(demo: list[str]) -> None:
    assert list(journal.flaws()) == []
