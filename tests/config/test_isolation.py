"""
Nothing of one client exists for the people of another, at any address.

Generated from the whole table of addresses: one whose arguments are not known here fails until they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from calls.stage import ring, start_node
from cast import AT, Cast, acting, signed_in
from escalation.situations import hand_over, make_ticket, refuse
from steering.situations import make_present, make_waiting
from vigie.calls.actions.callbacks import propose
from vigie.calls.models import CallbackProposal, Recording
from vigie.calls.rules.states import ProposalReason
from vigie.escalation.actions.receive import ask_question
from vigie.escalation.models import HierarchicalAlert
from vigie.journal.models import Entry

pytestmark = pytest.mark.django_db

ROLES = (
    "agent",
    "expert2",
    "oncall",
    "technician",
    "supervisor",
    "trainer",
    "client_manager",
    "administrator",
)
OF_NOBODY = {"demo_place", "demo_sound"}  # the scenarios and sounds of the demonstration
CODES: dict[str, object] = {"name": "symptom", "kind": "hours"}


@dataclass(frozen=True, slots=True)
class Route:
    """One address of ours. `ids` are the arguments that name something of a client."""

    name: str
    arguments: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(one for one in self.arguments if one not in CODES)


def routes(patterns: list[URLPattern | URLResolver], app: str = "") -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, f"{pattern.app_name}:" if pattern.app_name else app)
        elif pattern.callback.__module__.startswith("vigie.") and pattern.pattern.converters:
            yield Route(f"{app}{pattern.name}", tuple(pattern.pattern.converters))


ROUTES = [route for route in routes(get_resolver().url_patterns) if route.name not in OF_NOBODY]


def things_of(cast: Cast) -> dict[str, int]:
    """Make one thing of each kind that belongs to the client; return their ids by the name they have in addresses."""
    ticket = make_ticket(cast)
    for _ in range(2):
        refuse(cast, hand_over(cast, ticket))
    handover = hand_over(cast, make_ticket(cast))
    ask_question(handover.pk, text="Quel lot ?", by=acting(cast.expert2), at=AT)
    make_present(cast.agent)
    call = make_waiting(cast)
    propose(call, ProposalReason.ASKED, at=AT)
    recording = Recording.objects.create(
        call=call, token=cast.client.code, path="none.wav", started_at=AT, delete_due=AT
    )
    return {
        "ticket_id": ticket.pk,
        "handover_id": handover.pk,
        "alert_id": HierarchicalAlert.objects.get(client=cast.client).pk,
        "client_id": cast.client.pk,
        "call_id": call.pk,
        "proposal_id": CallbackProposal.objects.get(call=call).pk,
        "recording_id": recording.pk,
        "staff_id": cast.agent.pk,
        "group_id": cast.n2.pk,
        "question": handover.questions.get().pk,
    }


def typed(theirs: dict[str, int]) -> dict[str, object]:
    """Return everything that some address may want, so that only the right can refuse."""
    words = dict.fromkeys(("text", "words", "value", "action", "cause", "solution", "note"), "…")
    codes = {"result": "better", "outcome": "confirmed", "kind": "note", "closure_code": "fixed", "reason": "parts"}
    moves = {"to": theirs["group_id"], "seen_tier": 1, "seen": 0, "question": theirs["question"], "state": "away"}
    return {**words, **codes, **moves, "motive": "skill", "awaited": "caller", "settlement": "seen", "sdp": "v=0"}


def test_every_argument_of_an_address_is_known_here(conditia: Cast) -> None:
    known = {*things_of(conditia), *CODES}

    unknown = {route.name: sorted(set(route.arguments) - known) for route in ROUTES}

    assert not {name: arguments for name, arguments in unknown.items() if arguments}


@pytest.mark.parametrize("role", ROLES)
def test_people_of_one_client_find_nothing_of_another(conditia: Cast, logimetrie: Cast, role: str) -> None:
    ours, theirs = things_of(conditia), things_of(logimetrie)
    browser = signed_in(getattr(conditia, role))
    browser.raise_request_exception = False
    entries = Entry.objects.count()

    found = {}
    for route in ROUTES:
        for foreign in route.ids:
            known = {**ours, foreign: theirs[foreign], **CODES}
            address = reverse(route.name, kwargs={name: known[name] for name in route.arguments})
            answers = [browser.get(address), browser.post(address), browser.post(address, typed(theirs))]
            found[address] = {answer.status_code for answer in answers}
            if len(route.ids) > 1 and 403 in found[address]:  # the right is asked first of the client, which is ours
                found[address] = {404 if code == 403 else code for code in found[address]}

    assert not {what: codes for what, codes in found.items() if 404 not in codes or codes - {404, 405}}
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("role", ROLES)
def test_what_never_existed_answers_as_what_belongs_to_another(conditia: Cast, role: str) -> None:
    browser = signed_in(getattr(conditia, role))

    for route in ROUTES:
        nowhere = dict.fromkeys(route.ids, 2**31 - 1) | {name: CODES[name] for name in route.arguments if name in CODES}
        address = reverse(route.name, kwargs=nowhere)
        codes = {browser.get(address).status_code, browser.post(address).status_code}
        assert 404 in codes and codes <= {404, 405}, (route.name, codes)


def test_our_own_things_are_found(conditia: Cast) -> None:
    start_node()
    ours = {**things_of(conditia), "call_id": ring(conditia).pk}
    browser = signed_in(conditia.supervisor)

    for name in ("tickets:ticket", "calls:call", "escalation:detail", "tickets:history"):
        route = next(route for route in ROUTES if route.name == name)
        assert browser.get(reverse(name, kwargs={one: ours[one] for one in route.arguments})).status_code == 200
