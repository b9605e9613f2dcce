from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "vigie.escalation"
    label = "escalation"
