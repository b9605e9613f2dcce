"""The calls of the history: the attendant, the queue, three agents, and callers who do not wait for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from vigie.actors import CALLBOT, CALLER, SYSTEM
from vigie.calls.models import Call, CallbackProposal, CallFact, Offer, QueueEntry
from vigie.calls.rules.states import CallState, OfferOutcome, Outcome, ProposalReason, Stakes
from vigie.config.demo.ledger import Ledger
from vigie.config.demo.scene import House, Scene
from vigie.config.demo.stories import Story
from vigie.config.demo.stories.story import ASSISTANCE, DISCOMFORT, HINDERED, STOPPED, YES
from vigie.directory.models import Contact
from vigie.telephony.protocol import EndCause

NODE = "demonstration"
RING_S, SHORT_S, OVERFLOW_S = 15, 5, 900
IMPACT = {STOPPED: "stopped", HINDERED: "hindered", DISCOMFORT: "unaffected"}
STAKES = {STOPPED: Stakes.CRITICAL, HINDERED: Stakes.HINDERED, DISCOMFORT: Stakes.COMFORT}


@dataclass(frozen=True, slots=True)
class Conversation:
    """A call that somebody took: who spoke, about what. `until` is when they hung up."""

    call: Call
    house: House
    story: Story
    contact: Contact | None
    agent: str
    until: datetime


@dataclass(slots=True)
class Switchboard:
    """The agents' day: until when each is busy."""

    scene: Scene
    ledger: Ledger
    busy: dict[str, datetime] = field(default_factory=dict)
    count: int = 0

    def receive(self, at: datetime, house: House, *, story: Story | None = None) -> Conversation | None:
        """Live one call from its first ring to its end; None when nobody spoke with the caller."""
        story = story or self.scene.dice.choices(house.stories, [s.share for s in house.stories])[0]
        call, contact = self._ring(at, house, story)
        leaves = self.scene.dice.random()
        if leaves < 0.03:
            self._leave(call, Outcome.ABANDONED_IN_BOT, at + self.scene.jitter(4, 20))
            return None
        self._learn(call, story, at)
        queued = at + self.scene.jitter(25, 70)
        if self._is_sent_away(call, house, story, queued):
            return None
        self._queue(call, house, queued)
        return self._serve(call, house, story, contact, queued)

    def _ring(self, at: datetime, house: House, story: Story) -> tuple[Call, Contact | None]:
        dice = self.scene.dice
        speakers = [c for c in house.contacts if c.language == story.language]
        near = [c for c in speakers if c.site_id == house.equipment[story.equipment].site_id] or speakers
        contact = dice.choice(near) if near and dice.random() < 0.88 else None
        number = house.numbers[contact.pk] if contact else f"+3363998{dice.randint(5000, 9999)}"
        self.count += 1
        call = Call(
            leg=f"demonstration-{self.count:05}",
            node=NODE,
            client=house.client,
            hotline=house.hotline,
            caller_id="" if contact is None and dice.random() < 0.25 else number,
            dialled=house.hotline.number,
            contact=contact,
            language=story.language if story.language in house.client.languages else house.client.languages[0],
            state=CallState.ENDED,
            arrived_at=at,
            answered_at=at + timedelta(seconds=0.2),
        )
        self.ledger.add(call)
        facts = {
            "hotline": house.hotline.pk,
            "contact": contact.pk if contact else None,
            "withheld": not call.caller_id,
        }
        self._tell("call.arrived", call, at, by=CALLER, **facts)
        return call, contact

    def _learn(self, call: Call, story: Story, at: datetime) -> None:
        house = next(house for house in self.scene.houses if house.client == call.client)
        machine = house.equipment[story.equipment]
        topic = "assistance" if story.type is ASSISTANCE else "incident"
        learned = {"topic": topic, "impact": IMPACT[story.consequence]}
        if self.scene.dice.random() < 0.8:
            call.equipment, call.site = machine, machine.site
            learned |= {"equipment": str(machine.pk), "site": str(machine.site_id)}
        elif call.contact is not None:
            call.site = call.contact.site
        for name, value in learned.items():
            moment = at + self.scene.jitter(8, 24)
            self.ledger.add(CallFact(call=call, name=name, value=value, source="keypad", at=moment))
        call.stakes = Stakes.CRITICAL if story.safety is YES else STAKES[story.consequence]
        call.handoff_reason = "operations_stopped" if story.consequence is STOPPED else "completed"
        self._tell("call.facts_learned", call, at + timedelta(seconds=24), by=CALLBOT, names=list(learned))

    def _is_sent_away(self, call: Call, house: House, story: Story, at: datetime) -> bool:
        """Outside opening hours a software caller is offered a call-back, unless operations have stopped."""
        if house.client.code != "logimetrie" or story.consequence is STOPPED or house.hours.is_open(call.arrived_at):
            return False
        asked = call.caller_id.startswith("+") and self.scene.dice.random() < 0.6
        self._leave(call, Outcome.CALLBACK if asked else Outcome.CLOSED, at, cause=EndCause.LOCAL)
        if asked:
            self._propose(call, ProposalReason.ASKED, at)
        return True

    def _queue(self, call: Call, house: House, at: datetime) -> None:
        call.queued_at = at
        preferred = [f"client:{house.client.code}"]
        if call.equipment is not None:
            preferred.append(f"environment:{call.equipment.environment}")
        stay = QueueEntry(
            call=call,
            client=house.client,
            entered_at=at,
            stakes=call.stakes,
            required=[f"language:{call.language}"],
            preferred=preferred,
        )
        self.ledger.add(stay)
        facts = {"stakes": int(call.stakes), "angry": False, "reason": call.handoff_reason, "head": False}
        self._tell("call.queued", call, at, by=CALLBOT, **facts)

    def _serve(
        self, call: Call, house: House, story: Story, contact: Contact | None, at: datetime
    ) -> Conversation | None:
        agent = self._next_agent(call, at)
        free = max(at, self.busy.get(agent, at)) + self.scene.jitter(0.2, 0.9)
        patience = self.scene.dice.expovariate(1 / 300) + 2
        if call.stakes != Stakes.CRITICAL and (free - at).total_seconds() > patience:
            self._give_up(call, at + timedelta(seconds=patience))
            return None
        if self.scene.dice.random() < 0.03:
            free = self._in_vain(call, agent, free)
        rang = self.scene.jitter(2, 9)
        call.agent, call.taken_at, call.bridged_at = (
            self.scene.staff[agent],
            free + rang,
            free + rang + timedelta(0, 0.3),
        )
        self._offer(call, agent, free, OfferOutcome.TAKEN, call.taken_at)
        self._tell(
            "call.taken", call, call.taken_at, by=self.scene.actors[agent], agent=call.agent.pk, rang_s=rang.seconds
        )
        self._close_stay(call, call.taken_at)
        until = call.bridged_at + self._length(story)
        self._hang_up(call, agent, until)
        return Conversation(call, house, story, contact, agent, until)

    def _next_agent(self, call: Call, at: datetime) -> str:
        local = at.astimezone(ZoneInfo("Europe/Paris"))
        if local.weekday() >= 5 or not 5 <= local.hour < 21:
            on_shift = ["sofia"] if call.language == "en" else ["hugo"]
        else:
            shifts = {"camille": (5, 14), "sofia": (9, 18), "hugo": (13, 21)}
            on_shift = [name for name, (start, end) in shifts.items() if start <= local.hour < end]
            if call.language == "en" and "sofia" in on_shift:
                on_shift = ["sofia"]
        return min(on_shift, key=lambda name: (max(at, self.busy.get(name, at)), name))

    def _length(self, story: Story) -> timedelta:
        """Calls last as long as they must: help in using is short, a stopped line may take an hour."""
        minutes = {STOPPED: 22.0, HINDERED: 12.0, DISCOMFORT: 7.0}[story.consequence]
        return timedelta(minutes=min(55, max(1.5, self.scene.dice.lognormvariate(0, 0.55) * minutes)))

    def _in_vain(self, call: Call, agent: str, at: datetime) -> datetime:
        """Ring a screen in vain: the call is offered again."""
        until = at + timedelta(seconds=RING_S)
        self._offer(call, agent, at, OfferOutcome.NO_ANSWER, until)
        self._tell("call.rung_in_vain", call, until, by=SYSTEM, agent=self.scene.staff[agent].pk)
        return until + timedelta(seconds=1)

    def _offer(self, call: Call, agent: str, at: datetime, outcome: OfferOutcome, closed: datetime) -> None:
        person = self.scene.staff[agent]
        offer = Offer(
            call=call,
            agent=person,
            offered_at=at,
            answer_due=at + timedelta(seconds=RING_S),
            outcome=outcome,
            closed_at=closed,
        )
        self.ledger.add(offer)
        self._tell("call.offered", call, at, by=SYSTEM, ids=lambda: {"offer": offer.pk}, agent=person.pk, because=[])

    def _give_up(self, call: Call, at: datetime) -> None:
        waited = (at - call.queued_at).total_seconds() if call.queued_at else 0
        self._close_stay(call, at)
        self._leave(call, Outcome.SHORT_ABANDON if waited < SHORT_S else Outcome.ABANDONED, at)
        if call.contact is not None:
            self._propose(call, ProposalReason.ABANDONED, at)

    def _propose(self, call: Call, reason: ProposalReason, at: datetime) -> None:
        """Propose a call-back; all but today's were made."""
        done = at + self.scene.jitter(600, 5400)
        is_done = done < self.scene.at - timedelta(hours=3)
        proposal = CallbackProposal(
            call=call,
            client=call.client,
            number=call.caller_id,
            is_known=call.contact is not None,
            stakes=call.stakes,
            reason=reason,
            proposed_at=at,
            done_at=done if is_done else None,
            done_by=self.scene.staff["camille"] if is_done else None,
        )
        self.ledger.add(proposal)
        self._tell("callback.proposed", call, at, by=SYSTEM, reason=reason.value)
        if is_done:
            self._tell("callback.done", call, done, by=self.scene.actors["camille"])

    def _hang_up(self, call: Call, agent: str, at: datetime) -> None:
        call.held_s = round(self.scene.dice.uniform(20, 180), 1) if self.scene.dice.random() < 0.25 else 0
        self._leave(call, Outcome.ANSWERED, at)
        call.wrapped_at = at + self.scene.jitter(15, 150)
        self.busy[agent] = call.wrapped_at
        self._tell("call.wrapped", call, call.wrapped_at, by=self.scene.actors[agent], agent=self.scene.staff[agent].pk)

    def _leave(self, call: Call, outcome: Outcome, at: datetime, *, cause: EndCause = EndCause.HANGUP) -> None:
        call.outcome, call.end_cause, call.ended_at = outcome, cause, at
        stop = call.taken_at or at
        waited = (stop - call.queued_at).total_seconds() if call.queued_at else 0.0
        talked = (at - call.bridged_at).total_seconds() if call.bridged_at else 0.0
        figures = {"waited_s": round(waited, 1), "talked_s": round(talked, 1), "held_s": call.held_s}
        agent = call.agent.pk if call.agent else None
        facts = {"outcome": outcome.value, "cause": cause.value, "agent": agent, "stakes": int(call.stakes)}
        self._tell("call.ended", call, at, by=CALLER, **facts, **figures)

    def _close_stay(self, call: Call, at: datetime) -> None:
        stay = self.ledger.rows[QueueEntry][-1]
        assert isinstance(stay, QueueEntry) and stay.call is call
        stay.left_at = at

    def _tell(self, code: str, call: Call, at: datetime, **facts: object) -> None:
        assert call.client is not None
        self.ledger.tell(code, call, client_id=call.client.pk, at=at, **facts)  # type: ignore[arg-type]
