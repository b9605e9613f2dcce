"""Is vigie well: /healthz for machines that watch, /metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from vigie.journal.models import Heartbeat

GAUGES = {
    "vigie_calls": (
        "Calls under way by state",
        "state",
        "select state, count(*) from calls_call where ended_at is null group by 1",
    ),
    "vigie_agents": ("Agents by state", "state", "select state, count(*) from calls_agentpresence group by 1"),
    "vigie_tickets_open": (
        "Open tickets by criticality",
        "criticality",
        "select criticality, count(*) from tickets_ticket where state not in ('resolved', 'closed') group by 1",
    ),
    "vigie_journal_entries": ("Journal entries by chain", "chain", "select chain, seq from journal_chainhead"),
    "vigie_jobs": ("Jobs by status", "status", "select status::text, count(*) from procrastinate_jobs group by 1"),
}


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part's last sign of life: how old it is, and whether that is too old."""

    age_s: float
    late: bool
    figures: dict[str, float]


def parts_health(at: datetime) -> dict[str, PartHealth]:
    """Return the health of every part that ever beat."""
    return {
        beat.part: PartHealth(
            round((at - beat.at).total_seconds(), 1),
            (at - beat.at).total_seconds() > beat.late_after_s,
            beat.figures,
        )
        for beat in Heartbeat.objects.order_by("part")
    }


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and no part is late, 503 otherwise; always say which."""
    try:
        parts = parts_health(datetime.now(UTC))  # noqa: TID251  a door reads the clock
    except DatabaseError as error:
        return JsonResponse({"status": "down", "database": str(error).splitlines()[0], "parts": {}}, status=503)
    well = not any(part.late for part in parts.values())
    body = {
        "status": "ok" if well else "late",
        "database": "ok",
        "parts": {name: asdict(part) for name, part in parts.items()},
    }
    return JsonResponse(body, status=200 if well else 503)


class DatabaseCollector(Collector):
    """Figures read at scrape time, so that any web process gives the same ones."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with connection.cursor() as cursor:
            for name, (text, label, query) in GAUGES.items():
                gauge = GaugeMetricFamily(name, text, labels=[label])
                cursor.execute(query)
                for value, number in cursor.fetchall():
                    gauge.add_metric([str(value)], float(number))
                yield gauge
        at = datetime.now(UTC)  # noqa: TID251  a door reads the clock
        age = GaugeMetricFamily("vigie_heartbeat_age_seconds", "Age of each part's last heartbeat", labels=["part"])
        for part, health in parts_health(at).items():
            age.add_metric([part], health.age_s)
        yield age


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in the Prometheus text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DatabaseCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
