"""Addresses of steering."""

from django.urls import path

from vigie.steering.views import steer, wallboard

app_name = "steering"

urlpatterns = [
    path("wallboard/", wallboard.wallboard, name="wallboard"),
    path("wallboard/board/", wallboard.board, name="board"),
    path("wallboard/trend/", wallboard.trend, name="trend"),
    path("wallboard/agents/<int:staff_id>/state/", steer.agent_state, name="agent_state"),
    path("wallboard/calls/<int:call_id>/first/", steer.put_first, name="put_first"),
    path("wallboard/calls/<int:call_id>/out/", steer.take_out, name="take_out"),
    path("wallboard/tickets/<int:ticket_id>/take-over/", steer.take_over, name="take_over"),
]
