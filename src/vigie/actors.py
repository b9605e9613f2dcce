"""Who acts: a person of the staff, the caller, the callbot or vigie itself, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vigie.errors import Forbidden, NotFound


class ActorKind(StrEnum):
    STAFF = "staff"
    CALLER = "caller"
    CALLBOT = "callbot"
    SYSTEM = "system"
    MONITORING = "monitoring"


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Somebody who acts, with rights held everywhere and rights held for one client company.

    A client of which the actor holds no right at all does not exist for him: `must` raises NotFound, not Forbidden.
    """

    kind: ActorKind
    id: int | None = None
    everywhere: frozenset[str] = frozenset()
    per_client: Mapping[int, frozenset[str]] = field(default_factory=dict)
    unlimited: bool = False

    def may(self, right: str, *, client_id: int | None = None) -> bool:
        if self.unlimited or right in self.everywhere:
            return True
        return client_id is not None and right in self.per_client.get(client_id, frozenset())

    def must(self, right: str, *, client_id: int | None = None) -> None:
        """Raises: Forbidden, NotFound (nothing of this client may be known to the actor)."""
        if self.may(right, client_id=client_id):
            return
        if client_id is not None and not self.everywhere and client_id not in self.per_client:
            raise NotFound
        raise Forbidden(right=right)

    def clients(self, right: str) -> frozenset[int] | None:
        """Return the ids of the clients for which the actor holds `right`; None means every client."""
        if self.unlimited or right in self.everywhere:
            return None
        return frozenset(client for client, rights in self.per_client.items() if right in rights)


SYSTEM = Actor(ActorKind.SYSTEM, unlimited=True)
CALLBOT = Actor(ActorKind.CALLBOT, unlimited=True)
CALLER = Actor(ActorKind.CALLER, unlimited=True)
