from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "vigie.steering"
    label = "steering"
