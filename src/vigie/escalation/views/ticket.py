"""The hand-over of one ticket, beside it on the desk: what is missing, where to, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from vigie.actors import Actor
from vigie.directory.views.common import actor, now
from vigie.escalation import labels, queries
from vigie.escalation.actions.send import hand_over_ticket
from vigie.escalation.forms import number, word
from vigie.escalation.models import Handover
from vigie.escalation.rules import sending
from vigie.escalation.rules.policy import EscalationPolicy
from vigie.escalation.rules.words import Motive, State, Tier
from vigie.escalation.views import rows
from vigie.escalation.views.common import done
from vigie.tickets.actions.access import author_of
from vigie.tickets.labels import fact_label
from vigie.tickets.models import Ticket
from vigie.tickets.queries import fields_at, ticket_for
from vigie.tickets.rules.handover_needs import ALWAYS_NEEDED


@dataclass(frozen=True, slots=True)
class Destination:
    """A group the ticket may go to. `needs_right` says that a tier is skipped, which the sender must be allowed to."""

    id: int
    name: str
    tier: str
    is_chosen: bool
    is_frozen: bool


@dataclass(frozen=True, slots=True)
class Need:
    """Something the receiver needs, and whether it is known."""

    name: str
    label: rows.Label
    is_known: bool

    @property
    def key(self) -> str:
        """Return the name as the qualification form writes it in its HTML ids."""
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form: where the ticket may go, what the chosen group needs, and whether it may go before."""

    destinations: tuple[Destination, ...]
    chosen: int | None
    needs: tuple[Need, ...]
    may_be_emergency: bool

    @property
    def missing(self) -> int:
        return sum(not need.is_known for need in self.needs)


@login_required
@require_GET
def ticket_handover(request: HttpRequest, ticket_id: int) -> HttpResponse:
    reader = actor(request)
    ticket = ticket_for(reader, ticket_id)
    past = [
        rows.row(handover, reader=reader, fields=fields_at(ticket))
        for handover in rows.with_people(Handover.objects.filter(ticket=ticket).order_by("-round"))
    ]
    current = past[0] if past else None
    may_send = ticket.is_live and reader.may("ticket.escalate", client_id=ticket.client_id)
    wanted = request.GET.get("to", "")
    context = {
        "ticket": ticket,
        "ticket_topic": f"ticket-{ticket.pk}",
        "current": current,
        "past": past[1:],
        "was_refused": current is not None and current.state == State.REFUSED,
        "sheet": _sheet(ticket, reader, wanted=int(wanted) if wanted.isdecimal() else None)
        if may_send and not (current and current.is_open)
        else None,
        "given": rows.given(queries.snapshot(ticket), ticket, reader=reader),
        "motives": labels.MOTIVES.items(),
        "sources": labels.SOURCES.items(),
        "refusals": labels.REFUSALS.items(),
        "needs_labels": rows.named(ALWAYS_NEEDED, fields_at(ticket)),
    }
    return render(request, "escalation/_handover.html", context)


@login_required
@require_POST
def send(request: HttpRequest, ticket_id: int) -> HttpResponse:
    ticket_for(actor(request), ticket_id)
    hand_over_ticket(
        ticket_id,
        to_group=number(request.POST, "to"),
        seen_tier=number(request.POST, "seen_tier"),
        motive=word(request.POST, "motive", Motive),
        words=request.POST.get("words", ""),
        emergency="emergency" in request.POST,
        by=actor(request),
        at=now(),
    )
    return done(request, back=f"/tickets/{ticket_id}/")


def _sheet(ticket: Ticket, reader: Actor, *, wanted: int | None) -> Sheet:
    policy, dossier = queries.escalation_policy(ticket.client_id), queries.dossier_of(ticket)
    sender = queries.sending_group(ticket, sender_id=author_of(reader))
    groups = {
        group.pk: group
        for group in queries.groups_for(ticket.client_id).filter(is_active=True)
        if group != sender and _within_reach(group.tier, ticket, reader)
    }
    cards = {pk: queries.card(group) for pk, group in groups.items()}
    environment = str(dossier.facts.get("environment") or "")
    proposed = sending.proposed(cards.values(), policy=policy, from_tier=Tier(ticket.tier), environment=environment)
    chosen = wanted if wanted in cards else proposed.id if proposed else next(iter(cards), None)
    rounds = queries.rounds_of(ticket)
    return Sheet(
        destinations=tuple(
            Destination(
                id=pk,
                name=group.name,
                tier=labels.TIERS[group.tier],
                is_chosen=pk == chosen,
                is_frozen=sending.is_frozen(rounds, between=(sender.pk if sender else None, pk)),
            )
            for pk, group in groups.items()
        ),
        chosen=chosen,
        needs=tuple(_needs(ticket, dossier, policy, cards[chosen])) if chosen is not None else (),
        may_be_emergency=queries.stakes_of(ticket, dossier).is_emergency,
    )


def _within_reach(tier: int, ticket: Ticket, reader: Actor) -> bool:
    return tier <= ticket.tier + 1 or reader.may("escalate.skip", client_id=ticket.client_id)


def _needs(ticket: Ticket, dossier: sending.Dossier, policy: EscalationPolicy, to: sending.GroupCard) -> Iterator[Need]:
    fields = fields_at(ticket)
    lacking = sending.missing(dossier, policy=policy, to=to)
    for name in sending.missing(sending.Dossier({}), policy=policy, to=to):
        yield Need(name, fact_label(name, fields), is_known=name not in lacking)
