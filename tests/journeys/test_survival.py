"""Any one process may be killed during a call: the caller is not left in silence, and nothing told is lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from browser.running import RunningVigie

pytestmark = [pytest.mark.sip, pytest.mark.timeout(240)]

PARTS = ("node", "phone", "live", "clock", "worker", "web")
LONGEST_SILENCE_S = 5.0
WAITS = """
caller_id = "{caller_id}"
dialled = "0199001001"
[title]
fr = "Attend"
en = "Waits"
[story]
fr = "Demande une personne, puis attend."
en = "Asks for a person, then waits."
[[steps]]
do = "wait"
seconds = 1.0
[[steps]]
do = "press"
keys = "0"
[[steps]]
do = "listen"
seconds = {seconds}
[[steps]]
do = "hangup"
"""


class Hotline:
    """A whole vigie, and what one can do to it."""

    def __init__(self, running: RunningVigie, folder: Path) -> None:
        self.running = running
        self.folder = folder

    def kill(self, name: str) -> int:
        """Kill one process without warning; return its number."""
        number = self.pid(name)
        psutil.Process(number).send_signal(signal.SIGKILL)
        return number

    def kill_database(self) -> None:
        path = self.running.home / "postgres" / "postmaster.pid"
        psutil.Process(int(path.read_text().splitlines()[0])).send_signal(signal.SIGKILL)

    def pid(self, name: str) -> int:
        return int((self.running.home / "run" / f"{name}.pid").read_text())

    def health(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"{self.running.url}/healthz", timeout=3) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))
        except OSError:
            return {"status": "away"}

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(f"postgresql://postgres@/vigie?host={self.running.home}/postgres") as connection:
            return connection.execute(query, values).fetchall()

    def caller(self, *, seconds: float, caller_id: str = "0199002001") -> subprocess.Popen[str]:
        """Have somebody call, ask for a person, wait `seconds` and hang up."""
        scenario = self.folder / f"waits-{time.monotonic_ns()}.toml"
        scenario.write_text(WAITS.format(caller_id=caller_id, seconds=seconds))
        command = [sys.executable, "-m", "vigie.telephony.caller", str(scenario), "--json"]
        command += ["--to", f"sip:127.0.0.1:{self.running.sip_port}"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def report(caller: subprocess.Popen[str]) -> dict[str, Any]:
    """Return what the caller lived, once it has hung up."""
    output, _ = caller.communicate(timeout=120)
    return dict(json.loads(output.splitlines()[-1]))


def until(true: Callable[[], object], *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    with RunningVigie() as running:
        hotline = Hotline(running, tmp_path_factory.mktemp("scenarios"))
        until(lambda: hotline.health()["status"] == "ok", within_s=60)
        yield hotline


def test_every_part_shows_that_it_lives(hotline: Hotline) -> None:
    until(lambda: {"node", "phone", "live", "worker"} <= set(hotline.health()["parts"]), within_s=20)


def test_a_waiting_caller_outlives_every_other_process(hotline: Hotline) -> None:
    caller = hotline.caller(seconds=24)
    until(lambda: hotline.ask("select 1 from calls_call where ended_at is null"), within_s=15)

    for name in ("phone", "clock", "web", "live", "worker"):
        hotline.kill(name)
        time.sleep(4)

    lived = report(caller)
    assert (lived["answered"], lived["ended_by"]) == (True, "caller")
    assert lived["longest_silence_s"] <= LONGEST_SILENCE_S
    until(lambda: not hotline.ask("select 1 from calls_call where ended_at is null"), within_s=20)
    until(lambda: hotline.health()["status"] == "ok", within_s=40)


def test_without_the_database_a_new_call_is_answered_and_told_afterwards(hotline: Hotline) -> None:
    known = hotline.ask("select count(*) from calls_call")[0][0]
    hotline.kill_database()

    lived = report(hotline.caller(seconds=8, caller_id="0199002004"))

    assert lived["answered"] is True
    assert lived["longest_silence_s"] <= LONGEST_SILENCE_S
    until(lambda: hotline.health()["status"] == "ok", within_s=60)
    until(lambda: hotline.ask("select count(*) from calls_call")[0][0] == known + 1, within_s=30)


def test_the_calls_of_a_killed_node_are_listed_and_proposed_for_call_back(hotline: Hotline) -> None:
    caller = hotline.caller(seconds=60)
    until(lambda: hotline.ask("select 1 from calls_call where ended_at is null"), within_s=15)

    hotline.kill("node")

    until(lambda: hotline.ask("select 1 from calls_call where outcome = 'lost_with_node'"), within_s=30)
    caller.kill()
    caller.communicate()
    lost = hotline.ask(
        "select caller_id from calls_callbackproposal join calls_call on calls_call.id = call_id"
        " where outcome = 'lost_with_node'"
    )
    assert lost == [("+33199002001",)]
    until(lambda: hotline.health()["status"] == "ok", within_s=40)


@pytest.mark.parametrize("name", PARTS)
def test_a_killed_part_is_started_again(hotline: Hotline, name: str) -> None:
    before = hotline.kill(name)

    until(lambda: hotline.pid(name) != before, within_s=15)
    until(lambda: hotline.health()["status"] == "ok", within_s=40)


def test_the_journal_is_whole_after_all_this(hotline: Hotline) -> None:
    environ = {"VIGIE_HOME": str(hotline.running.home), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "vigie", "verify-journal", "--json"]

    verdict = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)

    assert json.loads(verdict.stdout)["flaws"] == []


def _up(**environ: str) -> subprocess.CompletedProcess[str]:
    command, environ = [sys.executable, "-m", "vigie", "up"], {**environ, "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)


def test_a_second_one_on_the_same_ports_is_refused_with_the_name_of_the_setting(
    hotline: Hotline, tmp_path: Path
) -> None:
    port = str(hotline.running.web_port)

    second = _up(VIGIE_HOME=str(tmp_path), VIGIE_WEB_PORT=port)

    assert second.returncode == 2
    assert f"VIGIE_WEB_PORT={port}" in second.stderr


def test_a_second_one_in_the_same_home_is_refused_and_the_first_goes_on(hotline: Hotline) -> None:
    before = [hotline.pid(name) for name in PARTS]

    second = _up(VIGIE_HOME=str(hotline.running.home))

    assert second.returncode == 2
    assert [hotline.pid(name) for name in PARTS] == before


def test_it_stops_within_a_few_seconds_and_leaves_nothing_behind(hotline: Hotline) -> None:
    children = [psutil.Process(hotline.pid(name)) for name in PARTS]

    hotline.running.process.send_signal(signal.SIGINT)

    assert hotline.running.process.wait(30) == 0
    assert [child.name() for child in children if child.is_running()] == []
    assert not (hotline.running.home / "postgres" / "postmaster.pid").exists()
