"""What an administrator settles about tickets, by screen and without code."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client as Browser
from django.urls import reverse

from cast import Cast, signed_in
from vigie.directory.models import Policy, PolicyKind
from vigie.directory.queries import policy_body
from vigie.tickets.rules.criticality import CriticalityPolicy
from vigie.tickets.rules.vocabulary import Criticality

pytestmark = pytest.mark.django_db
INPUT = re.compile(r'<input[^>]*name="([^"]+)"[^>]*?>')
SELECT = re.compile(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
AREA = re.compile(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)


@pytest.fixture
def administrator(conditia: Cast) -> Browser:
    return signed_in(conditia.administrator)


def form(page: str) -> dict[str, str]:
    """Return what a browser would post from the settings form of `page` if nothing were touched."""
    inside = page[page.index('name="seen_version"') - 40 :]
    values = {}
    for match in INPUT.finditer(inside):
        tag = match.group(0)
        if ("checkbox" in tag or "radio" in tag) and "checked" not in tag:
            continue
        found = re.search(r'value="([^"]*)"', tag)
        values[match.group(1)] = unescape(found.group(1)) if found else ""
    for name, options in SELECT.findall(inside):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        values[name] = unescape(chosen.group(1)) if chosen else ""
    return values | {name: unescape(text) for name, text in AREA.findall(inside)}


def address(name: str, cast: Cast) -> str:
    return reverse(f"tickets:settings_{name}", args=[cast.client.pk])


@pytest.mark.parametrize("name", ["criticality", "fields", "service_levels"])
def test_saving_an_untouched_tab_puts_the_same_settings_in_force(
    conditia: Cast, administrator: Browser, name: str
) -> None:
    typed = form(administrator.get(address(name, conditia)).content.decode())

    answer = administrator.post(address(name, conditia), typed)

    version, body = policy_body(conditia.client.pk, PolicyKind(name))
    assert (answer.status_code, version) == (302, 1)
    again = form(administrator.get(address(name, conditia)).content.decode())
    assert again == typed | {"seen_version": "1"}
    if name == "criticality":
        assert CriticalityPolicy.from_body(body) == CriticalityPolicy()


def test_a_weight_and_a_minimum_are_changed_by_screen(conditia: Cast, administrator: Browser) -> None:
    typed = form(administrator.get(address("criticality", conditia)).content.decode())
    typed |= {"points-scope-public": "4", "floor-quality-yes": "P2", "cell-0-0": "P3", "cell-1-0": "P3"}
    typed |= {"cell-2-0": "P3", "cell-0-1": "P3"}

    administrator.post(address("criticality", conditia), typed)

    policy = CriticalityPolicy.from_body(policy_body(conditia.client.pk, PolicyKind.CRITICALITY)[1])
    assert policy.impact.points["scope"]["public"] == 4
    assert policy.at_least["quality"]["yes"] is Criticality.P2
    assert policy.matrix[0][0] == "P3"


def test_settings_that_make_no_sense_come_back_as_typed(conditia: Cast, administrator: Browser) -> None:
    typed = form(administrator.get(address("criticality", conditia)).content.decode())
    for wrong in ({"points-scope-public": "beaucoup"}, {"cell-0-0": "P1"}, {"points-scope-public": "-9"}):
        answer = administrator.post(address("criticality", conditia), typed | wrong)

        assert answer.status_code == 422
        assert form(answer.content.decode()).items() >= wrong.items()
    assert not Policy.objects.exists()


@pytest.mark.parametrize(("preset", "size"), [("glpi", 5), ("bileto", 3), ("vigie", 4)])
def test_a_known_grid_is_filled_in_and_saved(conditia: Cast, administrator: Browser, preset: str, size: int) -> None:
    typed = form(administrator.get(address("criticality", conditia)).content.decode())
    filled = form(administrator.post(address("criticality", conditia), {**typed, "preset": preset}).content.decode())
    assert not Policy.objects.exists()

    administrator.post(address("criticality", conditia), filled)

    policy = CriticalityPolicy.from_body(policy_body(conditia.client.pk, PolicyKind.CRITICALITY)[1])
    assert (len(policy.urgencies), len(policy.impacts)) == (size, size)
    if preset == "glpi":
        assert policy.cell(urgency="5", impact="1") == "2" and policy.cell(urgency="1", impact="5") == "2"


def test_the_grid_changes_its_size_and_keeps_what_fits(conditia: Cast, administrator: Browser) -> None:
    typed = form(administrator.get(address("criticality", conditia)).content.decode())
    bigger = {**typed, "rows": "5", "columns": "6", "resize": "yes"}

    grown = form(administrator.post(address("criticality", conditia), bigger).content.decode())

    assert grown["cell-4-5"] == "P1" and grown["cell-0-0"] == "P4" and grown["impact-5"] == "6"
    assert administrator.post(address("criticality", conditia), grown).status_code == 302


def test_a_situation_is_tried_on_what_is_being_typed(conditia: Cast, administrator: Browser) -> None:
    typed = form(administrator.get(address("criticality", conditia)).content.decode())
    preview = reverse("tickets:criticality_preview", args=[conditia.client.pk])

    calm = administrator.post(preview, typed | {"try-scope": "one_person"}).content.decode()
    grave = administrator.post(preview, typed | {"try-safety": "yes"}).content.decode()

    assert "alert-octagon" in grave and "alert-octagon" not in calm
    assert "text-danger" in administrator.post(preview, typed | {"start-impact": "x"}).content.decode()


def test_a_target_is_typed_in_its_own_unit(conditia: Cast, administrator: Browser) -> None:
    typed = form(administrator.get(address("service_levels", conditia)).content.decode())
    typed |= {"P1-take_charge": "10", "P1-take_charge-unit": "min", "P4-resolve": "80", "P4-resolve-unit": "h"}

    administrator.post(address("service_levels", conditia), typed | {"night-P1": "yes", "count_resolved_as": "run"})

    _, body = policy_body(conditia.client.pk, PolicyKind.SERVICE_LEVELS)
    assert (body["targets"]["P1"]["take_charge"], body["targets"]["P4"]["resolve"]) == (10, 4800)
    assert (body["round_the_clock"], body["count_resolved_as"]) == (["P1"], "run")


@pytest.mark.parametrize("wrong", [{"P1-resolve": "bientôt"}, {"P1-resolve": "0"}, {"P1-resolve": "99999999999"}])
def test_a_target_that_is_no_length_comes_back_as_typed(
    conditia: Cast, administrator: Browser, wrong: dict[str, str]
) -> None:
    typed = form(administrator.get(address("service_levels", conditia)).content.decode())

    answer = administrator.post(address("service_levels", conditia), typed | wrong)

    assert answer.status_code == 422
    assert form(answer.content.decode())["P1-resolve"] == wrong["P1-resolve"]


def test_questions_are_added_ordered_and_taken_away(conditia: Cast, administrator: Browser) -> None:
    typed = form(administrator.get(address("fields", conditia)).content.decode())
    lot = {"code-0": "lot", "kind-0": "text", "label_fr-0": "Numéro de lot", "order-0": "2"}
    shift = {"code-1": "shift", "kind-1": "choice", "label_fr-1": "Équipe", "label_en-1": "Shift", "order-1": "1"}
    administrator.post(address("fields", conditia), typed | lot | shift | {"choices-1": "am; Matin; Morning\npm; Soir"})

    _, body = policy_body(conditia.client.pk, PolicyKind.FIELDS)
    assert [row["code"] for row in body["fields"]] == ["shift", "lot"]
    assert body["fields"][0]["choices"] == {"am": {"fr": "Matin", "en": "Morning"}, "pm": {"fr": "Soir"}}

    shown = form(administrator.get(address("fields", conditia)).content.decode())
    assert shown["choices-0"] == "am; Matin; Morning\npm; Soir"
    emptied = shown | {"code-0": "", "label_fr-0": "", "label_en-0": ""}
    administrator.post(address("fields", conditia), emptied)
    assert [row["code"] for row in policy_body(conditia.client.pk, PolicyKind.FIELDS)[1]["fields"]] == ["lot"]


def test_a_wrong_question_comes_back_as_typed(conditia: Cast, administrator: Browser) -> None:
    typed = form(administrator.get(address("fields", conditia)).content.decode())
    wrong = {"code-0": "Numéro de lot !", "kind-0": "text", "label_fr-0": "Lot"}

    answer = administrator.post(address("fields", conditia), typed | wrong)

    assert answer.status_code == 422
    assert form(answer.content.decode())["code-0"] == "Numéro de lot !"


def test_settings_saved_meanwhile_by_somebody_else_are_not_overwritten(conditia: Cast, administrator: Browser) -> None:
    typed = form(administrator.get(address("fields", conditia)).content.decode())
    administrator.post(address("fields", conditia), typed)

    answer = administrator.post(address("fields", conditia), typed | {"code-0": "lot", "label_fr-0": "Lot"})

    assert answer.status_code == 409
    assert form(answer.content.decode())["code-0"] == "lot"
    assert Policy.objects.count() == 1


def test_only_who_configures_a_client_sees_its_settings(conditia: Cast, logimetrie: Cast) -> None:
    for name in ("criticality", "fields", "service_levels"):
        assert signed_in(conditia.agent).get(address(name, conditia)).status_code == 403
        assert signed_in(logimetrie.administrator).get(address(name, conditia)).status_code == 404
