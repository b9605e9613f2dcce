"""The web door's translations, in one place: who asks, under which number, and what a refusal looks like."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from vigie.actors import Actor
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
            return self.get_response(request)
        finally:
            request_id.reset(token)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, VigieError):
            return None
        if request.headers.get("Accept", "").startswith("application/json"):
            body = {"code": error.code, "message": str(error), "details": error.details}
            return JsonResponse(body, status=error.status)
        template = "refusal/_fragment.html" if request.headers.get("HX-Request") else "refusal/page.html"
        return render(request, template, {"refusal": error}, status=error.status)


def _actor(request: HttpRequest) -> Actor | None:
    return actor_of(request.user) if isinstance(request.user, Staff) else None
