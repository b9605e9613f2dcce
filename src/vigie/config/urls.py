"""Every page and fragment. A slice keeps its own addresses in its `urls.py`."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from vigie.config import health

SLICES = {
    "vigie.config.pages": "",
    "vigie.steering.urls": "",
    "vigie.directory.urls": "",
    "vigie.tickets.urls": "",
    "vigie.calls.urls": "calls/",
    "vigie.escalation.urls": "escalation/",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    *(path(prefix, include(module)) for module, prefix in SLICES.items() if find_spec(module)),
]
