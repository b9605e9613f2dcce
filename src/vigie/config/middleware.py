"""The web door's translations, in one place: who asks, under which number, and what a refusal looks like."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.functional import SimpleLazyObject

from vigie.actors import Actor
from vigie.config.refusals import message_of
from vigie.directory.models import Staff
from vigie.directory.queries import actor_of
from vigie.errors import VigieError
from vigie.journal.actions import request_id


class DoorMiddleware:
    """Give the request its `actor` and its number; turn a refusal into a page, a fragment or JSON by its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(str(uuid.uuid4()))
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        try:
            if _has_nul(request):
                return HttpResponseBadRequest("U+0000")
            return _without_redirect(request, self.get_response(request))
        finally:
            request_id.reset(token)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, VigieError):
            return None
        message = message_of(error)
        if _wants_json(request):
            return JsonResponse({"code": error.code, "message": message, "details": error.details}, status=error.status)
        facts = {"refusal": error, "message": message}
        if not request.headers.get("HX-Request"):
            return render(request, "refusal/page.html", facts, status=error.status)
        response = render(request, "refusal/_fragment.html", facts, status=error.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"  # a refusal never replaces what is read
        return response


def _without_redirect(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tell a script that the session has ended, where a person would be sent to the sign-in page."""
    sent_to_sign_in = response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL))
    if sent_to_sign_in and (request.headers.get("HX-Request") or _wants_json(request)):
        return HttpResponse(status=401)
    return response


def _has_nul(request: HttpRequest) -> bool:
    """Say whether a character is there that no text may hold, and PostgreSQL would choke on."""
    if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
        return True
    typed = request.POST if request.content_type != "application/json" else {}
    return any("\x00" in value for values in dict(typed).values() for value in values)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _actor(request: HttpRequest) -> Actor | None:
    return actor_of(request.user) if isinstance(request.user, Staff) else None
