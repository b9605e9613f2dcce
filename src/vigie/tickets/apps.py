from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "vigie.tickets"
    label = "tickets"
