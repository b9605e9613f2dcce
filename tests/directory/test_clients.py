"""Setting a client up, from nothing to a hotline that takes calls, by screen only."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from cast import AT, Cast, acting, make_staff, signed_in
from vigie.directory.actions import (
    ClientMoved,
    Identity,
    NotReady,
    PolicyMoved,
    activate_client,
    change_identity,
    restore_policy,
    save_policy,
)
from vigie.directory.differences import Difference, differences
from vigie.directory.models import Client, Group, Policy, PolicyKind, Staff
from vigie.directory.queries import policy_body
from vigie.directory.queries.readiness import readiness
from vigie.directory.roles import Role
from vigie.journal.models import Entry

IDENTITY = {
    "name": "Verrerie du Val",
    "code": "",
    "timezone": "Europe/Paris",
    "languages": ["fr", "en"],
    "first_language": "en",
    "environments": ["industrial"],
}
OFFICE = {day: "08:30-12:00 13:30-18:00" for day in ("mon", "tue", "wed", "thu", "fri")}
HOURS = {**OFFICE, "sat": "", "sun": "", "timezone": "Europe/Paris", "country": "FR", "subdivision": "Alsace-Moselle"}


@pytest.fixture
def anna(db: None) -> Browser:
    return signed_in(make_staff("anna", Role.ADMINISTRATOR))


def test_a_non_coder_sets_up_a_client_by_screens_alone_until_it_takes_calls(anna: Browser) -> None:
    answer = anna.post(reverse("directory:client_new"), IDENTITY)
    client = Client.objects.get(code="verrerie-du-val")
    pk = client.pk
    assert answer["Location"] == reverse("directory:numbers", args=[pk])
    assert client.languages == ["en", "fr"] and not client.is_active

    number = {"row": "r0", "r0-number": "01 99 00 10 09", "next": "yes"}
    assert anna.post(reverse("directory:numbers", args=[pk]), number)["Location"].endswith("/hours/")
    assert anna.post(reverse("directory:hours", args=[pk]), {**HOURS, "seen_version": "0"}).status_code == 302
    agent = {"first_name": "Ida", "last_name": "Roy", "username": "ida", "role": "agent", "client": str(pk)}
    anna.post(reverse("directory:staff_new"), agent)
    ida = Staff.objects.get(username="ida")
    skills = {"skill": ["language:fr", "language:en", "client:verrerie-du-val"], "level": ["3", "2", "2"]}
    seen = {"seen": ["client:verrerie-du-val=2"]}
    anna.post(reverse("directory:staff_skills", args=[ida.pk]), {**skills, **seen})
    anna.post(
        reverse("directory:people_roles", args=[pk]), {"staff": ida.pk, "roles": ["agent", "expert2"], "seen": "agent"}
    )
    group = {"name": "Experts", "tier": "2", "supervisor": str(ida.pk), "members": [str(ida.pk)], "is_active": "on"}
    anna.post(reverse("directory:group_new", args=[pk]), group)
    anna.post(reverse("directory:client_activate", args=[pk]))

    client.refresh_from_db()
    assert client.is_active
    assert [check.code for check in readiness(client) if check.is_required and not check.is_done] == []
    assert set(Entry.objects.filter(client_id=pk).values_list("code", flat=True)) >= {
        "client.created",
        "hotline_number.created",
        "policy.saved",
        "group.created",
        "client.activated",
    }


def test_an_unfinished_client_cannot_take_calls_and_is_told_what_is_missing(anna: Browser) -> None:
    anna.post(reverse("directory:client_new"), IDENTITY)
    client = Client.objects.get(code="verrerie-du-val")

    with pytest.raises(NotReady) as refusal:
        activate_client(client.pk, by=acting(Staff.objects.get(username="anna")), at=AT)

    assert set(refusal.value.details["missing"]) == {"numbers", "hours", "agents", "languages", "experts"}
    page = anna.get(reverse("directory:client", args=[client.pk])).content.decode()
    assert reverse("directory:hours", args=[client.pk]) in page


def test_a_hotline_that_speaks_a_language_needs_an_agent_who_speaks_it(conditia: Cast) -> None:
    conditia.other_agent.skills.filter(skill="language:en").delete()

    done = {check.code: check.is_done for check in readiness(conditia.client)}

    assert done["agents"] and not done["languages"]


def test_a_wrong_form_keeps_what_was_typed(anna: Browser) -> None:
    answer = anna.post(reverse("directory:client_new"), {**IDENTITY, "languages": []})

    assert answer.status_code == 422
    assert "Verrerie du Val" in answer.content.decode()
    assert not Client.objects.filter(name="Verrerie du Val").exists()


def test_two_clients_cannot_share_a_code(anna: Browser, conditia: Cast) -> None:
    answer = anna.post(reverse("directory:client_new"), {**IDENTITY, "code": "conditia"})

    assert answer.status_code == 422
    assert Client.objects.filter(code="conditia").count() == 1


def test_a_stale_identity_is_refused_and_what_was_typed_is_kept(conditia: Cast) -> None:
    by = acting(conditia.administrator)
    seen = Identity.of(conditia.client)
    renamed = Identity("Conditia SA", seen.code, seen.timezone, seen.languages, seen.environments)
    change_identity(conditia.client.pk, renamed, seen=seen, by=by, at=AT)

    with pytest.raises(ClientMoved):
        change_identity(conditia.client.pk, seen, seen=seen, by=by, at=AT)

    typed = {**IDENTITY, "name": "Conditia Nord", "seen-name": "Conditia", "seen-code": "conditia"}
    browser = signed_in(conditia.administrator)
    answer = browser.post(reverse("directory:client_identity", args=[conditia.client.pk]), typed)
    assert answer.status_code == 409
    assert "Conditia Nord" in answer.content.decode()


def test_an_administrator_of_some_clients_cannot_create_one(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)

    assert browser.post(reverse("directory:client_new"), IDENTITY).status_code == 403


@pytest.mark.parametrize(
    "name", ["client", "client_identity", "numbers", "hours", "sites", "equipment", "contacts", "people", "history"]
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_settings_screen_opens(name: str, language: str, conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)

    answer = browser.get(reverse(f"directory:{name}", args=[conditia.client.pk]), headers={"Accept-Language": language})

    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()


def test_closing_a_hotline_erases_nothing(conditia: Cast) -> None:
    signed_in(conditia.administrator).post(reverse("directory:client_deactivate", args=[conditia.client.pk]))

    conditia.client.refresh_from_db()
    assert not conditia.client.is_active
    assert conditia.client.numbers.count() == 1


def test_the_versions_of_a_setting_are_kept_with_their_author_and_can_come_back(conditia: Cast) -> None:
    by, pk = acting(conditia.administrator), conditia.client.pk
    for version, close in enumerate(("17:00", "18:00")):
        body = {"week": {"mon": [["08:00", close]]}}
        save_policy(pk, kind=PolicyKind.HOURS, body=body, seen_version=version, note=close, by=by, at=AT)

    browser = signed_in(conditia.administrator)
    page = browser.get(reverse("directory:policy_history", args=[pk, "hours"])).content.decode()
    assert "08:00–17:00" in page and "08:00–18:00" in page and str(conditia.administrator) in page
    browser.post(reverse("directory:policy_restore", args=[pk, "hours"]), {"version": "1", "seen_version": "2"})

    version, body = policy_body(pk, PolicyKind.HOURS)
    assert (version, body["week"]["mon"]) == (3, [["08:00", "17:00"]])
    assert Policy.objects.get(client=pk, version=3).author == conditia.administrator


def test_a_version_cannot_come_back_over_one_that_was_not_seen(conditia: Cast) -> None:
    by, pk = acting(conditia.administrator), conditia.client.pk
    for version in (0, 1):
        save_policy(pk, kind=PolicyKind.WELCOME, body={"n": version}, seen_version=version, by=by, at=AT)

    with pytest.raises(PolicyMoved):
        restore_policy(pk, kind=PolicyKind.WELCOME, version=1, seen_version=1, note="", by=by, at=AT)


def test_differences_name_what_was_added_removed_and_changed() -> None:
    before = {"week": {"mon": [["08:00", "12:00"]]}, "always": False, "fields": [{"name": "batch", "kind": "text"}]}
    after = {"week": {"mon": [["08:00", "13:00"]]}, "fields": [{"name": "batch", "kind": "choice"}, {"name": "line"}]}

    assert differences(before, after) == [
        Difference(("week", "mon"), "08:00–12:00", "08:00–13:00"),
        Difference(("fields", "batch", "kind"), "text", "choice"),
        Difference(("fields", "line", "name"), None, "line"),
        Difference(("always",), "no", None),
    ]


def test_a_group_keeps_its_named_supervisor_and_refuses_a_stale_save(conditia: Cast) -> None:
    address = reverse("directory:group", args=[conditia.client.pk, conditia.n2.pk])
    browser = signed_in(conditia.administrator)
    form = {"name": "N2 bis", "tier": "2", "supervisor": str(conditia.supervisor.pk), "members": [], "is_active": "on"}
    stale = {"seen-name": "an older name", "seen-tier": "2", "seen-is_active": "yes"}

    assert browser.post(address, {**form, **stale}).status_code == 409

    seen = {"seen-name": "N2", "seen-tier": "2", "seen-is_active": "yes"}
    seen |= {"seen-supervisor": str(conditia.supervisor.pk), "seen-members": str(conditia.expert2.pk)}
    assert browser.post(address, {**form, **seen}).status_code == 302
    group = Group.objects.get(pk=conditia.n2.pk)
    assert (group.name, group.supervisor, group.members.count()) == ("N2 bis", conditia.supervisor, 0)
