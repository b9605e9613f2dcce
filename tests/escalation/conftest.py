"""What escalation's tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def announced(db: None) -> Iterator[list[str]]:
    """Return the topics announced to the open screens, as the statements that reach the database name them."""
    topics: list[str] = []

    def listen(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if "pg_notify" in sql:
            topics.extend(params[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield topics
