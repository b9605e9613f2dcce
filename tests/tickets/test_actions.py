"""A ticket from its first word to its end, on a real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cast import AT, Cast, acting
from vigie.actors import CALLBOT, SYSTEM
from vigie.calls.models import Call, CallFact
from vigie.directory.actions import save_policy
from vigie.directory.models import Policy, PolicyKind
from vigie.errors import Forbidden, NotFound, Refused
from vigie.journal.models import Entry
from vigie.tickets import actions
from vigie.tickets.actions.access import TicketClosed, TicketEnded
from vigie.tickets.actions.clocking import AlreadyPaused, NotPaused
from vigie.tickets.actions.qualifying import StaleSave, TextNeeded
from vigie.tickets.actions.resolving import NotResolved, ResolutionIncomplete
from vigie.tickets.actions.weighing import MotiveNeeded, NoOverride
from vigie.tickets.models import CalendarSnapshot, Commitment, Draft, Fact, Pause, Ticket, TicketCall
from vigie.tickets.rules.fields import ValueRefused
from vigie.tickets.rules.vocabulary import (
    AttemptResult,
    Awaited,
    ClosureCode,
    Criticality,
    NoteKind,
    PauseReason,
    ReadBack,
    Source,
    TicketState,
)

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)


def make_call(cast: Cast, leg: str = "leg-1", **facts: tuple[str, str]) -> Call:
    """Return a call of the client's contact; `facts` are name → (value, the caller's words)."""
    call = Call.objects.create(
        leg=leg, node="n", client=cast.client, caller_id=cast.caller_id, contact=cast.contact, arrived_at=AT
    )
    for name, (value, words) in facts.items():
        CallFact.objects.create(call=call, name=name, value=value, words=words, source="speech", confidence=0.8, at=AT)
    return call


def opened(cast: Cast, **facts: str) -> Ticket:
    heard = [actions.Heard(name, value) for name, value in facts.items()]
    return actions.open_ticket(cast.client.pk, heard=heard, by=acting(cast.agent), at=AT)


def qualify(cast: Cast, ticket: Ticket, name: str, text: str, *, seen: int = 0, **more: Any) -> Any:
    by = acting(more.pop("who", cast.agent))
    return actions.qualify_ticket(ticket.pk, name=name, text=text, seen=seen, by=by, at=more.pop("at", LATER), **more)


def codes(ticket: Ticket) -> list[str]:
    return list(
        Entry.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id").values_list("code", flat=True)
    )


def test_a_ticket_opened_from_a_call_keeps_what_the_attendant_learned(conditia: Cast) -> None:
    call = make_call(
        conditia,
        topic=("incident", "c'est en panne"),
        impact=("stopped", "tout est arrêté"),
        description=("la ligne ne démarre plus du tout", "la ligne ne démarre plus du tout"),
        equipment=(str(conditia.equipment.pk), "1204"),
    )

    ticket = actions.open_ticket(conditia.client.pk, call_id=call.pk, by=acting(conditia.agent), at=AT)

    ticket.refresh_from_db()
    facts = {fact.name: fact for fact in ticket.facts.all()}
    assert (ticket.type, ticket.criticality, ticket.title) == (
        "technical_incident", "P2", "la ligne ne démarre plus du tout"
    )  # fmt: skip
    assert (ticket.equipment, ticket.site, ticket.contact) == (conditia.equipment, conditia.site, conditia.contact)
    assert facts["consequence"].words == "tout est arrêté"
    assert (facts["consequence"].source, facts["consequence"].confidence) == (Source.BOT, 0.8)
    assert (ticket.assignee, ticket.state) == (conditia.agent, TicketState.IN_PROGRESS)
    assert ticket.commitments.get(kind="take_charge").met_at == AT


def test_a_call_opens_one_ticket_however_often_it_is_asked(conditia: Cast) -> None:
    call = make_call(conditia)

    tickets = {
        actions.open_ticket(conditia.client.pk, call_id=call.pk, by=acting(conditia.agent), at=AT).pk for _ in range(3)
    }

    assert len(tickets) == 1
    assert Entry.objects.filter(code="ticket.opened").count() == 1


def test_numbers_follow_one_another_in_each_client(conditia: Cast, logimetrie: Cast) -> None:
    numbers = [opened(conditia).number, opened(conditia).number, opened(logimetrie).number]

    assert numbers == [1, 2, 1]


def test_the_call_of_another_client_does_not_exist(conditia: Cast, logimetrie: Cast) -> None:
    foreign = make_call(logimetrie)

    with pytest.raises(NotFound):
        actions.open_ticket(conditia.client.pk, call_id=foreign.pk, by=acting(conditia.agent), at=AT)
    with pytest.raises(NotFound):
        actions.attach_call(opened(conditia).pk, call_id=foreign.pk, by=acting(conditia.agent), at=AT)
    assert not TicketCall.objects.exists()


def test_attaching_a_call_fills_only_what_was_not_known(conditia: Cast) -> None:
    ticket = opened(conditia, consequence="discomfort")
    call = make_call(conditia, impact=("stopped", "arrêté"), danger=("yes", "il y a du feu"))

    for _ in range(2):
        actions.attach_call(ticket.pk, call_id=call.pk, by=acting(conditia.agent), at=LATER)

    ticket.refresh_from_db()
    assert ticket.facts.get(name="consequence").value == "discomfort"
    assert ticket.facts.get(name="safety").words == "il y a du feu"
    assert ticket.criticality == "P1"
    assert codes(ticket) == ["ticket.opened", "ticket.call_attached"]


def test_a_field_is_saved_with_one_entry_and_moves_the_criticality(conditia: Cast) -> None:
    ticket = opened(conditia)

    saved = qualify(conditia, ticket, "consequence", "stopped")

    ticket.refresh_from_db()
    entry = Entry.objects.get(code="ticket.qualified")
    assert (saved.revision, saved.changed, ticket.criticality) == (1, True, "P2")
    assert entry.facts["before"] is None
    assert (entry.facts["name"], entry.facts["after"], entry.facts["criticality"]) == ("consequence", "stopped", "P2")
    assert entry.actor_id == conditia.agent.pk


def test_free_text_never_enters_the_journal(conditia: Cast) -> None:
    ticket = opened(conditia)

    qualify(conditia, ticket, "symptom", "Madame Marchand dit que ça fume")

    assert "Marchand" not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_saving_what_is_already_there_changes_nothing(conditia: Cast) -> None:
    ticket = opened(conditia, symptom="bruit")

    saved = qualify(conditia, ticket, "symptom", "bruit", seen=0)

    assert (saved.changed, codes(ticket)) == (False, ["ticket.opened"])


def test_a_correction_keeps_the_old_fact(conditia: Cast) -> None:
    ticket = opened(conditia, symptom="un bruit")

    qualify(conditia, ticket, "symptom", "une odeur", seen=1, who=conditia.other_agent, words="ça sent le brûlé")

    old, new = Fact.objects.filter(ticket=ticket, name="symptom").order_by("id")
    assert (old.value, old.is_current, old.replaced_by) == ("un bruit", False, new)
    assert (new.value, new.revision, new.words, new.author) == (
        "une odeur",
        2,
        "ça sent le brûlé",
        conditia.other_agent,
    )


def test_a_text_still_being_typed_is_one_fact(conditia: Cast) -> None:
    ticket = opened(conditia)

    for seen, text in enumerate(["la", "la lig", "la ligne"]):
        qualify(conditia, ticket, "symptom", text, seen=seen, at=AT + timedelta(seconds=seen))

    fact = Fact.objects.get(ticket=ticket, name="symptom")
    assert (fact.value, fact.revision) == ("la ligne", 3)


def test_a_stale_save_is_refused_with_both_texts(conditia: Cast) -> None:
    ticket = opened(conditia)
    qualify(conditia, ticket, "symptom", "le texte d'un autre", who=conditia.other_agent)

    with pytest.raises(StaleSave) as refused:
        qualify(conditia, ticket, "symptom", "le mien")

    assert (refused.value.details["theirs"], refused.value.details["yours"]) == ("le texte d'un autre", "le mien")
    assert Fact.objects.get(ticket=ticket).value == "le texte d'un autre"
    assert codes(ticket) == ["ticket.opened", "ticket.qualified"]


def test_a_fact_that_was_emptied_is_no_longer_known(conditia: Cast) -> None:
    ticket = opened(conditia, consequence="stopped")

    qualify(conditia, ticket, "consequence", "", seen=1)

    ticket.refresh_from_db()
    assert ticket.criticality == "P3"
    assert Fact.objects.filter(ticket=ticket, name="consequence").count() == 2


@pytest.mark.parametrize("name", ["site", "equipment", "contact"])
def test_what_belongs_to_another_client_does_not_exist(conditia: Cast, logimetrie: Cast, name: str) -> None:
    ticket = opened(conditia)

    with pytest.raises(NotFound):
        qualify(conditia, ticket, name, str(getattr(logimetrie, name).pk))

    assert not Fact.objects.filter(ticket=ticket).exists()


def test_the_database_itself_refuses_to_mix_clients(conditia: Cast, logimetrie: Cast) -> None:
    ticket = opened(conditia)

    with pytest.raises(IntegrityError, match="same_client"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(equipment=logimetrie.equipment)
        transaction.get_connection().cursor().execute("set constraints all immediate")


def test_nobody_of_another_client_reaches_a_ticket(conditia: Cast, logimetrie: Cast) -> None:
    ticket = opened(conditia)

    with pytest.raises(NotFound):
        qualify(conditia, ticket, "symptom", "x", who=logimetrie.agent)
    with pytest.raises(NotFound):
        actions.take_charge(ticket.pk, by=acting(logimetrie.supervisor), at=LATER)


def test_who_only_looks_may_not_write(conditia: Cast) -> None:
    ticket = opened(conditia)

    with pytest.raises(Forbidden):
        qualify(conditia, ticket, "symptom", "x", who=conditia.client_manager)
    with pytest.raises(Forbidden):
        actions.override_criticality(
            ticket.pk, to=Criticality.P1, motive="parce que", by=acting(conditia.trainer), at=LATER
        )


def test_a_failed_action_leaves_no_entry(conditia: Cast) -> None:
    ticket = opened(conditia)

    with pytest.raises(ValueRefused):
        qualify(conditia, ticket, "scope", "galaxy")

    assert codes(ticket) == ["ticket.opened"]


def test_the_unit_and_choices_of_the_client_are_kept_as_the_ticket_began(conditia: Cast) -> None:
    by = acting(conditia.administrator)
    field = {"code": "lot", "kind": "text", "label": {"fr": "Lot"}}
    save_policy(conditia.client.pk, kind=PolicyKind.FIELDS, body={"fields": [field]}, seen_version=0, by=by, at=AT)
    ticket = opened(conditia)
    save_policy(conditia.client.pk, kind=PolicyKind.FIELDS, body={"fields": []}, seen_version=1, by=by, at=AT)

    qualify(conditia, ticket, "own.lot", "A-17")

    assert ticket.facts.get(name="own.lot").value == "A-17"


def test_an_override_survives_new_facts_and_gives_way_when_lifted(conditia: Cast) -> None:
    ticket = opened(conditia, consequence="discomfort", scope="one_person")
    by = acting(conditia.agent)

    actions.override_criticality(ticket.pk, to=Criticality.P2, motive="audit demain", by=by, at=LATER)
    qualify(conditia, ticket, "workaround", "yes")
    ticket.refresh_from_db()
    assert (ticket.criticality, ticket.override, ticket.level) == ("P4", "P2", "P2")

    actions.lift_override(ticket.pk, by=by, at=LATER)
    ticket.refresh_from_db()
    assert (ticket.level, ticket.override_motive, ticket.override_by) == ("P4", "", None)
    assert codes(ticket)[-3:] == ["criticality.overridden", "ticket.qualified", "criticality.override_lifted"]
    with pytest.raises(NoOverride):
        actions.lift_override(ticket.pk, by=by, at=LATER)


def test_an_override_without_motive_is_refused(conditia: Cast) -> None:
    with pytest.raises(MotiveNeeded):
        actions.override_criticality(
            opened(conditia).pk, to=Criticality.P1, motive="  ", by=acting(conditia.agent), at=LATER
        )


def test_clocks_start_from_the_clients_hours(conditia: Cast) -> None:
    week = {day: [["08:30", "12:00"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    body = {"week": week, "holidays": {"country": "FR"}}
    by = acting(conditia.administrator)
    save_policy(conditia.client.pk, kind=PolicyKind.HOURS, body=body, seen_version=0, by=by, at=AT)
    friday = AT.replace(day=6, hour=16, minute=30)  # 17:30 in Paris

    ticket = actions.open_ticket(conditia.client.pk, by=SYSTEM, at=friday)

    due = dict(Commitment.objects.filter(ticket=ticket).values_list("kind", "due_at"))
    assert due["take_charge"] == AT.replace(day=9, hour=8, minute=0)
    assert due["resolve"] == AT.replace(day=10, hour=16, minute=30)
    assert CalendarSnapshot.objects.get().version == 1


def test_the_calendar_of_today_does_not_change_what_was_promised_yesterday(conditia: Cast) -> None:
    ticket = actions.open_ticket(conditia.client.pk, by=SYSTEM, at=AT)
    before = ticket.commitments.get(kind="resolve").due_at
    by = acting(conditia.administrator)
    body = {"week": {"sun": [["10:00", "11:00"]]}}
    save_policy(conditia.client.pk, kind=PolicyKind.HOURS, body=body, seen_version=0, by=by, at=LATER)

    qualify(conditia, ticket, "symptom", "bruit")
    actions.pause_clocks(
        ticket.pk, reason=PauseReason.CALLER, awaited=Awaited.CALLER, by=acting(conditia.agent), at=LATER
    )
    actions.resume_clocks(ticket.pk, by=acting(conditia.agent), at=LATER)

    assert ticket.commitments.get(kind="resolve").due_at == before


def test_the_contract_of_today_does_not_change_a_ticket_of_yesterday(conditia: Cast) -> None:
    ticket = actions.open_ticket(conditia.client.pk, by=SYSTEM, at=AT)
    body = {"targets": {"P2": {"resolve": 5000}, "P3": {"resolve": 6000}}}
    by = acting(conditia.administrator)
    save_policy(conditia.client.pk, kind=PolicyKind.SERVICE_LEVELS, body=body, seen_version=0, by=by, at=LATER)

    _paused(conditia, ticket, LATER, LATER)
    assert ticket.commitments.get(kind="resolve").due_at == AT + timedelta(hours=16)

    qualify(conditia, ticket, "consequence", "stopped")
    assert ticket.commitments.get(kind="resolve").due_at == AT + timedelta(hours=8)


def test_a_new_criticality_keeps_the_time_that_has_run(conditia: Cast) -> None:
    ticket = actions.open_ticket(conditia.client.pk, by=SYSTEM, at=AT)
    assert ticket.commitments.get(kind="resolve").due_at == AT + timedelta(hours=16)
    _paused(conditia, ticket, AT + timedelta(hours=1), AT + timedelta(hours=3))

    qualify(conditia, ticket, "consequence", "stopped", at=AT + timedelta(hours=4))

    assert ticket.commitments.get(kind="resolve").due_at == AT + timedelta(hours=8 + 2)


def _paused(cast: Cast, ticket: Ticket, start: Any, end: Any) -> None:
    by = acting(cast.agent)
    actions.pause_clocks(ticket.pk, reason=PauseReason.PARTS, awaited=Awaited.SUPPLIER, by=by, at=start)
    actions.resume_clocks(ticket.pk, by=by, at=end)


def test_a_paused_ticket_is_never_breached(conditia: Cast) -> None:
    ticket = actions.open_ticket(conditia.client.pk, by=SYSTEM, at=AT)
    by = acting(conditia.agent)
    actions.pause_clocks(ticket.pk, reason=PauseReason.CALLER, awaited=Awaited.CALLER, by=by, at=AT)

    assert not actions.look_at_next_clock(AT + timedelta(days=30))

    assert not ticket.commitments.exclude(due_at=None).exists()
    ticket.refresh_from_db()
    assert ticket.state == TicketState.WAITING
    with pytest.raises(AlreadyPaused):
        actions.pause_clocks(ticket.pk, reason=PauseReason.CALLER, awaited=Awaited.CALLER, by=by, at=LATER)


def test_only_a_paused_clock_resumes(conditia: Cast) -> None:
    with pytest.raises(NotPaused):
        actions.resume_clocks(opened(conditia).pk, by=acting(conditia.agent), at=LATER)


def test_a_warning_and_a_breach_are_said_once(conditia: Cast) -> None:
    ticket = actions.open_ticket(conditia.client.pk, by=SYSTEM, at=AT)

    def sweep(at: Any) -> list[str]:
        while actions.look_at_next_clock(at):
            pass
        return codes(ticket)[1:]

    assert sweep(AT + timedelta(minutes=44)) == []
    assert sweep(AT + timedelta(minutes=45)) == ["commitment.warned"]
    assert sweep(AT + timedelta(minutes=59)) == ["commitment.warned"]
    for _ in range(2):
        assert sweep(AT + timedelta(minutes=60)) == ["commitment.warned", "commitment.breached"]
    assert ticket.commitments.get(kind="take_charge").breached_at == AT + timedelta(minutes=60)


def test_a_commitment_met_too_late_is_still_a_breach_said_once(conditia: Cast) -> None:
    ticket = actions.open_ticket(conditia.client.pk, by=SYSTEM, at=AT)

    actions.take_charge(ticket.pk, by=acting(conditia.agent), at=AT + timedelta(hours=2))
    while actions.look_at_next_clock(AT + timedelta(hours=2)):
        pass

    assert codes(ticket) == ["ticket.opened", "ticket.taken", "commitment.warned", "commitment.breached"]
    commitment = ticket.commitments.get(kind="take_charge")
    assert (commitment.met_at, commitment.breached_at) == (AT + timedelta(hours=2), AT + timedelta(hours=1))


def test_an_internal_note_is_not_a_first_answer(conditia: Cast) -> None:
    ticket = actions.open_ticket(conditia.client.pk, by=SYSTEM, at=AT)
    by = acting(conditia.agent)

    actions.add_note(ticket.pk, text="à voir", by=by, at=LATER)
    assert ticket.commitments.get(kind="take_charge").met_at is None

    actions.add_note(ticket.pk, text="Bonjour, nous avons vos éléments.", kind=NoteKind.REPLY, by=by, at=LATER)
    assert ticket.commitments.get(kind="take_charge").met_at == LATER


def test_a_ticket_is_resolved_closed_and_taken_up_again(conditia: Cast) -> None:
    ticket, by = opened(conditia), acting(conditia.agent)
    day = timedelta(days=1)

    actions.resolve_ticket(ticket.pk, code=ClosureCode.FIXED, cause="capteur sale", solution="nettoyé", by=by, at=LATER)
    assert not ticket.commitments.filter(met_at=None).exists()
    actions.close_ticket(ticket.pk, by=by, at=LATER)
    with pytest.raises(TicketClosed):
        qualify(conditia, ticket, "symptom", "encore")
    actions.reopen_ticket(ticket.pk, motive="cela recommence", by=by, at=LATER + day)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopened, ticket.closure_code) == (TicketState.IN_PROGRESS, 1, "")
    assert ticket.commitments.get(kind="resolve").due_at == AT + timedelta(hours=16) + day
    assert Pause.objects.get(ticket=ticket).reason == PauseReason.RESOLVED
    assert codes(ticket) == ["ticket.opened", "ticket.resolved", "ticket.closed", "ticket.reopened"]


def test_a_contract_may_count_the_time_between_resolution_and_reopening(conditia: Cast) -> None:
    body = {"count_resolved_as": "run"}
    by = acting(conditia.agent)
    Policy.objects.create(client=conditia.client, kind=PolicyKind.SERVICE_LEVELS, version=1, body=body, at=AT)
    ticket = opened(conditia)

    actions.resolve_ticket(ticket.pk, code=ClosureCode.NOT_REPRODUCED, by=by, at=LATER)
    actions.reopen_ticket(ticket.pk, motive="cela recommence", by=by, at=LATER + timedelta(days=1))

    assert ticket.commitments.get(kind="resolve").due_at == AT + timedelta(hours=16)


def test_a_resolution_says_what_it_was_and_what_was_done(conditia: Cast) -> None:
    ticket, by = opened(conditia), acting(conditia.agent)

    with pytest.raises(ResolutionIncomplete) as refused:
        actions.resolve_ticket(ticket.pk, code=ClosureCode.FIXED, cause="", solution="nettoyé", by=by, at=LATER)

    assert refused.value.details["missing"] == ["cause"]
    with pytest.raises(NotResolved):
        actions.close_ticket(ticket.pk, by=by, at=LATER)
    actions.resolve_ticket(ticket.pk, code=ClosureCode.EXPLAINED, solution="menu Outils", by=by, at=LATER)
    with pytest.raises(TicketEnded):
        actions.resolve_ticket(ticket.pk, code=ClosureCode.EXPLAINED, solution="menu", by=by, at=LATER)


def test_the_database_refuses_a_closure_code_of_its_own_making(conditia: Cast) -> None:
    ticket = opened(conditia)

    with pytest.raises(IntegrityError, match="blames_nobody"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(closure_code="user_error")


def test_what_was_tried_and_read_back_is_kept(conditia: Cast) -> None:
    ticket, by = opened(conditia), acting(conditia.agent)

    actions.add_attempt(ticket.pk, action="redémarrer", result=AttemptResult.NO_EFFECT, by=by, at=LATER)
    actions.confirm_reformulation(ticket.pk, text="Je reprends…", outcome=ReadBack.CONFIRMED, by=by, at=LATER)

    assert ticket.attempts.get().result == "no_effect"
    assert ticket.reformulations.get().outcome == "confirmed"
    assert codes(ticket) == ["ticket.opened", "attempt.added", "reformulation.answered"]
    with pytest.raises(TextNeeded):
        actions.add_attempt(ticket.pk, action=" ", result=AttemptResult.WORSE, by=by, at=LATER)
    with pytest.raises(TextNeeded):
        actions.confirm_reformulation(ticket.pk, text="Je…", outcome=ReadBack.CORRECTED, by=by, at=LATER)


def test_a_draft_belongs_to_who_typed_it_and_is_forgotten_when_emptied(conditia: Cast) -> None:
    ticket = opened(conditia)

    for staff in (conditia.agent, conditia.other_agent):
        actions.save_draft(ticket, field="note", text=f"de {staff}", by=acting(staff), at=LATER)
    actions.save_draft(ticket, field="note", text="", by=acting(conditia.agent), at=LATER)

    assert Draft.objects.get(ticket=ticket).staff == conditia.other_agent
    assert codes(ticket) == ["ticket.opened"]


def test_the_attendant_may_open_a_ticket_without_taking_charge_of_it(conditia: Cast) -> None:
    ticket = actions.open_ticket(conditia.client.pk, call_id=make_call(conditia).pk, by=CALLBOT, at=AT)

    assert (ticket.assignee, ticket.state) == (None, TicketState.OPEN)
    assert ticket.commitments.get(kind="take_charge").met_at is None


def test_refusals_have_stable_codes() -> None:
    assert {StaleSave.code, StaleSave.status} == {"stale_save", 409}
    assert issubclass(StaleSave, Refused)
