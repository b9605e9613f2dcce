from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "vigie.calls"
    label = "calls"
