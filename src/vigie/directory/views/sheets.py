"""Hotline numbers, sites, equipment and contacts: tables to type in, files to bring in and take out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from vigie.directory import csv_files, labels
from vigie.directory.actions import Saved, SheetRefused, import_sheet, note_export, save_sheet
from vigie.directory.models import Client
from vigie.directory.queries.sheets import cells_of, sheet_rows
from vigie.directory.sheets import SHEETS, Column, Draft, Fault, Problem, SheetKind
from vigie.directory.views.common import actor, configured_client, now, onward

ROWS_A_PAGE = 50
BLANK_ROWS = 3
FILE_LIMIT = 5_000_000

Choices = Sequence[tuple[str, labels.Label]]


@dataclass(frozen=True, slots=True)
class Cell:
    name: str
    label: labels.Label
    value: str
    field: str
    choices: Choices = ()
    is_check: bool = False
    is_long: bool = False
    is_required: bool = False
    error: labels.Label = ""
    current: str = ""

    @property
    def is_checked(self) -> bool:
        return self.value != "no"


@dataclass(frozen=True, slots=True)
class Row:
    """`prefix` begins the names of its fields; `seen` is what the screen showed, as JSON."""

    prefix: str
    pk: int | None
    seen: str
    cells: tuple[Cell, ...]
    is_off: bool = False


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, client_id: int, kind: SheetKind) -> HttpResponse:
    client = configured_client(request, client_id)
    if request.method == "GET":
        return _page(request, client, kind)
    drafts = _drafts(request.POST, kind)
    try:
        saved = save_sheet(client_id, kind=kind, drafts=drafts, by=actor(request), at=now())
    except SheetRefused as refusal:
        return _page(request, client, kind, typed=drafts, problems=refusal.problems)
    messages.success(request, _told(saved))
    return onward(request, client_id, kind.value)


@login_required
@require_GET
def sheet_export(request: HttpRequest, client_id: int, kind: SheetKind) -> HttpResponse:
    client = configured_client(request, client_id)
    if kind is SheetKind.CONTACTS:
        note_export(kind.value, client_ids=[client.pk], by=actor(request), at=now())
    columns = [column.name for column in SHEETS[kind]]
    rows = (cells_of(kind, row) for row in sheet_rows(kind, client.pk))
    text = csv_files.write(columns, ([cells[name] for name in columns] for cells in rows))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{client.code}-{kind.value}.csv"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def sheet_import(request: HttpRequest, client_id: int, kind: SheetKind) -> HttpResponse:
    client = configured_client(request, client_id)
    context: dict[str, Any] = {
        "client": client,
        "tab": kind.value,
        "kind": kind.value,
        "title": labels.SHEETS[kind],
        "columns": [_column_help(column) for column in SHEETS[kind]],
        "text": "",
    }
    if request.method == "POST":
        upload = request.FILES.get("file")
        text = csv_files.decoded(upload.read(FILE_LIMIT)) if upload else request.POST.get("text", "")
        context["text"] = text
        try:
            drafts = csv_files.read(kind, text)
            saved = import_sheet(client_id, kind=kind, drafts=drafts, by=actor(request), at=now())
        except csv_files.UnreadableFile as refusal:
            context["missing"] = [labels.COLUMNS[name] for name in refusal.details["missing"]]
        except SheetRefused as refusal:
            context["problems"] = [_problem_row(problem) for problem in refusal.problems]
        else:
            messages.success(request, _told(saved))
            return onward(request, client_id, kind.value)
    refused = "problems" in context or "missing" in context
    return render(request, "directory/sheet_import.html", context, status=422 if refused else 200)


def _page(
    request: HttpRequest,
    client: Client,
    kind: SheetKind,
    *,
    typed: Sequence[Draft] = (),
    problems: Sequence[Problem] = (),
) -> HttpResponse:
    search = request.GET.get("q", "").strip()
    page = Paginator(sheet_rows(kind, client.pk, search=search), ROWS_A_PAGE).get_page(request.GET.get("page"))
    choices = _choices(client)
    if problems:
        rows = [_typed_row(kind, draft, problems, choices=choices) for draft in typed]
    else:
        rows = [_stored_row(kind, place, row, choices=choices) for place, row in enumerate(page.object_list)]
    start = max((int(row.prefix[1:]) for row in rows), default=-1) + 1
    usual = {"environment": next(iter(client.environments), "")}
    blanks = [_row(kind, start + n, None, usual, {}, choices=choices) for n in range(BLANK_ROWS)]
    context = {
        "client": client,
        "tab": kind.value,
        "kind": kind.value,
        "title": labels.SHEETS[kind],
        "headings": [labels.COLUMNS[column.name] for column in SHEETS[kind]],
        "rows": rows,
        "blanks": blanks,
        "page": page,
        "search": search,
        "is_removable": kind is SheetKind.NUMBERS,
        "problems": len(problems),
    }
    status = 200
    if problems:
        status = 409 if any(problem.fault is Fault.MOVED for problem in problems) else 422
    return render(request, "directory/sheet.html", context, status=status)


def _choices(client: Client) -> dict[str, Choices]:
    sites = [(site.code, site.name) for site in client.sites.all()]
    languages = [(code, labels.LANGUAGES.get(code, code)) for code in client.languages]
    return {
        "site": [("", "—"), *sites],
        "language": [("", "—"), *languages],
        "environment": list(labels.ENVIRONMENTS.items()),
        "weight": list(labels.WEIGHTS.items()),
        "subdivision": [("", _("As the client")), *list(labels.FRENCH_SUBDIVISIONS.items())[1:]],
    }


def _stored_row(kind: SheetKind, place: int, row: Any, *, choices: dict[str, Choices]) -> Row:
    cells = cells_of(kind, row)
    return _row(kind, place, row.pk, cells, cells, choices=choices)


def _typed_row(kind: SheetKind, draft: Draft, problems: Sequence[Problem], *, choices: dict[str, Choices]) -> Row:
    own = {problem.column: problem for problem in problems if problem.row == draft.number}
    seen = dict(draft.seen or {}) | {p.column: p.current for p in own.values() if p.fault is Fault.MOVED}
    return _row(kind, draft.number, draft.id, draft.cells, seen, choices=choices, problems=own)


def _row(
    kind: SheetKind,
    place: int,
    pk: int | None,
    values: Mapping[str, str],
    seen: Mapping[str, str],
    *,
    choices: dict[str, Choices],
    problems: Mapping[str, Problem] | None = None,
) -> Row:
    prefix = f"r{place}"
    cells = []
    for column in SHEETS[kind]:
        if pk is None and column.name == "is_active":
            continue
        problem = (problems or {}).get(column.name)
        cells.append(
            Cell(
                column.name,
                labels.COLUMNS[column.name],
                values.get(column.name, column.default),
                f"{prefix}-{column.name}",
                choices.get(column.name, ()),
                is_check=column.name == "is_active",
                is_long=column.name == "access",
                is_required=column.is_required,
                error=labels.FAULTS[problem.fault] if problem else "",
                current=problem.current if problem else "",
            )
        )
    return Row(prefix, pk, json.dumps(dict(seen), sort_keys=True), tuple(cells), values.get("is_active") == "no")


def _drafts(post: Any, kind: SheetKind) -> list[Draft]:
    drafts = []
    for prefix in post.getlist("row"):
        pk = post.get(f"{prefix}-id", "")
        cells = {
            column.name: post.get(f"{prefix}-{column.name}", "")
            for column in SHEETS[kind]
            if f"{prefix}-{column.name}" in post
        }
        if pk and any(column.name == "is_active" for column in SHEETS[kind]):
            cells["is_active"] = "yes" if "is_active" in cells else "no"
        written = any(text.strip() for name, text in cells.items() if name not in _CHOSEN)
        if not pk and not written:
            continue
        seen = _seen(post.get(f"{prefix}-seen", "")) if pk else None
        is_removed = f"{prefix}-remove" in post
        drafts.append(Draft(_place(prefix), cells, int(pk) if pk.isdecimal() else None, seen, is_removed))
    return drafts


def _seen(text: str) -> dict[str, str]:
    try:
        seen = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in seen.items()} if isinstance(seen, dict) else {}


_CHOSEN = frozenset({"site", "language", "environment", "weight", "subdivision", "is_active"})


def _place(prefix: str) -> int:
    return int(prefix[1:]) if prefix[1:].isdecimal() else 0


def _problem_row(problem: Problem) -> dict[str, object]:
    return {
        "line": problem.row,
        "column": labels.COLUMNS[problem.column],
        "text": problem.text,
        "why": labels.FAULTS[problem.fault],
    }


def _column_help(column: Column) -> dict[str, object]:
    return {"name": column.name, "label": labels.COLUMNS[column.name], "is_required": column.is_required}


def _told(saved: Saved) -> str:
    parts = [
        ngettext("%(n)d row created", "%(n)d rows created", saved.created) % {"n": saved.created},
        ngettext("%(n)d changed", "%(n)d changed", saved.changed) % {"n": saved.changed},
    ]
    if saved.removed:
        parts.append(ngettext("%(n)d removed", "%(n)d removed", saved.removed) % {"n": saved.removed})
    parts.append(ngettext("%(n)d as it was", "%(n)d as they were", saved.same) % {"n": saved.same})
    return ", ".join(parts) + "."
