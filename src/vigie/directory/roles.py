"""Roles and what each may do. Pure: no Django here."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Who a member of the staff is for a client (or for every client)."""

    AGENT = "agent"
    EXPERT2 = "expert2"
    EXPERT3 = "expert3"
    ONCALL = "oncall"
    TECHNICIAN = "technician"
    SUPERVISOR = "supervisor"
    TRAINER = "trainer"
    CLIENT_MANAGER = "client_manager"
    ADMINISTRATOR = "administrator"


_SEE = {"client.see", "ticket.see", "journal.see"}
_WORK = _SEE | {"ticket.comment", "ticket.qualify"}
_AGENT = _WORK | {"call.take", "ticket.open", "ticket.resolve", "ticket.escalate", "ticket.override", "caller.see"}
_EXPERT = _AGENT | {"handover.decide"}

RIGHTS: dict[Role, frozenset[str]] = {
    Role.AGENT: frozenset(_AGENT),
    Role.EXPERT2: frozenset(_EXPERT),
    Role.EXPERT3: frozenset(_EXPERT),
    Role.ONCALL: frozenset(_WORK | {"handover.decide", "caller.see"}),
    Role.TECHNICIAN: frozenset(_SEE | {"ticket.comment"}),
    Role.SUPERVISOR: frozenset(
        _AGENT
        | {
            "wallboard.see",
            "agent.steer",
            "queue.steer",
            "handover.decide",
            "escalate.skip",
            "recording.hear",
            "report.see",
        }
    ),
    Role.TRAINER: frozenset(_SEE | {"report.see"}),
    Role.CLIENT_MANAGER: frozenset(_SEE | {"report.see", "wallboard.see"}),
    Role.ADMINISTRATOR: frozenset(_SEE | {"client.configure", "staff.configure", "wallboard.see", "report.see"}),
}


def rights_of(roles: set[Role]) -> frozenset[str]:
    """Return everything that somebody holding `roles` may do."""
    return frozenset().union(*(RIGHTS[role] for role in roles))
