"""Every text has its French, compiled, with the same named places."""

from __future__ import annotations

import re
from pathlib import Path

import polib

import vigie

CATALOGUE = Path(vigie.__file__).parent / "locale/fr/LC_MESSAGES/django.po"
PLACES = re.compile(r"%\([a-z_]+\)[sd]|%[sd]")


def test_every_text_is_translated_and_none_is_doubtful() -> None:
    catalogue = polib.pofile(str(CATALOGUE))

    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_translations_keep_the_named_places() -> None:
    for entry in polib.pofile(str(CATALOGUE)):
        for french in [entry.msgstr, *entry.msgstr_plural.values()]:
            if french:
                assert set(PLACES.findall(french)) <= set(PLACES.findall(entry.msgid + entry.msgid_plural)), entry.msgid


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    source = {
        entry.msgid: entry.msgstr or entry.msgstr_plural for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete
    }
    compiled = {
        entry.msgid: entry.msgstr or entry.msgstr_plural for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    }

    assert compiled == source
