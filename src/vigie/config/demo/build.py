"""Filling an empty database with the demonstration."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import transaction

from vigie.config.demo.companies import COMPANIES
from vigie.config.demo.houses import open_houses
from vigie.directory.models import Client


def build(progress: Callable[[str], None], *, at: datetime | None = None) -> bool:
    """
    Fill the database with the demonstration, all of it or nothing, and say whether it had to be.

    A database that knows one of the three companies already is left as it is. Everything is dated back from `at`.
    """
    if Client.objects.filter(code__in=[company.code for company in COMPANIES]).exists():
        progress("the demonstration is there already: nothing to do")
        return False
    at = at or datetime.now(UTC)  # noqa: TID251 - the door of the demonstration
    started = time.monotonic()
    with transaction.atomic():
        progress("three companies, their sites, equipment and callers, and the hotline's people")
        open_houses(at=at)
    progress(f"done in {time.monotonic() - started:.0f} s")
    return True
