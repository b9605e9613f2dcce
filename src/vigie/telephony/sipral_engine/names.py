"""Addresses of the next hops that are named rather than numbered, looked up outside the pump's thread."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

logger = logging.getLogger(__name__)

_KEPT_S = 60.0


class Names:
    """What each host:port resolves to (A records only). An unknown name stays as it is, and the stack refuses it."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, float]] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="names")

    def address(self, hop: str) -> str:
        """Return host:port with the host as an address."""
        host, _, port = hop.rpartition(":")
        return f"{self._known[host][0]}:{port}" if host in self._known else hop

    def resolve(self, hops: Iterable[str], then: Callable[[], None]) -> None:
        """Look up what is not known, then call `then`: at once when there is nothing to look up."""
        stale = time.monotonic() - _KEPT_S
        wanted = {hop.rpartition(":")[0] for hop in hops}
        missing = [host for host in wanted if not _is_address(host) and self._known.get(host, ("", stale))[1] <= stale]
        if not missing:
            then()
            return
        self._worker.submit(self._look_up, missing, then)

    def close(self) -> None:
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _look_up(self, hosts: list[str], then: Callable[[], None]) -> None:
        for host in hosts:
            try:
                found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_DGRAM)
            except OSError as error:
                logger.warning("%s has no address: %s", host, error)
                continue
            self._known[host] = (str(found[0][4][0]), time.monotonic())
        then()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
