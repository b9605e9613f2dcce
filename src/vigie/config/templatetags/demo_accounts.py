"""The invented accounts that the sign-in page of a demonstration offers."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vigie.directory.roles import Role

register = template.Library()

ROLES: dict[Role, Promise] = {
    Role.AGENT: _("Hotliner (N1)"),
    Role.EXPERT2: _("Expert N2"),
    Role.EXPERT3: _("Expert N3"),
    Role.ONCALL: _("On-call person"),
    Role.TECHNICIAN: _("Field technician"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.TRAINER: _("Trainer"),
    Role.CLIENT_MANAGER: _("Client manager"),
    Role.ADMINISTRATOR: _("Administrator"),
}


@dataclass(frozen=True, slots=True)
class OfferedAccount:
    username: str
    password: str
    name: str
    initials: str
    role: Promise


@register.simple_tag
def demo_accounts() -> list[OfferedAccount]:
    """Return the accounts to offer; none outside of a demonstration."""
    if not settings.ENV.demo:
        return []
    from vigie.config.demo import ACCOUNTS, PASSWORD  # read only where it is needed: it is large

    return [
        OfferedAccount(
            account.username,
            PASSWORD,
            f"{account.first_name} {account.last_name}",
            account.first_name[:1] + account.last_name[:1],
            ROLES[account.role],
        )
        for account in ACCOUNTS
    ]
