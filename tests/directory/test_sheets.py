"""Tables typed on screen and brought in from files: read the same way, saved whole or not at all."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cast import AT, Cast, acting, signed_in
from vigie.directory import csv_files
from vigie.directory.actions import Saved, SheetRefused, import_sheet, save_sheet
from vigie.directory.models import Contact, ContactNumber, Equipment, HotlineNumber, Site
from vigie.directory.phones import NotANumber, e164
from vigie.directory.sheets import Draft, Fault, SheetKind
from vigie.journal.models import Entry

FRENCH_FILE = """nom;fonction;site;téléphone;e-mail;langue;actif
Odile Marchand;Cheffe d'atelier;12;01 99 00 20 01;odile@conditia.example;français;oui
Yann Le Bihan;Conducteur;Atelier nord;06 39 98 00 11 / 02 61 91 00 12;;;
"""


def test_numbers_are_normalised_whatever_way_they_are_written() -> None:
    for text in ("01 99 00 20 01", "0199002001", "+33 (0)1 99 00 20 01", "0033199002001", "01.99.00.20.01"):
        assert e164(text, region="FR") == "+33199002001"
    for text in ("12", "ring me", "", "01 99 00 20 01 999 999"):
        with pytest.raises(NotANumber):
            e164(text, region="FR")


def test_a_french_spreadsheet_of_contacts_is_understood(conditia: Cast) -> None:
    drafts = csv_files.read(SheetKind.CONTACTS, FRENCH_FILE)

    saved = import_sheet(
        conditia.client.pk, kind=SheetKind.CONTACTS, drafts=drafts, by=acting(conditia.administrator), at=AT
    )

    assert saved == Saved(created=1, changed=1)  # Odile was known by her number
    yann = Contact.objects.get(name="Yann Le Bihan")
    assert (yann.site, yann.job) == (conditia.site, "Conducteur")
    assert {n.number for n in yann.numbers.all()} == {"+33639980011", "+33261910012"}
    assert Contact.objects.get(pk=conditia.contact.pk).email == "odile@conditia.example"


def test_one_wrong_cell_and_nothing_is_saved_but_every_error_is_told_with_its_line(conditia: Cast) -> None:
    text = "code;name;site;environment;weight\n1301;Mill;12;industrial;vital\n13O2;Press;99;steam;heavy\n1301;;;it;\n"
    drafts = csv_files.read(SheetKind.EQUIPMENT, text)

    with pytest.raises(SheetRefused) as refusal:
        import_sheet(
            conditia.client.pk, kind=SheetKind.EQUIPMENT, drafts=drafts, by=acting(conditia.administrator), at=AT
        )

    found = {(problem.row, problem.column, problem.fault) for problem in refusal.value.problems}
    assert found == {
        (3, "code", Fault.NOT_A_CODE),
        (3, "site", Fault.UNKNOWN),
        (3, "environment", Fault.UNKNOWN),
        (3, "weight", Fault.UNKNOWN),
        (4, "name", Fault.EMPTY),
        (4, "code", Fault.TWICE),
    }
    assert Equipment.objects.filter(client=conditia.client).count() == 1


def test_a_refused_file_comes_back_whole_on_the_screen(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    upload = SimpleUploadedFile("sites.csv", "code;nom\nA1;Quai ouest\n".encode("cp1252"))

    answer = browser.post(reverse("directory:sites_import", args=[conditia.client.pk]), {"file": upload})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Quai ouest" in page and "A1" in page
    assert Site.objects.filter(client=conditia.client).count() == 1


def test_a_file_without_headings_is_refused_by_name(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)

    answer = browser.post(reverse("directory:sites_import", args=[conditia.client.pk]), {"text": "hello\nworld"})

    assert answer.status_code == 422


def test_an_export_brought_in_again_changes_nothing(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    for kind in SheetKind:
        text = browser.get(reverse(f"directory:{kind}_export", args=[conditia.client.pk])).content.decode()

        drafts = csv_files.read(kind, csv_files.decoded(text.encode()))

        by = acting(conditia.administrator)
        assert import_sheet(conditia.client.pk, kind=kind, drafts=drafts, by=by, at=AT) == Saved(same=1)


def test_an_export_cannot_make_a_spreadsheet_compute(conditia: Cast) -> None:
    Site.objects.filter(pk=conditia.site.pk).update(name='=HYPERLINK("http://evil.example")')
    browser = signed_in(conditia.administrator)

    text = browser.get(reverse("directory:sites_export", args=[conditia.client.pk])).content.decode()

    cells = [cell for line in text.splitlines() for cell in line.strip("\ufeff").split(";")]
    assert not [cell for cell in cells if cell.lstrip('"')[:1] in ("=", "+", "-", "@")]


def test_a_table_saves_what_changed_and_journals_it_with_before_and_after(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    row = {"row": ["r0", "r1"], "r0-id": conditia.site.pk, "r0-code": "21", "r0-name": "Atelier nord"}
    row |= {"r0-seen": '{"code": "12", "name": "Atelier nord"}', "r0-is_active": "yes"}
    row |= {"r1-code": "22", "r1-name": "Atelier sud", "r1-subdivision": "Alsace-Moselle"}

    answer = browser.post(reverse("directory:sites", args=[conditia.client.pk]), row)

    assert answer.status_code == 302
    assert set(Site.objects.values_list("code", flat=True)) == {"21", "22"}
    entry = Entry.objects.get(code="site.changed")
    assert (entry.facts["before"], entry.facts["after"]) == ({"code": "12"}, {"code": "21"})
    assert entry.actor_id == conditia.administrator.pk


def test_the_journal_never_carries_a_caller_s_name_or_number(conditia: Cast) -> None:
    drafts = csv_files.read(SheetKind.CONTACTS, FRENCH_FILE)

    import_sheet(conditia.client.pk, kind=SheetKind.CONTACTS, drafts=drafts, by=acting(conditia.administrator), at=AT)

    told = " ".join(str(entry.facts) for entry in Entry.objects.all())
    assert "Bihan" not in told and "+336" not in told and "odile" not in told
    assert "numbers" in told


def test_a_cell_that_somebody_else_changed_is_refused_and_both_values_are_shown(conditia: Cast) -> None:
    seen = {"code": "12", "name": "Atelier nord", "address": ""}
    Site.objects.filter(pk=conditia.site.pk).update(name="Atelier est")
    mine = {"code": "12", "name": "Atelier ouest", "address": ""}

    with pytest.raises(SheetRefused) as refusal:
        save_sheet(
            conditia.client.pk,
            kind=SheetKind.SITES,
            drafts=[Draft(0, mine, id=conditia.site.pk, seen=seen)],
            by=acting(conditia.administrator),
            at=AT,
        )

    (problem,) = refusal.value.problems
    assert (problem.fault, problem.text, problem.current) == (Fault.MOVED, "Atelier ouest", "Atelier est")


def test_two_people_changing_different_cells_of_a_row_both_keep_their_work(conditia: Cast) -> None:
    seen = {"code": "12", "name": "Atelier nord", "address": ""}
    Site.objects.filter(pk=conditia.site.pk).update(name="Atelier est")
    mine = {"code": "12", "name": "Atelier nord", "address": "4 rue des Tilleuls"}

    save_sheet(
        conditia.client.pk,
        kind=SheetKind.SITES,
        drafts=[Draft(0, mine, id=conditia.site.pk, seen=seen)],
        by=acting(conditia.administrator),
        at=AT,
    )

    site = Site.objects.get(pk=conditia.site.pk)
    assert (site.name, site.address) == ("Atelier est", "4 rue des Tilleuls")


def test_a_hotline_number_cannot_belong_to_two_clients_and_says_nothing_of_the_other(
    conditia: Cast, logimetrie: Cast
) -> None:
    browser = signed_in(conditia.administrator)

    answer = browser.post(
        reverse("directory:numbers", args=[conditia.client.pk]), {"row": "r0", "r0-number": logimetrie.hotline}
    )

    assert answer.status_code == 422
    assert "Logimetrie" not in answer.content.decode()


def test_a_removed_hotline_number_is_free_and_journaled(conditia: Cast) -> None:
    number = HotlineNumber.objects.get(client=conditia.client)
    gone = Draft(0, {"number": number.number}, id=number.pk, is_removed=True)

    saved = save_sheet(
        conditia.client.pk, kind=SheetKind.NUMBERS, drafts=[gone], by=acting(conditia.administrator), at=AT
    )

    assert saved == Saved(removed=1)
    assert Entry.objects.get(code="hotline_number.removed").facts["before"]["number"] == number.number


def test_a_number_taken_off_a_contact_is_recognised_no_more(conditia: Cast) -> None:
    draft = Draft(0, {"name": "Odile Marchand", "numbers": "01 99 00 20 09"}, id=conditia.contact.pk)

    save_sheet(conditia.client.pk, kind=SheetKind.CONTACTS, drafts=[draft], by=acting(conditia.administrator), at=AT)

    assert list(ContactNumber.objects.values_list("number", flat=True)) == ["+33199002009"]


def test_equipment_taken_out_of_use_stays_in_the_table(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    row = {"row": "r0", "r0-id": conditia.equipment.pk, "r0-code": "1204", "r0-name": "Ligne blister 2"}
    row |= {"r0-site": "12", "r0-environment": "pharmaceutical", "r0-weight": "vital"}

    browser.post(reverse("directory:equipment", args=[conditia.client.pk]), row)

    line = Equipment.objects.get(pk=conditia.equipment.pk)
    assert (line.is_active, line.weight) == (False, Equipment.Weight.VITAL)
    assert "1204" in browser.get(reverse("directory:equipment", args=[conditia.client.pk])).content.decode()
