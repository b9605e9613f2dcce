"""What whole stories share: a company, a node, the door to it, and an agent's desk."""

from __future__ import annotations

from calls.conftest import acme, desk, line, other_desk

__all__ = ["acme", "desk", "line", "other_desk"]
