"""Filling an empty database with the demonstration."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import transaction

from vigie.actors import SYSTEM
from vigie.config.demo.companies import COMPANIES
from vigie.config.demo.history import tell_history
from vigie.config.demo.houses import open_houses
from vigie.config.demo.present import live_today
from vigie.directory.models import Client
from vigie.errors import Refused
from vigie.journal.actions import record
from vigie.journal.models import Entry

BUILT = "demonstration.built"


class HalfBuilt(Refused):
    """A former demonstration was interrupted: start again from an empty database (remove the folder `var`)."""

    code = "half_built"


def build(progress: Callable[[str], None], *, at: datetime | None = None) -> bool:
    """
    Fill the database with the demonstration, and say whether it had to be. Everything is dated back from `at`.

    A database that has it already is left as it is. Raises: HalfBuilt.
    """
    if Client.objects.filter(code__in=[company.code for company in COMPANIES]).exists():
        if not Entry.objects.filter(code=BUILT).exists():
            raise HalfBuilt
        progress("the demonstration is there already: nothing to do")
        return False
    at = at or datetime.now(UTC)  # noqa: TID251 - the door of the demonstration
    started = time.monotonic()
    with transaction.atomic():
        progress("three companies, their sites, equipment and callers, and the hotline's people")
        open_houses(at=at)
        progress("three months of calls and tickets")
        ledger = tell_history(progress, at=at)
    progress(f"{ledger.write_entries()} journal entries, chained")
    progress(f"{live_today(at=at)} tickets are open right now")
    with transaction.atomic():
        company = Client.objects.get(code=COMPANIES[0].code)
        record(BUILT, company, client_id=None, by=SYSTEM, at=at)
    progress(f"done in {time.monotonic() - started:.0f} s")
    return True
