"""The demonstration: three invented client companies, their people, and three months of history that ends now."""

from __future__ import annotations

from vigie.config.demo.build import HalfBuilt, build
from vigie.config.demo.people import ACCOUNTS, PASSWORD, Account


def accounts() -> list[tuple[str, str, str]]:
    """Return (username, role code, what to try there) for the sign-in page; everybody's password is PASSWORD."""
    return [(account.username, account.role.value, account.try_this) for account in ACCOUNTS]


__all__ = ["ACCOUNTS", "PASSWORD", "Account", "HalfBuilt", "accounts", "build"]
