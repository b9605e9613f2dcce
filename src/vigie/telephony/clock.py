"""The node reads the clock here, and nowhere else: it is a door, its events are born with their moment."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  (the node is a door)
