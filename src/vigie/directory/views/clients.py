"""The list of clients, a new one, who it is, and what is missing before its first call."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vigie.directory import labels
from vigie.directory.actions import (
    ClientMoved,
    CodeTaken,
    Identity,
    NotReady,
    activate_client,
    change_identity,
    create_client,
    deactivate_client,
)
from vigie.directory.forms.clients import IdentityForm
from vigie.directory.models import Client, HotlineNumber
from vigie.directory.queries import clients_seen_by
from vigie.directory.queries.readiness import readiness
from vigie.directory.views.common import actor, configured_client, now, onward
from vigie.errors import Forbidden


@dataclass(frozen=True, slots=True)
class ClientRow:
    pk: int
    name: str
    code: str
    numbers: tuple[str, ...]
    languages: str
    environments: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class CheckRow:
    label: labels.Label
    advice: labels.Label
    tab: str
    is_done: bool
    is_required: bool


@login_required
@require_GET
def client_list(request: HttpRequest) -> HttpResponse:
    by = actor(request)
    if by.clients("client.configure") == frozenset():
        raise Forbidden
    search, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    found = clients_seen_by(by, right="client.configure").prefetch_related(
        Prefetch("numbers", HotlineNumber.objects.order_by("number"))
    )
    if search:
        own = HotlineNumber.objects.filter(number__contains=search.replace(" ", "").lstrip("0")).values("client")
        found = found.filter(Q(name__icontains=search) | Q(code__icontains=search) | Q(pk__in=own))
    if state in ("active", "inactive"):
        found = found.filter(is_active=state == "active")
    context = {
        "rows": [_row(client) for client in found],
        "search": search,
        "state": state,
        "may_create": by.may("client.configure"),
    }
    return render(request, "directory/clients.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def client_new(request: HttpRequest) -> HttpResponse:
    by = actor(request)
    by.must("client.configure")
    form = IdentityForm(request.POST or None, initial={"timezone": "Europe/Paris"})
    if request.method == "POST" and form.is_valid():
        try:
            client = create_client(form.identity(), by=by, at=now())
        except CodeTaken as refusal:
            form.add_error("code", labels.refusal(refusal))
        else:
            messages.success(
                request, _("%(client)s is created. Next: its telephone numbers.") % {"client": client.name}
            )
            return redirect("directory:numbers", client.pk)
    return render(request, "directory/client_new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def client_identity(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    current = Identity.of(client)
    form = IdentityForm(request.POST or None, initial=IdentityForm.initial_of(current))
    seen, moved = current, False
    if request.method == "POST":
        seen = _seen(request)
        if form.is_valid():
            try:
                change_identity(client_id, form.identity(), seen=seen, by=actor(request), at=now())
            except CodeTaken as refusal:
                form.add_error("code", labels.refusal(refusal))
            except ClientMoved:
                moved = True
            else:
                messages.success(request, _("Saved."))
                return onward(request, client_id, "identity")
    context = {"client": client, "tab": "identity", "form": form, "seen": current, "moved": moved, "current": current}
    return render(
        request, "directory/client_identity.html", context, status=409 if moved else 422 if form.errors else 200
    )


@login_required
@require_GET
def client_overview(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    checks = [
        CheckRow(labels.READINESS[c.code], labels.READINESS_ADVICE[c.code], c.tab, c.is_done, c.is_required)
        for c in readiness(client)
    ]
    context = {
        "client": client,
        "tab": "overview",
        "row": _row(client),
        "checks": checks,
        "done": sum(check.is_done for check in checks),
        "missing": [check for check in checks if check.is_required and not check.is_done],
    }
    return render(request, "directory/client.html", context)


@login_required
@require_POST
def client_activate(request: HttpRequest, client_id: int) -> HttpResponse:
    try:
        activate_client(client_id, by=actor(request), at=now())
    except NotReady as refusal:
        missing = ", ".join(str(labels.READINESS[code]) for code in refusal.details["missing"])
        messages.error(request, _("Not yet. Missing: %(missing)s.") % {"missing": missing})
    else:
        messages.success(request, _("The hotline takes calls."))
    return redirect("directory:client", client_id)


@login_required
@require_POST
def client_deactivate(request: HttpRequest, client_id: int) -> HttpResponse:
    deactivate_client(client_id, by=actor(request), at=now())
    messages.success(request, _("The hotline takes no more calls. Nothing was erased."))
    return redirect("directory:client", client_id)


def _row(client: Client) -> ClientRow:
    return ClientRow(
        client.pk,
        client.name,
        client.code,
        tuple(number.number for number in client.numbers.all()),
        ", ".join(str(labels.LANGUAGES.get(code, code)) for code in client.languages),
        ", ".join(str(labels.ENVIRONMENTS.get(code, code)) for code in client.environments),
        client.is_active,
    )


def _seen(request: HttpRequest) -> Identity:
    """Return the identity that the screen showed when it was opened, from its hidden fields."""
    post = request.POST
    return Identity(
        post.get("seen-name", ""),
        post.get("seen-code", ""),
        post.get("seen-timezone", ""),
        tuple(post.getlist("seen-languages")),
        tuple(post.getlist("seen-environments")),
    )
