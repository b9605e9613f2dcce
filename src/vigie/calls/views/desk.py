"""The agent's telephone: sound, state, the call in hand, the queue. Each POST is one use case."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from vigie.actors import Actor
from vigie.calls import actions, cards, queries
from vigie.calls.models import BrowserLeg
from vigie.calls.rules.states import AgentState, Audio, Microphone
from vigie.directory.models import Staff
from vigie.directory.queries import actor_of
from vigie.errors import Forbidden, Invalid, NotFound, Unavailable

ANSWER_WITHIN_S = 3.0
LOOK_EVERY_S = 0.02


class NoAnswer(Unavailable):
    """The telephone exchange did not answer the browser's sound."""

    code = "no_audio_answer"


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the web is a door


def actor(request: HttpRequest) -> Actor:
    """Return who asks; the view has made sure that somebody is signed in."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def staff(request: HttpRequest) -> Staff:
    return cast(Staff, request.user)


@login_required
@require_POST
def offer(request: HttpRequest) -> JsonResponse:
    """Take a page's audio offer to the node, and bring the answer back."""
    body = _json(request)
    sdp, tab = body.get("sdp"), body.get("tab")
    if not isinstance(sdp, str) or not isinstance(tab, str) or not sdp or not 0 < len(tab) <= 40:
        raise Invalid
    leg = actions.attach_audio(sdp=sdp, tab=tab, takeover=body.get("takeover") is True, by=actor(request), at=now())
    return JsonResponse({"leg": leg.leg, "sdp": _answer_to(leg.leg)})


def _answer_to(leg: str) -> str:
    end = time.monotonic() + ANSWER_WITHIN_S
    while time.monotonic() < end:
        found = BrowserLeg.objects.filter(leg=leg).values_list("answer", "failure").first()
        if found is not None and found[0]:
            return str(found[0])
        if found is not None and found[1]:
            raise NoAnswer(reason=found[1])
        time.sleep(LOOK_EVERY_S)
    raise NoAnswer


@login_required
@require_POST
def heartbeat(request: HttpRequest) -> JsonResponse:
    """Note that the page is awake, with what it knows of microphone and sound."""
    body = _json(request)
    try:
        microphone, audio = Microphone(body.get("microphone", "none")), Audio(body.get("audio", "none"))
    except ValueError as error:
        raise Invalid from error
    tab = str(body.get("tab", ""))[:40]
    pulse = actions.take_pulse(staff(request).pk, tab=tab, microphone=microphone, audio=audio, at=now())
    return JsonResponse({"state": pulse.state, "takeover": pulse.taken_over})


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise Invalid from error
    if not isinstance(body, dict):
        raise Invalid
    return body


def sign_off(sender: object, user: Staff | None, **_: object) -> None:
    """Take whoever signs out of vigie off the telephone; one who talks is found missing when his page is gone."""
    if user is not None and queries.is_on_shift(user):
        with suppress(actions.OnACall):
            actions.change_state(user.pk, state=AgentState.OFFLINE, by=actor_of(user), at=now())


@login_required
@require_safe
def agent(request: HttpRequest) -> HttpResponse:
    return _bar(request)


@login_required
@require_POST
def agent_state(request: HttpRequest) -> HttpResponse:
    """Go on the line, away with a reason, or off shift."""
    try:
        state = AgentState(request.POST.get("state", ""))
    except ValueError as error:
        raise Invalid from error
    reason = request.POST.get("reason", "")
    _must_take_calls(request)
    actions.change_state(staff(request).pk, state=state, reason=reason, by=actor(request), at=now())
    return _bar(request)


def _must_take_calls(request: HttpRequest) -> None:
    """Raises: Forbidden."""
    taken = queries.clients_taken_by(staff(request))
    if taken is not None and not taken:
        raise Forbidden


def _bar(request: HttpRequest) -> HttpResponse:
    bar = cards.agent_bar(staff(request), at=now())
    return render(request, "calls/_agent_bar.html", {"bar": bar})


@login_required
@require_safe
def current(request: HttpRequest) -> HttpResponse:
    return _current(request)


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    return render(request, "calls/_queue.html", {"queues": cards.queue_cards(staff(request), at=now())})


def _on_call(action: Callable[..., object]) -> Callable[[HttpRequest, int], HttpResponse]:
    """Return the view that does `action` to one call and shows the agent's call again."""

    @login_required
    @require_POST
    def view(request: HttpRequest, call_id: int) -> HttpResponse:
        if not queries.calls_seen_by(actor(request)).filter(pk=call_id).exists():
            raise NotFound
        action(call_id, by=actor(request), at=now())
        return _current(request) if request.headers.get("HX-Request") else redirect("/desk/")

    return view


take = _on_call(actions.take_call)
reject = _on_call(actions.reject_call)
hold = _on_call(actions.hold_call)
resume = _on_call(actions.resume_call)
hang_up = _on_call(actions.hang_up_call)
wrapped = _on_call(actions.finish_wrap_up)


def _current(request: HttpRequest) -> HttpResponse:
    card = cards.current_card(staff(request), at=now())
    return render(request, "calls/_current.html", {"card": card, "call": card.call})
