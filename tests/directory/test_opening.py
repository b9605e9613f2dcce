"""Opening hours by screen: typed as people write them, drawn before they are saved, never overwritten unseen."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from cast import AT, Cast, acting, signed_in
from vigie.directory.actions import save_policy
from vigie.directory.calendars import hours_of
from vigie.directory.forms.hours import ExceptionLine, HoursTyped, read_hours, typed_from_body
from vigie.directory.models import PolicyKind
from vigie.directory.opening import Unreadable, read_slots, special_days, strips
from vigie.directory.queries import policy_body

WEEK = {day: "08:30-12:00 13:30-18:00" for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": "", "sun": ""}
POST = {**WEEK, "timezone": "Europe/Paris", "country": "FR", "subdivision": "", "seen_version": "0"}


def _typed(**changes: object) -> HoursTyped:
    fields: dict[str, object] = {
        "timezone": "Europe/Paris",
        "is_always": False,
        "days": WEEK,
        "country": "FR",
        "subdivision": "",
    }
    return HoursTyped(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("08:30-12:00 13:30-18:00", [["08:30", "12:00"], ["13:30", "18:00"]]),
        ("8h30-12h, 13h30 - 18h", [["08:30", "12:00"], ["13:30", "18:00"]]),
        ("8h à 12h et 14h à 18h30", [["08:00", "12:00"], ["14:00", "18:30"]]),
        ("0-24", [["00:00", "24:00"]]),
        ("", []),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, slots: list[list[str]]) -> None:
    assert read_slots(text) == slots


@pytest.mark.parametrize("text", ["in the morning", "8h30", "08:30-12:00 or later"])
def test_a_text_that_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_slots(text)


def test_what_is_read_back_from_a_body_is_what_was_typed() -> None:
    typed = _typed(exceptions=(ExceptionLine("2026-05-15", "", "Pont"),))
    body, meaning, errors = read_hours(typed, year=2026)

    assert not errors and meaning is not None
    assert typed_from_body(body, timezone="Europe/Paris") == typed


def test_alsace_moselle_closes_on_its_own_holidays() -> None:
    good_friday = datetime(2026, 4, 3, 9, 0, tzinfo=UTC)
    _, metropolitan, _ = read_hours(_typed(), year=2026)
    _, local, _ = read_hours(_typed(subdivision="Alsace-Moselle"), year=2026)

    assert metropolitan is not None and metropolitan.is_open(good_friday)
    assert local is not None and not local.is_open(good_friday)


def test_the_strip_draws_the_lunch_break_and_names_the_holiday() -> None:
    body, meaning, _ = read_hours(_typed(), year=2026)
    assert meaning is not None

    week = strips(body, meaning, first=date(2026, 4, 30), days=3, language="fr")

    assert [bar.text for bar in week[0].bars] == ["08:30–12:00", "13:30–18:00"]
    assert (week[0].bars[0].left, week[0].bars[0].width) == (35.42, 14.58)
    assert (week[1].bars, week[1].why) == ((), "Fête du Travail")


def test_the_coming_closures_and_openings_are_listed_with_their_reason() -> None:
    lines = (ExceptionLine("2026-05-15", "", "Pont"), ExceptionLine("2026-05-16", "9h-12h", "Inventaire"))
    body, meaning, _ = read_hours(_typed(exceptions=lines), year=2026)
    assert meaning is not None

    found = special_days(body, meaning, first=date(2026, 5, 10), language="en", most=3)

    assert [(day.day, day.why, day.slots) for day in found] == [
        (date(2026, 5, 14), "Ascension Day", ()),
        (date(2026, 5, 15), "Pont", ()),
        (date(2026, 5, 16), "Inventaire", ("09:00–12:00",)),
    ]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"days": {**WEEK, "tue": "9h-8h"}}, "tue"),
        ({"days": {**WEEK, "wed": "8h-12h 11h-14h"}}, "wed"),
        ({"days": dict.fromkeys(WEEK, "")}, "week"),
        ({"exceptions": (ExceptionLine("someday", "", ""),)}, "exception-0"),
        ({"country": "FR", "subdivision": "XX"}, "week"),
    ],
)
def test_impossible_hours_are_refused_where_they_are_wrong(changes: dict[str, object], where: str) -> None:
    _, meaning, errors = read_hours(_typed(**changes), year=2026)

    assert meaning is None
    assert list(errors) == [where]


def test_saved_hours_are_in_force_for_the_whole_hotline(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    exception = {"exception-0-day": "2026-05-15", "exception-0-slots": "", "exception-0-label": "Pont"}

    answer = browser.post(reverse("directory:hours", args=[conditia.client.pk]), POST | exception | {"note": "Contrat"})

    assert answer.status_code == 302
    version, hours = hours_of(conditia.client, at_year=2026)
    assert version == 1
    assert hours.is_open(AT) and not hours.is_open(datetime(2026, 3, 10, 11, 30, tzinfo=UTC))
    assert not hours.is_open(datetime(2026, 5, 15, 9, 0, tzinfo=UTC))
    assert "Pont" in browser.get(reverse("directory:hours", args=[conditia.client.pk])).content.decode()


def test_a_stale_save_is_refused_and_keeps_what_was_typed(conditia: Cast) -> None:
    body = {"week": {"mon": [["06:00", "14:00"]]}}
    by = acting(conditia.administrator)
    save_policy(conditia.client.pk, kind=PolicyKind.HOURS, body=body, seen_version=0, by=by, at=AT)
    browser = signed_in(conditia.administrator)

    answer = browser.post(reverse("directory:hours", args=[conditia.client.pk]), POST | {"mon": "07:11-08:22"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "07:11-08:22" in page and 'name="seen_version" value="1"' in page
    assert policy_body(conditia.client.pk, PolicyKind.HOURS) == (1, body)


def test_a_wrong_time_is_refused_and_keeps_what_was_typed(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)

    answer = browser.post(reverse("directory:hours", args=[conditia.client.pk]), POST | {"mon": "early"})

    assert answer.status_code == 422
    assert 'value="early"' in answer.content.decode()
    assert policy_body(conditia.client.pk, PolicyKind.HOURS)[0] == 0


def test_the_preview_answers_while_typing_and_saves_nothing(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)

    page = browser.post(reverse("directory:hours_preview", args=[conditia.client.pk]), POST).content.decode()

    assert "08:30–12:00" in page
    assert policy_body(conditia.client.pk, PolicyKind.HOURS)[0] == 0


def test_the_regions_offered_are_those_of_the_country(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    address = reverse("directory:hours_regions", args=[conditia.client.pk])

    assert "Alsace-Moselle" in browser.get(address, {"country": "FR"}).content.decode()
    assert 'value="BY"' in browser.get(address, {"country": "DE"}).content.decode()


def test_day_and_night_needs_no_week(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    post = {day: "" for day in WEEK} | {"always": "yes", "timezone": "Europe/Paris", "country": "", "seen_version": "0"}

    assert browser.post(reverse("directory:hours", args=[conditia.client.pk]), post).status_code == 302
    assert hours_of(conditia.client, at_year=2026)[1].is_open(datetime(2026, 1, 1, 2, 0, tzinfo=UTC))
