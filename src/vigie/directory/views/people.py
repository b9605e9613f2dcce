"""Who works for one client, and the groups that receive what an agent could not settle."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vigie.directory import labels
from vigie.directory.actions import GroupMoved, GroupValues, OwnAccount, StaffMoved, change_roles, save_group
from vigie.directory.forms.people import GroupForm
from vigie.directory.models import Client, Group, Membership, Staff
from vigie.directory.queries.people import groups_of, people_of, staff_seen_by
from vigie.directory.roles import Role
from vigie.directory.views.common import actor, configured_client, now
from vigie.errors import NotFound


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`here` are roles for this client, `everywhere` those for every client."""

    pk: int
    name: str
    username: str
    here: tuple[tuple[str, labels.Label], ...]
    everywhere: tuple[labels.Label, ...]
    skills: tuple[str, ...]
    is_seen: bool


@dataclass(frozen=True, slots=True)
class GroupRow:
    pk: int
    name: str
    tier: labels.Label
    supervisor: str
    members: str
    is_active: bool
    is_own: bool


@login_required
@require_GET
def people(request: HttpRequest, client_id: int) -> HttpResponse:
    client = configured_client(request, client_id)
    by = actor(request)
    held = people_of(client).prefetch_related("memberships", "skills")
    seen = set(staff_seen_by(by).values_list("pk", flat=True))
    names = {client.code: client.name}
    context = {
        "client": client,
        "tab": "people",
        "people": [_person(staff, client, names=names, seen=seen) for staff in held],
        "groups": [_group(group) for group in groups_of(client)],
        "others": staff_seen_by(by).filter(is_active=True).exclude(memberships__client=client),
        "roles": [(role.value, labels.ROLES[role]) for role in Role],
        "may_staff": by.may("staff.configure", client_id=client_id),
    }
    return render(request, "directory/people.html", context)


@login_required
@require_POST
def people_roles(request: HttpRequest, client_id: int) -> HttpResponse:
    """Give somebody his roles for this client; no role takes him off."""
    configured_client(request, client_id)
    staff_id, known = request.POST.get("staff", ""), {role.value for role in Role}
    if not staff_id.isdecimal():
        messages.error(request, _("Choose somebody first."))
        return redirect("directory:people", client_id)
    roles = frozenset(Role(code) for code in request.POST.getlist("roles") if code in known)
    seen = frozenset(Role(code) for code in request.POST.getlist("seen") if code in known)
    try:
        change_roles(int(staff_id), client_id=client_id, roles=roles, seen=seen, by=actor(request), at=now())
    except (StaffMoved, OwnAccount) as refusal:
        messages.error(request, labels.refusal(refusal))
    else:
        messages.success(request, _("Saved."))
    back = request.POST.get("back", "")
    return redirect("directory:staff", int(staff_id)) if back == "staff" else redirect("directory:people", client_id)


@login_required
@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, client_id: int, group_id: int | None = None) -> HttpResponse:
    client = configured_client(request, client_id)
    actor(request).must("staff.configure", client_id=client_id)
    found = Group.objects.filter(pk=group_id or 0, client=client).prefetch_related("members").first()
    if group_id is not None and found is None:
        raise NotFound
    current = GroupValues.of(found) if found else None
    named = {*current.member_ids, current.supervisor_id or 0} if current else set()
    form = GroupForm(
        request.POST or None,
        people=[*people_of(client).values_list("pk", flat=True), *named],
        initial=_initial(current),
    )
    moved = False
    if request.method == "POST" and form.is_valid():
        seen = _seen_group(request) if current else None
        try:
            save_group(group_id, form.values(), client_id=client_id, seen=seen, by=actor(request), at=now())
        except GroupMoved:
            moved = True
        else:
            messages.success(request, _("Saved."))
            return redirect("directory:people", client_id)
    context = {"client": client, "tab": "people", "form": form, "group": found, "seen": current, "moved": moved}
    return render(request, "directory/group.html", context, status=409 if moved else 422 if form.errors else 200)


def _initial(values: GroupValues | None) -> dict[str, object]:
    if values is None:
        return {}
    return {
        "name": values.name,
        "tier": values.tier,
        "supervisor": values.supervisor_id,
        "members": list(values.member_ids),
        "is_active": values.is_active,
    }


def _seen_group(request: HttpRequest) -> GroupValues:
    post = request.POST
    members = tuple(sorted(int(pk) for pk in post.getlist("seen-members") if pk.isdecimal()))
    tier, supervisor = post.get("seen-tier", ""), post.get("seen-supervisor", "")
    return GroupValues(
        post.get("seen-name", ""),
        int(tier) if tier.isdecimal() else 0,
        int(supervisor) if supervisor.isdecimal() else None,
        members,
        post.get("seen-is_active") == "yes",
    )


def _person(staff: Staff, client: Client, *, names: dict[str, str], seen: set[int]) -> PersonRow:
    held: list[Membership] = list(staff.memberships.all())
    here = tuple((m.role, labels.ROLES[Role(m.role)]) for m in held if m.client_id == client.pk)
    everywhere = tuple(labels.ROLES[Role(m.role)] for m in held if m.client_id is None)
    own = [s for s in staff.skills.all() if not s.skill.startswith("client:") or s.skill == f"client:{client.code}"]
    skills = tuple(
        f"{labels.skill_label(s.skill, clients=names)} · {labels.SKILL_LEVELS[s.level]}"
        for s in sorted(own, key=lambda s: s.skill)
    )
    return PersonRow(staff.pk, str(staff), staff.username, here, everywhere, skills, staff.pk in seen)


def _group(group: Group) -> GroupRow:
    members = ", ".join(str(member) for member in group.members.all() if member.is_active)
    return GroupRow(
        group.pk,
        group.name,
        labels.TIERS[group.tier],
        str(group.supervisor or ""),
        members,
        group.is_active,
        group.client_id is not None,
    )
