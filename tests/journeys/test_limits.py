"""What vigie refuses to do (mission, L1 to L4), looked at across every screen, message and list."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from cast import AT, Cast, acting
from escalation.situations import hand_over, make_ticket, tried
from journeys.screen import Screen
from journeys.texts import SOURCES, all_texts
from steering.situations import make_waiting
from vigie.callbot.promises import promises
from vigie.calls.rules.states import Stakes
from vigie.errors import Refused
from vigie.escalation.actions.receive import accept_handover, lapse_handover
from vigie.escalation.rules.words import Motive
from vigie.tickets.actions import qualify_ticket, resolve_ticket
from vigie.tickets.actions.resolving import OutsidePerimeter
from vigie.tickets.models import Ticket
from vigie.tickets.rules.vocabulary import ClosureCode, Criticality

BLAME = re.compile(r"user[ _-]?error|erreur (?:de l[’']|d[’']une? )?utilisat|faute (?:de l[’'])?utilisat|pebkac", re.I)
ABOUT_BLAME = re.compile(r"no\s+[\"“«]?\s*user error|user[ _]error[\"”»]? code")
# What vigie itself does when a button is pressed is no promise of help to anybody.
OWN_EFFECT = re.compile(r"\b(?:is|are) signed out at once\b|\best (?:aussitôt|immédiatement) déconnectée?\b")


def test_no_text_of_vigie_promises_a_time_or_a_result() -> None:
    texts = list(all_texts())

    found = {
        str(text): words
        for text in texts
        if (words := promises(OWN_EFFECT.sub("", text.words), language=text.language))
    }

    assert len(texts) > 500  # the search itself works
    assert found == {}


def test_the_search_for_promises_sees_one(tmp_path: Path) -> None:
    assert promises("A technician will be there in 20 minutes.", language="en")
    assert promises("Nous vous rappelons dans dix minutes.", language="fr")


def test_nobody_who_calls_is_blamed_anywhere() -> None:
    files = [path for path in SOURCES.rglob("*") if path.suffix in (".py", ".html", ".po", ".toml", ".js", ".json")]

    blamed = [path.name for path in files if BLAME.search(ABOUT_BLAME.sub("", path.read_text(errors="replace")))]

    assert len(files) > 200
    assert blamed == []
    assert not [code for code in ClosureCode if "user" in code or "human" in code]


def test_no_list_of_what_waits_is_sorted_by_arrival_alone(conditia: Cast) -> None:
    minor = make_ticket(conditia, criticality=Criticality.P2)
    grave = make_ticket(conditia, criticality=Criticality.P1)
    make_waiting(conditia, stakes=Stakes.COMFORT, ago_s=120)
    make_waiting(conditia, stakes=Stakes.CRITICAL, ago_s=1)
    for ticket, sent in ((minor, AT), (grave, AT + timedelta(hours=1))):
        lapse_handover(hand_over(conditia, ticket, at=sent).pk, at=AT + timedelta(days=1))
    expert, supervisor = Screen.of(conditia.expert2), Screen.of(conditia.supervisor)

    inbox, board = expert.read("escalation:inbox"), supervisor.read("steering:wallboard")

    assert _order(inbox, grave, minor) == [grave, minor]
    for part in ("board-tickets", "board-handovers", "board-alerts"):
        assert _order(_section(board, part), grave, minor) == [grave, minor], part
    places = [int(place) for place in re.findall(r'<span class="badge bg-secondary-lt">(\d+)<', board)]
    stakes = re.findall(r"#alert-octagon|#info-circle", _section(board, "board-queue"))
    assert places == [1, 2]
    assert stakes == ["#alert-octagon", "#info-circle"]


def _section(page: str, name: str) -> str:
    return page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def _order(page: str, *tickets: Ticket) -> list[Ticket]:
    return sorted(tickets, key=lambda ticket: page.index(f"#{ticket.number} "))


@pytest.mark.parametrize("code", [ClosureCode.FIXED, ClosureCode.WORKAROUND])
def test_the_first_level_does_not_stand_in_for_the_expert(conditia: Cast, code: ClosureCode) -> None:
    ticket = make_ticket(conditia)
    qualify_ticket(ticket.pk, name="type", text="out_of_perimeter", seen=0, by=acting(conditia.agent), at=AT)
    ending = {"code": code, "cause": "Paramétrage", "solution": "Modifié"}

    with pytest.raises(OutsidePerimeter):
        resolve_ticket(ticket.pk, by=acting(conditia.agent), at=AT, **ending)  # type: ignore[arg-type]
    handover = hand_over(conditia, ticket, motive=Motive.PERIMETER)
    accept_handover(handover.pk, by=acting(conditia.expert2), at=AT)

    assert resolve_ticket(ticket.pk, by=acting(conditia.expert2), at=AT, **ending).state == "resolved"  # type: ignore[arg-type]


def test_outside_the_perimeter_may_always_be_passed_on(conditia: Cast) -> None:
    ticket = make_ticket(conditia)
    Ticket.objects.filter(pk=ticket.pk).update(type="out_of_perimeter")

    ended = resolve_ticket(
        ticket.pk,
        code=ClosureCode.PASSED_TO_THIRD_PARTY,
        solution="Transmis au contact commercial du client",
        by=acting(conditia.agent),
        at=AT,
    )

    assert ended.closure_code == ClosureCode.PASSED_TO_THIRD_PARTY


def test_an_expert_s_competence_cannot_be_skipped_by_sending_nothing(conditia: Cast) -> None:
    ticket = make_ticket(conditia, known=False)
    tried(ticket)

    with pytest.raises(Refused):
        hand_over(conditia, ticket, motive=Motive.PERIMETER)
