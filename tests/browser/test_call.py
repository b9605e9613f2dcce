"""A call as the agent lives it: the desk rings, Enter takes it, both hear each other whatever happens to the page."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import MICROPHONE_HZ, SignIn, fill_sign_in
from browser.running import RunningVigie
from sip.handset import Handset
from sip.running_node import purity

pytestmark = pytest.mark.timeout(240, func_only=True)  # starting a whole vigie has a patience of its own

CALLER_HZ = 1000
CONDITIA = "0199001001"
ITS_SITE = "0199002001"
PURE = 0.8

HEAR = """async hertz => {
  const stream = document.getElementById("desk-sound").srcObject;
  const context = new AudioContext();
  await context.resume();
  const ear = context.createAnalyser();
  ear.fftSize = 16384;
  context.createMediaStreamSource(stream).connect(ear);
  await new Promise(resolve => setTimeout(resolve, 700));
  const heard = new Float32Array(ear.fftSize);
  ear.getFloatTimeDomainData(heard);
  const turn = 2 * Math.cos(2 * Math.PI * hertz / context.sampleRate);
  let a = 0, b = 0, power = 0;
  for (const sample of heard) {
    const next = sample + turn * a - b;
    b = a;
    a = next;
    power += sample * sample;
  }
  context.close();
  return power ? 2 * (a * a + b * b - turn * a * b) / (heard.length * power) : 0;
}"""


@pytest.fixture
def desk(sign_in: SignIn) -> Iterator[Page]:
    """Camille's desk, her headset connected, ready for a call; signed off the telephone in the end."""
    page = sign_in("camille")
    page.goto("/desk/")
    page.click("[data-audio-start]")
    sound_is_connected(page)
    ready = page.locator("[data-agent-state] [hx-vals*='available']")
    page.wait_for_timeout(500)
    if ready.count():
        ready.click()
    expect(page.locator("[data-agent-state='available']")).to_be_visible()
    yield page
    for ending in ("hangup", "wrapped"):  # the next test finds an agent without a call
        button = page.locator(f"#desk-current [hx-post$='/{ending}']")
        if button.count():
            button.click()
            expect(button).to_have_count(0)


@pytest.fixture
def caller(vigie: RunningVigie) -> Iterator[Handset]:
    with Handset(vigie.sip_port, says_hz=CALLER_HZ, codecs="0") as handset:
        yield handset


def sound_is_connected(page: Page) -> None:
    expect(page.locator("#desk-audio[data-state='connected']")).to_be_visible()


def call_and_ask_for_a_person(caller: Handset) -> None:
    caller.dial(CONDITIA, caller=ITS_SITE)
    caller.wait_for(200, within_s=8)
    time.sleep(1.0)
    caller.press("0")


def state(page: Page, name: str) -> None:
    expect(page.locator(f"[data-call-state='{name}']")).to_be_visible()


def both_hear_each_other(page: Page, caller: Handset) -> None:
    deadline = time.monotonic() + 6
    while True:
        page_hears, caller_hears = page.evaluate(HEAR, CALLER_HZ), purity(caller.listen(0.6), MICROPHONE_HZ)
        if min(page_hears, caller_hears) > PURE:
            return
        assert time.monotonic() < deadline, f"page hears {page_hears:.2f}, caller hears {caller_hears:.2f}"


def test_a_call_rings_and_is_taken_and_both_hear_each_other_whatever_happens(desk: Page, caller: Handset) -> None:
    call_and_ask_for_a_person(caller)
    state(desk, "ringing")
    expect(desk.locator("[data-call-state='ringing']")).to_be_focused()
    assert "☎" in desk.title()

    desk.keyboard.press("Enter")
    state(desk, "talking")
    both_hear_each_other(desk, caller)

    desk.click("[data-call-state] [hx-post$='/hold']")
    state(desk, "held")
    assert purity(caller.listen(0.6), MICROPHONE_HZ) < 0.2
    time.sleep(4)  # longer than the desk's patience with a silent exchange
    desk.click("[data-call-state] [hx-post$='/resume']")
    state(desk, "talking")
    both_hear_each_other(desk, caller)

    desk.reload()
    sound_is_connected(desk)
    state(desk, "talking")
    both_hear_each_other(desk, caller)

    desk.click("[data-audio-mute]")
    time.sleep(0.4)
    assert purity(caller.listen(0.6), MICROPHONE_HZ) < 0.2
    desk.click("[data-audio-mute]")

    desk.click("[data-call-state] [hx-post$='/hangup']")
    caller.wait_for_request("BYE")
    state(desk, "wrap_up")


def test_what_is_typed_survives_a_lost_server_a_reload_and_an_ended_session(desk: Page, caller: Handset) -> None:
    call_and_ask_for_a_person(caller)
    state(desk, "ringing")
    desk.keyboard.press("Enter")
    state(desk, "talking")
    call = desk.locator("[data-call-state]").get_attribute("data-call-id")
    desk.click(f"#desk-panel [hx-post$='/for-call/{call}/open/']")
    symptom = desk.locator("#desk-panel textarea[data-draft]").first
    expect(symptom).to_be_visible()

    desk.route("**/facts/**", lambda route: route.abort())
    symptom.fill("Le convoyeur s'arrête")
    symptom.blur()
    expect(desk.locator("#toasts [data-retry]")).to_be_visible()
    desk.reload()
    expect(symptom).to_have_value("Le convoyeur s'arrête")
    desk.unroute("**/facts/**")

    desk.context.clear_cookies(name="sessionid")
    symptom.fill("Le convoyeur s'arrête toutes les dix minutes")
    symptom.blur()
    expect(desk.locator("#session-dialog")).to_be_visible()
    beside = desk.context.new_page()
    fill_sign_in(beside, "camille")
    desk.click("[data-session-retry]")
    expect(desk.locator("#session-dialog")).to_be_hidden()
    desk.wait_for_timeout(1000)
    desk.reload()
    expect(symptom).to_have_value("Le convoyeur s'arrête toutes les dix minutes")
    assert desk.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []
    caller.hang_up()


def test_a_second_page_takes_the_telephone_over_only_when_asked(desk: Page) -> None:
    second = desk.context.new_page()
    second.goto("/desk/")
    second.click("[data-audio-start]")
    expect(second.locator("#takeover-dialog")).to_be_visible()

    second.click("[data-audio-takeover]")
    sound_is_connected(second)

    expect(desk.locator("#takeover-dialog")).to_be_visible()
    assert desk.evaluate("vigieAudio.state") == "elsewhere"
