"""How a decision answers the page it was taken on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

CHANGED = "handover-changed"


def done(request: HttpRequest, *, back: str) -> HttpResponse:
    """Let the parts of the page that show hand-overs read themselves again; without script, go `back`."""
    if not request.headers.get("HX-Request"):
        return redirect(back)
    response = HttpResponse(status=204)
    response["HX-Trigger"] = CHANGED
    return response
