"""The ticket's screens: what they show, what they save, what they refuse, and to whom they do not exist."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from cast import AT, Cast, acting, signed_in
from vigie.calls.models import Call, CallFact
from vigie.directory.actions import save_policy
from vigie.directory.models import PolicyKind
from vigie.journal.models import Entry
from vigie.tickets import actions
from vigie.tickets.models import Draft, Fact, Ticket, TicketCall
from vigie.tickets.rules.vocabulary import Criticality, NoteKind

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ticket(conditia: Cast) -> Ticket:
    heard = [actions.Heard("symptom", "La ligne s'arrête"), actions.Heard("scope", "one_person")]
    return actions.open_ticket(conditia.client.pk, heard=heard, by=acting(conditia.agent), at=AT)


@pytest.fixture
def agent(conditia: Cast) -> Browser:
    return signed_in(conditia.agent)


def make_call(cast: Cast, leg: str = "leg") -> Call:
    return Call.objects.create(
        leg=leg, node="n", client=cast.client, caller_id=cast.caller_id, contact=cast.contact, arrived_at=AT
    )


def at(name: str, *args: object) -> str:
    return reverse(f"tickets:{name}", args=args)


FRAGMENTS = (
    "qualification",
    "next_question",
    "criticality",
    "clocks",
    "reformulation",
    "timeline",
    "resolution",
    "viewers",
)


@pytest.mark.parametrize("name", [*FRAGMENTS, "ticket"])
def test_each_part_of_a_ticket_is_shown(ticket: Ticket, agent: Browser, name: str) -> None:
    assert agent.get(at(name, ticket.pk)).status_code == 200


@pytest.mark.parametrize("name", [*FRAGMENTS, "ticket"])
def test_each_part_is_shown_to_who_may_only_look(ticket: Ticket, conditia: Cast, name: str) -> None:
    page = signed_in(conditia.client_manager).get(at(name, ticket.pk)).content.decode()

    assert "hx-post" not in page and 'method="post"' not in page.partition("<main")[2]


def test_a_field_is_saved_as_it_is_typed(ticket: Ticket, agent: Browser) -> None:
    first = agent.post(at("fact", ticket.pk, "context"), {"value": "au dém", "seen": "0"}, headers=HTMX)
    second = agent.post(at("fact", ticket.pk, "context"), {"value": "au démarrage", "seen": "1"}, headers=HTMX)

    assert 'name="seen" value="1"' in first.content.decode()
    assert 'name="seen" value="2"' in second.content.decode()
    assert Fact.objects.get(ticket=ticket, name="context").value == "au démarrage"
    assert Entry.objects.filter(code="ticket.qualified").count() == 2


def test_a_stale_save_shows_both_texts_and_loses_neither(ticket: Ticket, agent: Browser, conditia: Cast) -> None:
    actions.qualify_ticket(ticket.pk, name="context", text="le sien", seen=0, by=acting(conditia.other_agent), at=LATER)

    answer = agent.post(at("fact", ticket.pk, "context"), {"value": "le mien", "seen": "0"}, headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "le sien" in page and "le mien" in page and "Other_agent Test" in page
    assert answer["HX-Retarget"] == "#state-context"
    assert Draft.objects.get(ticket=ticket, staff=conditia.agent).text == "le mien"

    merged = agent.post(at("fact", ticket.pk, "context"), {"value": "le sien\nle mien", "seen": "1", "whole": "1"})
    assert "le sien\nle mien" in merged.content.decode()
    assert not Draft.objects.exists()


def test_a_stale_choice_is_merged_outside_its_own_form(ticket: Ticket, agent: Browser, conditia: Cast) -> None:
    by = acting(conditia.other_agent)
    actions.qualify_ticket(ticket.pk, name="frequency", text="often", seen=0, by=by, at=LATER)

    answer = agent.post(at("fact", ticket.pk, "frequency"), {"value": "once", "seen": "0"}, headers=HTMX)

    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#field-frequency")


def test_a_value_that_does_not_fit_is_said_beside_its_field(ticket: Ticket, agent: Browser) -> None:
    answer = agent.post(at("fact", ticket.pk, "scope"), {"value": "galaxy", "seen": "1"}, headers=HTMX)

    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#state-scope")
    assert Fact.objects.get(ticket=ticket, name="scope").value == "one_person"


def test_what_was_typed_and_not_sent_comes_back(ticket: Ticket, agent: Browser) -> None:
    agent.post(at("draft", ticket.pk, "note"), {"text": "à rappeler demain"})

    assert "à rappeler demain" in agent.get(at("timeline", ticket.pk)).content.decode()

    agent.post(at("add_note", ticket.pk), {"text": "à rappeler demain", "kind": "note"})
    assert not Draft.objects.exists()


def test_two_people_on_a_ticket_see_each_other(ticket: Ticket, agent: Browser, conditia: Cast) -> None:
    signed_in(conditia.other_agent).get(at("viewers", ticket.pk))

    assert "Other_agent Test" in agent.get(at("viewers", ticket.pk)).content.decode()


def test_the_next_question_says_why_it_is_asked(ticket: Ticket, agent: Browser) -> None:
    page = agent.get(at("next_question", ticket.pk)).content.decode()

    assert page.index('data-question="safety"') < page.index('data-question="consequence"')
    assert "P1" in page


def test_the_criticality_is_shown_with_its_reasons_beside_what_is_felt(ticket: Ticket, agent: Browser) -> None:
    agent.post(at("fact", ticket.pk, "perceived_urgency"), {"value": "blocking", "seen": "0"})

    page = agent.get(at("criticality", ticket.pk)).content.decode()

    assert "arrows-exchange" in page  # the gap is shown
    assert page.count("<li>") == 2
    ticket.refresh_from_db()
    assert (ticket.criticality, ticket.perceived_urgency) == ("P4", "blocking")


def test_a_criticality_is_set_by_hand_and_given_back(ticket: Ticket, agent: Browser) -> None:
    agent.post(at("override", ticket.pk), {"to": "P1", "motive": "visite du préfet"}, headers=HTMX)
    assert "visite du préfet" in agent.get(at("criticality", ticket.pk)).content.decode()

    agent.post(at("lift_override", ticket.pk), headers=HTMX)
    ticket.refresh_from_db()
    assert ticket.level is Criticality.P4


def test_a_ticket_is_opened_from_its_call_and_its_panel_follows(conditia: Cast, agent: Browser) -> None:
    call = make_call(conditia)
    CallFact.objects.create(call=call, name="impact", value="stopped", words="plus rien", source="speech", at=AT)
    assert b"data-ticket-id" not in agent.get(at("for_call", call.pk)).content

    answer = agent.post(at("open_for_call", call.pk), headers=HTMX, follow=True)

    opened = Ticket.objects.get()
    assert f'data-ticket-id="{opened.pk}"' in answer.content.decode()
    assert "plus rien" in answer.content.decode()


def test_a_call_is_attached_to_an_open_ticket_of_the_caller(conditia: Cast, agent: Browser) -> None:
    heard = [actions.Heard("contact", conditia.contact.pk), actions.Heard("symptom", "Toujours le même bruit")]
    known = actions.open_ticket(conditia.client.pk, heard=heard, by=acting(conditia.agent), at=AT)
    call = make_call(conditia)
    assert "Toujours le même bruit" in agent.get(at("for_call", call.pk)).content.decode()
    assert "Toujours le même bruit" in agent.get(at("history", call.pk)).content.decode()

    agent.post(at("attach", call.pk, known.pk), headers=HTMX)

    assert TicketCall.objects.get(call=call).ticket == known


def test_a_ticket_lives_through_its_cards(ticket: Ticket, agent: Browser) -> None:
    agent.post(at("take_charge", ticket.pk), headers=HTMX)
    agent.post(at("pause", ticket.pk), {"reason": "parts", "awaited": "supplier"}, headers=HTMX)
    agent.post(at("resume", ticket.pk), headers=HTMX)
    agent.post(at("add_attempt", ticket.pk), {"action": "redémarrage", "result": "no_effect"}, headers=HTMX)
    text = {"text": "Je reprends", "outcome": "confirmed"}
    agent.post(at("confirm_reformulation", ticket.pk), text, headers=HTMX)
    incomplete = {"closure_code": "fixed", "cause": "", "solution": "nettoyé"}
    refused = agent.post(at("resolve", ticket.pk), incomplete, headers=HTMX)
    agent.post(at("resolve", ticket.pk), {**incomplete, "cause": "capteur"}, headers=HTMX)
    agent.post(at("close", ticket.pk), headers=HTMX)
    agent.post(at("reopen", ticket.pk), {"motive": "encore"}, headers=HTMX)

    assert refused.status_code == 422
    assert "nettoyé" in refused.content.decode()
    codes = list(Entry.objects.filter(subject_kind="ticket").order_by("id").values_list("code", flat=True))
    assert codes == [
        "ticket.opened",
        "ticket.taken",
        "ticket.paused",
        "ticket.resumed",
        "attempt.added",
        "reformulation.answered",
        "ticket.resolved",
        "ticket.closed",
        "ticket.reopened",
    ]


def test_reading_writes_nothing_and_each_write_is_one_entry_of_its_request(ticket: Ticket, agent: Browser) -> None:
    for name in (*FRAGMENTS, "ticket"):
        agent.get(at(name, ticket.pk))
    assert Entry.objects.count() == 1

    agent.post(at("fact", ticket.pk, "scope"), {"value": "public", "seen": "1"})
    agent.post(at("override", ticket.pk), {"to": "P1", "motive": "visite"})

    entries = Entry.objects.order_by("id")[1:]
    assert [entry.code for entry in entries] == ["ticket.qualified", "criticality.overridden"]
    assert len({entry.request_id for entry in entries} - {""}) == 2
    assert (entries[0].facts["before"], entries[0].facts["after"]) == ("one_person", "public")


def test_the_timeline_holds_everything_in_one_list_and_can_be_narrowed(
    ticket: Ticket, agent: Browser, conditia: Cast
) -> None:
    actions.add_note(ticket.pk, text="<b>vu</b> avec Odile", kind=NoteKind.REPLY, by=acting(conditia.agent), at=LATER)
    for seen, text in enumerate(["bru", "bruit sourd"], start=1):
        actions.qualify_ticket(ticket.pk, name="symptom", text=text, seen=seen, by=acting(conditia.agent), at=LATER)

    everything = agent.get(at("timeline", ticket.pk)).content.decode()
    words = agent.get(at("timeline", ticket.pk), {"show": "words"}).content.decode()

    assert "&lt;b&gt;vu&lt;/b&gt; avec Odile" in everything
    assert everything.count('data-code="ticket.qualified"') == 1
    assert 'data-code="ticket.opened"' in everything
    assert 'data-code="ticket.opened"' not in words and "avec Odile" in words


def test_the_list_finds_a_ticket_by_words_without_accents_or_plural(
    ticket: Ticket, agent: Browser, conditia: Cast
) -> None:
    other = actions.open_ticket(conditia.client.pk, by=acting(conditia.agent), at=AT)

    for text in ("arrête", "ARRETE", "lignes", str(ticket.number), "ligne arret"):
        page = agent.get(at("tickets"), {"q": text}).content.decode()
        assert "La ligne s&#x27;arrête" in page, text
        assert at("ticket", other.pk) not in page or text == str(ticket.number)
    assert "La ligne" not in agent.get(at("tickets"), {"q": "100%_"}).content.decode()


@pytest.mark.parametrize(
    "query",
    ["sort=password", "state=gone", "level=P9", "page=0", "page=x", "client=abc", "assignee__password=x", "tier=9"],
)
def test_a_list_refuses_what_it_does_not_offer(ticket: Ticket, agent: Browser, query: str) -> None:
    assert agent.get(f"{at('tickets')}?{query}").status_code == 400
    assert agent.get(f"{at('export')}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["sort=criticality&state=live", "level=P4", "type=", "tier=1", "mine=1", "sort=updated&page=1", "sort=oldest"],
)
def test_a_list_is_sorted_and_narrowed(ticket: Ticket, agent: Browser, query: str) -> None:
    agent.post(at("take_charge", ticket.pk))

    assert "La ligne s&#x27;arrête" in agent.get(f"{at('tickets')}?{query}").content.decode()


def test_an_exported_cell_is_never_a_formula(ticket: Ticket, agent: Browser) -> None:
    Ticket.objects.update(title='=HYPERLINK("http://x")')

    lines = b"".join(agent.get(at("export"))).decode()  # type: ignore[call-overload]

    assert "'=HYPERLINK" in lines


def _routes() -> list[tuple[str, tuple[str, ...]]]:
    """Return (name, parameters) of every address of this slice that names a ticket, a call or a client."""
    resolver = next(part for part in get_resolver().url_patterns if getattr(part, "app_name", "") == "tickets")
    found = []
    for pattern in resolver.url_patterns:  # type: ignore[union-attr]
        parameters = tuple(pattern.pattern.regex.groupindex)
        if {"ticket_id", "call_id", "client_id"} & set(parameters):
            found.append((str(pattern.name), parameters))
    return found


def _address(name: str, parameters: tuple[str, ...], cast: Cast, ticket: Ticket, call: Call) -> str:
    values = {"ticket_id": ticket.pk, "call_id": call.pk, "client_id": cast.client.pk, "name": "symptom"}
    return reverse(f"tickets:{name}", kwargs={parameter: values[parameter] for parameter in parameters})


def test_another_clients_ticket_exists_at_no_address(ticket: Ticket, conditia: Cast, logimetrie: Cast) -> None:
    call = make_call(conditia)
    before = Entry.objects.count()
    strangers = [signed_in(who) for who in (logimetrie.agent, logimetrie.administrator)]
    routes = _routes()
    assert len(routes) > 25

    for name, parameters in routes:
        address = _address(name, parameters, conditia, ticket, call)
        for browser in strangers:
            statuses = {
                browser.get(address).status_code,
                browser.post(address, {"to": "P1", "kind": "note"}).status_code,
            }
            assert statuses <= {404, 405, 422} and 404 in statuses, (name, statuses)
    assert Entry.objects.count() == before


def test_nobody_reads_anything_without_signing_in(ticket: Ticket, conditia: Cast) -> None:
    call = make_call(conditia)
    for name, parameters in _routes():
        answer = Browser().get(_address(name, parameters, conditia, ticket, call))
        assert answer.status_code in (302, 405), name


def test_a_list_shows_and_counts_only_the_clients_of_its_reader(
    ticket: Ticket, conditia: Cast, logimetrie: Cast
) -> None:
    stranger = signed_in(logimetrie.agent)

    page = stranger.get(at("tickets"), {"q": "ligne"}).content.decode()

    assert "La ligne" not in page and "Conditia" not in page
    assert stranger.get(at("tickets"), {"client": conditia.client.pk}).status_code == 404
    assert b"La ligne" not in b"".join(stranger.get(at("export")))  # type: ignore[call-overload]


def test_the_clients_own_fields_are_asked_and_kept(conditia: Cast, agent: Browser) -> None:
    field = {"code": "lot", "kind": "text", "label": {"fr": "Numéro de lot", "en": "Batch number"}}
    body = {"fields": [field]}
    save_policy(
        conditia.client.pk, kind=PolicyKind.FIELDS, body=body, seen_version=0, by=acting(conditia.administrator), at=AT
    )
    ticket = actions.open_ticket(conditia.client.pk, by=acting(conditia.agent), at=AT)

    assert "Numéro de lot" in agent.get(at("qualification", ticket.pk)).content.decode()
    agent.post(at("fact", ticket.pk, "own.lot"), {"value": "A-17", "seen": "0"}, headers=HTMX)

    assert 'value="A-17"' in agent.get(at("qualification", ticket.pk)).content.decode()
