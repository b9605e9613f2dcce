"""One address for each thing a supervisor does from the wallboard."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from vigie.calls.models import Call
from vigie.calls.rules.states import AgentState
from vigie.directory.views.common import actor, now
from vigie.escalation.forms import word
from vigie.escalation.views.common import done, must_be_known
from vigie.steering import actions
from vigie.steering.rules import QueueMotive
from vigie.tickets.actions.clocking import take_charge

BACK = "/wallboard/"


@login_required
@require_POST
def agent_state(request: HttpRequest, staff_id: int) -> HttpResponse:
    state = word(request.POST, "state", AgentState) or AgentState.AWAY
    actions.steer_agent(staff_id, state=state, reason=request.POST.get("reason", ""), by=actor(request), at=now())
    return done(request, back=BACK)


@login_required
@require_POST
def put_first(request: HttpRequest, call_id: int) -> HttpResponse:
    must_be_known(request, call_id, kind=Call)
    actions.put_call_first(call_id, motive=word(request.POST, "motive", QueueMotive), by=actor(request), at=now())
    return done(request, back=BACK)


@login_required
@require_POST
def take_out(request: HttpRequest, call_id: int) -> HttpResponse:
    must_be_known(request, call_id, kind=Call)
    actions.take_call_out(call_id, motive=word(request.POST, "motive", QueueMotive), by=actor(request), at=now())
    return done(request, back=BACK)


@login_required
@require_POST
def take_over(request: HttpRequest, ticket_id: int) -> HttpResponse:
    take_charge(ticket_id, by=actor(request), at=now())
    return done(request, back=f"/tickets/{ticket_id}/")
