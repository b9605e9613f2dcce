"""The one thread that carries every call: SIP as it comes, audio every 20 ms, commands and timers between."""

from __future__ import annotations

import heapq
import itertools
import logging
import os
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

from vigie.telephony.realtime import go_first

logger = logging.getLogger(__name__)

TICK_S = 0.02
_LATE_S = 0.2  # past that, the missed ticks are given up instead of being caught up
_DATAGRAM_BYTES = 1 << 16
_BATCH = 64


class Work(Protocol):
    """What the pump carries."""

    def receive(self, datagram: bytes, source: str) -> None:
        """Take one SIP datagram."""

    def signal(self) -> float:
        """Let the signalling go on, send what it has to say; return in how many seconds it is due again."""

    def tick(self, count: int) -> None:
        """Move one frame of audio of every call."""


class Timer:
    """Something to do later; `cancel` makes it nothing."""

    __slots__ = ("action",)

    def __init__(self, action: Callable[[], None]) -> None:
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        self.action = None


class Pump:
    """Runs `work` in its own thread. `post` is the only method other threads may call once it has started."""

    def __init__(self, work: Work, sip: socket.socket, *, realtime_priority: int = 0) -> None:
        self._work = work
        self._sip = sip
        self._priority = realtime_priority
        self._inbox: deque[Callable[[], None]] = deque()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._running = True
        self._signal_due = 0.0
        self._worst_lag = 0.0
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end after what was posted before."""
        self.post(self._end)
        self._thread.join(timeout=5)

    def post(self, action: Callable[[], None]) -> None:
        """Have `action` done in the pump's thread, at once."""
        self._inbox.append(action)
        os.eventfd_write(self._wake, 1)

    def after(self, delay_s: float, action: Callable[[], None]) -> Timer:
        """Have `action` done in `delay_s`, to the nearest tick. From the pump's thread only."""
        timer = Timer(action)
        heapq.heappush(self._timers, (time.monotonic() + delay_s, next(self._order), timer))
        return timer

    def hurry(self) -> None:
        """Let the signalling go on at once: keys wait in the stack. From the pump's thread only."""
        self._signal_due = 0.0

    def take_lag_ms(self) -> float:
        """Return the worst lateness of a tick since the last time this was asked."""
        lag, self._worst_lag = self._worst_lag, 0.0
        return lag * 1000

    def _end(self) -> None:
        self._running = False

    def _run(self) -> None:
        go_first(self._priority)
        waiter = select.epoll()
        waiter.register(self._sip.fileno(), select.EPOLLIN)
        waiter.register(self._wake, select.EPOLLIN)
        due = time.monotonic()
        count = 0
        while self._running:
            ready = waiter.poll(max(0.0, min(due, self._signal_due) - time.monotonic()))
            now = time.monotonic()
            for descriptor, _ in ready:
                if descriptor == self._wake:
                    os.eventfd_read(self._wake)
                else:
                    self._read_sip()
            self._empty_inbox()
            if ready or now >= self._signal_due:
                self._let_signal()
            if now >= due:
                self._worst_lag = max(self._worst_lag, now - due)
                self._fire_timers(now)
                count += 1
                self.guarded(partial(self._work.tick, count))
                due = due + TICK_S if now - due < _LATE_S else now + TICK_S
        waiter.close()

    def _read_sip(self) -> None:
        for _ in range(_BATCH):
            try:
                datagram, source = self._sip.recvfrom(_DATAGRAM_BYTES)
            except (BlockingIOError, ConnectionError):
                return
            self._work.receive(datagram, f"{source[0]}:{source[1]}")

    def _empty_inbox(self) -> None:
        while self._inbox:
            self.guarded(self._inbox.popleft())

    def _let_signal(self) -> None:
        try:
            self._signal_due = time.monotonic() + self._work.signal()
        except Exception:
            logger.exception("signalling failed")
            self._signal_due = time.monotonic() + TICK_S

    def _fire_timers(self, now: float) -> None:
        while self._timers and self._timers[0][0] <= now:
            _, _, timer = heapq.heappop(self._timers)
            if timer.action is not None:
                self.guarded(timer.action)

    def guarded(self, action: Callable[[], None]) -> None:
        """A fault in one call must not silence the others."""
        try:
            action()
        except Exception:
            logger.exception("pump: an action failed")
