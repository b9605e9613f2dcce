"""
Nothing of one client exists for the people of another.

Generated from the route table of the hand-over and the wallboard: a new address without a row here fails.
"""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from cast import AT, Cast, acting, signed_in
from escalation.situations import hand_over, make_ticket, refuse
from steering.situations import make_present, make_waiting
from vigie.escalation import urls as escalation
from vigie.escalation.actions.receive import ask_question
from vigie.escalation.models import HierarchicalAlert
from vigie.journal.models import Entry
from vigie.steering import urls as steering

ROUTES = [
    (f"{module.app_name}:{route.name}", tuple(route.pattern.converters))
    for module in (escalation, steering)
    for route in module.urlpatterns
]
WITH_ID = [route for route in ROUTES if route[1]]
ROLES = ("agent", "expert2", "supervisor", "client_manager", "administrator")


@pytest.fixture
def theirs(logimetrie: Cast) -> dict[str, int]:
    """One thing of each kind that belongs to the other client, by the name it has in addresses."""
    ticket = make_ticket(logimetrie)
    for _ in range(2):
        refuse(logimetrie, hand_over(logimetrie, ticket))
    handover = hand_over(logimetrie, make_ticket(logimetrie))
    ask_question(handover.pk, text="Quel lot ?", by=acting(logimetrie.expert2), at=AT)
    make_present(logimetrie.agent)
    return {
        "ticket_id": ticket.pk,
        "handover_id": handover.pk,
        "alert_id": HierarchicalAlert.objects.get().pk,
        "client_id": logimetrie.client.pk,
        "call_id": make_waiting(logimetrie).pk,
        "staff_id": logimetrie.agent.pk,
        "question": handover.questions.get().pk,
        "group": logimetrie.n2.pk,
    }


def fields(name: str, theirs: dict[str, int]) -> dict[str, object]:
    """Return everything that the address may want, so that only the right can refuse."""
    motives = {"escalation:refuse": "incomplete", "steering:put_first": "context", "steering:take_out": "context"}
    return {
        "to": theirs["group"],
        "seen_tier": 1,
        "motive": motives.get(name, "skill"),
        "words": "…",
        "text": "…",
        "question": theirs["question"],
        "settlement": "seen",
        "state": "away",
    }


def test_the_people_of_one_client_find_nothing_of_another(conditia: Cast, theirs: dict[str, int]) -> None:
    before = Entry.objects.count()

    for role in ROLES:
        browser = signed_in(getattr(conditia, role))
        for name, ids in WITH_ID:
            address = reverse(name, args=[theirs[one] for one in ids])
            answers = {browser.get(address).status_code, browser.post(address, fields(name, theirs)).status_code}
            assert answers <= {403, 404, 405}, (role, name, answers)
            assert 404 in answers, (role, name)
    assert Entry.objects.count() == before


def test_lists_hold_nothing_of_another_client(conditia: Cast, logimetrie: Cast, theirs: dict[str, int]) -> None:
    for role in ROLES:
        browser = signed_in(getattr(conditia, role))
        for name in (name for name, ids in ROUTES if not ids):
            answer = browser.get(reverse(name), {"client": theirs["client_id"], "q": "Logi"})
            assert answer.status_code in (200, 403), (role, name)
            assert logimetrie.client.name not in answer.content.decode(), (role, name)


def test_nobody_enters_without_signing_in(db: None) -> None:
    browser = Browser()

    for name, ids in ROUTES:
        address = reverse(name, args=[1] * len(ids))
        for answer in (browser.get(address), browser.post(address)):
            assert answer.status_code == 405 or answer.headers.get("Location", "").startswith("/accounts/"), name
