"""Debian's Chromium on a whole vigie. One vigie and one browser serve every test of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from browser.running import RunningVigie
from sip.running_node import tone, write_wav
from vigie.config.demo import PASSWORD

MICROPHONE_HZ = 440
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)

SignIn = Callable[..., Page]

expect.set_options(timeout=20_000)  # two cores carry the telephone, the database and the browser together


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def vigie() -> Iterator[RunningVigie]:
    with RunningVigie() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone hears a tone of 440 Hz."""
    sound = write_wav(
        tmp_path_factory.mktemp("microphone") / "tone.wav", tone(MICROPHONE_HZ, rate_hz=48_000), rate_hz=48_000
    )
    with sync_playwright() as tool:
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={sound}"]
        browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(vigie: RunningVigie, chromium: Browser) -> Iterator[SignIn]:
    """Return a function that signs somebody in, in a browser profile of his own, and gives his page."""
    contexts: list[BrowserContext] = []

    def enter(username: str, *, language: str = "fr", width: int = 1440) -> Page:
        context = chromium.new_context(
            base_url=vigie.url,
            viewport={"width": width, "height": 900},
            permissions=["microphone", "notifications"],
            reduced_motion="reduce",
        )
        contexts.append(context)
        # The fake microphone plays a pure tone, which a noise filter would take for noise.
        context.add_init_script("localStorage.setItem('vigie-microphone', 'raw')")
        page = context.new_page()
        fill_sign_in(page, username)
        context.add_cookies([{"name": "django_language", "value": language, "url": vigie.url}])
        return page

    yield enter
    for context in contexts:
        context.close()


def fill_sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", PASSWORD)
    page.click("#sign-in button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
