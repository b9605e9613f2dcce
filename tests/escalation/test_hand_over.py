"""A ticket goes from one tier to the next with what is needed to work on it, and nothing is decided twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cast import AT, Cast, acting
from escalation.situations import KNOWN, hand_over, learn, make_ticket, refuse, tried
from vigie.directory.actions import save_policy
from vigie.directory.models import PolicyKind
from vigie.errors import Forbidden, NotFound
from vigie.escalation.actions.locking import AlreadyDecided
from vigie.escalation.actions.receive import accept_handover, ask_question, lapse_handover
from vigie.escalation.actions.send import (
    AlreadyAnswered,
    AlreadyHandedOver,
    NothingWritten,
    TierMoved,
    answer_question,
    complete_handover,
    take_back,
)
from vigie.escalation.actions.settle import AlreadySettled, settle_alert
from vigie.escalation.jobs import SWEEPS
from vigie.escalation.models import Handover, HierarchicalAlert
from vigie.escalation.queries import bounces
from vigie.escalation.rules.sending import GroupDisabled, HandoverIncomplete, PingPongFrozen
from vigie.escalation.rules.words import AlertReason, AnswerSource, Motive, Settlement, State
from vigie.journal.models import Entry
from vigie.journal.queries import entries_about
from vigie.tickets.actions.access import TicketEnded
from vigie.tickets.models import Note
from vigie.tickets.rules.vocabulary import Criticality, TicketState

LATER = AT + timedelta(minutes=5)


def codes(ticket_id: int) -> list[str]:
    return list(entries_about("ticket", ticket_id).values_list("code", flat=True))


def test_a_hand_over_that_lacks_something_is_refused_and_leaves_no_trace(conditia: Cast) -> None:
    ticket = make_ticket(conditia, known=False)
    learn(ticket, symptom="arrêts", environment="pharmaceutical")

    with pytest.raises(HandoverIncomplete) as refusal:
        hand_over(conditia, ticket)

    assert refusal.value.details["missing"] == ["context", "frequency", "attempt"]
    assert not Handover.objects.exists()
    assert not Entry.objects.exists()


def test_the_receiver_is_given_everything_that_is_known(conditia: Cast) -> None:
    ticket = make_ticket(conditia)

    handover = hand_over(conditia, ticket, words="Le capteur est hors de notre accès")

    given = {name: fact["value"] for name, fact in handover.payload["facts"].items()}
    assert given == {**KNOWN, "equipment_weight": "2"}
    assert [attempt["action"] for attempt in handover.payload["attempts"]] == ["Redémarrage du capteur"]
    assert handover.words is not None and handover.words.text == "Le capteur est hors de notre accès"
    assert (handover.from_group, handover.to_group, handover.round) == (conditia.n1, conditia.n2, 1)


def test_until_somebody_accepts_the_ticket_stays_with_its_sender(conditia: Cast) -> None:
    ticket = make_ticket(conditia)

    hand_over(conditia, ticket)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.tier, ticket.assignee) == (TicketState.HANDED_OVER, 1, conditia.agent)


def test_accepting_moves_the_work_and_leaves_the_caller_with_n1(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)

    accept_handover(handover.pk, by=acting(conditia.expert2), at=LATER)

    ticket.refresh_from_db()
    handover.refresh_from_db()
    assert (ticket.tier, ticket.group, ticket.assignee) == (2, conditia.n2, conditia.expert2)
    assert ticket.state == TicketState.IN_PROGRESS
    assert handover.spokesperson == conditia.agent
    assert codes(ticket.pk) == ["handover.sent", "handover.accepted"]


def test_n1_goes_on_speaking_with_the_caller_when_n2_hands_over_to_n3(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    accept_handover(hand_over(conditia, ticket).pk, by=acting(conditia.expert2), at=LATER)

    second = hand_over(conditia, ticket, by=conditia.expert2, to_group=conditia.n3.pk, seen_tier=2, at=LATER)

    assert (second.round, second.from_group, second.spokesperson) == (2, conditia.n2, conditia.agent)


def test_the_time_to_accept_depends_on_criticality(conditia: Cast) -> None:
    grave, usual = (make_ticket(conditia, criticality=level) for level in (Criticality.P1, Criticality.P3))

    assert hand_over(conditia, grave).accept_due == AT + timedelta(minutes=15)
    assert hand_over(conditia, usual).accept_due == AT + timedelta(hours=1)


def test_the_time_to_accept_runs_in_the_client_s_hours_where_its_policy_says_so(conditia: Cast) -> None:
    save_policy(
        conditia.client.pk,
        kind=PolicyKind.HOURS,
        body={"week": {"tue": [["08:00", "10:30"]], "wed": [["08:00", "18:00"]]}},
        seen_version=0,
        by=acting(conditia.administrator),
        at=AT,
    )

    due = hand_over(conditia, make_ticket(conditia)).accept_due  # Tuesday 10:00 in Paris

    assert due == AT + timedelta(hours=22, minutes=30)  # Wednesday 08:30


def test_an_emergency_goes_first_is_reported_and_is_completed_after(conditia: Cast) -> None:
    ticket = make_ticket(conditia, known=False, criticality=Criticality.P1)
    handover = hand_over(conditia, ticket, emergency=True, motive=Motive.EMERGENCY, words="Fuite de solvant")
    alert = HierarchicalAlert.objects.get(handover=handover)

    assert (handover.is_complete, alert.reason, alert.told) == (
        False,
        AlertReason.EMERGENCY_INCOMPLETE,
        conditia.supervisor,
    )
    with pytest.raises(HandoverIncomplete):
        complete_handover(handover.pk, by=acting(conditia.agent), at=LATER)
    learn(ticket, **KNOWN)
    tried(ticket)
    completed = complete_handover(handover.pk, by=acting(conditia.agent), at=LATER)

    assert completed.is_complete
    assert set(completed.payload["facts"]) > set(KNOWN)
    assert completed.missing == ["symptom", "context", "frequency", "attempt"]


def test_the_first_of_two_decisions_wins_and_the_other_hears_who_was_first(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))
    accept_handover(handover.pk, by=acting(conditia.expert2), at=LATER)

    with pytest.raises(AlreadyDecided) as late:
        accept_handover(handover.pk, by=acting(conditia.supervisor), at=LATER)
    with pytest.raises(AlreadyDecided):
        refuse(conditia, handover)

    assert (late.value.status, late.value.details["winner"]) == (409, str(conditia.expert2))


def test_a_refusal_brings_the_ticket_back_at_once_with_its_clocks_running(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)

    refuse(conditia, handover, words="À quel moment du cycle ?")

    ticket.refresh_from_db()
    assert (ticket.state, ticket.tier, ticket.assignee) == (TicketState.IN_PROGRESS, 1, conditia.agent)
    assert not ticket.pauses.exists()
    entry = entries_about("ticket", ticket.pk).get(code="handover.refused")
    assert entry.facts["missing"] == ["context"]
    assert Note.objects.get(kind="refusal").text == "À quel moment du cycle ?"


def test_a_refusal_is_announced_to_the_sender_s_screen(conditia: Cast, announced: list[str]) -> None:
    handover = hand_over(conditia, make_ticket(conditia))
    announced.clear()

    refuse(conditia, handover)

    assert f"agent-{conditia.agent.pk}" in announced
    assert f"inbox-{conditia.n2.pk}" in announced
    assert "wallboard" in announced


def test_the_second_refusal_between_two_groups_goes_to_their_supervisor(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    refuse(conditia, hand_over(conditia, ticket))
    assert not HierarchicalAlert.objects.exists()

    refuse(conditia, hand_over(conditia, ticket))

    alert = HierarchicalAlert.objects.get()
    assert (alert.reason, alert.told, bounces(ticket.pk)) == (AlertReason.LOOP, conditia.supervisor, 2)
    with pytest.raises(PingPongFrozen):
        hand_over(conditia, ticket)


def test_the_supervisor_may_open_the_way_again(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    for _ in range(2):
        refuse(conditia, hand_over(conditia, ticket))
    alert = HierarchicalAlert.objects.get()

    settle_alert(alert.pk, settlement=Settlement.MAY_SEND_AGAIN, by=acting(conditia.supervisor), at=LATER)

    assert hand_over(conditia, ticket).round == 3
    assert bounces(ticket.pk) == 2
    with pytest.raises(AlreadySettled):
        settle_alert(alert.pk, settlement=Settlement.SEEN, by=acting(conditia.supervisor), at=LATER)


def test_a_supervisor_who_leaves_it_with_the_sender_keeps_the_way_closed(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    for _ in range(2):
        refuse(conditia, hand_over(conditia, ticket))

    settle_alert(
        HierarchicalAlert.objects.get().pk,
        settlement=Settlement.SENDER_KEEPS,
        by=acting(conditia.supervisor),
        at=LATER,
    )

    with pytest.raises(PingPongFrozen):
        hand_over(conditia, ticket)


def test_the_client_s_policy_names_who_is_told(conditia: Cast) -> None:
    save_policy(
        conditia.client.pk,
        kind=PolicyKind.ESCALATION,
        body={"supervisor": conditia.administrator.pk},
        seen_version=0,
        by=acting(conditia.administrator),
        at=AT,
    )
    handover = hand_over(conditia, make_ticket(conditia))

    lapse_handover(handover.pk, at=handover.accept_due)

    assert HierarchicalAlert.objects.get().told == conditia.administrator


def test_a_hand_over_nobody_answers_is_reported_exactly_once_and_still_can_be_accepted(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)
    (sweep,) = SWEEPS
    assert not sweep.step(handover.accept_due - timedelta(seconds=1))

    assert sweep.step(handover.accept_due)
    assert not sweep.step(handover.accept_due + timedelta(days=1))

    handover.refresh_from_db()
    assert handover.state == State.LAPSED
    assert HierarchicalAlert.objects.get().reason == AlertReason.NO_ANSWER
    assert codes(ticket.pk).count("handover.lapsed") == 1
    accepted = accept_handover(handover.pk, by=acting(conditia.expert2), at=handover.accept_due + timedelta(hours=1))
    assert accepted.state == State.ACCEPTED


def test_an_answered_hand_over_never_lapses(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))
    accept_handover(handover.pk, by=acting(conditia.expert2), at=LATER)

    assert not SWEEPS[0].step(handover.accept_due + timedelta(days=1))
    assert not HierarchicalAlert.objects.exists()


def test_nobody_is_told_of_a_hand_over_whose_ticket_is_over(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)
    ticket.state, ticket.closure_code = TicketState.RESOLVED, "fixed"
    ticket.save()

    assert SWEEPS[0].step(handover.accept_due)
    assert not SWEEPS[0].step(handover.accept_due + timedelta(days=1))
    assert not HierarchicalAlert.objects.exists()


def test_questions_and_answers_stay_on_the_ticket(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)

    question = ask_question(handover.pk, text="Quel lot ?", by=acting(conditia.expert2), at=LATER)
    answer_question(question.pk, text="Lot 4711", source=AnswerSource.CALLER, by=acting(conditia.agent), at=LATER)

    question.refresh_from_db()
    assert question.answer is not None
    assert (question.question.text, question.answer.text, question.source) == ("Quel lot ?", "Lot 4711", "caller")
    assert list(ticket.notes.order_by("id").values_list("kind", flat=True)) == ["question", "answer"]
    assert codes(ticket.pk) == ["handover.sent", "handover.asked", "handover.answered"]
    with pytest.raises(AlreadyAnswered):
        answer_question(question.pk, text="Autre", source=AnswerSource.KNOWN, by=acting(conditia.agent), at=LATER)


def test_neither_an_empty_question_nor_an_empty_answer_is_kept(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))
    question = ask_question(handover.pk, text="Quel lot ?", by=acting(conditia.expert2), at=LATER)

    with pytest.raises(NothingWritten):
        ask_question(handover.pk, text="  ", by=acting(conditia.expert2), at=LATER)
    with pytest.raises(NothingWritten):
        answer_question(question.pk, text=" ", source=AnswerSource.KNOWN, by=acting(conditia.agent), at=LATER)


def test_the_sender_may_take_a_ticket_back_before_anybody_decides(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)

    take_back(handover.pk, by=acting(conditia.agent), at=LATER)

    ticket.refresh_from_db()
    assert ticket.state == TicketState.IN_PROGRESS
    with pytest.raises(AlreadyDecided):
        accept_handover(handover.pk, by=acting(conditia.expert2), at=LATER)
    assert hand_over(conditia, ticket).round == 2


def test_a_ticket_waits_for_one_answer_at_a_time(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)

    with pytest.raises(AlreadyHandedOver):
        hand_over(conditia, ticket)
    handover.pk, handover.round = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        handover.save(force_insert=True)


def test_a_sender_whose_screen_is_out_of_date_sends_nothing(conditia: Cast) -> None:
    with pytest.raises(TierMoved):
        hand_over(conditia, make_ticket(conditia), seen_tier=2)


def test_only_the_receiving_group_or_a_supervisor_decides(conditia: Cast) -> None:
    handover = hand_over(conditia, make_ticket(conditia))

    for stranger in (conditia.agent, conditia.expert3, conditia.client_manager):
        with pytest.raises(Forbidden):
            accept_handover(handover.pk, by=acting(stranger), at=LATER)
    assert accept_handover(handover.pk, by=acting(conditia.supervisor), at=LATER).decided_by == conditia.supervisor


def test_going_straight_to_n3_is_for_those_who_may(conditia: Cast) -> None:
    ticket = make_ticket(conditia)

    with pytest.raises(Forbidden):
        hand_over(conditia, ticket, to_group=conditia.n3.pk, words="Déjà vu")
    sent = hand_over(conditia, ticket, by=conditia.supervisor, to_group=conditia.n3.pk, words="Déjà vu")

    assert (sent.from_tier, sent.to_tier) == (1, 3)


def test_the_levels_a_ticket_went_through_can_be_read_from_the_journal(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    refuse(conditia, hand_over(conditia, ticket))
    accept_handover(hand_over(conditia, ticket).pk, by=acting(conditia.expert2), at=LATER)
    third = hand_over(conditia, ticket, by=conditia.expert2, to_group=conditia.n3.pk, seen_tier=2)
    accept_handover(third.pk, by=acting(conditia.expert3), at=LATER)

    accepted = entries_about("ticket", ticket.pk).filter(code="handover.accepted")

    assert [entry.facts["tier"] for entry in accepted] == [2, 3]


def test_a_group_disabled_since_receives_nothing_and_cannot_have_it_back(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    accept_handover(hand_over(conditia, ticket).pk, by=acting(conditia.expert2), at=LATER)
    conditia.n1.is_active = False
    conditia.n1.save()

    with pytest.raises(GroupDisabled):
        hand_over(conditia, ticket, by=conditia.expert2, to_group=conditia.n1.pk, seen_tier=2, motive=Motive.RETURN)


def test_strangers_find_nothing(conditia: Cast, logimetrie: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)

    with pytest.raises(NotFound):
        accept_handover(handover.pk, by=acting(logimetrie.expert2), at=LATER)
    with pytest.raises(NotFound):
        hand_over(conditia, ticket, by=logimetrie.agent)
    with pytest.raises(NotFound):
        hand_over(conditia, make_ticket(conditia), to_group=logimetrie.n2.pk)


def test_a_ticket_that_is_over_goes_nowhere(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    ticket.state, ticket.closure_code = TicketState.RESOLVED, "fixed"
    ticket.save()

    with pytest.raises(TicketEnded):
        hand_over(conditia, ticket)


def test_a_ticket_that_waited_for_the_caller_waits_again_when_it_comes_back(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    ticket.pauses.create(reason="caller", awaited="caller", started_at=AT)

    refuse(conditia, hand_over(conditia, ticket))

    ticket.refresh_from_db()
    assert ticket.state == TicketState.WAITING


def test_every_use_case_writes_one_entry(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    handover = hand_over(conditia, ticket)
    question = ask_question(handover.pk, text="Quel lot ?", by=acting(conditia.expert2), at=LATER)
    answer_question(question.pk, text="4711", source=AnswerSource.KNOWN, by=acting(conditia.agent), at=LATER)
    refuse(conditia, handover)

    assert codes(ticket.pk) == ["handover.sent", "handover.asked", "handover.answered", "handover.refused"]
    assert Entry.objects.count() == 4


def test_the_right_is_asked_before_anything_is_read(conditia: Cast) -> None:
    ticket = make_ticket(conditia)

    with pytest.raises(Forbidden):
        hand_over(conditia, ticket, by=conditia.trainer)
