from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "vigie.config"
    label = "config"
