"""What agents, experts and administrators see of a hand-over, and do with it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from cast import AT, Cast, acting, signed_in
from escalation.situations import hand_over, make_ticket, refuse
from vigie.directory.models import Staff
from vigie.directory.queries import current_policy
from vigie.escalation.actions.receive import ask_question
from vigie.escalation.models import Handover, HandoverQuestion
from vigie.escalation.queries import escalation_policy
from vigie.escalation.rules.words import State
from vigie.tickets.models import Ticket
from vigie.tickets.rules.vocabulary import Criticality

HTMX = {"HX-Request": "true"}


def fragment(staff: Staff, ticket: Ticket, **query: object) -> str:
    response = signed_in(staff).get(reverse("escalation:ticket", args=[ticket.pk]), query, headers=HTMX)
    assert response.status_code == 200
    return str(response.content.decode())


def post(staff: Staff, name: str, pk: int, **fields: object) -> int:
    address = reverse(f"escalation:{name}", args=[pk])
    return signed_in(staff).post(address, fields, headers={**HTMX, "Accept": "application/json"}).status_code


def test_the_form_lists_what_is_missing_and_where_to_write_it(conditia: Cast) -> None:
    page = fragment(conditia.agent, make_ticket(conditia, known=False))

    assert 'href="#field-symptom"' in page
    assert 'href="#field-environment"' not in page  # the equipment says it


def test_the_agent_is_offered_the_next_tier_and_the_supervisor_every_tier(conditia: Cast) -> None:
    ticket = make_ticket(conditia)

    assert f'<option value="{conditia.n3.pk}"' not in fragment(conditia.agent, ticket)
    assert f'<option value="{conditia.n3.pk}"' in fragment(conditia.supervisor, ticket)


def test_only_a_true_emergency_is_offered_to_go_first(conditia: Cast) -> None:
    assert 'name="emergency"' not in fragment(conditia.agent, make_ticket(conditia))
    assert 'name="emergency"' in fragment(conditia.agent, make_ticket(conditia, criticality=Criticality.P1))


def test_sending_from_the_desk_hands_over(conditia: Cast) -> None:
    ticket = make_ticket(conditia)

    assert post(conditia.agent, "send", ticket.pk, to=conditia.n2.pk, seen_tier=1, motive="skill") == 204

    page = fragment(conditia.agent, ticket)
    assert reverse("escalation:take_back", args=[Handover.objects.get().pk]) in page
    assert reverse("escalation:send", args=[ticket.pk]) not in page


def test_an_incomplete_hand_over_is_refused_with_the_list_of_what_is_missing(conditia: Cast) -> None:
    ticket = make_ticket(conditia, known=False)
    browser = signed_in(conditia.agent)

    response = browser.post(
        reverse("escalation:send", args=[ticket.pk]),
        {"to": conditia.n2.pk, "seen_tier": 1, "motive": "skill"},
        headers={"Accept": "application/json"},
    )

    assert response.status_code == 422
    assert response.json()["code"] == "handover_incomplete"
    assert response.json()["details"]["missing"] == ["symptom", "context", "frequency", "attempt"]


def test_a_second_decision_gets_a_conflict_with_the_winner_s_name(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))
    assert post(conditia.expert2, "accept", handover.pk) == 204

    response = signed_in(conditia.supervisor).post(
        reverse("escalation:accept", args=[handover.pk]), headers={"Accept": "application/json"}
    )

    assert response.status_code == 409
    assert response.json()["details"]["winner"] == str(conditia.expert2)
    assert str(conditia.expert2) in response.json()["message"]


@pytest.mark.parametrize("fields", [{"motive": "tired"}, {"motive": "incomplete"}, {}])
def test_a_refusal_needs_a_known_motive_and_what_is_missing(conditia: Cast, fields: dict[str, str]) -> None:
    handover = hand_over(conditia, make_ticket(conditia))

    assert post(conditia.expert2, "refuse", handover.pk, **fields) == 422


def test_the_sender_reads_the_refusal_beside_the_ticket_and_on_any_screen(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)
    post(conditia.expert2, "refuse", handover.pk, motive="incomplete", lacking="context", words="À quel moment ?")

    assert "À quel moment ?" in fragment(conditia.agent, ticket)
    assert "À quel moment ?" in notices(conditia.agent)
    assert "À quel moment ?" not in notices(conditia.other_agent)


def test_a_refusal_leaves_the_screen_once_the_ticket_is_sent_again(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    refuse(conditia, hand_over(conditia, ticket), words="À quel moment ?")

    hand_over(conditia, ticket)

    assert "À quel moment ?" not in notices(conditia.agent)


def notices(staff: Staff) -> str:
    return str(signed_in(staff).get(reverse("escalation:notices")).content.decode())


def test_a_question_is_answered_where_it_is_read(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))
    assert post(conditia.expert2, "ask", handover.pk, text="Quel lot ?") == 204
    question = HandoverQuestion.objects.get()
    assert "Quel lot ?" in notices(conditia.agent)

    sent = post(conditia.agent, "answer", handover.pk, question=question.pk, text="4711", source="caller")

    question.refresh_from_db()
    assert sent == 204
    assert question.answer is not None and question.answer.text == "4711"
    assert "Quel lot ?" not in notices(conditia.agent)


def test_the_inbox_puts_the_gravest_first_then_what_must_be_answered_first(conditia: Cast) -> None:
    late = hand_over(conditia, make_ticket(conditia), at=AT + timedelta(minutes=10))
    early = hand_over(conditia, make_ticket(conditia))
    grave = hand_over(conditia, make_ticket(conditia, criticality=Criticality.P1), at=AT + timedelta(minutes=20))

    page = inbox(signed_in(conditia.expert2))

    places = [page.index(reverse("escalation:detail", args=[handover.pk])) for handover in (grave, early, late)]
    assert places == sorted(places)


def inbox(browser: Browser, **query: object) -> str:
    response = browser.get(reverse("escalation:inbox"), query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_each_shelf_holds_what_its_name_says(conditia: Cast) -> None:
    waiting, worked_on = hand_over(conditia, make_ticket(conditia)), hand_over(conditia, make_ticket(conditia))
    post(conditia.expert2, "accept", worked_on.pk)
    ask_question(waiting.pk, text="Quel lot ?", by=acting(conditia.expert2), at=AT)
    expert, agent = signed_in(conditia.expert2), signed_in(conditia.agent)

    def holds(browser: Browser, shelf: str) -> list[bool]:
        page = inbox(browser, shelf=shelf)
        return [reverse("escalation:detail", args=[handover.pk]) in page for handover in (waiting, worked_on)]

    assert holds(expert, "waiting") == [True, False]
    assert holds(expert, "mine") == [False, True]
    assert holds(expert, "asked") == [True, False]
    assert holds(agent, "waiting") == [False, False]
    assert holds(agent, "asked") == [True, False]
    assert holds(agent, "sent") == [True, False]


def test_the_inbox_finds_by_number_and_by_words(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    address = reverse("escalation:detail", args=[hand_over(conditia, ticket).pk])
    browser = signed_in(conditia.expert2)

    assert address in inbox(browser, q="blister")
    assert address in inbox(browser, q=str(ticket.number))
    assert address not in inbox(browser, q="pompe")


def test_the_inbox_reads_few_queries_however_long_it_is(conditia: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(12):
        hand_over(conditia, make_ticket(conditia))
    browser = signed_in(conditia.expert2)

    with django_assert_max_num_queries(15):
        inbox(browser)


def test_strangers_see_nothing(conditia: Cast, logimetrie: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)
    browser = signed_in(logimetrie.expert2)

    for address in (reverse("escalation:ticket", args=[ticket.pk]), reverse("escalation:detail", args=[handover.pk])):
        assert browser.get(address).status_code == 404
    assert post(logimetrie.expert2, "accept", handover.pk) == 404
    assert reverse("escalation:detail", args=[handover.pk]) not in inbox(browser)
    assert reverse("escalation:detail", args=[handover.pk]) not in inbox(signed_in(logimetrie.supervisor))


def test_the_list_is_exported_without_formulas(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    Ticket.objects.filter(pk=ticket.pk).update(title="=1+1")
    hand_over(conditia, ticket)

    response = signed_in(conditia.expert2).get(reverse("escalation:inbox_list"), {"format": "csv"})

    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert len(lines) == 2
    assert "'=1+1" in lines[1]


def test_the_detail_shows_everything_the_receiver_is_given(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))

    page = signed_in(conditia.expert2).get(reverse("escalation:detail", args=[handover.pk])).content.decode()

    assert "Au changement de format" in page
    assert "Redémarrage du capteur" in page
    assert reverse("escalation:refuse", args=[handover.pk]) in page


def test_without_script_a_decision_leads_back_to_a_page(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))

    response = signed_in(conditia.expert2).post(reverse("escalation:accept", args=[handover.pk]))

    handover.refresh_from_db()
    assert (response.status_code, handover.state) == (302, State.ACCEPTED)


def test_an_administrator_settles_hand_overs_by_screen(conditia: Cast) -> None:
    browser, address = signed_in(conditia.administrator), reverse("escalation:settings", args=[conditia.client.pk])
    assert browser.get(address).status_code == 200
    fields = {
        "seen_version": 0,
        "needs": ["since"],
        "needs_3": ["scope"],
        "route_environment": [""],
        "route_group": [f"2:{conditia.n2.pk}"],
        **{f"minutes_P{level}": 10 * level for level in range(1, 5)},
        **{f"clock_P{level}": "open" for level in range(1, 5)},
        "supervisor": conditia.supervisor.pk,
    }

    response = browser.post(address, fields)

    policy = escalation_policy(conditia.client.pk)
    assert response.status_code == 302
    assert (policy.needs, policy.needs_for["tier:3"], policy.supervisor) == (
        ("since",),
        ("scope",),
        conditia.supervisor.pk,
    )
    assert policy.accept_within[Criticality.P2].delay == timedelta(minutes=20)
    assert browser.post(address, fields).status_code == 409
    assert browser.post(address, {**fields, "seen_version": 1, "minutes_P1": "soon"}).status_code == 422
    kept = current_policy(conditia.client.pk, "escalation")  # type: ignore[arg-type]
    assert kept is not None and kept.version == 1


def test_settings_are_for_administrators(conditia: Cast, logimetrie: Cast) -> None:
    address = reverse("escalation:settings", args=[conditia.client.pk])

    assert signed_in(conditia.supervisor).get(address).status_code == 403
    assert signed_in(logimetrie.administrator).get(address).status_code == 404


def test_what_is_known_is_read_in_the_order_it_is_asked(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))

    page = signed_in(conditia.expert2).get(reverse("escalation:detail", args=[handover.pk])).content.decode()

    assert page.index("La cellule de comptage") < page.index("Au changement de format")


def test_the_one_who_asks_is_not_offered_to_answer(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))
    ask_question(handover.pk, text="Quel lot ?", by=acting(conditia.expert2), at=AT)
    address = reverse("escalation:answer", args=[handover.pk])

    def offered_to(staff: Staff) -> bool:
        page = signed_in(staff).get(reverse("escalation:detail", args=[handover.pk])).content.decode()
        return address in page

    assert offered_to(conditia.agent)
    assert not offered_to(conditia.expert2)
