"""
Take the pictures of README.md and of the guides again: `.venv/bin/python tools/screenshots.py [fr|en]`.

Starts a whole vigie with the demonstration, places a real call, takes it as an agent does, and photographs the way.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from vigie.config.env import settle  # noqa: E402

settle(DATABASE_URL="postgresql:///unused", DJANGO_SETTINGS_MODULE="vigie.config.settings")  # it has its own
import django  # noqa: E402

django.setup()

from browser.conftest import FLAGS, fill_sign_in  # noqa: E402
from browser.running import RunningVigie  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def _page(browser: Browser, vigie: RunningVigie, username: str, language: str, *, narrow: bool = False) -> Page:
    context = browser.new_context(
        base_url=vigie.url, viewport=PHONE if narrow else WIDE, permissions=["microphone"], color_scheme="light"
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": vigie.url}])
    page = context.new_page()
    fill_sign_in(page, username)
    return page


def _shoot(page: Page, name: str, *, after_ms: int = 1500) -> None:
    page.wait_for_timeout(after_ms)
    page.screenshot(path=str(IMAGES / f"{name}.png"))
    sys.stdout.write(f"{name}.png\n")


def _call(browser: Browser, vigie: RunningVigie, language: str) -> None:
    page = _page(browser, vigie, "camille", language)
    page.goto("/desk/")
    page.locator("[data-audio-start]").click()
    page.wait_for_timeout(2500)
    page.locator("#desk-agent .btn-success").click()
    caller = [sys.executable, "-m", "vigie.telephony.caller", "line_stopped", "--json"]
    call = subprocess.Popen([*caller, "--to", f"sip:127.0.0.1:{vigie.sip_port}"], stdout=subprocess.DEVNULL)
    page.locator("[action$='/take'], [hx-post$='/take']").first.wait_for(timeout=120_000)
    _shoot(page, "ringing")
    page.keyboard.press("Enter")
    page.locator("form[action$='/open/'] button").click(timeout=20_000)
    page.locator("textarea").first.wait_for(timeout=20_000)
    texts = page.locator("#desk-ticket textarea")
    texts.nth(0).fill("La ligne blister 2 s'arrête toute seule, défaut E42, plus aucune plaquette ne sort.")
    texts.nth(1).fill("Après le changement de format de ce matin.")
    _shoot(page, "desk", after_ms=4000)
    call.terminate()


def main(language: str = "fr") -> None:
    """Write every picture into docs/images."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with RunningVigie() as vigie, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        context = browser.new_context(base_url=vigie.url, viewport=WIDE)
        context.add_cookies([{"name": "django_language", "value": language, "url": vigie.url}])
        page = context.new_page()
        page.goto("/accounts/login/")
        _shoot(page, "sign-in")
        _call(browser, vigie, language)
        for username, address, name in (
            ("luc", "/wallboard/", "wallboard"),
            ("karim", "/escalation/inbox/", "inbox"),
            ("camille", "/tickets/", "tickets"),
            ("anna", "/clients/", "clients"),
        ):
            page = _page(browser, vigie, username, language)
            page.goto(address)
            _shoot(page, name)
        page.locator("main a[href^='/clients/']").first.click()
        _shoot(page, "client")
        phone = _page(browser, vigie, "luc", language, narrow=True)
        phone.goto("/wallboard/")
        _shoot(phone, "wallboard-phone")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:2])
