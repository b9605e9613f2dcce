"""Understanding, field by field: every keystroke kept, nothing blocked."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from vigie.tickets import actions, labels
from vigie.tickets.actions import StaleSave
from vigie.tickets.models import Reformulation, Ticket
from vigie.tickets.queries import (
    attempts_of,
    criticality_policy,
    current_facts,
    facts_of,
    fields_at,
    handover_needs,
    tried,
)
from vigie.tickets.rules.criticality import assess
from vigie.tickets.rules.fields import ValueRefused
from vigie.tickets.rules.questions import next_questions
from vigie.tickets.rules.reformulate import reformulate
from vigie.tickets.rules.vocabulary import AttemptResult, ReadBack, Source
from vigie.tickets.views import rows
from vigie.tickets.views.common import actor, done, now, posted_code, reader_id, seen_ticket

NEXT_SHOWN = 4


@login_required
@require_GET
def qualification(request: HttpRequest, ticket_id: int) -> HttpResponse:
    ticket = seen_ticket(request, ticket_id)
    return render(request, "tickets/_qualification.html", qualification_context(request, ticket))


def qualification_context(request: HttpRequest, ticket: Ticket) -> dict[str, object]:
    """Return what the qualification form shows, wherever it is included."""
    return {
        "ticket": ticket,
        "row": rows.ticket_row(ticket),
        "sections": rows.sections(ticket, reader=actor(request)),
        "attempts": [(attempt, labels.attempt_result(attempt.result)) for attempt in attempts_of(ticket)],
        "results": labels.ATTEMPT_RESULTS.items(),
        "may": rows.rights(actor(request), ticket),
        "drafts": rows.drafts_of(ticket, reader_id(request)),
        "ticket_topic": f"ticket-{ticket.pk}",
        "viewers_topic": f"viewers-{ticket.pk}",
    }


@login_required
@require_GET
def field(request: HttpRequest, ticket_id: int, name: str) -> HttpResponse:
    """Serve one field again, as it is kept now."""
    if name == "contact":
        seen_ticket(request, ticket_id, right="caller.see")
    return _field(request, seen_ticket(request, ticket_id), name)


@login_required
@require_POST
def save_fact(request: HttpRequest, ticket_id: int, name: str) -> HttpResponse:
    """Keep one field. `seen` is the revision on screen; a stale save comes back with both texts, and loses neither."""
    by, at, text = actor(request), now(), request.POST.get("value", "")
    seen = request.POST.get("seen", "0")
    try:
        saved = actions.qualify_ticket(
            ticket_id,
            name=name,
            text=text,
            seen=int(seen) if seen.isdecimal() else 0,
            words=request.POST.get("words", ""),
            by=by,
            at=at,
        )
    except StaleSave as stale:
        actions.save_draft(seen_ticket(request, ticket_id), field=f"fact.{name}", text=text, by=by, at=at)
        return _merge(request, ticket_id, name, stale)
    except ValueRefused as refused:
        return _refused_value(request, ticket_id, name, refused)
    if request.POST.get("whole"):
        actions.save_draft(saved.ticket, field=f"fact.{name}", text="", by=by, at=at)
        return _field(request, saved.ticket, name)
    facts = {"key": name.replace(".", "-"), "seen": saved.revision, "at": at, "is_saved": True}
    return render(request, "tickets/_field_state.html", facts)


@login_required
@require_POST
def save_draft(request: HttpRequest, ticket_id: int, name: str) -> HttpResponse:
    """Keep what is being typed in a box that has not been sent."""
    ticket, at = seen_ticket(request, ticket_id, right="ticket.comment"), now()
    text = request.POST.get(name) or request.POST.get("text", "")
    actions.save_draft(ticket, field=name, text=text, by=actor(request), at=at)
    return render(request, "tickets/_draft_state.html", {"at": at})


@login_required
@require_GET
def next_question(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Propose what to ask next, and why."""
    ticket = seen_ticket(request, ticket_id)
    facts, fields = facts_of(ticket), fields_at(ticket)
    _, policy = criticality_policy(ticket.client_id)
    needs, attempts = handover_needs(ticket), len(attempts_of(ticket))
    questions = next_questions(facts, assessment=assess(facts, policy), attempts=attempts, needs=needs)
    shown = [
        (question, question.name.replace(".", "-"), labels.question_text(question.name, fields))
        for question in questions[:NEXT_SHOWN]
    ]
    context = {"ticket": ticket, "questions": shown, "more": max(0, len(questions) - NEXT_SHOWN)}
    return render(request, "tickets/_next_question.html", context)


