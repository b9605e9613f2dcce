"""Addresses of the administrator's screens."""

from django.urls import path

from vigie.directory.sheets import SheetKind
from vigie.directory.views import clients, history, hours, people, sheets, staff

app_name = "directory"

_CLIENT = "clients/<int:client_id>/"

urlpatterns = [
    path("clients/", clients.client_list, name="clients"),
    path("clients/new/", clients.client_new, name="client_new"),
    path(_CLIENT, clients.client_overview, name="client"),
    path(f"{_CLIENT}activate/", clients.client_activate, name="client_activate"),
    path(f"{_CLIENT}deactivate/", clients.client_deactivate, name="client_deactivate"),
    path(f"{_CLIENT}identity/", clients.client_identity, name="client_identity"),
    path(f"{_CLIENT}hours/", hours.hours, name="hours"),
    path(f"{_CLIENT}hours/preview/", hours.hours_preview, name="hours_preview"),
    path(f"{_CLIENT}hours/regions/", hours.regions, name="hours_regions"),
    path(f"{_CLIENT}people/", people.people, name="people"),
    path(f"{_CLIENT}people/roles/", people.people_roles, name="people_roles"),
    path(f"{_CLIENT}groups/new/", people.group, name="group_new"),
    path(f"{_CLIENT}groups/<int:group_id>/", people.group, name="group"),
    path(f"{_CLIENT}history/", history.history, name="history"),
    path(f"{_CLIENT}history/<slug:kind>/", history.policy_history, name="policy_history"),
    path(f"{_CLIENT}history/<slug:kind>/restore/", history.policy_restore, name="policy_restore"),
    path("staff/", staff.staff_list, name="staff_list"),
    path("staff/new/", staff.staff_new, name="staff_new"),
    path("staff/<int:staff_id>/", staff.staff, name="staff"),
    path("staff/<int:staff_id>/roles/", staff.staff_roles, name="staff_roles"),
    path("staff/<int:staff_id>/skills/", staff.staff_skills, name="staff_skills"),
    path("staff/<int:staff_id>/password/", staff.staff_password, name="staff_password"),
    path("staff/<int:staff_id>/deactivate/", staff.staff_deactivate, name="staff_deactivate"),
    path("staff/<int:staff_id>/reactivate/", staff.staff_reactivate, name="staff_reactivate"),
]

for _kind in SheetKind:
    urlpatterns += [
        path(f"{_CLIENT}{_kind}/", sheets.sheet, {"kind": _kind}, name=_kind.value),
        path(f"{_CLIENT}{_kind}/import/", sheets.sheet_import, {"kind": _kind}, name=f"{_kind}_import"),
        path(f"{_CLIENT}{_kind}.csv", sheets.sheet_export, {"kind": _kind}, name=f"{_kind}_export"),
    ]
