"""The cards beside a ticket, each with its own actions: criticality, clocks, resolution, presence."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from vigie.tickets import actions, labels
from vigie.tickets.actions.resolving import ResolutionIncomplete
from vigie.tickets.actions.writing import LOOKING_FOR
from vigie.tickets.models import Pause, Ticket, Viewer
from vigie.tickets.queries import criticality_policy, facts_of
from vigie.tickets.rules.criticality import assess
from vigie.tickets.rules.vocabulary import Awaited, ClosureCode, Criticality, NoteKind, PauseReason
from vigie.tickets.views import rows
from vigie.tickets.views.common import actor, done, now, posted_code, reader_id, seen_ticket


@login_required
@require_GET
def criticality(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Show the criticality beside what the caller feels, with its reasons."""
    ticket = seen_ticket(request, ticket_id)
    _, policy = criticality_policy(ticket.client_id)
    assessment = assess(facts_of(ticket), policy)
    context = {
        "ticket": ticket,
        "row": rows.ticket_row(ticket),
        "reasons": [labels.reason_sentence(reason) for reason in ticket.because],
        "computed": labels.LEVELS[ticket.criticality],
        "missing": [labels.fact_label(name) for name in assessment.missing] if ticket.provisional else [],
        "lowest": labels.LEVELS[assessment.lowest],
        "highest": labels.LEVELS[assessment.highest],
        "levels": labels.LEVELS.items(),
        "gap": _gap(ticket),
        "may": rows.rights(actor(request), ticket),
        "drafts": rows.drafts_of(ticket, reader_id(request)),
    }
    return render(request, "tickets/_criticality.html", context)


def _gap(ticket: Ticket) -> str:
    """Tell whether what is felt and what is computed lie two steps apart or more."""
    felt = {"low": 1, "normal": 2, "high": 3, "blocking": 4}.get(ticket.perceived_urgency)
    if felt is None:
        return ""
    distance = felt - ticket.level.gravity
    return "felt_more" if distance >= 2 else "felt_less" if distance <= -2 else ""


@login_required
@require_POST
def override(request: HttpRequest, ticket_id: int) -> HttpResponse:
    to, by, at = posted_code(request, ticket_id, "to", Criticality), actor(request), now()
    ticket = actions.override_criticality(ticket_id, to=to, motive=request.POST.get("motive", ""), by=by, at=at)
    actions.save_draft(ticket, field="motive", text="", by=by, at=at)
    return done(request, ticket_id, "criticality")


@login_required
@require_POST
def lift_override(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actions.lift_override(ticket_id, by=actor(request), at=now())
    return done(request, ticket_id, "criticality")


@login_required
@require_GET
def clocks(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Show the commitments, drawn, and what stops or restarts them."""
    ticket = seen_ticket(request, ticket_id)
    pause = Pause.objects.filter(ticket=ticket, ended_at=None).first()
    reasons = [(code, label) for code, label in labels.PAUSE_REASONS.items() if code != PauseReason.RESOLVED]
    context = {
        "ticket": ticket,
        "clocks": rows.clock_rows(ticket, at=now()),
        "pause": pause,
        "pause_reason": labels.PAUSE_REASONS[pause.reason] if pause else "",
        "pause_awaited": labels.AWAITED[pause.awaited] if pause else "",
        "reasons": reasons,
        "awaited": labels.AWAITED.items(),
        "is_mine": ticket.assignee_id == reader_id(request),
        "may": rows.rights(actor(request), ticket),
    }
    return render(request, "tickets/_clocks.html", context)


@login_required
@require_POST
def take_charge(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actions.take_charge(ticket_id, by=actor(request), at=now())
    return done(request, ticket_id, "clocks")


@login_required
@require_POST
def pause(request: HttpRequest, ticket_id: int) -> HttpResponse:
    reason, awaited = (
        posted_code(request, ticket_id, "reason", PauseReason),
        posted_code(request, ticket_id, "awaited", Awaited),
    )
    actions.pause_clocks(ticket_id, reason=reason, awaited=awaited, by=actor(request), at=now())
    return done(request, ticket_id, "clocks")


@login_required
@require_POST
def resume(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actions.resume_clocks(ticket_id, by=actor(request), at=now())
    return done(request, ticket_id, "clocks")


@login_required
@require_GET
def resolution(request: HttpRequest, ticket_id: int) -> HttpResponse:
    return _resolution(request, seen_ticket(request, ticket_id))


@login_required
@require_POST
def resolve(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """End the ticket; an incomplete resolution comes back as it was typed."""
    cause, solution = request.POST.get("cause", ""), request.POST.get("solution", "")
    code, by, at = posted_code(request, ticket_id, "closure_code", ClosureCode), actor(request), now()
    try:
        ticket = actions.resolve_ticket(ticket_id, code=code, cause=cause, solution=solution, by=by, at=at)
    except ResolutionIncomplete as refused:
        ticket = seen_ticket(request, ticket_id)
        typed = {"cause": cause, "solution": solution, "closure_code": code.value}
        return _resolution(request, ticket, typed=typed, missing=refused.details["missing"], status=422)
    for name in ("cause", "solution"):
        actions.save_draft(ticket, field=name, text="", by=by, at=at)
    return done(request, ticket_id, "resolution")


@login_required
@require_POST
def reopen(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actions.reopen_ticket(ticket_id, motive=request.POST.get("motive", ""), by=actor(request), at=now())
    return done(request, ticket_id, "resolution")


@login_required
@require_POST
def close(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actions.close_ticket(ticket_id, by=actor(request), at=now())
    return done(request, ticket_id, "resolution")


@login_required
@require_POST
def add_note(request: HttpRequest, ticket_id: int) -> HttpResponse:
    kind, by, at = posted_code(request, ticket_id, "kind", NoteKind), actor(request), now()
    kind = kind if kind in (NoteKind.NOTE, NoteKind.REPLY) else NoteKind.NOTE
    note = actions.add_note(ticket_id, text=request.POST.get("text", ""), kind=kind, by=by, at=at)
    actions.save_draft(note.ticket, field="note", text="", by=by, at=at)
    return done(request, ticket_id, "timeline")


@login_required
@require_GET
def viewers(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say that the reader is here, and show who else is."""
    ticket, at = seen_ticket(request, ticket_id), now()
    actions.look(ticket, by=actor(request), at=at)
    here = Viewer.objects.filter(ticket=ticket, seen_at__gt=at - LOOKING_FOR).exclude(staff_id=reader_id(request))
    others = [str(viewer.staff) for viewer in here.select_related("staff").order_by("staff__last_name")]
    topic = f"viewers-{ticket_id}"
    return render(request, "tickets/_viewers.html", {"ticket": ticket, "others": others, "viewers_topic": topic})


def _resolution(
    request: HttpRequest,
    ticket: Ticket,
    *,
    typed: dict[str, str] | None = None,
    missing: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    drafts = rows.drafts_of(ticket, reader_id(request))
    kept = {name: drafts.get(name) or getattr(ticket, name) for name in ("cause", "solution")}
    context = {
        "ticket": ticket,
        "typed": typed or {**kept, "closure_code": ticket.closure_code},
        "missing": missing or [],
        "codes": labels.CLOSURE_CODES.items(),
        "closure": labels.CLOSURE_CODES.get(ticket.closure_code, ""),
        "may": rows.rights(actor(request), ticket),
    }
    return render(request, "tickets/_resolution.html", context, status=status)
