"""The people who work on the hotline: accounts, roles, skills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vigie.directory import labels
from vigie.directory.actions import (
    OwnAccount,
    Person,
    StaffMoved,
    UsernameTaken,
    change_roles,
    change_skills,
    change_staff,
    create_staff,
    deactivate_staff,
    offer_password,
    reactivate_staff,
)
from vigie.directory.forms.people import FirstRoleForm, PersonForm
from vigie.directory.models import Client, Environment, Staff
from vigie.directory.queries import clients_seen_by
from vigie.directory.queries.people import RIGHT, is_wholly_in_scope, seen_staff, staff_seen_by
from vigie.directory.roles import Role
from vigie.directory.views.common import actor, now
from vigie.errors import Forbidden

PEOPLE_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class StaffRow:
    pk: int
    name: str
    username: str
    roles: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True, slots=True)
class RolesRow:
    """The roles somebody holds for one client, or for every client when `client_id` is None."""

    client_id: int | None
    name: labels.Label
    held: frozenset[str]
    is_open: bool


@dataclass(frozen=True, slots=True)
class SkillRow:
    code: str
    label: str
    level: int


@login_required
@require_GET
def staff_list(request: HttpRequest) -> HttpResponse:
    by = actor(request)
    scope = by.clients(RIGHT)
    if scope == frozenset():
        raise Forbidden
    search, state, role = (request.GET.get(name, "").strip() for name in ("q", "state", "role"))
    found = staff_seen_by(by).prefetch_related("memberships__client")
    for word in search.split():
        match = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        found = found.filter(match | Q(username__icontains=word) | Q(email__icontains=word))
    if state in ("active", "inactive"):
        found = found.filter(is_active=state == "active")
    if role in {r.value for r in Role}:
        held = Q(memberships__role=role) if scope is None else Q(memberships__role=role, memberships__client__in=scope)
        found = found.filter(held).distinct()
    page = Paginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [_row(staff, scope) for staff in page.object_list],
        "page": page,
        "search": search,
        "state": state,
        "role": role,
        "roles": [(r.value, labels.ROLES[r]) for r in Role],
    }
    return render(request, "directory/staff_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def staff_new(request: HttpRequest) -> HttpResponse:
    by = actor(request)
    clients = list(clients_seen_by(by, right=RIGHT))
    may_everywhere = by.may(RIGHT)
    if not clients and not may_everywhere:
        raise Forbidden
    form = PersonForm(request.POST or None)
    first = FirstRoleForm(
        request.POST or None,
        clients=clients,
        may_everywhere=may_everywhere,
        initial={"client": request.GET.get("client", "")},
    )
    if request.method == "POST" and form.is_valid() and first.is_valid():
        role = Role(first.cleaned_data["role"])
        try:
            staff = create_staff(form.person(), role=role, client_id=first.client_id, by=by, at=now())
        except UsernameTaken as refusal:
            form.add_error(refusal.details["field"], labels.refusal(refusal))
        else:
            messages.success(request, _("The account is open. Next: a link to choose a password, and skills."))
            return redirect("directory:staff", staff.pk)
    status = 422 if form.errors or first.errors else 200
    return render(request, "directory/staff_new.html", {"form": form, "first": first}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def staff(request: HttpRequest, staff_id: int) -> HttpResponse:
    found = seen_staff(staff_id, actor(request))
    current = Person.of(found)
    if request.method == "GET":
        return _page(request, found)
    form = PersonForm(request.POST)
    moved = False
    if form.is_valid():
        seen = Person(**{name: request.POST.get(f"seen-{name}", "") for name in Person.__dataclass_fields__})
        try:
            change_staff(staff_id, form.person(), seen=seen, by=actor(request), at=now())
        except UsernameTaken as refusal:
            form.add_error(refusal.details["field"], labels.refusal(refusal))
        except StaffMoved:
            moved = True
        else:
            messages.success(request, _("Saved."))
            return redirect("directory:staff", staff_id)
    return _page(request, found, form=form, moved=current if moved else None, status=409 if moved else 422)


@login_required
@require_POST
def staff_roles(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Set the roles held for every client; those of one client are set on its own line (`people_roles`)."""
    known = {role.value for role in Role}
    roles = frozenset(Role(code) for code in request.POST.getlist("roles") if code in known)
    seen = frozenset(Role(code) for code in request.POST.getlist("seen") if code in known)
    return _done(
        request, staff_id, lambda by: change_roles(staff_id, client_id=None, roles=roles, seen=seen, by=by, at=now())
    )


