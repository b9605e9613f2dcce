"""Addresses of calls."""

from django.urls import path

from vigie.calls.views import desk, history, settings

app_name = "calls"

urlpatterns = [
    path("calls/audio/offer", desk.offer, name="offer"),
    path("calls/heartbeat", desk.heartbeat, name="heartbeat"),
    path("calls/agent/", desk.agent, name="agent"),
    path("calls/agent/state", desk.agent_state, name="agent_state"),
    path("calls/current/", desk.current, name="current"),
    path("calls/queue/", desk.queue, name="queue"),
    path("calls/<int:call_id>/take", desk.take, name="take"),
    path("calls/<int:call_id>/reject", desk.reject, name="reject"),
    path("calls/<int:call_id>/hold", desk.hold, name="hold"),
    path("calls/<int:call_id>/resume", desk.resume, name="resume"),
    path("calls/<int:call_id>/hangup", desk.hang_up, name="hangup"),
    path("calls/<int:call_id>/wrapped", desk.wrapped, name="wrapped"),
    path("calls/", history.calls, name="calls"),
    path("calls/export.csv", history.export, name="export"),
    path("calls/<int:call_id>/", history.call, name="call"),
    path("calls/<int:call_id>/recordings/<int:recording_id>", history.recording, name="recording"),
    path("calls/callbacks/", history.callbacks, name="callbacks"),
    path("calls/callbacks/<int:proposal_id>/done", history.callback_done, name="callback_done"),
    path("clients/<int:client_id>/welcome/", settings.welcome, name="settings_welcome"),
    path("clients/<int:client_id>/routing/", settings.routing, name="settings_routing"),
]
