"""A real PostgreSQL for every test: the one of DATABASE_URL, or an embedded one that ends with the run."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import django
import pytest
from pytest_django import DjangoDbBlocker

from vigie.config.database import start_embedded

os.environ["VIGIE_HOME"] = tempfile.mkdtemp(prefix="vigie-tests-")
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = start_embedded(Path(os.environ["VIGIE_HOME"]))
os.environ["DJANGO_SETTINGS_MODULE"] = "vigie.config.settings"
django.setup()

pytest_plugins = ["cast"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let the test runner empty the journal between transactional tests; UPDATE and DELETE stay refused."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("alter table journal_entry disable trigger journal_no_truncate")