@login_required
@require_POST
def staff_skills(request: HttpRequest, staff_id: int) -> HttpResponse:
    post = request.POST
    levels = {str(level) for level in labels.SKILL_LEVELS}
    codes, chosen = post.getlist("skill"), post.getlist("level")
    skills = {
        code.strip().lower()[:60]: int(level)
        for code, level in zip(codes, chosen, strict=False)
        if code.strip() and level in levels
    }
    seen = {
        code: int(level)
        for code, _sep, level in (text.rpartition("=") for text in post.getlist("seen"))
        if level in levels
    }
    return _done(request, staff_id, lambda by: change_skills(staff_id, skills=skills, seen=seen, by=by, at=now()))


@login_required
@require_POST
def staff_password(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Show once the link by which the person chooses a password."""
    account, key = offer_password(staff_id, by=actor(request), at=now())
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": account, "key": key})
    found = seen_staff(staff_id, actor(request))
    return _page(request, found, link=request.build_absolute_uri(path))


@login_required
@require_POST
def staff_deactivate(request: HttpRequest, staff_id: int) -> HttpResponse:
    return _done(request, staff_id, lambda by: deactivate_staff(staff_id, by=by, at=now()))


@login_required
@require_POST
def staff_reactivate(request: HttpRequest, staff_id: int) -> HttpResponse:
    return _done(request, staff_id, lambda by: reactivate_staff(staff_id, by=by, at=now()))


def _done(request: HttpRequest, staff_id: int, act: Any) -> HttpResponse:
    try:
        act(actor(request))
    except (StaffMoved, OwnAccount) as refusal:
        messages.error(request, labels.refusal(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("directory:staff", staff_id)


def _page(
    request: HttpRequest,
    found: Staff,
    *,
    form: PersonForm | None = None,
    moved: Person | None = None,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    by = actor(request)
    current = Person.of(found)
    names = [(name, getattr(current, name)) for name in Person.__dataclass_fields__]
    context = {
        "person": found,
        "is_own": found.pk == by.id,
        "is_open": is_wholly_in_scope(found, by),
        "form": form or PersonForm(initial=dict(names)),
        "seen": names,
        "moved": moved,
        "roles": [(role.value, labels.ROLES[role]) for role in Role],
        "role_rows": _role_rows(found, by.clients(RIGHT)),
        "skills": _skill_rows(found) if is_wholly_in_scope(found, by) else (),
        "levels": labels.SKILL_LEVELS.items(),
        "groups": found.support_groups.select_related("client") if by.may(RIGHT) else (),
        "link": link,
    }
    return render(request, "directory/staff.html", context, status=status)


def _row(staff: Staff, scope: frozenset[int] | None) -> StaffRow:
    held = [m for m in staff.memberships.all() if scope is None or m.client_id in scope]
    roles = tuple(f"{labels.ROLES[Role(m.role)]} · {m.client.name if m.client else _('every client')}" for m in held)
    return StaffRow(staff.pk, str(staff), staff.username, roles, staff.is_active)


def _role_rows(staff: Staff, scope: frozenset[int] | None) -> list[RolesRow]:
    held: dict[int | None, set[str]] = {}
    for membership in staff.memberships.all():
        held.setdefault(membership.client_id, set()).add(membership.role)
    clients = Client.objects.all() if scope is None else Client.objects.filter(pk__in=scope)
    rows = [RolesRow(c.pk, c.name, frozenset(held.get(c.pk, ())), True) for c in clients]
    everywhere = RolesRow(None, _("Every client"), frozenset(held.get(None, ())), scope is None)
    return [everywhere, *rows] if scope is None or everywhere.held else rows


def _skill_rows(staff: Staff) -> list[SkillRow]:
    """Return every skill that means something here, held or not, then those held besides."""
    held = dict(staff.skills.values_list("skill", "level"))
    names = dict(Client.objects.filter(pk__in=staff.memberships.values("client")).values_list("code", "name"))
    known = [f"client:{code}" for code in names]
    known += [f"language:{code}" for code in labels.LANGUAGES] + [f"environment:{e}" for e in Environment.values]
    codes = list(dict.fromkeys([*known, *sorted(held)]))
    return [SkillRow(code, labels.skill_label(code, clients=names), held.get(code, 0)) for code in codes]
