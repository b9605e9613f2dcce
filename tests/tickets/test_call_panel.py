"""What a call brings beside it: its ticket to open, and the tickets that came before from the same caller."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from cast import AT, Cast, acting, signed_in
from vigie.calls.models import Call
from vigie.tickets import actions
from vigie.tickets.models import Ticket

pytestmark = pytest.mark.django_db
UNKNOWN = "+33199009999"


def arrive(cast: Cast, *, caller_id: str, at: datetime = AT) -> Call:
    """Return a call of somebody whom the directory does not know."""
    return Call.objects.create(
        leg=f"leg-{Call.objects.count()}", node="n", client=cast.client, caller_id=caller_id, arrived_at=at
    )


def ticket_of(cast: Cast, call: Call) -> Ticket:
    return actions.open_ticket(cast.client.pk, call_id=call.pk, by=acting(cast.agent), at=call.arrived_at)


def history(browser: Browser, call: Call) -> str:
    return browser.get(reverse("tickets:history", args=[call.pk])).content.decode()


def page_of(ticket: Ticket) -> str:
    return reverse("tickets:ticket", args=[ticket.pk])


@pytest.mark.parametrize("caller_id", [UNKNOWN, "1001"])
def test_a_second_call_from_a_number_shows_the_ticket_of_the_first(conditia: Cast, caller_id: str) -> None:
    ticket = ticket_of(conditia, arrive(conditia, caller_id=caller_id))
    second = arrive(conditia, caller_id=caller_id, at=AT + timedelta(hours=1))

    browser = signed_in(conditia.agent)

    assert page_of(ticket) in history(browser, second)
    panel = browser.get(reverse("tickets:for_call", args=[second.pk])).content.decode()
    assert reverse("tickets:attach", args=[second.pk, ticket.pk]) in panel


def test_a_ticket_of_three_calls_from_a_number_is_shown_once(conditia: Cast) -> None:
    calls = [arrive(conditia, caller_id=UNKNOWN) for _ in range(3)]
    ticket = ticket_of(conditia, calls[0])
    for call in calls[1:]:
        actions.attach_call(ticket.pk, call_id=call.pk, by=acting(conditia.agent), at=AT)

    assert history(signed_in(conditia.agent), arrive(conditia, caller_id=UNKNOWN)).count(page_of(ticket)) == 1


def test_two_callers_who_withhold_their_numbers_have_nothing_in_common(conditia: Cast) -> None:
    ticket = ticket_of(conditia, arrive(conditia, caller_id=""))

    assert page_of(ticket) not in history(signed_in(conditia.agent), arrive(conditia, caller_id=""))


def test_a_number_never_shows_the_tickets_of_another_client(conditia: Cast, logimetrie: Cast) -> None:
    ticket = ticket_of(logimetrie, arrive(logimetrie, caller_id=UNKNOWN))

    assert page_of(ticket) not in history(signed_in(conditia.agent), arrive(conditia, caller_id=UNKNOWN))


@pytest.mark.parametrize("role", ["agent", "expert2", "expert3", "supervisor"])
def test_whoever_takes_calls_opens_tickets_from_them(conditia: Cast, role: str) -> None:
    call = arrive(conditia, caller_id=UNKNOWN)

    answer = signed_in(getattr(conditia, role)).post(reverse("tickets:open_for_call", args=[call.pk]))

    assert answer.status_code == 302
    assert Ticket.objects.filter(call_links__call=call, assignee=getattr(conditia, role)).exists()
