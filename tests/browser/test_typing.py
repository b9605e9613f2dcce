"""What is typed without a pause reaches the server all the same, down to the last key."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route

import vigie
from vigie.tickets.views.rows import FieldRow, Rights

STATIC = Path(vigie.__file__).parent / "static"
SCRIPTS = ("vendor/htmx/htmx.min.js", "vigie/forms.js")
ORIGIN = "http://desk.test"
MAY = Rights(qualify=True, comment=True, override=True, resolve=True)


class Server:
    """A page with one field of the qualification, and what it was sent when."""

    def __init__(self) -> None:
        self.saves: list[tuple[float, str]] = []
        field = FieldRow(12, "symptom", "Symptom", "long", "", 0)
        scripts = "".join(f'<script src="/{name}"></script>' for name in SCRIPTS)
        field_html = render_to_string("tickets/_field.html", {"field": field, "may": MAY})
        self.page = f'<!doctype html><body data-user="7">{field_html}{scripts}</body>'

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(f"{ORIGIN}/")
        if route.request.method == "POST":
            text = parse_qs(route.request.post_data or "", keep_blank_values=True)["value"][0]
            self.saves.append((time.monotonic(), text))
            state = {"key": "symptom", "seen": len(self.saves), "is_saved": False}
            route.fulfill(content_type="text/html", body=render_to_string("tickets/_field_state.html", state))
        elif path in SCRIPTS:
            route.fulfill(path=STATIC / path)
        else:
            route.fulfill(content_type="text/html", body=self.page)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    context = chromium.new_context()
    context.route(re.compile(".*"), server.answer)
    page = context.new_page()
    page.goto(f"{ORIGIN}/")
    yield page
    context.close()


def test_typing_without_a_pause_is_saved_on_the_way_and_to_the_last_key(page: Page, server: Server) -> None:
    text = "La ligne s'arrête toutes les dix minutes depuis ce matin"

    page.locator("textarea").press_sequentially(text, delay=60)
    ended = time.monotonic()
    page.wait_for_timeout(1500)

    texts = [saved for _, saved in server.saves]
    assert texts[-1] == text
    assert all(text.startswith(saved) for saved in texts)
    assert sum(at < ended for at, _ in server.saves) >= 2  # three seconds and a half of typing
    assert len(texts) < len(text) / 3
    assert page.evaluate("Object.keys(localStorage)") == []


def test_what_comes_at_once_is_saved_once(page: Page, server: Server) -> None:
    page.locator("textarea").fill("Panne")
    page.wait_for_timeout(1500)

    assert [saved for _, saved in server.saves] == ["Panne"]
