"""The tickets of the history: opened from calls, qualified, read back; callers who ring again about the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from vigie.actors import Actor
from vigie.config.demo.case import Case, number
from vigie.config.demo.course import follow
from vigie.config.demo.ledger import Ledger
from vigie.config.demo.scene import Scene
from vigie.config.demo.telephone import Conversation
from vigie.directory.models import Client, PolicyKind
from vigie.tickets.models import Attempt, Fact, Reformulation, Ticket, TicketCall, TicketCounter
from vigie.tickets.queries import search_text
from vigie.tickets.rules.criticality import CriticalityPolicy, assess
from vigie.tickets.rules.reformulate import Tried, reformulate
from vigie.tickets.rules.vocabulary import (
    Criticality,
    FactValue,
    PerceivedUrgency,
    ReadBack,
    Source,
    TicketState,
)

OPENS = 0.68  # the share of conversations that open a ticket; many of the others are about one
ABOUT_THE_SAME = timedelta(days=12)
SKIPPED = ("frequency", "workaround", "affected", "since")  # what a hurried qualification leaves out
CODED = ("type", "perceived_urgency", "frequency", "consequence", "scope", "workaround", "safety", "quality")
FROM_BOT = ("equipment", "site", "contact", "consequence")


@dataclass(slots=True)
class Desk:
    scene: Scene
    ledger: Ledger
    cases: dict[int, list[Case]] = field(default_factory=lambda: defaultdict(list))  # by contact
    numbers: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # last ticket number, by client

    def listen(self, talk: Conversation) -> None:
        """Open a ticket from a conversation, attach the call to one the caller has, or neither."""
        known = self._known(talk)
        if known is not None and self.scene.dice.random() < 0.7:
            self._attach(known, talk)
        elif self.scene.dice.random() < OPENS:
            case = self._open(talk)
            if talk.contact is not None:
                self.cases[talk.contact.pk].append(case)

    def finish(self) -> None:
        """Write how far the numbers have come, and how often each ticket changed."""
        for client_id, last in self.numbers.items():
            self.ledger.add(TicketCounter(client_id=client_id, last=last))
        for told in self.ledger.told:
            if isinstance(told.subject, Ticket):
                told.subject.revision += 1
                told.subject.updated_at = max(told.subject.updated_at, told.at)

    def _known(self, talk: Conversation) -> Case | None:
        cases = self.cases[talk.contact.pk] if talk.contact else []
        at = talk.until
        live = (c for c in reversed(cases) if c.opened > at - ABOUT_THE_SAME and (c.until is None or c.until > at))
        return next((c for c in live if self.scene.dice.random() < 0.5), None)

    def _attach(self, case: Case, talk: Conversation) -> None:
        at = talk.until - timedelta(seconds=40)
        link = TicketCall(
            ticket=case.ticket, call=talk.call, client=case.house.client, at=at, by=self.scene.staff[talk.agent]
        )
        self.ledger.add(link)
        level = case.ticket.level
        self._tell(
            case, "ticket.call_attached", at, talk.agent, ids=lambda: {"call": talk.call.pk}, before=level, after=level
        )

    def _open(self, talk: Conversation) -> Case:
        assert talk.call.taken_at is not None
        at = talk.call.taken_at + self.scene.jitter(15, 50)
        ticket = self._ticket(talk, at)
        case = Case(ticket, talk.call, talk.house, talk.story, talk.agent, at, at)
        facts = self._facts(talk)
        self.ledger.add(ticket)
        first: dict[str, FactValue] = {
            name: value for name, value in facts.items() if name in FROM_BOT and value is not None
        }
        assessed = self._assess(case, first)
        self._tell(
            case,
            "ticket.opened",
            at,
            talk.agent,
            ids=lambda: {"call": talk.call.pk},
            number=ticket.number,
            criticality=assessed.value,
        )
        link = TicketCall(
            ticket=ticket, call=talk.call, client=talk.house.client, opened_it=True, at=at, by=ticket.opened_by
        )
        self.ledger.add(link)
        self._qualify(case, facts, talk)
        self._weigh(case)
        self._read_back(case, talk)
        follow(case, self.scene, self.ledger, hung_up=talk.until)
        return case

    def _ticket(self, talk: Conversation, at: datetime) -> Ticket:
        client, person = talk.house.client, self.scene.staff[talk.agent]
        self.numbers[client.pk] += 1
        machine = talk.house.equipment[talk.story.equipment]
        return Ticket(
            client=client,
            number=self.numbers[client.pk],
            type=talk.story.type.value,
            state=TicketState.IN_PROGRESS.value,
            assignee=person,
            contact=talk.contact,
            site=machine.site,
            equipment=machine,
            language=talk.call.language,
            fields_version=talk.house.policy(PolicyKind.FIELDS, at).version,
            opened_at=at,
            opened_by=person,
            updated_at=at,
        )

    def _facts(self, talk: Conversation) -> dict[str, FactValue]:
        """Return what this caller says: the story, told with figures of its own, felt in its own way."""
        dice, story = self.scene.dice, talk.story
        said = self._figures(talk)
        urgency = list(PerceivedUrgency)
        felt = urgency[min(3, max(0, urgency.index(story.felt) + dice.choice((-1, 0, 0, 0, 0, 1, 1))))]
        machine = talk.house.equipment[story.equipment]
        facts: dict[str, FactValue] = {
            "equipment": machine.pk,
            "site": machine.site_id,
            "contact": talk.contact.pk if talk.contact else None,
            "consequence": story.consequence.value,
            "type": story.type.value,
            "symptom": dice.choice(story.symptoms).format(**said),
            "context": dice.choice(story.contexts).format(**said),
            "since": self._since(story.language, said),
            "frequency": story.frequency.value,
            "affected": story.affected.format(**said),
            "scope": story.scope.value,
            "workaround": story.workaround.value,
            "workaround_how": story.workaround_how or None,
            "safety": story.safety.value,
            "quality": story.quality.value,
            "perceived_urgency": felt.value,
            **self._own(talk.house.client, said),
        }
        if story.tier == 1 and dice.random() < 0.2:
            facts[dice.choice(SKIPPED)] = None
        return facts

    def _figures(self, talk: Conversation) -> dict[str, Any]:
        dice = self.scene.dice
        hour = (talk.call.arrived_at - timedelta(hours=dice.randint(1, 3))).strftime("%H:%M")
        figures = {"n": dice.randint(2, 9), "degrees": dice.randint(11, 78), "days": dice.randint(2, 5)}
        return {**figures, "hour": hour, "lot": f"L{dice.randint(2400, 2999)}"}

    def _since(self, language: str, said: dict[str, Any]) -> str:
        texts = {
            "fr": ("{hour}", "hier soir", "la prise de poste", "{days} jours"),
            "en": ("{hour}", "last night", "the start of the shift", "{days} days"),
        }
        return self.scene.dice.choice(texts[language]).format(**said)

    def _own(self, client: Client, said: dict[str, Any]) -> dict[str, FactValue]:
        dice = self.scene.dice
        if dice.random() < 0.4:
            return {}
        return {
            "conditia": {"own.lot": said["lot"], "own.format": f"F{dice.randint(12, 48)}"},
            "plateau": {"own.weather": dice.choice(("calm", "calm", "rain", "storm", "frost")), "own.on_site": "yes"},
            "logimetrie": {"own.version": f"{dice.randint(7, 9)}.{dice.randint(0, 4)}"},
        }[client.code]

    def _qualify(self, case: Case, facts: dict[str, FactValue], talk: Conversation) -> None:
        """Keep the facts one after the other, as the conversation brings them."""
        pace = (talk.until - case.now) / (len(facts) + len(case.story.tried) + 3)
        for name, value in facts.items():
            if value is None:
                continue
            case.facts[name] = value
            is_bot = name in FROM_BOT
            if not is_bot:
                case.now += pace
            self._keep(case, name, value, is_bot=is_bot)
        for action, result in case.story.tried:
            case.now += pace
            attempt = Attempt(
                ticket=case.ticket,
                action=action,
                result=result.value,
                source=Source.CALLER.value if self.scene.dice.random() < 0.6 else Source.AGENT.value,
                at=case.now,
                author=self.scene.staff[case.agent],
            )
            case.attempts.append(attempt)
            self.ledger.add(attempt)
            facts_of = {"result": attempt.result, "source": attempt.source}
            self._tell(case, "attempt.added", case.now, case.agent, ids=number("attempt", attempt), **facts_of)
        case.ticket.title = str(case.facts["symptom"])[:200]
        case.ticket.perceived_urgency = str(case.facts["perceived_urgency"])
        case.ticket.search = search_text(case.ticket.number, case.facts)

    def _keep(self, case: Case, name: str, value: FactValue, *, is_bot: bool) -> None:
        source = Source.BOT if is_bot else Source.AGENT
        fact = Fact(
            ticket=case.ticket,
            name=name,
            value=value,
            words=str(value) if name == "symptom" else "",
            source=source.value,
            at=case.now,
            author=None if is_bot else self.scene.staff[case.agent],
        )
        self.ledger.add(fact)
        if not is_bot:
            change = {"before": None, "after": value} if name in CODED else {}
            facts = {"name": name, "source": source.value, **change}
            self._tell(case, "ticket.qualified", case.now, case.agent, ids=number("fact", fact), **facts)

    def _assess(self, case: Case, facts: dict[str, FactValue]) -> Criticality:
        return assess(self._weighed(case, facts), self._policy(case)[1]).criticality

    def _policy(self, case: Case) -> tuple[int, CriticalityPolicy]:
        policy = case.house.policy(PolicyKind.CRITICALITY, case.opened)
        return policy.version, CriticalityPolicy.from_body(policy.body)

    def _weighed(self, case: Case, facts: dict[str, FactValue]) -> dict[str, FactValue]:
        machine = case.ticket.equipment
        assert machine is not None
        return {**facts, "equipment_weight": str(machine.weight), "environment": machine.environment}

    def _weigh(self, case: Case) -> None:
        version, policy = self._policy(case)
        case.facts = self._weighed(case, case.facts)
        assessment = assess(case.facts, policy)
        ticket = case.ticket
        ticket.criticality, ticket.provisional = assessment.criticality.value, assessment.provisional
        ticket.because = [reason.as_json() for reason in assessment.because]
        ticket.criticality_version = version

    def _read_back(self, case: Case, talk: Conversation) -> None:
        if self.scene.dice.random() < 0.15:
            return
        case.now = max(case.now, talk.until - timedelta(seconds=75))
        names = {"site": str(case.ticket.site or ""), "equipment": str(case.ticket.equipment or "")}
        tried = [Tried(attempt.action, attempt.result) for attempt in case.attempts]
        told = {name: value for name, value in case.facts.items() if name not in names}
        text = reformulate(told, tried=tried, names=names, language=case.ticket.language)
        row = Reformulation(
            ticket=case.ticket,
            text=text,
            outcome=ReadBack.CONFIRMED.value,
            at=case.now,
            author=self.scene.staff[case.agent],
        )
        case.read_back = row
        self.ledger.add(row)
        ids = number("reformulation", row)
        self._tell(case, "reformulation.answered", case.now, case.agent, ids=ids, outcome=row.outcome)

    def _tell(self, case: Case, code: str, at: datetime, who: str, **facts: Any) -> None:
        by: Actor = self.scene.actors[who]
        self.ledger.tell(code, case.ticket, client_id=case.house.client.pk, by=by, at=at, **facts)
