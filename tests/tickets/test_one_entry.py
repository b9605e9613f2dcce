"""Each thing done to a ticket through the web is one entry of the journal, of whoever did it; reading is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.urls import reverse

from cast import AT, Cast, acting, signed_in
from vigie.calls.models import Call
from vigie.journal.models import Entry
from vigie.tickets import actions
from vigie.tickets.models import Ticket
from vigie.tickets.rules.vocabulary import Awaited, ClosureCode, Criticality, PauseReason
from vigie.tickets.urls import urlpatterns

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)
Prepare = Callable[[Ticket, Cast], object]


def nothing(ticket: Ticket, cast: Cast) -> None:
    """The ticket is ready as it is."""


def paused(ticket: Ticket, cast: Cast) -> None:
    by = acting(cast.agent)
    actions.pause_clocks(ticket.pk, reason=PauseReason.CALLER, awaited=Awaited.CALLER, by=by, at=LATER)


def resolved(ticket: Ticket, cast: Cast) -> None:
    code, by = ClosureCode.FIXED, acting(cast.agent)
    actions.resolve_ticket(ticket.pk, code=code, cause="Capteur sale", solution="Nettoyé", by=by, at=LATER)


def paused_then_resolved(ticket: Ticket, cast: Cast) -> None:
    paused(ticket, cast)
    resolved(ticket, cast)


def overridden(ticket: Ticket, cast: Cast) -> None:
    by = acting(cast.agent)
    actions.override_criticality(ticket.pk, to=Criticality.P1, motive="ligne arrêtée", by=by, at=LATER)


@dataclass(frozen=True, slots=True)
class Write:
    """One address that writes: what is posted, what must be there before, and the one entry it makes ("" for none)."""

    name: str
    entry: str
    posted: dict[str, object] = field(default_factory=dict)
    before: Prepare = nothing


WRITES = [
    Write("open_new", "ticket.opened", {"client": "CLIENT"}),
    Write("open_for_call", "ticket.opened"),
    Write("attach", "ticket.call_attached"),
    Write("fact", "ticket.qualified", {"value": "La ligne s'arrête", "seen": 0}),
    Write("draft", "", {"text": "La lig"}),
    Write("add_attempt", "attempt.added", {"action": "Redémarrer", "result": "better"}),
    Write("confirm_reformulation", "reformulation.answered", {"text": "Vous dites…", "outcome": "confirmed"}),
    Write("override", "criticality.overridden", {"to": "P1", "motive": "ligne arrêtée"}),
    Write("lift_override", "criticality.override_lifted", before=overridden),
    Write("take_charge", "ticket.taken"),
    Write("pause", "ticket.paused", {"reason": "caller", "awaited": "caller"}),
    Write("resume", "ticket.resumed", before=paused),
    Write("resolve", "ticket.resolved", {"closure_code": "fixed", "cause": "Capteur", "solution": "Nettoyé"}),
    Write("resolve", "ticket.resolved", {"closure_code": "fixed", "cause": "c", "solution": "s"}, before=paused),
    Write("reopen", "ticket.reopened", {"motive": "Cela recommence"}, before=resolved),
    Write("reopen", "ticket.reopened", {"motive": "Cela recommence"}, before=paused_then_resolved),
    Write("close", "ticket.closed", before=resolved),
    Write("add_note", "note.added", {"kind": "note", "text": "Vu avec le site"}),
    Write("add_note", "note.added", {"kind": "reply", "text": "Nous regardons"}),
]


@pytest.fixture
def ticket(conditia: Cast) -> Ticket:
    return actions.open_ticket(conditia.client.pk, by=acting(conditia.agent), at=AT)


@pytest.fixture
def call(conditia: Cast) -> Call:
    return Call.objects.create(
        leg="leg",
        node="n",
        client=conditia.client,
        caller_id=conditia.caller_id,
        contact=conditia.contact,
        arrived_at=AT,
    )


def address_of(name: str, ticket: Ticket, call: Call) -> str:
    route = next(route for route in urlpatterns if route.name == name)
    known = {"ticket_id": ticket.pk, "call_id": call.pk, "client_id": ticket.client_id, "name": "symptom"}
    return reverse(f"tickets:{name}", kwargs={argument: known[argument] for argument in route.pattern.converters})


@pytest.mark.parametrize("write", WRITES, ids=lambda write: f"{write.name}-{write.before.__name__}")
def test_each_write_is_one_entry(conditia: Cast, ticket: Ticket, call: Call, write: Write) -> None:
    write.before(ticket, conditia)
    last = Entry.objects.order_by("id").last()
    posted = {name: conditia.client.pk if value == "CLIENT" else value for name, value in write.posted.items()}

    answer = signed_in(conditia.agent).post(address_of(write.name, ticket, call), posted)

    assert answer.status_code in (200, 302), answer.content.decode()
    entries = list(Entry.objects.filter(id__gt=last.pk if last else 0))
    assert [entry.code for entry in entries] == ([write.entry] if write.entry else [])
    for entry in entries:
        assert (entry.client_id, entry.actor_kind, entry.actor_id) == (conditia.client.pk, "staff", conditia.agent.pk)
        assert entry.request_id


def test_every_address_that_writes_is_tried_here(conditia: Cast, ticket: Ticket, call: Call) -> None:
    browser = signed_in(conditia.agent)
    before = Entry.objects.count()

    only_post = {
        str(route.name)
        for route in urlpatterns
        if not str(route.name).endswith("_preview")
        and browser.get(address_of(str(route.name), ticket, call)).status_code == 405
    }

    assert only_post == {write.name for write in WRITES}
    taken_away = Entry.objects.order_by("id")[before:]  # reading wrote nothing but the file that left
    assert [entry.code for entry in taken_away] == ["personal_data.exported"]


@pytest.mark.parametrize("write", WRITES, ids=lambda write: f"{write.name}-{write.before.__name__}")
def test_a_write_that_is_refused_is_no_entry(conditia: Cast, ticket: Ticket, call: Call, write: Write) -> None:
    write.before(ticket, conditia)
    before = Entry.objects.count()
    posted = {name: conditia.client.pk if value == "CLIENT" else value for name, value in write.posted.items()}

    answer = signed_in(conditia.trainer).post(address_of(write.name, ticket, call), posted)

    assert answer.status_code == 403
    assert Entry.objects.count() == before
