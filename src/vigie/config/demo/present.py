"""What is going on right now: a handful of open tickets, lived through the very actions that people use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from vigie.actors import Actor
from vigie.config.demo.stories import BY_CLIENT, Story
from vigie.directory.models import Client, Contact, Equipment, Group, Staff
from vigie.directory.queries import actor_of
from vigie.escalation.actions.receive import accept_handover, ask_question, refuse_handover
from vigie.escalation.actions.send import hand_over_ticket
from vigie.escalation.models import Handover
from vigie.escalation.rules.words import Motive, RefusalMotive
from vigie.tickets.actions import (
    Heard,
    add_attempt,
    confirm_reformulation,
    open_ticket,
    override_criticality,
    pause_clocks,
    take_charge,
)
from vigie.tickets.models import Ticket
from vigie.tickets.queries import attempts_of, facts_of, tried
from vigie.tickets.rules.reformulate import reformulate
from vigie.tickets.rules.vocabulary import Awaited, Criticality, PauseReason, ReadBack, Source

PARIS = ZoneInfo("Europe/Paris")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """One open ticket: whose, about what, opened how long ago, and what happened since."""

    client: str
    equipment: str
    agent: str
    minutes_ago: int
    then: Callable[[Stage], None]
    place: int = 0  # which of the stories about this equipment
    is_taken: bool = True


@dataclass(slots=True)
class Stage:
    """A ticket and the moment it has come to."""

    ticket: Ticket
    agent: Actor
    at: datetime

    def wait(self, minutes: int) -> datetime:
        self.at += minutes * MINUTE
        return self.at

    def hand_over(self, tier: int, *, by: Actor | None = None) -> Handover:
        ticket = Ticket.objects.get(pk=self.ticket.pk)
        groups = Group.objects.filter(tier=tier, client=ticket.client) | Group.objects.filter(tier=tier, client=None)
        return hand_over_ticket(
            ticket.pk,
            to_group=groups.order_by("client_id").first().pk,  # type: ignore[union-attr]
            seen_tier=ticket.tier,
            motive=Motive.SKILL,
            by=by or self.agent,
            at=self.wait(3),
        )


def live_today(*, at: datetime) -> int:
    """Open today's tickets and bring each to where it stands at `at`; return how many there are."""
    for scene in SCENES:
        stage = _open(scene, at)
        scene.then(stage)
    return len(SCENES)


def _open(scene: Scene, at: datetime) -> Stage:
    client = Client.objects.get(code=scene.client)
    story = [s for s in BY_CLIENT[scene.client] if s.equipment == scene.equipment][scene.place]
    agent, opened = _actor(scene.agent), at - scene.minutes_ago * MINUTE
    ticket = open_ticket(client.pk, heard=_heard(client, story, opened), language=story.language, by=agent, at=opened)
    stage = Stage(ticket, agent, opened)
    if not scene.is_taken:
        return stage
    take_charge(ticket.pk, by=agent, at=stage.wait(1))
    for action, result in story.tried:
        add_attempt(ticket.pk, action=action, result=result, source=Source.CALLER, by=agent, at=stage.wait(1))
    names = {"site": str(ticket.site or ""), "equipment": str(ticket.equipment or "")}
    facts = {name: value for name, value in facts_of(ticket).items() if name not in names}
    text = reformulate(facts, tried=tried(attempts_of(ticket)), names=names, language=story.language)
    confirm_reformulation(ticket.pk, text=text, outcome=ReadBack.CONFIRMED, by=agent, at=stage.wait(1))
    return stage


def _heard(client: Client, story: Story, at: datetime) -> Iterator[Heard]:
    since = (at - 50 * MINUTE).astimezone(PARIS).strftime("%H:%M")
    said = {"n": 4, "degrees": 41, "days": 2, "hour": since, "lot": "L2618"}
    machine = Equipment.objects.get(client=client, code=story.equipment)
    contact = Contact.objects.filter(client=client, language=story.language).order_by("pk").first()
    symptom = story.symptoms[0].format(**said)
    yield Heard("symptom", symptom, words=symptom, source=Source.CALLER)
    yield Heard("equipment", machine.pk, source=Source.BOT)
    yield Heard("contact", contact.pk if contact else None, source=Source.BOT)
    yield Heard("context", story.contexts[0].format(**said), source=Source.CALLER)
    yield Heard("since", since, source=Source.CALLER)
    yield Heard("affected", story.affected.format(**said), source=Source.CALLER)
    yield Heard("workaround_how", story.workaround_how or None)
    yield Heard("perceived_urgency", story.felt.value, source=Source.CALLER)
    for name in ("type", "frequency", "consequence", "scope", "workaround", "safety", "quality"):
        yield Heard(name, str(getattr(story, name)))


def _actor(username: str) -> Actor:
    return actor_of(Staff.objects.get(username=username))


def _waits_for_level_2(stage: Stage) -> None:
    stage.hand_over(2)


def _was_sent_back(stage: Stage) -> None:
    handover = stage.hand_over(2)
    words = "La passerelle n'a pas été redémarrée, c'est la première mesure de la fiche : à faire, puis me renvoyer."
    motive, by = RefusalMotive.NOT_TRIED, _actor("karim")
    refuse_handover(handover.pk, motive=motive, lacking=["attempt"], words=words, by=by, at=stage.wait(8))


def _was_asked(stage: Stage) -> None:
    handover = stage.hand_over(2)
    text = "Which access key does the import use, and at what time does it start?"
    ask_question(handover.pk, text=text, by=_actor("nadia"), at=stage.wait(5))


def _is_at_level_3(stage: Stage) -> None:
    handover = stage.hand_over(2)
    expert = _actor("nadia")
    accept_handover(handover.pk, by=expert, at=stage.wait(6))
    stage.hand_over(3, by=expert)


def _is_worked_on_by_level_2(stage: Stage) -> None:
    handover = stage.hand_over(2)
    accept_handover(handover.pk, by=_actor("karim"), at=stage.wait(7))


def _waits_for_the_caller(stage: Stage) -> None:
    reason, awaited = PauseReason.CALLER, Awaited.CALLER
    pause_clocks(stage.ticket.pk, reason=reason, awaited=awaited, by=stage.agent, at=stage.wait(4))


def _was_raised_by_a_person(stage: Stage) -> None:
    motive = "Réunion d'exploitation à 14 h : la télégestion doit être fiable avant."
    override_criticality(stage.ticket.pk, to=Criticality.P2, motive=motive, by=stage.agent, at=stage.wait(2))


def _is_just_there(stage: Stage) -> None:
    """Nobody has taken it yet, or the agent is still at it."""


SCENES = (
    Scene("conditia", "1204", "camille", 13, _waits_for_level_2),
    Scene("plateau", "3802", "hugo", 40, _was_sent_back),
    Scene("logimetrie", "5007", "sofia", 55, _was_asked),
    Scene("logimetrie", "5001", "sofia", 35, _is_at_level_3),
    Scene("plateau", "3310", "hugo", 70, _is_worked_on_by_level_2),
    Scene("conditia", "1801", "camille", 160, _waits_for_the_caller),
    Scene("plateau", "3501", "hugo", 120, _was_raised_by_a_person),
    Scene("conditia", "1205", "camille", 25, _is_just_there),
    Scene("conditia", "1401", "camille", 9, _is_just_there, is_taken=False),
)
