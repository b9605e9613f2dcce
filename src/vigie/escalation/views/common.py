"""What every decision begins and ends with: is it about something of the asker's, and how the page is answered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vigie.calls.models import Call
from vigie.directory.views.common import actor
from vigie.errors import NotFound
from vigie.escalation.models import Handover, HierarchicalAlert

CHANGED = "handover-changed"


def done(request: HttpRequest, *, back: str) -> HttpResponse:
    """Let the parts of the page that show hand-overs read themselves again; without script, go `back`."""
    if not request.headers.get("HX-Request"):
        return redirect(back)
    response = HttpResponse(status=204)
    response["HX-Trigger"] = CHANGED
    return response


def must_be_known(
    request: HttpRequest, pk: int, *, kind: type[Call] | type[Handover] | type[HierarchicalAlert]
) -> None:
    """
    Let nothing typed be read about something that does not exist for the asker.

    Raises: NotFound, Forbidden.
    """
    client_id = kind.objects.filter(pk=pk).values_list("client_id", flat=True).first()
    if client_id is None:
        raise NotFound
    actor(request).must("client.see", client_id=client_id)
