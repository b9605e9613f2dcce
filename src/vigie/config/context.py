"""What every page template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Return the address of the live stream and the languages offered."""
    return {"live_address": settings.ENV.live_address, "demo": settings.ENV.demo}
