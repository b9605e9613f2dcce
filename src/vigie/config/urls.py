"""Every page and fragment. A slice keeps its own addresses in its `urls.py`."""

from django.urls import URLPattern, URLResolver, include, path

from vigie.config import demo_calls, health, views

SLICES = ("steering", "directory", "tickets", "calls", "escalation")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("demo/calls/", demo_calls.page, name="demo_calls"),
    path("demo/calls/placed/", demo_calls.calls, name="demo_calls_list"),
    path("demo/calls/<slug:name>/", demo_calls.place, name="demo_place"),
    path("demo/sound/<str:key>/", demo_calls.sound, name="demo_sound"),
    *(path("", include(f"vigie.{name}.urls")) for name in SLICES),
]
