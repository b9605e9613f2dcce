"""A whole call through the real socket: the node, the door, the attendant, the queue, the agent's page."""

from __future__ import annotations

from calls.line import Line, Page, eventually, sweep
from cast import Cast
from vigie.calls.models import Call, CallFact, QueueEntry
from vigie.journal.models import Entry
from vigie.telephony.protocol import Answer, Bridge, Claim, Hangup, Hold, Play


def test_a_call_is_answered_understood_queued_taken_held_and_ended(line: Line, acme: Cast, desk: Page) -> None:
    desk.ready()

    leg = line.node.arrive("0199002001", "0199001001")
    line.node.wait_for(Claim, leg=leg)
    line.node.wait_for(Answer, leg=leg)
    line.node.wait_for(Play, leg=leg)
    line.wait_for(leg, "bot")
    line.node.press(leg, "0")
    call = line.wait_for(leg, "ringing")

    assert call.client == acme.client
    assert call.contact == acme.contact
    assert call.caller_id == acme.caller_id
    card = desk.browser.get("/calls/current/").content.decode()
    assert acme.contact.name in card
    assert 'data-call-state="ringing"' in card

    assert desk.post(f"{call.pk}/take")["status"] in (200, 302)
    line.node.wait_for(Bridge, leg=leg)
    eventually(lambda: line.call(leg).bridged_at)
    assert line.call(leg).state == "talking"
    assert desk.presence().state == "talking"

    desk.post(f"{call.pk}/hold")
    line.node.wait_for(Hold, leg=leg)
    assert line.call(leg).state == "held"
    line.node.forget_commands()
    desk.post(f"{call.pk}/resume")
    line.node.wait_for(Bridge, leg=leg)

    desk.post(f"{call.pk}/hangup")
    line.node.wait_for(Hangup, leg=leg)
    ended = line.wait_for(leg, "ended")
    assert ended.outcome == "answered"
    assert desk.presence().state == "wrap_up"
    desk.post(f"{call.pk}/wrapped")
    assert desk.presence().state == "available"
    assert line.call(leg).wrapped_at
    eventually(lambda: not line.node._log.unacknowledged())
    assert QueueEntry.objects.get(call=ended).left_at
    codes = list(Entry.objects.filter(subject_kind="call", subject_id=call.pk).values_list("code", flat=True))
    assert codes[0] == "call.arrived"
    assert codes.count("call.ended") == 1
    sweep()


def test_what_the_attendant_learned_is_on_the_agents_screen_before_pick_up(line: Line, acme: Cast, desk: Page) -> None:
    desk.ready()

    leg = line.node.arrive("0199002001", "0199001001")
    line.wait_for(leg, "bot")
    line.node.press(leg, "1")  # yes, that site
    line.node.press(leg, "1")  # something does not work
    line.node.press(leg, "#")
    line.node.press(leg, "1")  # stopped
    call = line.wait_for(leg, "ringing")

    assert call.stakes == 4
    assert call.handoff_reason == "operations_stopped"
    assert CallFact.objects.get(call=call, name="topic").value == "incident"
    assert call.site == acme.site
    card = desk.browser.get("/calls/current/").content.decode()
    assert acme.site.name in card
    assert Call.objects.count() == 1
