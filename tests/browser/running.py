"""A whole vigie, as `vigie up` starts it: its own database, its own ports, the demonstration inside."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

READY_WITHIN_S = 300.0  # the demonstration's three months of history are written first


class RunningVigie:
    def __init__(self) -> None:
        # Not pytest's own folder: the embedded PostgreSQL runs as another user when we are root, and must enter.
        self._folder = tempfile.TemporaryDirectory(prefix="vigie-running-", ignore_cleanup_errors=True)
        home = self.home = Path(self._folder.name)
        self.web_port, self.live_port = _free_port(socket.SOCK_STREAM), _free_port(socket.SOCK_STREAM)
        self.sip_port = _free_port(socket.SOCK_DGRAM)
        self.log = home / "up.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def __enter__(self) -> Self:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("VIGIE_", "DATABASE_"))
        }
        first_rtp_port = 20_000 + self.web_port % 200 * 100
        environment |= {
            "VIGIE_HOME": str(self.home),
            "VIGIE_DEMO": "1",
            "VIGIE_WEB_PORT": str(self.web_port),
            "VIGIE_LIVE_PORT": str(self.live_port),
            "VIGIE_SIP_PORT": str(self.sip_port),
            "VIGIE_RTP_PORT_MIN": str(first_rtp_port),
            "VIGIE_RTP_PORT_MAX": str(first_rtp_port + 98),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "vigie", "up"], env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._folder.cleanup()

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if " ready: " in self.log.read_text(errors="replace") and self._answers():
                return
            time.sleep(0.2)
        raise AssertionError(f"vigie did not start:\n{self.log.read_text(errors='replace')[-4000:]}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5) as page:
                return bool(page.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
