"""What an administrator of some clients may never see, name or touch of the others."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection
from django.test import Client as Browser
from django.urls import URLPattern, reverse

from cast import AT, Cast, acting, make_staff, signed_in
from vigie.directory.actions import GroupValues, change_roles, offer_password, save_group, save_sheet
from vigie.directory.models import Contact, ContactNumber, Equipment, Site, Staff
from vigie.directory.roles import Role
from vigie.directory.sheets import Draft, SheetKind
from vigie.directory.urls import urlpatterns
from vigie.errors import Forbidden, NotFound

CLIENT_SCREENS = [p for p in urlpatterns if "<int:client_id>" in str(p.pattern) and "kind>" not in str(p.pattern)]


def _address(pattern: URLPattern, client_id: int) -> str:
    given = {"client_id": client_id}
    if "group_id" in str(pattern.pattern):
        given["group_id"] = 1
    return reverse(f"directory:{pattern.name}", kwargs=given)


@pytest.mark.parametrize("pattern", CLIENT_SCREENS, ids=lambda pattern: str(pattern.pattern))
def test_every_screen_of_another_client_does_not_exist(pattern: URLPattern, conditia: Cast, logimetrie: Cast) -> None:
    browser = signed_in(conditia.administrator)
    address = _address(pattern, logimetrie.client.pk)

    found = {browser.get(address).status_code, browser.post(address).status_code}

    assert found <= {404, 405}
    assert 404 in found


@pytest.mark.parametrize("role", ["agent", "expert2", "supervisor", "client_manager", "technician", "trainer"])
def test_only_administrators_may_look_at_the_settings(role: str, conditia: Cast) -> None:
    browser = signed_in(getattr(conditia, role))

    for name in ("client", "hours", "sites", "people", "history"):
        assert browser.get(reverse(f"directory:{name}", args=[conditia.client.pk])).status_code == 403
    assert browser.get(reverse("directory:clients")).status_code == 403
    assert browser.get(reverse("directory:staff_list")).status_code == 403


def test_the_lists_hold_nothing_of_another_client(conditia: Cast, logimetrie: Cast) -> None:
    browser = signed_in(conditia.administrator)

    clients = browser.get(reverse("directory:clients")).content.decode()
    staff = browser.get(reverse("directory:staff_list")).content.decode()

    assert "Conditia" in clients and "Logimetrie" not in clients
    assert "agent.conditia" in staff and "logimetrie" not in staff.lower()


def test_nobody_else_s_account_is_found_by_its_number(conditia: Cast, logimetrie: Cast) -> None:
    browser = signed_in(conditia.administrator)
    stranger = logimetrie.agent.pk

    for name in ("staff", "staff_password", "staff_deactivate", "staff_skills", "staff_roles"):
        address = reverse(f"directory:{name}", args=[stranger])
        assert browser.post(address).status_code in (403, 404)
        assert Staff.objects.get(pk=stranger).is_active


def test_a_password_is_never_offered_for_somebody_who_also_works_elsewhere(conditia: Cast, logimetrie: Cast) -> None:
    shared = make_staff("shared", Role.ADMINISTRATOR)
    change_roles(
        shared.pk,
        client_id=conditia.client.pk,
        roles=frozenset({Role.AGENT}),
        seen=frozenset(),
        by=acting(make_staff("root", Role.ADMINISTRATOR)),
        at=AT,
    )

    with pytest.raises(Forbidden):
        offer_password(shared.pk, by=acting(conditia.administrator), at=AT)


def test_a_row_of_another_client_cannot_be_changed_by_its_number(conditia: Cast, logimetrie: Cast) -> None:
    theirs = Draft(1, {"code": "99", "name": "Taken over"}, id=logimetrie.site.pk)

    with pytest.raises(NotFound):
        save_sheet(conditia.client.pk, kind=SheetKind.SITES, drafts=[theirs], by=acting(conditia.administrator), at=AT)

    assert Site.objects.get(pk=logimetrie.site.pk).code == logimetrie.site.code


def test_a_group_cannot_name_people_of_another_client(conditia: Cast, logimetrie: Cast) -> None:
    values = GroupValues("N2", 2, None, (logimetrie.expert2.pk,))

    with pytest.raises(NotFound):
        save_group(None, values, client_id=conditia.client.pk, by=acting(conditia.administrator), at=AT)


def test_an_administrator_of_one_client_cannot_give_a_role_for_all(conditia: Cast) -> None:
    with pytest.raises(Forbidden):
        change_roles(
            conditia.agent.pk,
            client_id=None,
            roles=frozenset({Role.ADMINISTRATOR}),
            seen=frozenset(),
            by=acting(conditia.administrator),
            at=AT,
        )


def test_signed_out_visitors_are_sent_to_the_sign_in_page(conditia: Cast) -> None:
    answer = Browser().get(reverse("directory:client", args=[conditia.client.pk]))

    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize("model", [Equipment, Contact])
def test_the_database_itself_refuses_a_site_of_another_client(
    model: type[Equipment] | type[Contact], conditia: Cast, logimetrie: Cast
) -> None:
    model.objects.filter(client=conditia.client).update(site=logimetrie.site)

    with pytest.raises(IntegrityError):
        connection.check_constraints()


def test_the_database_itself_refuses_a_number_of_another_client_s_contact(conditia: Cast, logimetrie: Cast) -> None:
    ContactNumber.objects.filter(contact=conditia.contact).update(client=logimetrie.client)

    with pytest.raises(IntegrityError):
        connection.check_constraints()
