"""Two tabs of a client's settings: what callers hear, and who takes their calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vigie.callbot.prompts import sentences
from vigie.calls import labels
from vigie.calls.forms import SENTENCES, RoutingForm, WelcomeForm
from vigie.calls.labels import Label
from vigie.calls.queries import routing_of, welcome_of
from vigie.calls.rules.policies import BadPolicy, WelcomePolicy, routing_policy, to_body, welcome_policy
from vigie.directory.actions import PolicyMoved, save_policy
from vigie.directory.models import Client, PolicyKind
from vigie.directory.queries import current_policy
from vigie.directory.views.common import actor, configured_client, now, onward


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in one language: the client's own words, and the ones said otherwise."""

    name: str
    language: str
    label: Label
    standard: str
    own: str


@login_required
@require_http_methods(["GET", "POST"])
def routing(request: HttpRequest, client_id: int) -> HttpResponse:
    """Settle who takes the client's calls."""
    client = configured_client(request, client_id)
    policy = routing_of(client_id)
    form = RoutingForm(request.POST or None, initial=RoutingForm.initial_of(policy))
    page = _page(request, client, PolicyKind.ROUTING, form)
    if request.method == "GET":
        return page()
    if not form.is_valid():
        return page(status=422)
    return _save(request, client, PolicyKind.ROUTING, form.body(policy), routing_policy, page)


@login_required
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, client_id: int) -> HttpResponse:
    """Settle what the attendant says and asks, and what is recorded."""
    client = configured_client(request, client_id)
    policy = welcome_of(client_id)
    form = WelcomeForm(request.POST or None, initial=WelcomeForm.initial_of(policy))
    wording = _typed_wording(request, client, policy) if request.method == "POST" else _wording(policy)
    page = _page(request, client, PolicyKind.WELCOME, form, sentences=_sentences(client, wording))
    if request.method == "GET":
        return page()
    if not form.is_valid():
        return page(status=422)
    return _save(request, client, PolicyKind.WELCOME, form.body(wording), welcome_policy, page)


def _save(
    request: HttpRequest,
    client: Client,
    kind: PolicyKind,
    body: dict[str, Any],
    read: Callable[[dict[str, Any]], Any],
    page: Callable[..., HttpResponse],
) -> HttpResponse:
    note = request.POST.get("note", "").strip()[:200]
    seen = request.POST.get("seen_version", "0")
    try:
        body = to_body(read(body))
        seen_version = int(seen) if seen.isdecimal() else 0
        save_policy(client.pk, kind=kind, body=body, seen_version=seen_version, note=note, by=actor(request), at=now())
    except BadPolicy as refusal:
        return page(status=422, mistake=str(refusal))
    except PolicyMoved:
        return page(status=409, moved=True)
    messages.success(request, _("These settings are in force."))
    return onward(request, client.pk, kind.value)


def _page(
    request: HttpRequest, client: Client, kind: PolicyKind, form: forms.Form, **extra: object
) -> Callable[..., HttpResponse]:
    def page(*, status: int = 200, mistake: str = "", moved: bool = False) -> HttpResponse:
        kept = current_policy(client.pk, kind)
        context = {
            "client": client,
            "tab": kind.value,
            "form": form,
            "version": kept.version if kept else 0,
            "mistake": mistake,
            "moved": moved,
            **extra,
        }
        return render(request, f"calls/settings_{kind.value}.html", context, status=status)

    return page


def _wording(policy: WelcomePolicy) -> dict[str, dict[str, str]]:
    return {language: dict(sentences) for language, sentences in policy.wording.items()}


def _typed_wording(request: HttpRequest, client: Client, policy: WelcomePolicy) -> dict[str, dict[str, str]]:
    """Return the wording in force with what was typed; an emptied sentence goes back to the standard one."""
    wording = _wording(policy)
    for language in client.languages or ["fr"]:
        own = wording.setdefault(language, {})
        for code in SENTENCES:
            typed = request.POST.get(f"sentence-{language}-{code}", "").strip()
            if typed:
                own[code] = typed
            else:
                own.pop(code, None)
    return {language: own for language, own in wording.items() if own}


def _sentences(client: Client, wording: dict[str, dict[str, str]]) -> list[Sentence]:
    return [
        Sentence(
            name=f"sentence-{language}-{code}",
            language=language,
            label=labels.SENTENCES[code],
            standard=sentences(language)[code],
            own=wording.get(language, {}).get(code, ""),
        )
        for language in client.languages or ["fr"]
        if sentences(language)
        for code in SENTENCES
    ]