@login_required
@require_POST
def add_attempt(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actions.add_attempt(
        ticket_id,
        action=request.POST.get("action", ""),
        result=posted_code(request, ticket_id, "result", AttemptResult),
        source=posted_code(request, ticket_id, "source", Source) if request.POST.get("source") else Source.CALLER,
        by=actor(request),
        at=now(),
    )
    return done(request, ticket_id, "qualification")


@login_required
@require_GET
def reformulation(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Propose the text to read back."""
    ticket = seen_ticket(request, ticket_id)
    facts = facts_of(ticket)
    names = {"site": str(ticket.site or ""), "equipment": str(ticket.equipment or "")}
    language = request.GET.get("language", ticket.language)
    composed = reformulate(
        {name: value for name, value in facts.items() if name not in names},
        tried=tried(attempts_of(ticket)),
        names=names,
        language=language,
    )
    drafts = rows.drafts_of(ticket, reader_id(request))
    context = {
        "ticket": ticket,
        "composed": composed,
        "text": drafts.get("reformulation", composed),
        "is_draft": "reformulation" in drafts and drafts["reformulation"] != composed,
        "language": language,
        "last": Reformulation.objects.filter(ticket=ticket).select_related("author").last(),
        "read_back": labels.READ_BACK,
        "may": rows.rights(actor(request), ticket),
    }
    return render(request, "tickets/_reformulation.html", context)


@login_required
@require_POST
def confirm_reformulation(request: HttpRequest, ticket_id: int) -> HttpResponse:
    by, at = actor(request), now()
    actions.confirm_reformulation(
        ticket_id,
        text=request.POST.get("text", ""),
        outcome=posted_code(request, ticket_id, "outcome", ReadBack),
        correction=request.POST.get("correction", ""),
        by=by,
        at=at,
    )
    actions.save_draft(seen_ticket(request, ticket_id), field="reformulation", text="", by=by, at=at)
    return done(request, ticket_id, "reformulation")


def _field(request: HttpRequest, ticket: Ticket, name: str) -> HttpResponse:
    row = rows.field_row(ticket, name, current_facts(ticket), fields_at(ticket))
    facts = {"field": row, "ticket": ticket, "may": rows.rights(actor(request), ticket)}
    return render(request, "tickets/_field.html", facts)


def _merge(request: HttpRequest, ticket_id: int, name: str, stale: StaleSave) -> HttpResponse:
    ticket = seen_ticket(request, ticket_id)
    fact, fields, details = current_facts(ticket).get(name), fields_at(ticket), stale.details
    theirs, shape = rows.value_text(details["theirs"]), rows.field_row(ticket, name, {}, fields).shape
    context = {
        "place": "field" if shape == "radio" else "state",  # a group of choices is a form: the merge stands outside it
        "ticket": ticket,
        "key": name.replace(".", "-"),
        "save_address": reverse("tickets:fact", args=[ticket_id, name]),
        "field_address": reverse("tickets:field", args=[ticket_id, name]),
        "label": labels.fact_label(name, fields),
        "seen": details["revision"],
        "yours": details["yours"],
        "yours_text": labels.fact_text(name, details["yours"], fields),
        "theirs_text": labels.fact_text(name, details["theirs"], fields),
        "both": f"{theirs}\n{details['yours']}" if shape in ("line", "long") else "",
        "author": fact.author if fact else None,
        "at": fact.at if fact else None,
    }
    response = render(request, "tickets/_merge.html", context, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = f"#{context['place']}-{context['key']}", "outerHTML"
    return response


def _refused_value(request: HttpRequest, ticket_id: int, name: str, refused: ValueRefused) -> HttpResponse:
    """Say beside the field why its value is not kept; what was typed stays in the field."""
    fact = current_facts(seen_ticket(request, ticket_id)).get(name)
    key = name.replace(".", "-")
    context = {"key": key, "seen": fact.revision if fact else 0, "fault": labels.fault_sentence(refused.details)}
    response = render(request, "tickets/_field_state.html", context, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = f"#state-{key}", "outerHTML"
    return response
