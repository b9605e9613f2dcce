"""What each company of the demonstration settled, and settled again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from vigie.actors import Actor
from vigie.callbot.script import WhenClosed
from vigie.calls.rules.policies import RoutingPolicy, WelcomePolicy, to_body
from vigie.config.demo.companies import COMPANIES
from vigie.directory.actions import save_policy
from vigie.directory.models import Client, Group, PolicyKind, Staff
from vigie.escalation.rules.policy import EscalationPolicy, Route
from vigie.escalation.rules.words import Tier
from vigie.tickets.rules.clocks import ServiceLevels
from vigie.tickets.rules.criticality import CriticalityPolicy

SECOND_THOUGHTS = timedelta(days=45)  # before today, when some settings were changed

FIELDS: dict[str, list[dict[str, Any]]] = {
    "conditia": [
        {"code": "lot", "kind": "text", "label": {"fr": "Numéro de lot", "en": "Batch number"}},
        {"code": "format", "kind": "text", "label": {"fr": "Format en cours", "en": "Format in production"}},
        {
            "code": "temperature",
            "kind": "number",
            "unit": "°C",
            "label": {"fr": "Température lue", "en": "Temperature"},
        },
        {
            "code": "quarantine",
            "kind": "choice",
            "choices": {"yes": {"fr": "Oui", "en": "Yes"}, "no": {"fr": "Non", "en": "No"}},
            "label": {"fr": "Lot en quarantaine", "en": "Batch in quarantine"},
        },
    ],
    "plateau": [
        {"code": "level", "kind": "number", "unit": "%", "label": {"fr": "Niveau lu", "en": "Level read"}},
        {
            "code": "weather",
            "kind": "choice",
            "choices": {
                "calm": {"fr": "Temps calme", "en": "Calm"},
                "rain": {"fr": "Fortes pluies", "en": "Heavy rain"},
                "storm": {"fr": "Orage", "en": "Thunderstorm"},
                "frost": {"fr": "Gel ou neige", "en": "Frost or snow"},
            },
            "label": {"fr": "Météo sur place", "en": "Weather there"},
        },
        {
            "code": "on_site",
            "kind": "choice",
            "choices": {"yes": {"fr": "Oui", "en": "Yes"}, "no": {"fr": "Non", "en": "No"}},
            "label": {"fr": "Quelqu'un est sur place", "en": "Somebody is on site"},
        },
    ],
    "logimetrie": [
        {"code": "customer", "kind": "text", "label": {"fr": "Client final", "en": "End customer"}},
        {"code": "version", "kind": "text", "label": {"fr": "Version du module", "en": "Module version"}},
        {"code": "period", "kind": "date", "label": {"fr": "Période de paie", "en": "Payroll period"}},
    ],
}
NIGHT = {"conditia": ["P1"], "plateau": ["P1", "P2"], "logimetrie": []}
WHEN_CLOSED = {"conditia": WhenClosed.HUMAN, "plateau": WhenClosed.HUMAN, "logimetrie": WhenClosed.CALLBACK}


def settle(*, by: Actor, at: datetime) -> None:
    """Put every setting of every company in force at `at`, then what was changed later."""
    for company in COMPANIES:
        client = Client.objects.get(code=company.code)
        for kind, body in _first(client, company.hours).items():
            save_policy(client.pk, kind=kind, body=body, seen_version=0, note="Mise en service", by=by, at=at)


def think_again(*, by: Actor, today: datetime) -> None:
    """Change some settings, as happens: a bridge day, a stricter view of product quality, quicker answers at night."""
    at = today - SECOND_THOUGHTS
    conditia, plateau = (Client.objects.get(code=code) for code in ("conditia", "plateau"))
    strict = CriticalityPolicy().to_body()
    strict["at_least"] |= {"quality": {"yes": "P3"}}
    note = "Un doute sur la qualité du produit n'est jamais mineur"
    save_policy(conditia.pk, kind=PolicyKind.CRITICALITY, body=strict, seen_version=1, note=note, by=by, at=at)
    hours = next(company.hours for company in COMPANIES if company.code == "conditia")
    bridge = (today + timedelta(days=24)).date().isoformat()
    hours = {**hours, "days": {bridge: []}, "labels": {bridge: "Pont"}}
    later = at + timedelta(days=20)
    save_policy(conditia.pk, kind=PolicyKind.HOURS, body=hours, seen_version=1, note="Pont", by=by, at=later)
    levels = ServiceLevels.from_body({"round_the_clock": NIGHT["plateau"]}).to_body()
    levels["targets"]["P1"] = {"take_charge": 10, "resolve": 180}
    note = "Prise en charge des arrêts en 10 minutes, avenant du contrat"
    save_policy(plateau.pk, kind=PolicyKind.SERVICE_LEVELS, body=levels, seen_version=1, note=note, by=by, at=at)


def _first(client: Client, hours: dict[str, Any]) -> dict[PolicyKind, dict[str, Any]]:
    own = Group.objects.filter(client=client, tier=2).first()
    supervisor = Staff.objects.get(username="luc")
    escalation = EscalationPolicy(
        needs=("since",),
        needs_for={"tier:3": ("workaround",)},
        routes=(Route(Tier.N2, own.pk),) if own else (),
        supervisor=supervisor.pk,
    )
    return {
        PolicyKind.HOURS: hours,
        PolicyKind.WELCOME: to_body(WelcomePolicy(when_closed=WHEN_CLOSED[client.code])),
        PolicyKind.ROUTING: to_body(RoutingPolicy(call_back_abandoned=True)),
        PolicyKind.CRITICALITY: CriticalityPolicy().to_body(),
        PolicyKind.FIELDS: {"fields": FIELDS[client.code]},
        PolicyKind.SERVICE_LEVELS: ServiceLevels.from_body({"round_the_clock": NIGHT[client.code]}).to_body(),
        PolicyKind.ESCALATION: escalation.body(),
    }
