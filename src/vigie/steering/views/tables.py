"""The tables of the wallboard, as files that a spreadsheet opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vigie.directory import csv_files
from vigie.errors import NotFound
from vigie.steering.views.rows import Board

Table = tuple[list[str], list[Sequence[str]]]


def as_csv(board: Board, name: str) -> HttpResponse:
    """Return one table of the board. Raises: NotFound (no such table)."""
    table = TABLES.get(name)
    if table is None:
        raise NotFound
    headings, lines = table(board)
    response = HttpResponse(csv_files.write(headings, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _when(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _queue(board: Board) -> Table:
    headings = [_("Client"), _("Rank"), _("Caller"), _("About"), _("At stake"), _("Waits since")]
    return headings, [
        (call.client, str(call.position), str(call.caller), call.about, str(call.stakes_label), _when(call.since))
        for queue in board.queues
        for call in queue.calls
    ]


def _calls(board: Board) -> Table:
    headings = [_("Client"), _("Agent"), _("Caller"), _("About"), _("State"), _("Since")]
    return headings, [
        (call.client, call.agent, str(call.caller), call.about, str(call.state_label), _when(call.since))
        for call in (*board.in_bot, *board.elsewhere, *board.talking)
    ]


def _agents(board: Board) -> Table:
    headings = [_("Agent"), _("State"), _("Reason"), _("Since"), _("Client")]
    return headings, [
        (agent.name, agent.state, str(agent.reason), _when(agent.since), agent.client) for agent in board.agents
    ]


def _tickets(board: Board) -> Table:
    headings = [_("Criticality"), _("Client"), _("Ticket"), _("Title"), _("State"), _("Worked on by"), _("Opened")]
    return headings, [
        (
            ticket.criticality,
            ticket.client,
            str(ticket.number),
            ticket.title,
            str(ticket.state_label),
            ticket.assignee or ticket.group,
            _when(ticket.opened_at),
        )
        for ticket in board.tickets
    ]


def _clocks(board: Board) -> Table:
    headings = [_("Criticality"), _("Client"), _("Ticket"), _("Title"), _("Clock"), _("Due"), _("Breached")]
    return headings, [
        (
            clock.criticality,
            clock.client,
            str(clock.number),
            clock.title,
            str(clock.kind),
            _when(clock.due_at),
            _("yes") if clock.is_breached else _("no"),
        )
        for clock in board.clocks
    ]


def _handovers(board: Board) -> Table:
    headings = [_("Criticality"), _("Client"), _("Ticket"), _("Title"), _("From"), _("To"), _("State")]
    headings.append(_("To be accepted by"))
    return headings, [
        (
            handover.criticality,
            handover.client,
            str(handover.number),
            handover.title,
            handover.sender,
            handover.receiver,
            str(handover.state_label),
            _when(handover.accept_due),
        )
        for handover in board.handovers
    ]


def _levels(board: Board) -> Table:
    headings = [_("Client"), _("Answered"), _("Left while waiting"), _("Left in the first seconds")]
    headings += [_("Answered in time / answered"), _("In time / answered or left")]
    return headings, [
        (
            level.client,
            str(level.answered),
            str(level.abandoned),
            str(level.short_abandoned),
            level.of_answered,
            level.of_all,
        )
        for level in board.levels
    ]


TABLES: dict[str, Callable[[Board], Table]] = {
    "queue": _queue,
    "calls": _calls,
    "agents": _agents,
    "tickets": _tickets,
    "clocks": _clocks,
    "handovers": _handovers,
    "levels": _levels,
}
