"""Which address others reach this machine at."""

from __future__ import annotations

import socket

_WILDCARD = "0.0.0.0"  # noqa: S104  (compared with, not bound)


def own_address() -> str:
    """
    Return the address of this machine towards the rest of the world.

    Connecting a UDP socket sends nothing. Without any network, a documentation address does as well, since nothing can
    be routed to it.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "192.0.2.2"
        return str(probe.getsockname()[0])


def reachable_host(bound: str, *, advertised: str) -> str:
    """Return the host to tell others: what is advertised, else what is bound, else our own address for a wildcard."""
    return advertised or (own_address() if bound == _WILDCARD else bound)
