"""What every page does by itself: themes, languages, keys, live refreshes, an honest word when the stream is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import SignIn

pytestmark = pytest.mark.timeout(180, func_only=True)  # starting a whole vigie has a patience of its own

MINE = "/tickets/?state=live"


def open_first_ticket(page: Page) -> str:
    page.goto(MINE)
    page.locator("#ticket-list tbody a").first.click()
    expect(page.locator("[data-ticket-id]")).to_be_visible()
    return page.url


def test_a_theme_and_a_language_are_kept(sign_in: SignIn) -> None:
    page = sign_in("camille")
    page.goto("/tickets/")
    page.click("button:has(.theme-light)")
    page.click("[data-theme-choice='dark']")
    page.click("button[name='language'][value='en']")

    page.reload()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Tickets")


def test_the_question_mark_lists_the_keys_and_they_work(sign_in: SignIn) -> None:
    page = sign_in("camille")
    page.goto("/tickets/")

    page.keyboard.press("?")
    expect(page.locator("#shortcuts-dialog")).to_contain_text("alt+2")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#list-q")).to_be_focused()
    page.keyboard.press("Alt+4")

    page.wait_for_url("**/calls/")


def test_what_somebody_else_writes_appears_and_leaves_my_typing_alone(sign_in: SignIn) -> None:
    camille, luc = sign_in("camille"), sign_in("luc")
    address = open_first_ticket(camille)
    luc.goto(address)
    mine = camille.locator("[data-ticket-id] textarea[data-draft]").first
    mine.click()
    camille.keyboard.press("End")
    mine.press_sequentially(" et encore")

    note = luc.locator("textarea[name='text'][data-draft]")
    note.fill("Le site confirme par téléphone")
    luc.click("button[name='kind'][value='note']")

    shown = camille.locator("[data-code]").filter(has_text="Le site confirme par téléphone")
    expect(shown).to_be_visible()
    expect(mine).to_be_focused()
    assert mine.input_value().endswith(" et encore")


def test_a_field_saved_on_one_screen_shows_on_the_other(sign_in: SignIn) -> None:
    camille, luc = sign_in("camille"), sign_in("luc")
    address = open_first_ticket(camille)
    luc.goto(address)

    symptom = camille.locator("#value-symptom")
    symptom.fill("Le convoyeur broute depuis ce matin")
    symptom.blur()

    expect(luc.locator("#value-symptom")).to_have_value("Le convoyeur broute depuis ce matin")
    assert camille.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_a_lost_stream_is_said_and_its_return_reads_the_page_again(sign_in: SignIn) -> None:
    page = sign_in("luc")
    page.route("**/live?*", lambda route: route.abort())
    page.goto("/wallboard/")
    expect(page.locator("#connection-lost")).to_be_visible()

    page.unroute("**/live?*")

    expect(page.locator("#connection-lost")).to_be_hidden()
