"""The frame of every page: what the tags write, where people are sent, and how a refusal comes back."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client as Browser

import vigie
from vigie.config.badges import CRITICALITIES, STATES
from vigie.config.refusals import MESSAGES
from vigie.config.templatetags.vigie import criticality_badge, duration, elapsed, phone, state_badge
from vigie.directory.models import Membership, Staff
from vigie.directory.roles import Role
from vigie.errors import VigieError

ROOT = Path(vigie.__file__).parent
SLICES = ("vigie.directory", "vigie.calls", "vigie.tickets", "vigie.escalation", "vigie.steering")
ICON = re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']""")


def member(role: Role) -> Browser:
    staff = Staff.objects.create(username=role.value)
    Membership.objects.create(staff=staff, role=role)
    browser = Browser()
    browser.force_login(staff)
    return browser


@pytest.mark.parametrize(
    ("length", "shown"),
    [(0, "00:00"), (252, "04:12"), (timedelta(hours=1, seconds=7), "1:00:07"), (-75, "−01:15"), (None, "—")],
)
def test_a_length_of_time_is_read_as_minutes_and_seconds(length: float | timedelta | None, shown: str) -> None:
    assert duration(length) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+33199001001", "01 99 00 10 01"), ("+4930123456", "+49 30 123456"), ("sip:odd", "sip:odd"), ("", "")],
)
def test_a_number_is_written_as_people_read_it(number: str, shown: str) -> None:
    assert phone(number).replace("\u00a0", " ") == shown


def test_a_clock_carries_its_moment_and_says_it_in_full() -> None:
    written = str(elapsed(datetime(2026, 7, 14, 6, 30, tzinfo=UTC)))

    assert 'datetime="2026-07-14T06:30:00+00:00"' in written
    assert "14" in written.split("title=")[1]


def test_a_state_is_never_told_by_colour_alone() -> None:
    for badges, tag in ((CRITICALITIES, criticality_badge), (STATES, state_badge)):
        for code, badge in badges.items():
            written = str(tag(code))
            assert str(badge.label) in written
            assert f"#{badge.icon}" in written


def test_every_icon_that_is_named_is_shipped() -> None:
    sprite = (ROOT / "static/vendor/tabler-icons/sprite.svg").read_text()
    shipped = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    named = {name for page in (ROOT / "templates").rglob("*.html") for name in ICON.findall(page.read_text())}
    named |= {badge.icon for badges in (CRITICALITIES, STATES) for badge in badges.values()}

    assert named - shipped == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "first_page"),
    [
        (Role.AGENT, "/desk/"),
        (Role.EXPERT2, "/escalation/inbox/"),
        (Role.SUPERVISOR, "/wallboard/"),
        (Role.ADMINISTRATOR, "/clients/"),
        (Role.TECHNICIAN, "/tickets/"),
    ],
)
def test_people_start_where_their_work_is(role: Role, first_page: str) -> None:
    answer = member(role).get("/")

    assert answer["Location"] == first_page


@pytest.mark.django_db
def test_a_script_whose_session_ended_is_told_so_and_not_sent_a_page() -> None:
    browser = Browser()

    assert browser.get("/").status_code == 302
    assert browser.get("/", headers={"hx-request": "true"}).status_code == 401
    assert browser.get("/", headers={"accept": "application/json"}).status_code == 401


def test_every_refusal_of_a_slice_has_its_sentence() -> None:
    for module in pkgutil.walk_packages(vigie.__path__, "vigie."):
        if module.name.startswith(SLICES) and ".migrations" not in module.name:
            importlib.import_module(module.name)
    codes = {error.code for error in every(VigieError) if error.__module__.startswith(SLICES)}

    assert codes - set(MESSAGES) == set()


def every(error: type[VigieError]) -> Iterator[type[VigieError]]:
    for kind in error.__subclasses__():
        yield kind
        yield from every(kind)


@pytest.mark.django_db
def test_a_refusal_comes_as_a_page_a_notice_or_json() -> None:
    browser = member(Role.TRAINER)

    page = browser.get("/desk/")
    notice = browser.get("/desk/", headers={"hx-request": "true"})
    data = browser.get("/desk/", headers={"accept": "application/json"})

    assert (page.status_code, notice.status_code, data.status_code) == (403, 403, 403)
    assert b"<html" in page.content
    assert (notice["HX-Retarget"], notice["HX-Reswap"]) == ("#toasts", "beforeend")
    assert data.json()["code"] == "forbidden"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/calls/?client=²",
        "/calls/?to=9999-12-31",
        "/tickets/?page=²",
        "/tickets/?client=²",
        "/wallboard/?client=²",
        "/desk/?ticket=²",
        "/escalation/inbox/?handover=²&q=²",
        "/calls/?q=%00",
        "/tickets/?q=%00",
    ],
)
def test_an_odd_address_is_answered_and_never_breaks(address: str) -> None:
    assert member(Role.SUPERVISOR).get(address).status_code in (200, 400, 403)


@pytest.mark.django_db
def test_a_character_that_no_text_may_hold_is_refused() -> None:
    assert member(Role.AGENT).post("/calls/agent/state", {"state": "away\x00"}).status_code == 400


@pytest.mark.django_db
def test_screens_open_in_the_language_of_the_account() -> None:
    Staff.objects.create_user("sofia", password="a long enough one", language="en")
    browser = Browser()

    answer = browser.post("/accounts/login/", {"login": "sofia", "password": "a long enough one"})

    assert answer.cookies["django_language"].value == "en"
