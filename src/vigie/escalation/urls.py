"""Addresses of the hand-over."""

from django.urls import path

from vigie.escalation.views import decisions, inbox, settings, ticket

app_name = "escalation"

urlpatterns = [
    path("escalation/inbox/", inbox.inbox, name="inbox"),
    path("escalation/inbox/list/", inbox.inbox_list, name="inbox_list"),
    path("escalation/notices/", inbox.notices, name="notices"),
    path("escalation/ticket/<int:ticket_id>/", ticket.ticket_handover, name="ticket"),
    path("escalation/ticket/<int:ticket_id>/send/", ticket.send, name="send"),
    path("escalation/handovers/<int:handover_id>/", inbox.detail, name="detail"),
    path("escalation/handovers/<int:handover_id>/accept/", decisions.accept, name="accept"),
    path("escalation/handovers/<int:handover_id>/ask/", decisions.ask, name="ask"),
    path("escalation/handovers/<int:handover_id>/answer/", decisions.answer, name="answer"),
    path("escalation/handovers/<int:handover_id>/refuse/", decisions.refuse, name="refuse"),
    path("escalation/handovers/<int:handover_id>/take-back/", decisions.take_back, name="take_back"),
    path("escalation/handovers/<int:handover_id>/complete/", decisions.complete, name="complete"),
    path("escalation/alerts/<int:alert_id>/settle/", decisions.settle_alert, name="settle"),
    path("clients/<int:client_id>/escalation/", settings.escalation, name="settings"),
]
