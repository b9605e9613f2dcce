"""`vigie up` runs everything, starts again what dies and stops cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

PARTS = ("node", "phone", "live", "clock", "worker", "web")

pytestmark = [pytest.mark.sip, pytest.mark.timeout(180)]


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    home: Path
    web: str
    log: Path

    def part(self, name: str) -> psutil.Process:
        return psutil.Process(int((self.home / "run" / f"{name}.pid").read_text()))

    def health(self) -> dict[str, object]:
        try:
            with urllib.request.urlopen(f"{self.web}/healthz", timeout=3) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))
        except OSError:
            return {"status": "away"}


def _until(true: Callable[[], bool], *, within_s: float, what: str) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home, (web, live, sip) = tmp_path_factory.mktemp("home"), _free_ports(3)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    environ.pop("DATABASE_URL", None)
    environ |= {"VIGIE_HOME": str(home), "VIGIE_WEB_PORT": str(web), "VIGIE_LIVE_PORT": str(live)}
    environ |= {"VIGIE_SIP_PORT": str(sip), "XDG_RUNTIME_DIR": str(home)}
    log = home / "up.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "vigie", "up"], env=environ, stdout=file, stderr=subprocess.STDOUT
        )
    vigie = Running(process, home, f"http://127.0.0.1:{web}", log)
    try:
        _until(lambda: vigie.health()["status"] == "ok", within_s=90, what=log.read_text())
        yield vigie
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def test_every_part_shows_that_it_lives(running: Running) -> None:
    _until(
        lambda: {"phone", "live", "worker"} <= set(running.health().get("parts", {})),  # type: ignore[call-overload]
        within_s=20,
        what=str(running.health()),
    )

    assert running.health()["status"] == "ok", running.health()


@pytest.mark.parametrize("name", PARTS)
def test_a_killed_part_is_started_again(running: Running, name: str) -> None:
    before = running.part(name)

    before.send_signal(signal.SIGKILL)

    _until(lambda: running.part(name).pid != before.pid, within_s=15, what=f"{name} stays dead")
    _until(
        lambda: running.health()["status"] == "ok",
        within_s=40,
        what=f"{running.health()}\n{running.log.read_text()[-3000:]}",
    )


def test_a_killed_database_is_started_again(running: Running) -> None:
    postmaster = psutil.Process(int((running.home / "postgres" / "postmaster.pid").read_text().splitlines()[0]))

    postmaster.send_signal(signal.SIGKILL)

    _until(
        lambda: running.health()["status"] == "ok",
        within_s=60,
        what=f"{running.health()}\n{running.log.read_text()[-3000:]}",
    )
    assert "the database had died" in running.log.read_text()


def test_a_second_one_on_the_same_ports_is_refused_with_the_name_of_the_setting(running: Running) -> None:
    port = running.web.rpartition(":")[2]
    environ = {**os.environ, "VIGIE_WEB_PORT": port, "VIGIE_HOME": str(running.home)}

    second = subprocess.run(
        [sys.executable, "-m", "vigie", "up"], env=environ, capture_output=True, text=True, timeout=30
    )

    assert second.returncode == 2
    assert f"VIGIE_WEB_PORT={port}" in second.stderr


def test_ctrl_c_stops_everything_within_a_few_seconds(running: Running) -> None:
    children = [running.part(name) for name in PARTS]

    running.process.send_signal(signal.SIGINT)

    assert running.process.wait(30) == 0
    assert [child.name() for child in children if child.is_running()] == []
    assert not (running.home / "postgres" / "postmaster.pid").exists()
