"""Accounts: opened by an administrator, entered by their owner alone, closed at once."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser
from django.urls import reverse

from cast import AT, Cast, acting, make_staff, signed_in
from vigie.directory.actions import OwnAccount, StaffMoved, change_roles, deactivate_staff
from vigie.directory.models import Membership, Staff, StaffSkill
from vigie.directory.roles import Role
from vigie.journal.models import Entry

NEW = {"first_name": "Ida", "last_name": "Roy", "username": "ida", "email": "ida@vigie.example", "role": "agent"}


def test_a_new_agent_gets_the_skill_of_her_client_so_that_calls_reach_her(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)

    browser.post(reverse("directory:staff_new"), {**NEW, "client": str(conditia.client.pk), "phone": "06 39 98 00 01"})

    ida = Staff.objects.get(username="ida")
    assert ida.phone == "+33639980001" and not ida.has_usable_password()
    assert Membership.objects.filter(staff=ida, client=conditia.client, role=Role.AGENT).exists()
    assert StaffSkill.objects.filter(staff=ida, skill="client:conditia").exists()


def test_the_link_lets_its_owner_choose_a_password_and_works_once(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    page = browser.post(reverse("directory:staff_password", args=[conditia.agent.pk])).content.decode()
    found = re.search(r'value="(http[^"]+/password/reset/key/[^"]+)"', page)
    assert found
    path = urlsplit(found[1]).path
    owner = Browser()

    form = owner.get(path, follow=True)
    typed = {"password1": "a-new-lantern-tonight", "password2": "a-new-lantern-tonight"}
    owner.post(form.request["PATH_INFO"], typed)

    assert Staff.objects.get(pk=conditia.agent.pk).check_password("a-new-lantern-tonight")
    again = Browser().get(path, follow=True)
    assert 'name="password1"' not in again.content.decode()


def test_the_journal_keeps_neither_link_nor_password(conditia: Cast) -> None:
    signed_in(conditia.administrator).post(reverse("directory:staff_password", args=[conditia.agent.pk]))

    assert Entry.objects.get(code="staff.password_offered").facts == {}


def test_a_closed_account_is_out_at_its_next_request(conditia: Cast) -> None:
    agent = signed_in(conditia.agent)
    address = reverse("directory:client", args=[conditia.client.pk])
    assert agent.get(address).status_code == 403

    deactivate_staff(conditia.agent.pk, by=acting(conditia.administrator), at=AT)

    assert agent.get(address).status_code == 302


def test_a_role_taken_away_is_gone_at_the_next_request(conditia: Cast) -> None:
    other = make_staff("other", Role.ADMINISTRATOR, client=conditia.client)
    browser = signed_in(other)
    address = reverse("directory:client", args=[conditia.client.pk])
    assert browser.get(address).status_code == 200

    change_roles(
        other.pk,
        client_id=conditia.client.pk,
        roles=frozenset({Role.AGENT}),
        seen=frozenset({Role.ADMINISTRATOR}),
        by=acting(conditia.administrator),
        at=AT,
    )

    assert browser.get(address).status_code == 403


def test_nobody_locks_himself_out(conditia: Cast) -> None:
    by, own = acting(conditia.administrator), conditia.administrator.pk

    with pytest.raises(OwnAccount):
        deactivate_staff(own, by=by, at=AT)
    with pytest.raises(OwnAccount):
        change_roles(
            own,
            client_id=conditia.client.pk,
            roles=frozenset(),
            seen=frozenset({Role.ADMINISTRATOR}),
            by=by,
            at=AT,
        )


def test_roles_changed_meanwhile_are_not_overwritten(conditia: Cast) -> None:
    with pytest.raises(StaffMoved):
        change_roles(
            conditia.agent.pk,
            client_id=conditia.client.pk,
            roles=frozenset({Role.EXPERT2}),
            seen=frozenset(),
            by=acting(conditia.administrator),
            at=AT,
        )


def test_a_user_name_is_given_once_whatever_its_case(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    taken = {**NEW, "username": conditia.agent.username.upper(), "client": str(conditia.client.pk)}

    answer = browser.post(reverse("directory:staff_new"), taken)

    assert answer.status_code == 422
    assert "Roy" in answer.content.decode()


def test_an_account_s_page_opens_and_saves(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    address = reverse("directory:staff", args=[conditia.agent.pk])
    seen = {"seen-username": conditia.agent.username, "seen-first_name": "Agent", "seen-last_name": "Test"}
    seen |= {"seen-email": "", "seen-language": "", "seen-phone": ""}

    assert conditia.agent.username in browser.get(address).content.decode()
    assert browser.post(address, {**NEW, **seen}).status_code == 302
    assert browser.post(address, {**NEW, **seen, "last_name": "Roi"}).status_code == 409

    assert Staff.objects.get(pk=conditia.agent.pk).last_name == "Roy"
    assert browser.get(reverse("directory:staff_list"), {"q": "roy"}).content.decode().count("ida") == 1
