"""Every screen, as each role finds it: readable by everybody, in both themes, wide and narrow, in both languages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from browser.conftest import SignIn

pytestmark = pytest.mark.timeout(300, func_only=True)  # starting a whole vigie has a patience of its own

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1440, 360)
THEMES = ("light", "dark")
KEPT = os.environ.get("SCREENSHOTS", "")  # a folder to keep pictures in
DETAIL = re.compile(r"^/(tickets|calls|clients|staff)/\d+/")
TAB = re.compile(r"^/clients/\d+/[a-z-]+/$")

RUN_AXE = """async rules => (await axe.run(document, {runOnly: rules})).violations.map(
    found => found.id + ': ' + found.nodes.map(node => node.html.slice(0, 200)).slice(0, 3).join(' | '))"""

DOUBLE_KEYS = """() => [...document.querySelectorAll("[data-shortcut]")]
    .filter(node => node.getClientRects().length).map(node => node.dataset.shortcut)
    .filter((keys, place, all) => all.indexOf(keys) !== place)"""


def test_sign_in_is_readable_by_everybody(sign_in: SignIn) -> None:
    page = sign_in("camille")
    page.context.clear_cookies()

    assert list(problems(page, "/accounts/login/")) == []


@pytest.mark.parametrize(("username", "language"), [("camille", "fr"), ("karim", "en"), ("luc", "fr"), ("anna", "en")])
def test_every_screen_is_readable_by_everybody(sign_in: SignIn, username: str, language: str) -> None:
    page = sign_in(username, language=language)
    broken: list[str] = []
    page.on("console", lambda message: is_fault(message) and broken.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: broken.append(f"{page.url}: {error}"))

    found = [problem for address in screens(page) for problem in problems(page, address)]

    assert found == []
    assert broken == []


def is_fault(message: ConsoleMessage) -> bool:
    """A missing page is one of the screens, so its 404 is none."""
    return message.type == "error" and "404" not in message.text


def screens(page: Page) -> list[str]:
    """Return the addresses behind the navigation, one page of each kind that they lead to, and a client's tabs."""
    doors = addresses(page, "nav a[href^='/']")
    further = [found for door in doors for found in details(page, door)]
    tabs = [tab for detail in further if detail.startswith("/clients/") for tab in tabs_of(page, detail)]
    security = ["/accounts/2fa/", "/accounts/password/change/", "/nothing-here/"]
    return list(dict.fromkeys([*doors, *further, *tabs, *security]))


def details(page: Page, door: str) -> list[str]:
    page.goto(door)
    found: dict[str, str] = {}
    for address in addresses(page, "main a[href^='/']"):
        if match := DETAIL.match(address):
            found.setdefault(match[1], address)
    return list(found.values())


def tabs_of(page: Page, client: str) -> list[str]:
    page.goto(client)
    return [address for address in addresses(page, "main a[href^='/']") if TAB.match(address)]


def addresses(page: Page, selector: str) -> list[str]:
    return [str(link.get_attribute("href")) for link in page.locator(selector).all()]


def problems(page: Page, address: str) -> Iterator[str]:
    """Look at one screen in each theme and width."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    answer = page.goto(address)
    assert answer
    assert answer.status in (200, 404), f"{address}: {answer.status}"
    page.wait_for_timeout(300)
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.evaluate(AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.evaluate("theme => document.documentElement.setAttribute('data-bs-theme', theme)", theme)
            page.wait_for_timeout(60)
            keep(page, f"{address}-{width}-{theme}")
            for violation in page.evaluate(RUN_AXE, RULES):
                yield f"{address} {width} {theme}: {violation}"
        for keys in page.evaluate(DOUBLE_KEYS):
            yield f"{address} {width}: {keys} does two things"
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield f"{address} {width}: wider than the screen"


def keep(page: Page, name: str) -> None:
    if KEPT:
        page.screenshot(
            path=Path(KEPT) / (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") + ".png"), full_page=True
        )
