"""A hotline to measure on: one client with sites, equipment, an agent, and as many tickets as asked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import django
import psutil


@dataclass(slots=True)
class Hotline:
    client_id: int
    agent_id: int
    equipment: list[int]
    opened: int = 0

    def open_tickets(self, count: int) -> list[float]:
        """Open `count` tickets through the use case, each with what a call teaches; return how long each took (s)."""
        from vigie.directory.models import Staff
        from vigie.directory.queries import actor_of
        from vigie.tickets.actions.opening import Heard, open_ticket

        by = actor_of(Staff.objects.get(pk=self.agent_id))
        took = []
        for _ in range(count):
            number, self.opened = self.opened, self.opened + 1
            heard = [Heard(name, value) for name, value in _facts(number, self.equipment)]
            started = time.perf_counter()
            open_ticket(self.client_id, heard=heard, by=by, at=datetime.now(UTC))  # noqa: TID251  a door's clock
            took.append(time.perf_counter() - started)
        return took

    def database_process(self) -> psutil.Process:
        """Return the server process that serves this connection."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            return psutil.Process(cursor.fetchone()[0])

    def multiply(self, seed: int, *, to: int) -> list[int]:
        """Copy the first `seed` tickets, facts and clocks too, until there are `to`; return the id of each."""
        from django.db import connection

        from vigie.tickets.models import Commitment, Fact, Ticket

        with connection.cursor() as cursor:
            cursor.execute(
                _copies(
                    Ticket,
                    ("number",),
                    ["old.number + copy * %(seed)s"],
                    "cross join generate_series(1, %(last)s) copy",
                ),
                {"seed": seed, "last": to // seed - 1},
            )
            for model in (Fact, Commitment):
                cursor.execute(_copies(model, ("ticket_id",), ["new.id"], _TWINS), {"seed": seed})
            cursor.execute("analyze")
        return list(Ticket.objects.order_by("id").values_list("id", flat=True))


_TWINS = """
join tickets_ticket first on first.id = old.ticket_id and first.number <= %(seed)s
join tickets_ticket new on new.number > %(seed)s and (new.number - 1) %% %(seed)s = first.number - 1
"""


def _copies(model: Any, changed: tuple[str, ...], values: list[str], source: str) -> str:
    """Return the SQL that copies rows of `model`, but for the columns `changed`, which get `values`."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    kept = [column for column in columns if column not in changed]
    taken = ", ".join(f"old.{column}" for column in kept)
    table = model._meta.db_table
    return f"insert into {table} ({', '.join([*kept, *changed])}) select {taken}, {', '.join(values)} from {table} old {source}"  # noqa: S608, E501


def prepare(tell: Callable[[str], None]) -> Hotline:
    """Bring the empty database of DATABASE_URL to this version and lay the hotline down."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "vigie.config.settings"
    django.setup()
    from django.core.management import call_command

    tell("bringing it to this version")
    call_command("migrate", interactive=False, verbosity=0)
    return _lay()


def _lay() -> Hotline:
    from vigie.directory.models import Client, Environment, Equipment, Membership, Site, Staff
    from vigie.directory.roles import Role

    client = Client.objects.create(
        name="Atelier de mesure", code="bench", languages=["fr"], environments=[Environment.INDUSTRIAL]
    )
    site = Site.objects.create(client=client, name="Site", code="10")
    equipment = [
        Equipment.objects.create(
            client=client, site=site, name=f"Machine {n}", code=str(1000 + n), environment=Environment.INDUSTRIAL
        )
        for n in range(50)
    ]
    agent = Staff.objects.create_user("bench", password="bench-vigie-2026")  # noqa: S106  a throw-away database
    Membership.objects.create(staff=agent, client=client, role=Role.AGENT)
    return Hotline(client.pk, agent.pk, [machine.pk for machine in equipment])


def _facts(number: int, equipment: list[int]) -> list[tuple[str, str | int]]:
    return [
        ("symptom", f"La machine s'arrête au bout de {number} minutes avec le défaut E{number % 90}."),
        ("consequence", ("stopped", "hindered", "discomfort")[number % 3]),
        ("scope", ("one_person", "several_people", "whole_site")[number % 3]),
        ("equipment", equipment[number % len(equipment)]),
        ("frequency", ("once", "often", "permanent")[number % 3]),
    ]
