"""One address for each decision on a hand-over: parse, call one action, answer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from vigie.directory.views.common import actor, now
from vigie.escalation.actions import receive, send, settle
from vigie.escalation.forms import number, word
from vigie.escalation.models import Handover, HierarchicalAlert
from vigie.escalation.rules.words import AnswerSource, RefusalMotive, Settlement
from vigie.escalation.views.common import done, must_be_known


@login_required
@require_POST
def accept(request: HttpRequest, handover_id: int) -> HttpResponse:
    receive.accept_handover(handover_id, by=actor(request), at=now())
    return done(request, back=reverse("escalation:inbox"))


@login_required
@require_POST
def ask(request: HttpRequest, handover_id: int) -> HttpResponse:
    receive.ask_question(handover_id, text=request.POST.get("text", ""), by=actor(request), at=now())
    return done(request, back=reverse("escalation:inbox"))


@login_required
@require_POST
def answer(request: HttpRequest, handover_id: int) -> HttpResponse:
    must_be_known(request, handover_id, kind=Handover)
    send.answer_question(
        number(request.POST, "question"),
        text=request.POST.get("text", ""),
        source=word(request.POST, "source", AnswerSource) or AnswerSource.KNOWN,
        by=actor(request),
        at=now(),
    )
    return done(request, back=reverse("escalation:inbox"))


@login_required
@require_POST
def refuse(request: HttpRequest, handover_id: int) -> HttpResponse:
    must_be_known(request, handover_id, kind=Handover)
    receive.refuse_handover(
        handover_id,
        motive=word(request.POST, "motive", RefusalMotive),
        lacking=request.POST.getlist("lacking"),
        words=request.POST.get("words", ""),
        by=actor(request),
        at=now(),
    )
    return done(request, back=reverse("escalation:inbox"))


@login_required
@require_POST
def take_back(request: HttpRequest, handover_id: int) -> HttpResponse:
    send.take_back(handover_id, by=actor(request), at=now())
    return done(request, back=reverse("escalation:inbox"))


@login_required
@require_POST
def complete(request: HttpRequest, handover_id: int) -> HttpResponse:
    send.complete_handover(handover_id, by=actor(request), at=now())
    return done(request, back=reverse("escalation:inbox"))


@login_required
@require_POST
def settle_alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    must_be_known(request, alert_id, kind=HierarchicalAlert)
    settle.settle_alert(
        alert_id,
        settlement=word(request.POST, "settlement", Settlement) or Settlement.SEEN,
        words=request.POST.get("words", ""),
        by=actor(request),
        at=now(),
    )
    return done(request, back=reverse("steering:wallboard"))
