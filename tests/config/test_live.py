"""What changes reaches the pages that watch it, and no other."""

from __future__ import annotations

import asyncio

import pytest
from django.core import signing

from vigie.config.live import REFRESH, SALT, Exchange, Subscriber, topics_of


def test_a_page_hears_of_its_topics_only_and_of_each_once() -> None:
    async def story() -> tuple[list[str], list[str]]:
        exchange, mine, other = Exchange(), Subscriber(["ticket-1", "client-2"]), Subscriber(["ticket-9"])
        with exchange.watching(mine), exchange.watching(other):
            for topic in ("ticket-1", "ticket-1", "client-2", "ticket-3"):
                exchange.tell(topic)
            return await mine.changed(timeout_s=0.01), await other.changed(timeout_s=0.01)

    assert asyncio.run(story()) == (["ticket-1", "client-2"], [])


def test_after_a_lost_connection_every_page_is_told_to_read_again() -> None:
    async def story() -> list[str]:
        exchange, page = Exchange(), Subscriber(["ticket-1"])
        with exchange.watching(page):
            exchange.refresh_all()
            return await page.changed(timeout_s=0.01)

    assert asyncio.run(story()) == [REFRESH]


def test_a_closed_page_is_forgotten() -> None:
    exchange, page = Exchange(), Subscriber(["ticket-1"])

    with exchange.watching(page):
        assert len(exchange) == 1

    assert len(exchange) == 0


def test_topics_that_vigie_did_not_sign_are_refused() -> None:
    signed = signing.dumps({"u": 1, "t": ["ticket-1"]}, salt=SALT, compress=True)

    assert topics_of(signed) == ["ticket-1"]
    with pytest.raises(signing.BadSignature):
        topics_of(signed[:-1] + ("A" if signed[-1] != "A" else "B"))
    with pytest.raises(signing.BadSignature):
        topics_of(signing.dumps({"u": 1, "t": ["ticket-2"]}, salt="another use", compress=True))
