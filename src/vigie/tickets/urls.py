"""Addresses of the desk, of tickets, and of what a client settles about them."""

from django.urls import path

from vigie.tickets.views import cards, desk, pages, qualification, settings, timeline

app_name = "tickets"

_TICKET = "tickets/<int:ticket_id>/"
_CALL = "tickets/for-call/<int:call_id>/"
_CLIENT = "clients/<int:client_id>/"

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("tickets/", pages.ticket_list, name="tickets"),
    path("tickets.csv", pages.export, name="export"),
    path("tickets/new/", pages.open_new, name="open_new"),
    path(_CALL, pages.for_call, name="for_call"),
    path(f"{_CALL}history/", pages.history, name="history"),
    path(f"{_CALL}open/", pages.open_for_call, name="open_for_call"),
    path(f"{_CALL}attach/<int:ticket_id>/", pages.attach, name="attach"),
    path(_TICKET, pages.ticket, name="ticket"),
    path(f"{_TICKET}rail/", desk.rail, name="rail"),
    path(f"{_TICKET}viewers/", cards.viewers, name="viewers"),
    path(f"{_TICKET}qualification/", qualification.qualification, name="qualification"),
    path(f"{_TICKET}next-question/", qualification.next_question, name="next_question"),
    path(f"{_TICKET}reformulation/", qualification.reformulation, name="reformulation"),
    path(f"{_TICKET}criticality/", cards.criticality, name="criticality"),
    path(f"{_TICKET}clocks/", cards.clocks, name="clocks"),
    path(f"{_TICKET}resolution/", cards.resolution, name="resolution"),
    path(f"{_TICKET}timeline/", timeline.timeline, name="timeline"),
    path(f"{_TICKET}fields/<str:name>/", qualification.field, name="field"),
    path(f"{_TICKET}facts/<str:name>", qualification.save_fact, name="fact"),
    path(f"{_TICKET}drafts/<str:name>", qualification.save_draft, name="draft"),
    path(f"{_TICKET}attempts", qualification.add_attempt, name="add_attempt"),
    path(f"{_TICKET}reformulation/confirm", qualification.confirm_reformulation, name="confirm_reformulation"),
    path(f"{_TICKET}criticality/override", cards.override, name="override"),
    path(f"{_TICKET}criticality/lift", cards.lift_override, name="lift_override"),
    path(f"{_TICKET}take", cards.take_charge, name="take_charge"),
    path(f"{_TICKET}pause", cards.pause, name="pause"),
    path(f"{_TICKET}resume", cards.resume, name="resume"),
    path(f"{_TICKET}resolve", cards.resolve, name="resolve"),
    path(f"{_TICKET}reopen", cards.reopen, name="reopen"),
    path(f"{_TICKET}close", cards.close, name="close"),
    path(f"{_TICKET}notes", cards.add_note, name="add_note"),
    path(f"{_CLIENT}criticality/", settings.criticality, name="settings_criticality"),
    path(f"{_CLIENT}criticality/preview/", settings.criticality_preview, name="criticality_preview"),
    path(f"{_CLIENT}fields/", settings.fields, name="settings_fields"),
    path(f"{_CLIENT}fields/preview/", settings.fields_preview, name="fields_preview"),
    path(f"{_CLIENT}service-levels/", settings.service_levels, name="settings_service_levels"),
    path(f"{_CLIENT}service-levels/preview/", settings.service_levels_preview, name="service_levels_preview"),
]
