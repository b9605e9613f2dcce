"""What every screen of the administrator needs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vigie.actors import Actor
from vigie.directory.models import Client
from vigie.directory.templatetags.directory import TABS, tab_address
from vigie.errors import NotFound


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the web door


def actor(request: HttpRequest) -> Actor:
    """Return who asks; the view has made sure that somebody is signed in."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def configured_client(request: HttpRequest, client_id: int) -> Client:
    """Return a client that the asker may configure. Raises: Forbidden, NotFound."""
    actor(request).must("client.configure", client_id=client_id)
    client = Client.objects.filter(pk=client_id).first()
    if client is None:
        raise NotFound
    return client


def onward(request: HttpRequest, client_id: int, tab: str) -> HttpResponse:
    """Return to the tab just saved, or go to the next one when the person asked to save and continue."""
    codes = [code for code, *_ in TABS]
    place = codes.index(tab)
    steps = [TABS[place], *TABS[place + 1 :]] if "next" not in request.POST else TABS[place + 1 :]
    address = next(found for _, _, name, _ in steps if (found := tab_address(name, client_id)))
    return redirect(address)
