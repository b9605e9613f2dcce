"""What becomes of a ticket once it is understood: handed over, refused, waited for, solved, late or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from vigie.actors import SYSTEM, Actor
from vigie.config.demo.case import Case, number
from vigie.config.demo.ledger import Ledger
from vigie.config.demo.scene import Scene
from vigie.config.demo.stories.story import Refusal
from vigie.directory.models import PolicyKind, Staff
from vigie.escalation.models import Handover, HierarchicalAlert
from vigie.escalation.rules.policy import EscalationPolicy, accept_by
from vigie.escalation.rules.words import AlertReason, Motive, RefusalMotive, Settlement, State
from vigie.tickets.models import Commitment, Note, Pause
from vigie.tickets.rules.clocks import ServiceLevels, Span, clock
from vigie.tickets.rules.vocabulary import (
    Awaited,
    CommitmentKind,
    Criticality,
    NoteKind,
    PauseReason,
    TicketState,
)

CLOSED_AFTER = timedelta(days=3)
ANY_REFUSAL = Refusal(RefusalMotive.INCOMPLETE, "À quelle heure précise, et combien de fois depuis hier ?", ("since",))
AGAIN = {"fr": "Le défaut est revenu, l'appelant le signale à nouveau.", "en": "It came back, the caller says so."}
TOLD = {
    "fr": "Nous avons repris votre demande avec l'expert, voici où nous en sommes : {what}.",
    "en": "We have gone through your request with the expert; this is where we stand: {what}.",
}


def follow(case: Case, scene: Scene, ledger: Ledger, *, hung_up: datetime) -> None:
    """Live the rest of a ticket, as far as today."""
    Course(case, scene, ledger).run(hung_up)


class Course:
    """The road of one ticket after the call."""

    def __init__(self, case: Case, scene: Scene, ledger: Ledger) -> None:
        self.case, self.scene, self.ledger = case, scene, ledger
        self.ticket, self.dice = case.ticket, scene.dice
        self.hours = case.house.hours
        self.worker = case.agent
        self.spans: list[Span] = []
        self.round = 0

    def run(self, hung_up: datetime) -> None:
        case = self.case
        case.now = max(case.now, hung_up)
        self._maybe_override(hung_up)
        is_ours = self._climb()
        if is_ours:
            self._maybe_wait()
            self._solve(hung_up)
        self._run_clocks()

    def _climb(self) -> bool:
        """Hand the ticket over as far as its story goes; False when it still waits for an answer today."""
        for tier in range(2, self.case.story.tier + 1):
            self.case.now += self.scene.jitter(120, 900)
            first = self.case.story.refusal if tier == self.case.story.tier and self.dice.random() < 0.6 else None
            if first is None and self.dice.random() < 0.07:
                first = ANY_REFUSAL
            if first is not None and not self._hand_over(tier, refusal=first):
                return False
            if not self._hand_over(tier):
                return False
        return True

    def _hand_over(self, tier: int, *, refusal: Refusal | None = None) -> bool:
        """Send the ticket to a tier and let it be accepted, or sent back. False: today is reached before that."""
        at = self.case.now
        if at >= self.scene.at:
            return False
        handover = self._send(tier, at)
        delay = self._delay(handover, at)
        decided = at + delay
        if decided >= self.scene.at:
            self.ticket.state = TicketState.HANDED_OVER.value
            return False
        expert = self._expert(tier)
        if decided > handover.accept_due:
            self._lapse(handover, at=handover.accept_due)
        handover.decided_by, handover.decided_at, handover.lapse_due = expert, decided, None
        self.case.now = decided
        if refusal is not None:
            self._refuse(handover, refusal, expert)
        else:
            self._accept(handover, expert)
        return True

    def _send(self, tier: int, at: datetime) -> Handover:
        case, level = self.case, self.ticket.level
        policy = EscalationPolicy.from_body(case.house.policy(PolicyKind.ESCALATION, at).body)
        due = accept_by(level, policy=policy, at=at, open_time=self.hours.add_working)
        self.round += 1
        sender = self.ticket.group or case.house.groups[1]
        handover = Handover(
            client=case.house.client,
            ticket=self.ticket,
            round=self.round,
            from_tier=self.ticket.tier,
            from_group=sender,
            to_tier=tier,
            to_group=case.house.groups[tier],
            motive=self.dice.choice((Motive.SKILL, Motive.SKILL, Motive.ACCESS, Motive.PERIMETER)).value,
            criticality=level.value,
            sent_by=self.scene.staff[self.worker],
            sent_at=at,
            spokesperson=self.scene.staff[case.agent],
            accept_due=due,
            lapse_due=due,
            state=State.WAITING.value,
            payload={},
        )
        self.ledger.before(Handover, lambda: self._pack(handover))
        self.ledger.add(handover)
        facts: dict[str, Any] = {
            "round": handover.round,
            "from_tier": handover.from_tier,
            "from_group": sender.pk,
            "to_tier": tier,
        }
        facts |= {"to_group": handover.to_group.pk, "motive": handover.motive, "missing": [], "emergency": False}
        self._tell("handover.sent", at, self.worker, ids=number("handover", handover), note=None, **facts)
        return handover

    def _pack(self, handover: Handover) -> None:
        """Give a hand-over what was known when it left, as `escalation.queries.snapshot` writes it."""
        case, ticket = self.case, self.ticket
        words = {"symptom": str(case.facts.get("symptom", ""))}
        handover.payload = {
            "title": ticket.title,
            "type": ticket.type,
            "criticality": handover.criticality,
            "because": ticket.because,
            "perceived_urgency": ticket.perceived_urgency,
            "facts": {name: {"value": value, "words": words.get(name, "")} for name, value in case.facts.items()},
            "attempts": [
                {"action": a.action, "result": a.result, "detail": "", "source": a.source} for a in case.attempts
            ],
            "reformulation": case.read_back and {"text": case.read_back.text, "outcome": case.read_back.outcome},
            "calls": [case.call.pk],
        }

    def _delay(self, handover: Handover, at: datetime) -> timedelta:
        """Return how long the receiver takes; one in twelve answers late."""
        share = self.dice.uniform(0.1, 0.8) if self.dice.random() < 0.92 else self.dice.uniform(1.1, 1.6)
        return (handover.accept_due - at) * share

    def _expert(self, tier: int) -> Staff:
        if tier == 3:
            return self.scene.staff["ines"]
        return self.scene.staff["nadia" if self.case.house.client.code == "logimetrie" else "karim"]

    def _accept(self, handover: Handover, expert: Staff) -> None:
        handover.state = State.ACCEPTED.value
        self.worker = expert.username
        self.ticket.tier, self.ticket.group, self.ticket.assignee = handover.to_tier, handover.to_group, expert
        facts = {"round": handover.round, "tier": handover.to_tier, "group": handover.to_group.pk}
        late = handover.lapsed_at is not None
        self._tell(
            "handover.accepted", self.case.now, self.worker, ids=number("handover", handover), late=late, **facts
        )

    def _refuse(self, handover: Handover, refusal: Refusal, expert: Staff) -> None:
        note = self._note(refusal.words, NoteKind.REFUSAL, expert)
        handover.state, handover.refusal_motive = State.REFUSED.value, refusal.motive.value
        handover.refusal_missing, handover.refusal_words = list(refusal.missing), note
        facts = {"round": handover.round, "motive": refusal.motive.value, "missing": list(refusal.missing)}
        self._tell(
            "handover.refused",
            self.case.now,
            expert.username,
            ids=lambda: {"handover": handover.pk, "note": note.pk},
            bounces=1,
            loop=False,
            **facts,
        )
        self.case.now += self.scene.jitter(600, 3000)

    def _lapse(self, handover: Handover, *, at: datetime) -> None:
        """Nobody answered in time: the supervisor was told, and looked."""
        handover.lapsed_at, told, group = at, self.scene.staff["luc"], handover.to_group
        seen = at + timedelta(minutes=6)
        alert = HierarchicalAlert(
            client=handover.client,
            ticket=self.ticket,
            handover=handover,
            reason=AlertReason.NO_ANSWER.value,
            told=told,
            raised_at=at,
            settlement=Settlement.SEEN.value,
            settled_by=told,
            settled_at=seen,
        )
        self.ledger.add(alert)
        self._tell("handover.lapsed", at, SYSTEM, ids=number("handover", handover), group=group.pk, told=told.pk)
        settled = {"reason": alert.reason, "settlement": alert.settlement, "note": None}
        self._tell("alert.settled", seen, "luc", ids=number("alert", alert), **settled)

    def _maybe_override(self, at: datetime) -> None:
        level = self.ticket.level
        if self.dice.random() > 0.03 or level is Criticality.P1:
            return
        to = Criticality(f"P{int(level.value[1]) - 1}")
        motive = "Audit prévu demain sur cet équipement : le client ne peut pas attendre."
        self.ticket.override, self.ticket.override_motive = to.value, motive
        self.ticket.override_by, self.ticket.override_at = self.scene.staff[self.worker], at
        note = self._note(motive, NoteKind.NOTE, self.scene.staff[self.worker])
        facts = {"before": level.value, "after": to.value, "computed": self.ticket.criticality}
        self._tell("criticality.overridden", at, self.worker, ids=number("note", note), **facts)

    def _maybe_wait(self) -> None:
        """Let one ticket in seven wait for somebody else's move: its clocks stand still."""
        if self.dice.random() > 0.14 or self.ticket.level is Criticality.P1:
            return
        reason, awaited = self.dice.choice(
            (
                (PauseReason.CALLER, Awaited.CALLER),
                (PauseReason.THIRD_PARTY, Awaited.SUPPLIER),
                (PauseReason.PARTS, Awaited.SUPPLIER),
                (PauseReason.PLANNED_WORK, Awaited.CLIENT),
            )
        )
        start = self.case.now + self.scene.jitter(300, 1800)
        if start >= self.scene.at:
            return
        end = start + timedelta(hours=self.dice.uniform(3, 50))
        is_over = end < self.scene.at
        who = self.scene.staff[self.worker]
        pause = Pause(
            ticket=self.ticket,
            reason=reason.value,
            awaited=awaited.value,
            started_at=start,
            ended_at=end if is_over else None,
            author=who,
        )
        self.ledger.add(pause)
        self.spans.append(Span(start, end if is_over else None))
        told = {"reason": reason.value, "awaited": awaited.value, "before": TicketState.IN_PROGRESS.value}
        self._tell("ticket.paused", start, self.worker, **told)
        self.case.now = end
        if is_over:
            after = TicketState.IN_PROGRESS.value
            self._tell("ticket.resumed", end, self.worker, reason=reason.value, after=after)
        else:
            self.ticket.state = TicketState.WAITING.value

    def _solve(self, hung_up: datetime) -> None:
        at = self._solved_at(hung_up)
        if at >= self.scene.at:
            return
        story, ticket = self.case.story, self.ticket
        if story.tier > 1 and self.dice.random() < 0.5:
            what = story.solution[0].lower() + story.solution[1:]
            before = at - timedelta(minutes=10)
            self._reply(TOLD[story.language].format(what=what), before)
        ticket.state, ticket.closure_code = TicketState.RESOLVED.value, story.closure.value
        ticket.cause, ticket.solution, ticket.resolved_at = story.cause, story.solution, at
        facts = {"before": TicketState.IN_PROGRESS.value, "after": ticket.state, "closure_code": ticket.closure_code}
        self._tell("ticket.resolved", at, self.worker, **facts)
        if self.dice.random() < 0.04:
            at = self._reopen(at)
        closed = at + CLOSED_AFTER
        if closed < self.scene.at and ticket.state == TicketState.RESOLVED:
            ticket.state, ticket.closed_at = TicketState.CLOSED.value, closed
            self.case.until = closed
            facts = {"before": TicketState.RESOLVED.value, "after": ticket.state}
            self._tell("ticket.closed", closed, self.case.agent, **facts)

    def _solved_at(self, hung_up: datetime) -> datetime:
        """Return when it was solved: during the call, within the day, or after the expert's work."""
        if self.case.story.tier == 1 and not self.spans and self.dice.random() < 0.62:
            return hung_up - timedelta(seconds=25)
        hours = {1: 1.6, 2: 4.0, 3: 11.0}[self.case.story.tier] * self.dice.lognormvariate(0, 0.7)
        worked = timedelta(hours=hours)
        if self.ticket.level in (Criticality.P1, Criticality.P2):
            return self.case.now + worked * 0.5
        return self.hours.add_working(self.case.now, worked)

    def _reopen(self, resolved: datetime) -> datetime:
        """It came back: the caller says so, and it is solved again the day after."""
        back = resolved + timedelta(hours=self.dice.uniform(5, 40))
        again = back + timedelta(hours=self.dice.uniform(1, 9))
        if again >= self.scene.at:
            return resolved
        note = self._note(AGAIN[self.case.story.language], NoteKind.NOTE, self.scene.staff[self.worker], at=back)
        ticket = self.ticket
        self.ledger.add(
            Pause(
                ticket=ticket,
                reason=PauseReason.RESOLVED.value,
                awaited=Awaited.NOBODY.value,
                started_at=resolved,
                ended_at=back,
                author=self.scene.staff[self.worker],
            )
        )
        self.spans.append(Span(resolved, back))
        ticket.reopened, ticket.resolved_at = 1, again
        states = {"before": TicketState.RESOLVED.value, "after": TicketState.IN_PROGRESS.value}
        self._tell("ticket.reopened", back, self.worker, ids=number("note", note), times=1, **states)
        facts = {"before": states["after"], "after": states["before"], "closure_code": ticket.closure_code}
        self._tell("ticket.resolved", again, self.worker, **facts)
        return again

    def _run_clocks(self) -> None:
        """Write what the contract committed to, and whether it was kept: the same rules as in service."""
        ticket, opened = self.ticket, self.case.opened
        policy = self.case.house.policy(PolicyKind.SERVICE_LEVELS, opened)
        levels = ServiceLevels.from_body(policy.body)
        hours = levels.hours_for(ticket.level, self.hours)
        for kind in CommitmentKind:
            target = levels.targets[ticket.level, kind]
            times = clock(hours, started_at=opened, target=target, pauses=self.spans)
            met = opened if kind is CommitmentKind.TAKE_CHARGE else ticket.resolved_at
            commitment = Commitment(
                ticket=ticket,
                kind=kind.value,
                target_s=int(target.total_seconds()),
                calendar=self.case.house.calendar,
                levels_version=policy.version,
                started_at=opened,
                due_at=times.due_at,
                met_at=met,
            )
            end = min(met or self.scene.at, self.scene.at)
            commitment.warned_75_at = self._event("commitment.warned", commitment, times.warn_at, end)
            commitment.breached_at = self._event("commitment.breached", commitment, times.due_at, end)
            if met is None and commitment.breached_at is None:
                commitment.look_due = times.warn_at if commitment.warned_75_at is None else times.due_at
            self.ledger.add(commitment)

    def _event(self, code: str, commitment: Commitment, at: datetime | None, end: datetime) -> datetime | None:
        if at is None or at >= end:
            return None
        due = commitment.due_at.isoformat() if commitment.due_at else ""
        self._tell(code, at, SYSTEM, kind=commitment.kind, due=due, criticality=self.ticket.level.value)
        return at

    def _reply(self, text: str, at: datetime) -> None:
        note = self._note(text, NoteKind.REPLY, self.scene.staff[self.case.agent], at=at)
        self._tell("note.added", at, self.case.agent, ids=number("note", note), kind=NoteKind.REPLY.value)

    def _note(self, text: str, kind: NoteKind, author: Staff, *, at: datetime | None = None) -> Note:
        note = Note(ticket=self.ticket, kind=kind.value, text=text, at=at or self.case.now, author=author)
        self.ledger.add(note)
        return note

    def _tell(self, code: str, at: datetime, who: str | Actor, **facts: Any) -> None:
        by = self.scene.actors[who] if isinstance(who, str) else who
        self.ledger.tell(code, self.ticket, client_id=self.case.house.client.pk, by=by, at=at, **facts)
