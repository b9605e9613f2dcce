"""
The main story, whole: a call comes in over the telephone's socket, is understood, qualified, handed over, and resolved.

Everybody acts through the address that a browser uses; nothing is faked but the telephone exchange.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from calls.line import Line, Page
from cast import Cast
from journeys.screen import Screen
from vigie.calls.models import Call
from vigie.escalation.models import Handover, HandoverQuestion
from vigie.journal.queries import entries_about, flaws
from vigie.telephony.protocol import Bridge
from vigie.tickets.models import Commitment, Fact, Ticket


def say(screen: Screen, ticket: Ticket, name: str, value: str) -> None:
    """Type one answer into the qualification form, as the desk saves it."""
    seen = Fact.objects.filter(ticket=ticket, name=name, is_current=True).values_list("revision", flat=True).first()
    screen.must("tickets:fact", ticket.pk, name, value=value, seen=seen or 0)


def take_a_call(line: Line, desk: Page, cast: Cast) -> Call:
    """Let a caller say by keypad that something works badly and endangers nobody, and the agent pick up."""
    desk.ready()
    leg = line.node.arrive("0199002001", "0199001001")
    line.wait_for(leg, "bot")
    for keys in ("1", "1", "#", "2", "2", "2"):
        line.node.press(leg, keys)
    call = line.wait_for(leg, "ringing")
    assert cast.contact.name in desk.browser.get("/calls/current/").content.decode()
    assert desk.post(f"{call.pk}/take")["status"] in (200, 302)
    line.node.wait_for(Bridge, leg=leg)
    return call


def test_a_call_becomes_a_ticket_that_the_expert_can_work_on_without_calling_back(
    line: Line, acme: Cast, desk: Page
) -> None:
    call = take_a_call(line, desk, acme)
    agent, expert, supervisor = Screen(desk.browser), Screen.of(acme.expert2), Screen.of(acme.supervisor)
    assert str(acme.agent) in supervisor.read("steering:wallboard")

    # The ticket is opened from the call: what the attendant learned is not asked again.
    agent.must("tickets:open_for_call", call.pk)
    ticket = Ticket.objects.get()
    assert (ticket.client, ticket.site, ticket.assignee) == (acme.client, acme.site, acme.agent)
    assert Fact.objects.get(ticket=ticket, name="consequence").value == "hindered"
    started = ticket.level

    # Qualification: criticality follows the facts, whatever is felt.
    say(agent, ticket, "symptom", "La cellule de comptage s'arrête")
    say(agent, ticket, "perceived_urgency", "low")
    assert Ticket.objects.get().level == started
    say(agent, ticket, "consequence", "stopped")
    say(agent, ticket, "scope", "whole_site")
    graver = Ticket.objects.get()
    assert graver.level.gravity > started.gravity
    assert graver.perceived_urgency == "low"
    assert f"/tickets/{ticket.pk}/" in supervisor.read("steering:wallboard")

    # The gate: what is missing is named, and nothing leaves.
    sending = {"to": acme.n2.pk, "seen_tier": 1, "motive": "access", "words": "Le capteur est hors de notre accès"}
    status, refusal = agent.do("escalation:send", ticket.pk, **sending)
    assert (status, refusal["details"]["missing"]) == (422, ["context", "frequency", "attempt"])
    assert not Handover.objects.exists()

    # Completed, it goes.
    say(agent, ticket, "context", "Au changement de format")
    say(agent, ticket, "frequency", "often")
    agent.must("tickets:add_attempt", ticket.pk, action="Redémarrage du capteur", result="better")
    agent.must("escalation:send", ticket.pk, **sending)
    first = Handover.objects.get()
    assert "Au changement de format" in expert.read("escalation:detail", first.pk)

    # The expert asks, the agent answers where he is.
    expert.must("escalation:ask", first.pk, text="Quel lot ?")
    assert "Quel lot ?" in agent.read("escalation:notices")
    question = HandoverQuestion.objects.get()
    agent.must("escalation:answer", first.pk, question=question.pk, text="Lot 4711", source="caller")
    assert "Lot 4711" in expert.read("escalation:detail", first.pk)

    # The expert refuses: the sender has it back at once, its clocks running.
    expert.must("escalation:refuse", first.pk, motive="not_tried", words="Nettoyez d'abord la cellule")
    assert "Nettoyez d&#x27;abord la cellule" in agent.read("escalation:notices")
    assert Ticket.objects.get().assignee == acme.agent
    assert not Commitment.objects.filter(due_at=None).exists()

    # Tried, sent again, accepted: the work moves, the agent keeps the caller.
    agent.must("tickets:add_attempt", ticket.pk, action="Nettoyage de la cellule", result="no_effect")
    agent.must("escalation:send", ticket.pk, **sending)
    second = Handover.objects.get(round=2)
    assert agent.read("escalation:notices").count("Nettoyez") == 0
    expert.must("escalation:accept", second.pk)
    second.refresh_from_db()
    moved = Ticket.objects.get()
    assert (moved.tier, moved.assignee, second.spokesperson) == (2, acme.expert2, acme.agent)

    # Resolved by the expert.
    expert.must(
        "tickets:resolve", ticket.pk, closure_code="fixed", cause="Capteur encrassé", solution="Capteur remplacé"
    )
    assert Ticket.objects.get().state == "resolved"
    assert not Commitment.objects.filter(met_at=None).exists()
    assert f"/tickets/{ticket.pk}/" not in supervisor.read("steering:wallboard")

    # Everything is on one timeline, in order, and the chain holds.
    entries = list(entries_about("ticket", ticket.pk))
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert [entry.code for entry in entries if entry.code.startswith(("handover.", "ticket.res", "ticket.op"))] == [
        "ticket.opened",
        "handover.sent",
        "handover.asked",
        "handover.answered",
        "handover.refused",
        "handover.sent",
        "handover.accepted",
        "ticket.resolved",
    ]
    assert {entry.actor_id for entry in entries} == {acme.agent.pk, acme.expert2.pk}
    timeline = expert.read("tickets:timeline", ticket.pk)
    for words in ("Quel lot ?", "Lot 4711", "Redémarrage du capteur", "Nettoyage de la cellule"):
        assert words in timeline
    assert list(flaws()) == []


def test_stopped_operations_bring_a_person_and_may_leave_before_everything_is_known(
    line: Line, acme: Cast, desk: Page
) -> None:
    desk.ready()
    leg = line.node.arrive("0199002001", "0199001001")
    line.wait_for(leg, "bot")
    for keys in ("1", "1", "#", "1"):
        line.node.press(leg, keys)
    call = line.wait_for(leg, "ringing")
    assert call.stakes == 4  # a human at once
    desk.post(f"{call.pk}/take")
    agent, expert, supervisor = Screen(desk.browser), Screen.of(acme.expert2), Screen.of(acme.supervisor)
    agent.must("tickets:open_for_call", call.pk)
    ticket = Ticket.objects.get()

    agent.must(
        "escalation:send",
        ticket.pk,
        to=acme.n2.pk,
        seen_tier=1,
        motive="emergency",
        words="Production arrêtée, le capteur fume",
        emergency="yes",
    )

    handover = Handover.objects.get()
    assert handover.emergency and not handover.is_complete
    assert f"/tickets/{ticket.pk}/" in supervisor.read("steering:wallboard")  # reported
    expert.must("escalation:accept", handover.pk)
    status, refusal = agent.do("escalation:complete", handover.pk)
    assert (status, refusal["code"]) == (422, "handover_incomplete")
    for name, value in (("symptom", "Fumée"), ("context", "En marche"), ("frequency", "once")):
        say(agent, ticket, name, value)
    agent.must("tickets:add_attempt", ticket.pk, action="Arrêt d'urgence", result="better")
    agent.must("escalation:complete", handover.pk)
    assert Handover.objects.get().is_complete
    assert "Fumée" in expert.read("escalation:detail", handover.pk)
    assert list(flaws()) == []


def test_two_groups_that_disagree_twice_are_told_apart_by_their_supervisor(line: Line, acme: Cast, desk: Page) -> None:
    call = take_a_call(line, desk, acme)
    agent, expert, supervisor = Screen(desk.browser), Screen.of(acme.expert2), Screen.of(acme.supervisor)
    agent.must("tickets:open_for_call", call.pk)
    ticket = Ticket.objects.get()
    for name, value in (("symptom", "Arrêts"), ("context", "Au démarrage"), ("frequency", "often")):
        say(agent, ticket, name, value)
    agent.must("tickets:add_attempt", ticket.pk, action="Redémarrage", result="no_effect")
    sending = {"to": acme.n2.pk, "seen_tier": 1, "motive": "skill"}
    for _ in range(2):
        agent.must("escalation:send", ticket.pk, **sending)
        expert.must(
            "escalation:refuse", Handover.objects.order_by("round").last().pk, motive="other_group", words="N3 ?"
        )

    status, refusal = agent.do("escalation:send", ticket.pk, **sending)

    assert (status, refusal["code"]) == (409, "ping_pong_frozen")
    alert = Handover.objects.order_by("round").last().alerts.get()
    assert alert.told == acme.supervisor
    status, _ = expert.do("escalation:settle", alert.pk, settlement="may_send_again")
    assert status == 403
    supervisor.must("escalation:settle", alert.pk, settlement="may_send_again", words="N2 prend")
    agent.must("escalation:send", ticket.pk, **sending)
    assert datetime.now(UTC) - Handover.objects.order_by("round").last().sent_at < timedelta(minutes=1)
