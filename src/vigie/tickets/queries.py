"""Reads on tickets: what is known, what was settled, what is due."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

from vigie.actors import Actor
from vigie.directory.models import Policy, PolicyKind
from vigie.directory.queries import policy_body
from vigie.errors import NotFound
from vigie.tickets.models import Attempt, Fact, Ticket
from vigie.tickets.rules.clocks import ServiceLevels
from vigie.tickets.rules.criticality import CriticalityPolicy
from vigie.tickets.rules.fields import Fields
from vigie.tickets.rules.handover_needs import settled_needs
from vigie.tickets.rules.reformulate import Tried
from vigie.tickets.rules.vocabulary import Facts, FactValue, is_known

SEE = "ticket.see"
WORD = re.compile(r"[a-z0-9]+")
LONGEST_SEARCH = 200


def tickets_seen_by(actor: Actor, *, right: str = SEE) -> QuerySet[Ticket]:
    """Return the tickets of the clients for which `actor` holds `right`."""
    ids = actor.clients(right)
    return Ticket.objects.all() if ids is None else Ticket.objects.filter(client_id__in=ids)


def ticket_for(actor: Actor, ticket_id: int, *, right: str = SEE) -> Ticket:
    """
    Return one ticket with all that its page names.

    Raises: NotFound (no such ticket, or one of a client the actor knows nothing of), Forbidden.
    """
    related = ("client", "site", "equipment", "contact", "assignee", "group", "override_by")
    ticket = Ticket.objects.select_related(*related).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    actor.must(right, client_id=ticket.client_id)
    return ticket


def current_facts(ticket: Ticket) -> dict[str, Fact]:
    """Return the facts that hold now, by name."""
    rows = Fact.objects.filter(ticket=ticket, is_current=True).select_related("author")
    return {fact.name: fact for fact in rows}


def facts_of(ticket: Ticket, *, current: Mapping[str, Fact] | None = None) -> dict[str, FactValue]:
    """
    Return what is known of a ticket, as the rules read it.

    The equipment tells its weight and, unless somebody said otherwise, the environment; so does a client that has one.
    """
    rows = current_facts(ticket) if current is None else current
    facts: dict[str, FactValue] = {name: fact.value for name, fact in rows.items()}
    equipment = ticket.equipment
    if equipment is not None:
        facts["equipment_weight"] = str(equipment.weight)
    if not is_known(facts, "environment"):
        environments = [equipment.environment] if equipment is not None else ticket.client.environments
        facts["environment"] = environments[0] if len(environments) == 1 else None
    return facts


def attempts_of(ticket: Ticket) -> list[Attempt]:
    return list(Attempt.objects.filter(ticket=ticket).select_related("author"))


def tried(attempts: Iterable[Attempt]) -> tuple[Tried, ...]:
    """Return the attempts as the reformulation reads them."""
    return tuple(Tried(attempt.action, attempt.result) for attempt in attempts)


def handover_needs(ticket: Ticket) -> tuple[str, ...]:
    """Return what the client settled that the next tier needs, beside what it always does."""
    _, escalation = policy_body(ticket.client_id, PolicyKind.ESCALATION)
    return settled_needs(escalation, tier=ticket.tier)


def criticality_policy(client_id: int) -> tuple[int, CriticalityPolicy]:
    """Return (version, policy) in force; version 0 is the default."""
    version, body = policy_body(client_id, PolicyKind.CRITICALITY)
    return version, _criticality(json.dumps(body))


def service_levels(client_id: int) -> tuple[int, ServiceLevels]:
    """Return (version, service levels) in force; version 0 is the default."""
    version, body = policy_body(client_id, PolicyKind.SERVICE_LEVELS)
    return version, _levels(json.dumps(body))


def service_levels_at(client_id: int, version: int) -> ServiceLevels:
    """Return the service levels of one version: what was promised is never computed again with today's contract."""
    return _levels(json.dumps(_body_at(client_id, PolicyKind.SERVICE_LEVELS, version)))


def fields_of(client_id: int) -> tuple[int, Fields]:
    """Return (version, the client's own fields) in force."""
    version, body = policy_body(client_id, PolicyKind.FIELDS)
    return version, _fields(json.dumps(body))


def fields_at(ticket: Ticket) -> Fields:
    """Return the client's own fields as they were when the ticket began."""
    return _fields(json.dumps(_body_at(ticket.client_id, PolicyKind.FIELDS, ticket.fields_version)))


def _body_at(client_id: int, kind: PolicyKind, version: int) -> dict[str, Any]:
    if not version:
        return {}
    kept = Policy.objects.filter(client_id=client_id, kind=kind, version=version)
    return dict(kept.values_list("body", flat=True).get())


@lru_cache(maxsize=512)
def _criticality(body: str) -> CriticalityPolicy:
    return CriticalityPolicy.from_body(json.loads(body))


@lru_cache(maxsize=512)
def _levels(body: str) -> ServiceLevels:
    return ServiceLevels.from_body(json.loads(body))


@lru_cache(maxsize=512)
def _fields(body: str) -> Fields:
    return Fields.from_body(json.loads(body))


def plain(text: str) -> str:
    """Return the text without accents nor case, as the search column keeps it."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(WORD.findall("".join(char for char in folded if not unicodedata.combining(char))))


def search_text(number: int, facts: Facts) -> str:
    """Return the words under which a ticket is found: its number and every text said about it."""
    texts = [str(value) for name, value in sorted(facts.items()) if isinstance(value, str) and " " in value.strip()]
    texts += [str(facts[name]) for name in ("title", "symptom") if is_known(facts, name)]
    return " ".join(dict.fromkeys([str(number), *plain(" ".join(texts)).split()]))


def matching(tickets: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    """Return the tickets that hold every word of `text`: accents, case, plurals and word endings do not matter."""
    words = [word.rstrip("sx") or word for word in plain(text[:LONGEST_SEARCH]).split()]
    if not words:
        return tickets
    query = SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="simple")
    return tickets.annotate(words=SearchVector("search", config="simple")).filter(words=query)
