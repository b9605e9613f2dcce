"""Machines that watch are told the truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from vigie.journal.actions import beat

pytestmark = pytest.mark.django_db


def test_a_part_that_beats_is_well(client: Client) -> None:
    beat("phone", at=datetime.now(UTC))

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json()["parts"]["phone"]["late"] is False


def test_a_silent_part_turns_the_whole_red_and_is_named(client: Client) -> None:
    beat("phone", at=datetime.now(UTC))
    beat("clock:offers", at=datetime.now(UTC) - timedelta(seconds=60))

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert [name for name, part in answer.json()["parts"].items() if part["late"]] == ["clock:offers"]


def test_prometheus_reads_ages_and_counts(client: Client) -> None:
    beat("phone", at=datetime.now(UTC))

    text = client.get("/metrics").content.decode()

    assert 'vigie_heartbeat_age_seconds{part="phone"}' in text
    assert "# TYPE vigie_calls gauge" in text
