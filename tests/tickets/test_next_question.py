"""What to ask next: what the client settled about hand-overs is asked for before the hand-over needs it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from cast import AT, Cast, acting, signed_in
from escalation.situations import make_ticket
from vigie.directory.actions import save_policy
from vigie.directory.models import PolicyKind
from vigie.tickets import actions
from vigie.tickets.models import Ticket
from vigie.tickets.rules.handover_needs import settled_needs

pytestmark = pytest.mark.django_db
CRITICALITY = {"consequence": "discomfort", "scope": "one_person", "workaround": "yes", "safety": "no"}


@pytest.fixture
def ticket(conditia: Cast) -> Ticket:
    """Return a ticket of which everything is known that is asked of every client."""
    ticket = make_ticket(conditia)
    for name, text in {**CRITICALITY, "type": "technical_incident"}.items():
        actions.qualify_ticket(ticket.pk, name=name, text=text, seen=0, by=acting(conditia.agent), at=AT)
    return ticket


def settle(cast: Cast, **escalation: object) -> None:
    by, kind = acting(cast.administrator), PolicyKind.ESCALATION
    save_policy(cast.client.pk, kind=kind, body=escalation, seen_version=0, by=by, at=AT)


def asked(cast: Cast, ticket: Ticket) -> list[str]:
    page = signed_in(cast.agent).get(reverse("tickets:next_question", args=[ticket.pk])).content.decode()
    return re.findall(r'data-question="([^"]+)"', page)


def test_what_the_next_tier_needs_is_asked(conditia: Cast, ticket: Ticket) -> None:
    before = asked(conditia, ticket)

    settle(conditia, needs=["since"], needs_for={"tier:2": ["error_shown"], "tier:3": ["recent_change"]})

    assert not {"since", "error_shown"} & set(before)
    assert [name for name in asked(conditia, ticket) if name not in before] == ["since", "error_shown"]


def test_what_is_known_is_not_asked_again(conditia: Cast, ticket: Ticket) -> None:
    settle(conditia, needs=["since"])

    actions.qualify_ticket(ticket.pk, name="since", text="ce matin", seen=0, by=acting(conditia.agent), at=AT)

    assert "since" not in asked(conditia, ticket)


def test_each_tier_asks_for_what_the_one_above_needs() -> None:
    body = {"needs": ["since"], "needs_for": {"tier:2": ["workaround"], "tier:3": ["since", "scope"]}}

    assert settled_needs(body, tier=1) == ("since", "workaround")
    assert settled_needs(body, tier=2) == ("since", "scope")
    assert settled_needs(body, tier=3) == ("since",)
    assert settled_needs({}, tier=1) == ()
