"""A supervisor sees what happens now, for his clients and no other, and may act on it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from cast import Cast, acting, signed_in
from escalation.situations import hand_over, make_ticket
from steering.situations import make_call, make_ended, make_present, make_talking, make_waiting, now
from vigie.calls.models import AgentPresence, Call, CallbackProposal, QueueEntry
from vigie.calls.rules.states import AgentState, CallState, Outcome, Stakes
from vigie.directory.models import Membership, Staff
from vigie.errors import Forbidden, NotFound
from vigie.escalation.jobs import lapse_one
from vigie.escalation.models import HierarchicalAlert
from vigie.journal.actions import beat
from vigie.journal.queries import entries_about
from vigie.steering.actions import (
    CannotBeCalledBack,
    MotiveNeeded,
    NeedsAPerson,
    NotWaiting,
    put_call_first,
    steer_agent,
    take_call_out,
)
from vigie.steering.queries import queue, routing_policies
from vigie.steering.rules import QueueMotive
from vigie.steering.views import rows
from vigie.tickets.models import CalendarSnapshot, Commitment, Ticket
from vigie.tickets.rules.vocabulary import Criticality


def board(reader: Staff, *casts: Cast) -> rows.Board:
    return rows.board([cast.client for cast in casts], reader=acting(reader), at=now())


def page(reader: Staff, **query: object) -> str:
    response = signed_in(reader).get(reverse("steering:wallboard"), query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_every_call_stands_where_it_is(conditia: Cast) -> None:
    in_bot, waiting = make_call(conditia), make_waiting(conditia)
    talking = make_talking(conditia, conditia.agent)

    seen = board(conditia.supervisor, conditia)

    assert [call.id for call in seen.in_bot] == [in_bot.pk]
    assert [call.id for queue in seen.queues for call in queue.calls] == [waiting.pk]
    assert [(call.id, call.agent) for call in seen.talking] == [(talking.pk, str(conditia.agent))]


def test_a_caller_brought_to_a_number_of_last_resort_is_still_in_sight(conditia: Cast) -> None:
    call = make_call(conditia)
    Call.objects.filter(pk=call.pk).update(state=CallState.FALLBACK)

    assert [row.id for row in board(conditia.supervisor, conditia).elsewhere] == [call.pk]
    assert f"/calls/{call.pk}/" in page(conditia.supervisor)


def test_the_queue_is_shown_by_what_is_at_stake_and_not_by_arrival(conditia: Cast) -> None:
    early = make_waiting(conditia, stakes=Stakes.COMFORT, ago_s=60)
    grave = make_waiting(conditia, stakes=Stakes.CRITICAL, ago_s=5)

    (shown,) = board(conditia.supervisor, conditia).queues

    assert [(call.id, call.position) for call in shown.calls] == [(grave.pk, 1), (early.pk, 2)]
    assert shown.oldest == QueueEntry.objects.get(call=early).entered_at


def test_a_long_call_is_no_alarm(conditia: Cast) -> None:
    make_talking(conditia, conditia.agent, ago_s=4 * 3600)

    assert "is-late" not in page(conditia.supervisor)
    assert "is-alarming" not in page(conditia.supervisor)


def test_agents_are_shown_with_their_state_and_since_when(conditia: Cast) -> None:
    presence = make_present(conditia.agent, AgentState.AWAY)
    AgentPresence.objects.filter(pk=presence.pk).update(reason="lunch")

    (shown,) = board(conditia.supervisor, conditia).agents

    assert (shown.name, shown.state, shown.since) == (str(conditia.agent), "away", presence.since)


def test_critical_tickets_and_only_live_ones_are_shown(conditia: Cast) -> None:
    grave = make_ticket(conditia, criticality=Criticality.P1)
    make_ticket(conditia, criticality=Criticality.P3)
    ended = make_ticket(conditia, criticality=Criticality.P1)
    Ticket.objects.filter(pk=ended.pk).update(state="resolved", closure_code="fixed")

    assert [ticket.id for ticket in board(conditia.supervisor, conditia).tickets] == [grave.pk]


def test_clocks_at_risk_are_those_warned_of_and_not_met(conditia: Cast) -> None:
    calm, warned, breached, met = (_clock(make_ticket(conditia), place) for place in range(4))
    Commitment.objects.filter(pk__in=[warned.pk, breached.pk, met.pk]).update(warned_75_at=now())
    Commitment.objects.filter(pk=breached.pk).update(breached_at=now())
    Commitment.objects.filter(pk=met.pk).update(met_at=now())

    shown = board(conditia.supervisor, conditia).clocks

    assert {clock.ticket_id: clock.is_breached for clock in shown} == {
        warned.ticket_id: False,
        breached.ticket_id: True,
    }
    assert calm.ticket_id not in {clock.ticket_id for clock in shown}


def _clock(ticket: Ticket, place: int) -> Commitment:
    calendar, _ = CalendarSnapshot.objects.get_or_create(
        client=ticket.client, digest="x", defaults={"version": 0, "body": {}}
    )
    return Commitment.objects.create(
        ticket=ticket,
        kind="resolve",
        target_s=3600,
        calendar=calendar,
        started_at=now(),
        due_at=now() + timedelta(minutes=place),
    )


def test_an_unanswered_hand_over_and_its_alert_are_shown(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))
    lapse_one(handover.accept_due)

    seen = board(conditia.supervisor, conditia)

    assert [row.id for row in seen.handovers] == [handover.pk]
    assert [alert.told for alert in seen.alerts] == [str(conditia.supervisor)]


def test_an_alert_is_settled_from_the_wallboard(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))
    lapse_one(handover.accept_due)
    alert = HierarchicalAlert.objects.get()

    response = signed_in(conditia.supervisor).post(
        reverse("escalation:settle", args=[alert.pk]), {"settlement": "seen"}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 204
    assert not board(conditia.supervisor, conditia).alerts


def test_both_service_levels_are_shown_by_client(conditia: Cast) -> None:
    for waited_s, answered in ((10, True), (40, True), (10, False), (60, False)):
        make_ended(conditia, waited_s=waited_s, answered=answered)
    make_ended(conditia, waited_s=2, answered=False)

    (level,) = board(conditia.supervisor, conditia).levels

    assert (level.answered, level.abandoned, level.short_abandoned) == (2, 2, 1)
    assert (level.of_answered, level.of_all) == ("50\u202f%", "50\u202f%")


def test_a_part_that_is_silent_says_degraded_mode(conditia: Cast) -> None:
    assert "server-off" not in page(conditia.supervisor)
    beat("phone", at=now() - timedelta(minutes=2), late_after_s=10)

    assert "phone" in board(conditia.supervisor, conditia).late_parts
    assert "server-off" in page(conditia.supervisor)


def test_a_reader_watches_his_clients_and_no_other(conditia: Cast, logimetrie: Cast) -> None:
    for cast in (conditia, logimetrie):
        make_waiting(cast)
        make_talking(cast, cast.agent)
        make_ticket(cast, criticality=Criticality.P1)
        hand_over(cast, make_ticket(cast))

    for reader in (conditia.supervisor, conditia.client_manager):
        shown = page(reader)
        assert conditia.client.name in shown
        assert logimetrie.client.name not in shown
    assert logimetrie.client.name not in page(conditia.supervisor, client=logimetrie.client.pk)


def test_the_wallboard_is_for_those_who_may_see_it(conditia: Cast) -> None:
    assert signed_in(conditia.agent).get(reverse("steering:wallboard")).status_code == 403
    assert signed_in(conditia.agent).get(reverse("steering:trend")).status_code == 403


def test_a_client_manager_sees_and_does_not_steer(conditia: Cast) -> None:
    call = make_waiting(conditia)
    make_present(conditia.agent)

    assert reverse("steering:put_first", args=[call.pk]) not in page(conditia.client_manager)
    with pytest.raises(Forbidden):
        put_call_first(call.pk, motive=QueueMotive.CONTEXT, by=acting(conditia.client_manager), at=now())
    with pytest.raises((Forbidden, NotFound)):
        steer_agent(conditia.agent.pk, state=AgentState.AWAY, by=acting(conditia.client_manager), at=now())


def test_a_supervisor_of_several_clients_filters_by_one(conditia: Cast, logimetrie: Cast) -> None:
    Membership.objects.create(staff=conditia.supervisor, client=logimetrie.client, role="supervisor")
    ours = make_waiting(conditia)
    theirs = make_waiting(logimetrie)

    shown = page(conditia.supervisor, client=logimetrie.client.pk)

    assert reverse("steering:put_first", args=[theirs.pk]) in shown
    assert reverse("steering:put_first", args=[ours.pk]) not in shown
    assert f'option value="{conditia.client.pk}"' in shown


def test_the_page_reads_few_queries_however_busy_the_day(conditia: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(8):
        make_waiting(conditia)
        make_call(conditia)
        make_ended(conditia, waited_s=10, answered=True)
        _clock(make_ticket(conditia, criticality=Criticality.P1), 1)
        hand_over(conditia, make_ticket(conditia))
    make_talking(conditia, conditia.agent)
    browser = signed_in(conditia.supervisor)

    with django_assert_max_num_queries(15):
        browser.get(reverse("steering:wallboard"))


def test_a_call_put_first_goes_before_older_ones(conditia: Cast) -> None:
    older, chosen = make_waiting(conditia, ago_s=120), make_waiting(conditia, ago_s=10)

    put_call_first(chosen.pk, motive=QueueMotive.CONTEXT, by=acting(conditia.supervisor), at=now())

    places, _ = queue(routing_policies([conditia.client.pk]), at=now())
    assert [place.call for place in places] == [str(chosen.pk), str(older.pk)]
    assert entries_about("call", chosen.pk).get().facts == {"motive": "context"}


def test_nobody_is_moved_in_the_queue_without_a_motive(conditia: Cast) -> None:
    with pytest.raises(MotiveNeeded):
        put_call_first(make_waiting(conditia).pk, motive=None, by=acting(conditia.supervisor), at=now())


def test_a_call_that_waits_no_more_cannot_be_steered(conditia: Cast) -> None:
    call = make_talking(conditia, conditia.agent)

    with pytest.raises(NotWaiting):
        put_call_first(call.pk, motive=QueueMotive.CONTEXT, by=acting(conditia.supervisor), at=now())


def test_a_caller_let_go_is_told_and_listed_for_a_call_back(conditia: Cast) -> None:
    call = make_waiting(conditia, stakes=Stakes.COMFORT)

    take_call_out(call.pk, motive=QueueMotive.CAPACITY, by=acting(conditia.supervisor), at=now())

    call.refresh_from_db()
    assert (call.state, call.leaving_as) == (CallState.LEAVING, Outcome.CALLBACK)
    assert CallbackProposal.objects.get().number == conditia.caller_id


@pytest.mark.parametrize("grave", [{"stakes": Stakes.CRITICAL}, {"is_angry": True}])
def test_who_needs_a_person_is_never_let_go(conditia: Cast, grave: dict[str, object]) -> None:
    call = make_waiting(conditia, **grave)  # type: ignore[arg-type]

    with pytest.raises(NeedsAPerson):
        take_call_out(call.pk, motive=QueueMotive.CAPACITY, by=acting(conditia.supervisor), at=now())

    assert Call.objects.get(pk=call.pk).state == CallState.QUEUED


def test_a_caller_whose_number_is_withheld_is_not_let_go(conditia: Cast) -> None:
    call = make_waiting(conditia, stakes=Stakes.COMFORT)
    Call.objects.filter(pk=call.pk).update(caller_id="")

    with pytest.raises(CannotBeCalledBack):
        take_call_out(call.pk, motive=QueueMotive.CAPACITY, by=acting(conditia.supervisor), at=now())


def test_a_supervisor_sends_an_agent_away_with_a_reason(conditia: Cast) -> None:
    make_present(conditia.agent)
    address = reverse("steering:agent_state", args=[conditia.agent.pk])

    assert signed_in(conditia.supervisor).post(address, {"state": "away", "reason": "break"}).status_code == 302

    presence = AgentPresence.objects.get(staff=conditia.agent)
    assert (presence.state, presence.reason) == (AgentState.AWAY, "break")


def test_a_supervisor_does_not_steer_the_agents_of_others(conditia: Cast, logimetrie: Cast) -> None:
    make_present(logimetrie.agent)

    with pytest.raises(NotFound):
        steer_agent(logimetrie.agent.pk, state=AgentState.AWAY, by=acting(conditia.supervisor), at=now())


def test_a_supervisor_takes_a_ticket_over(conditia: Cast) -> None:
    ticket = make_ticket(conditia, criticality=Criticality.P1)

    signed_in(conditia.supervisor).post(reverse("steering:take_over", args=[ticket.pk]))

    ticket.refresh_from_db()
    assert ticket.assignee == conditia.supervisor


@pytest.mark.parametrize("table", ["queue", "calls", "agents", "tickets", "clocks", "handovers", "levels"])
def test_every_table_can_be_exported(conditia: Cast, table: str) -> None:
    make_waiting(conditia)
    make_talking(conditia, conditia.agent)
    ticket = make_ticket(conditia, criticality=Criticality.P1)
    clock = _clock(ticket, 1)
    Commitment.objects.filter(pk=clock.pk).update(warned_75_at=now())
    hand_over(conditia, ticket)

    response = signed_in(conditia.supervisor).get(reverse("steering:board"), {"format": "csv", "table": table})

    headings, *lines = csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";")
    assert len(lines) == 1
    assert len(lines[0]) == len(headings)


def test_an_unknown_table_is_not_there(conditia: Cast) -> None:
    browser = signed_in(conditia.supervisor)

    assert browser.get(reverse("steering:board"), {"format": "csv", "table": "secrets"}).status_code == 404


def test_today_is_drawn_hour_by_hour(conditia: Cast) -> None:
    make_ended(conditia, waited_s=10, answered=True)

    drawing = signed_in(conditia.supervisor).get(reverse("steering:trend")).content.decode()

    assert drawing.count("<rect") == 24
