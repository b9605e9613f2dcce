from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


class CallsConfig(AppConfig):
    name = "vigie.calls"
    label = "calls"

    def ready(self) -> None:
        from vigie.calls.views.desk import sign_off

        user_logged_out.connect(sign_off)
