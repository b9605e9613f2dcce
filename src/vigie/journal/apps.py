from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "vigie.journal"
    label = "journal"
    verbose_name = "journal"
