"""Who called is told to those who work with callers; a file of it that leaves vigie leaves a trace."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from cast import Cast, signed_in
from escalation.situations import hand_over, learn, make_ticket
from steering.situations import make_talking, make_waiting
from vigie.calls.models import Call
from vigie.journal.models import Entry

pytestmark = pytest.mark.django_db
NAME = "Odile Marchand"


@pytest.fixture
def call(conditia: Cast) -> Call:
    return make_waiting(conditia)


def pages_about(call: Call) -> list[str]:
    return [
        reverse("calls:calls"),
        reverse("calls:export"),
        reverse("calls:call", args=[call.pk]),
    ]


def boards() -> list[str]:
    board = reverse("steering:board")
    return [board, f"{board}?format=csv&table=queue", f"{board}?format=csv&table=calls"]


def text_of(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def tells_who(text: str, call: Call) -> bool:
    digits = "".join(sign for sign in text if sign.isdecimal())
    return NAME in text or call.caller_id.removeprefix("+33") in digits


@pytest.mark.parametrize("role", ["client_manager", "trainer", "technician", "administrator"])
def test_who_called_is_not_shown_to_those_who_do_not_work_with_callers(conditia: Cast, call: Call, role: str) -> None:
    make_waiting(conditia)  # an earlier call of the same person
    browser = signed_in(getattr(conditia, role))

    for address in pages_about(call):
        assert not tells_who(text_of(browser, address), call), address


@pytest.mark.parametrize("role", ["client_manager", "administrator"])
def test_the_wallboard_does_not_show_it_to_them_either(conditia: Cast, call: Call, role: str) -> None:
    make_talking(conditia, conditia.other_agent)
    browser = signed_in(getattr(conditia, role))

    for address in boards():
        assert not tells_who(text_of(browser, address), call), address


@pytest.mark.parametrize("role", ["agent", "expert2", "oncall", "supervisor"])
def test_who_called_is_shown_to_those_who_work_with_callers(conditia: Cast, call: Call, role: str) -> None:
    browser = signed_in(getattr(conditia, role))

    for address in pages_about(call):
        assert tells_who(text_of(browser, address), call), address


def test_the_wallboard_shows_it_to_a_supervisor(conditia: Cast, call: Call) -> None:
    make_talking(conditia, conditia.other_agent)

    for address in boards():
        assert tells_who(text_of(signed_in(conditia.supervisor), address), call), address


@pytest.mark.parametrize(
    ("role", "is_told"), [("agent", True), ("expert2", True), ("client_manager", False), ("technician", False)]
)
def test_a_ticket_names_the_caller_to_the_same_people(conditia: Cast, role: str, is_told: bool) -> None:
    ticket = make_ticket(conditia)
    learn(ticket, contact=conditia.contact.pk)
    browser = signed_in(getattr(conditia, role))

    for name in ("ticket", "qualification", "timeline", "reformulation"):
        page = browser.get(reverse(f"tickets:{name}", args=[ticket.pk])).content.decode()
        assert (NAME in page) is (is_told and name in ("ticket", "qualification")), name
    field = browser.get(reverse("tickets:field", args=[ticket.pk, "contact"]))
    assert field.status_code == (200 if is_told else 403)
    detail = browser.get(reverse("escalation:detail", args=[hand_over(conditia, ticket).pk])).content.decode()
    assert (NAME in detail) is is_told


@pytest.mark.parametrize("words", [NAME, "Odile", "199002001"])
def test_a_search_does_not_tell_it_by_what_it_finds(conditia: Cast, call: Call, words: str) -> None:
    address = reverse("calls:call", args=[call.pk])

    for role, is_found in (("agent", True), ("client_manager", False)):
        page = signed_in(getattr(conditia, role)).get(reverse("calls:calls"), {"q": words}).content.decode()
        assert (address in page) is is_found, role


def test_each_file_that_leaves_is_written_down_once(conditia: Cast, logimetrie: Cast, call: Call) -> None:
    hand_over(conditia, make_ticket(conditia))
    board = reverse("steering:board")
    files = {
        "calls": ("supervisor", reverse("calls:export")),
        "tickets": ("agent", reverse("tickets:export")),
        "queue": ("client_manager", f"{board}?format=csv&table=queue"),
        "handovers": ("expert2", f"{reverse('escalation:inbox_list')}?format=csv"),
        "contacts": ("administrator", reverse("directory:contacts_export", args=[conditia.client.pk])),
    }

    for table, (role, address) in files.items():
        before = Entry.objects.count()
        text_of(signed_in(getattr(conditia, role)), address)
        [entry] = Entry.objects.order_by("id")[before:]
        assert (entry.code, entry.facts) == ("personal_data.exported", {"table": table})
        assert (entry.client_id, entry.actor_id) == (conditia.client.pk, getattr(conditia, role).pk)


def test_reading_a_list_on_screen_writes_nothing(conditia: Cast, call: Call) -> None:
    before = Entry.objects.count()
    browser = signed_in(conditia.supervisor)

    for address in (reverse("calls:calls"), reverse("tickets:tickets"), reverse("steering:board")):
        assert browser.get(address).status_code == 200

    assert Entry.objects.count() == before
