"""The pages and fragments of calls."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from calls.stage import again, leave, offer, ring, s, settle, sit_down, talk, wait
from cast import Cast, signed_in
from vigie.calls import actions, labels, queries
from vigie.calls.models import AgentPresence, Call, Recording
from vigie.directory.models import PolicyKind
from vigie.journal.models import Entry

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def exported(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode()), delimiter=";"))


def test_the_queue_shows_who_waits_and_since_when(conditia: Cast) -> None:
    sit_down(conditia.agent, at=s(0))
    talk(conditia, conditia.agent)
    wait(conditia, keys="1111")

    html = signed_in(conditia.agent).get("/calls/queue/").content.decode()

    assert conditia.client.name in html
    assert conditia.contact.name in html


def test_the_bar_offers_to_go_on_the_line_and_says_that_the_caller_has_left(conditia: Cast) -> None:
    browser = signed_in(conditia.agent)
    assert 'data-agent-state="offline"' in browser.get("/calls/agent/").content.decode()
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))

    leave(call, s(2))

    html = browser.get("/calls/agent/").content.decode()
    assert 'data-agent-state="available"' in html
    assert "data-notice" in html


def test_a_pause_has_a_reason_and_an_unknown_one_is_refused(conditia: Cast) -> None:
    browser = signed_in(conditia.agent)

    assert browser.post("/calls/agent/state", {"state": "away", "reason": "lunch"}).status_code == 200
    assert AgentPresence.objects.get(staff=conditia.agent).reason == "lunch"
    assert browser.post("/calls/agent/state", {"state": "away", "reason": "nap"}, headers=HTMX).status_code == 422
    assert browser.post("/calls/agent/state", {"state": "dancing"}, headers=HTMX).status_code == 422


def test_somebody_who_takes_no_calls_cannot_go_on_the_line(conditia: Cast) -> None:
    answer = signed_in(conditia.technician).post("/calls/agent/state", {"state": "available"}, headers=HTMX)

    assert answer.status_code == 403


def test_answering_holding_and_hanging_up_each_show_the_call_again(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))
    browser = signed_in(conditia.agent)

    def state_after(verb: str) -> str:
        answer = browser.post(f"/calls/{call.pk}/{verb}", headers=HTMX)
        assert answer.status_code == 200, verb
        return answer.content.decode().split('data-call-state="')[1].split('"')[0]

    assert state_after("take") == "talking"
    assert state_after("hold") == "held"
    assert state_after("resume") == "talking"
    Call.objects.update(bridged_at=s(2))
    assert state_after("hangup") == "wrap_up"
    assert state_after("wrapped") == "idle"
    assert browser.post(f"/calls/{call.pk}/take", headers=HTMX).status_code == 409


def test_calls_are_searched_by_name_number_client_outcome_and_day(conditia: Cast, logimetrie: Cast) -> None:
    leave(ring(conditia), s(3))
    leave(ring(logimetrie), s(3))
    browser = signed_in(conditia.agent)

    def found(**asked: str) -> int:
        page = browser.get("/calls/", asked)
        assert page.status_code == 200
        return len(page.context["page"].object_list)

    assert found() == 1  # not the other client's
    assert found(q=conditia.contact.name.split()[1].lower()) == 1
    assert found(q="01 99 00 20 01") == 1
    assert found(q="nobody") == 0
    assert found(outcome="abandoned_in_bot", client=str(conditia.client.pk)) == 1
    assert found(outcome="answered") == 0
    assert found(**{"from": "2026-03-10", "to": "2026-03-10"}) == 1
    assert found(**{"from": "2026-03-11"}) == 0
    assert found(**{"from": "nonsense", "client": "x", "page": "99"}) == 1


def test_a_call_of_another_client_does_not_exist(conditia: Cast, logimetrie: Cast) -> None:
    call = leave(ring(logimetrie), s(3))

    assert signed_in(conditia.agent).get(f"/calls/{call.pk}/").status_code == 404
    assert signed_in(logimetrie.agent).get(f"/calls/{call.pk}/").status_code == 200


def test_the_export_holds_no_formula_and_keeps_numbers(conditia: Cast) -> None:
    conditia.contact.name = "=cmd|'/c calc'!A1"
    conditia.contact.save()
    leave(ring(conditia), s(3))

    answer = signed_in(conditia.supervisor).get("/calls/export.csv")
    rows = exported(b"".join(answer.streaming_content))  # type: ignore[arg-type]

    assert rows[1][2] == conditia.caller_id
    assert rows[1][3] == "'=cmd|'/c calc'!A1"


def test_callbacks_are_listed_and_crossed_off(conditia: Cast) -> None:
    settle(conditia, PolicyKind.ROUTING, call_back_abandoned=True)
    call = leave(ring(conditia), s(3))
    browser = signed_in(conditia.agent)
    assert conditia.contact.name in browser.get("/calls/callbacks/").content.decode()

    browser.post(f"/calls/callbacks/{call.callback.pk}/done")

    assert conditia.contact.name not in browser.get("/calls/callbacks/").content.decode()
    assert browser.post(f"/calls/callbacks/{call.callback.pk}/done", headers=HTMX).status_code == 409


def test_an_offer_that_is_not_one_and_an_absent_exchange_are_refused(conditia: Cast) -> None:
    browser = signed_in(conditia.agent)

    def offered(body: str) -> int:
        return browser.post(
            "/calls/audio/offer", body, content_type="application/json", headers={"Accept": "application/json"}
        ).status_code

    assert offered("{}") == 422
    assert offered("not json") == 422
    assert offered('{"sdp": "v=0", "tab": "t"}') == 503


def test_routing_is_settled_by_screen_versioned_and_a_mistake_is_named(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    address = f"/clients/{conditia.client.pk}/routing/"
    form = browser.get(address).context["form"]
    typed = {name: value for name, value in form.initial.items() if name in form.fields and value not in (None, False)}
    typed |= {"reserve": 2, "fallback_numbers": "+33199005555, sip:duty@example.org", "seen_version": 0}

    assert browser.post(address, typed).status_code == 302
    assert queries.routing_of(conditia.client.pk).reserve == 2
    assert queries.routing_of(conditia.client.pk).fallback_numbers == ("+33199005555", "sip:duty@example.org")
    assert browser.post(address, typed).status_code == 409
    assert browser.post(address, {**typed, "critical_base": 10, "seen_version": 1}).status_code == 422
    assert signed_in(conditia.agent).get(address).status_code == 403


def test_a_sentence_that_promises_a_time_cannot_be_settled(conditia: Cast) -> None:
    browser = signed_in(conditia.administrator)
    address = f"/clients/{conditia.client.pk}/welcome/"
    form = browser.get(address).context["form"]
    typed = {name: value for name, value in form.initial.items() if name in form.fields}
    typed |= {"recording_mode": "ask", "retention_days": 15, "seen_version": 0}

    promise = {"sentence-fr-goodbye": "Un technicien vous rappelle dans dix minutes."}
    assert browser.post(address, typed | promise).status_code == 422
    assert browser.post(address, typed | {"sentence-fr-goodbye": "Merci, à bientôt au téléphone."}).status_code in (
        302,
        422,
    )
    assert (
        browser.post(address, typed | {"sentence-fr-greeting": "Bonjour, ici {client}, répondeur."}).status_code == 302
    )
    welcome = queries.welcome_of(conditia.client.pk)
    assert welcome.recording.retention_days == 15
    assert welcome.wording["fr"]["greeting"].startswith("Bonjour, ici")
    assert again(ring(conditia)).state == "bot"


def test_the_calls_of_another_client_answer_as_if_there_were_none(conditia: Cast, logimetrie: Cast) -> None:
    call = ring(logimetrie)
    browser = signed_in(conditia.agent)

    for verb in ("take", "reject", "hold", "resume", "hangup", "wrapped"):
        foreign = browser.post(f"/calls/{call.pk}/{verb}", headers=HTMX)
        missing = browser.post(f"/calls/{call.pk + 999}/{verb}", headers=HTMX)
        assert (foreign.status_code, missing.status_code) == (404, 404), verb


def recorded(cast: Cast, path: Path) -> Recording:
    settle(cast, PolicyKind.WELCOME, recording={"mode": "notice"})
    sit_down(cast.agent)
    call = talk(cast, cast.agent)
    segment = Recording.objects.get(call=call)
    actions.note_recording(segment.token, started_at=s(1), ended_at=s(9), at=s(9))
    leave(call, s(9))
    path.write_bytes(b"RIFF-voices")
    Recording.objects.update(path=str(path))
    return segment


def test_a_recording_is_heard_by_who_may_and_that_is_written_down(
    conditia: Cast, logimetrie: Cast, tmp_path: Path
) -> None:
    segment = recorded(conditia, tmp_path / "segment.wav")
    address = f"/calls/{segment.call_id}/recordings/{segment.pk}"
    assert address in signed_in(conditia.supervisor).get(f"/calls/{segment.call_id}/").content.decode()
    assert address not in signed_in(conditia.agent).get(f"/calls/{segment.call_id}/").content.decode()

    assert signed_in(conditia.agent).get(address).status_code == 403
    assert signed_in(logimetrie.supervisor).get(address).status_code == 404
    assert not Entry.objects.filter(code="recording.heard").exists()
    heard = signed_in(conditia.supervisor).get(address)

    assert b"".join(heard.streaming_content) == b"RIFF-voices"  # type: ignore[arg-type]
    entry = Entry.objects.get(code="recording.heard")
    assert (entry.actor_id, entry.facts["recording"]) == (conditia.supervisor.pk, segment.pk)
    (tmp_path / "segment.wav").unlink()
    assert signed_in(conditia.supervisor).get(address).status_code == 404


def test_a_call_is_told_in_words_not_in_codes(conditia: Cast) -> None:
    call = wait(conditia, keys="11#1")
    leave(call, s(60))

    for address in (f"/calls/{call.pk}/", "/calls/"):
        page = signed_in(conditia.supervisor).get(address).content.decode()
        assert not re.search(r">\s*(fr|en|abandoned)\s*<", page)
        assert not re.search(r"\b(call|callback|queue)\.[a-z_]+", re.sub(r"<[^>]*>", " ", page))


def test_every_step_of_a_call_has_a_sentence() -> None:
    sources = [path.read_text() for path in Path(actions.__file__).parent.glob("*.py")]
    written = {code for text in sources for code in re.findall(r'"((?:call|callback|recording)\.[a-z_]+)"', text)}
    rights = {"call.take", "recording.hear"}

    assert written - rights <= set(labels.STEPS)


def test_the_site_of_a_known_caller_is_shown_even_when_he_did_not_confirm_it(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = wait(conditia)
    offer(s(1))
    assert again(call).site is None

    html = signed_in(conditia.agent).get("/calls/current/").content.decode()

    assert conditia.site.name in html


def test_signing_out_takes_the_agent_off_the_telephone(conditia: Cast) -> None:
    sit_down(conditia.agent)
    browser = signed_in(conditia.agent)

    browser.logout()

    assert AgentPresence.objects.get(staff=conditia.agent).state == "offline"
    signed_in(conditia.technician).logout()
    assert not AgentPresence.objects.filter(staff=conditia.technician).exists()


def test_signing_out_during_a_call_does_not_hang_up(conditia: Cast) -> None:
    sit_down(conditia.agent)
    call = talk(conditia, conditia.agent)

    signed_in(conditia.agent).logout()

    assert again(call).state == "talking"
