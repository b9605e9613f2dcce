"""`vigie up`: every process on one machine, started in order, watched, started again when one dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console

from vigie.config.database import EmbeddedDatabase
from vigie.config.env import Env, secret_key
from vigie.config.node import trunks
from vigie.errors import VigieError

PARTS = ("node", "phone", "live", "clock", "worker", "web")
COLOURS = dict(zip(PARTS, ("magenta", "cyan", "blue", "yellow", "green", "white"), strict=True))
STOP_ORDER = ("web", "live", "worker", "clock", "phone", "node")
STOP_WITHIN_S = 8.0
READY_WITHIN_S = 120.0
WATCH_EVERY_S = 0.2
LONGEST_PAUSE_S = 5.0
STEADY_AFTER_S = 10.0


@dataclass(slots=True)
class Part:
    """One process of ours, and when it may be started again."""

    name: str
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    not_before: float = 0.0
    pause_s: float = 0.0
    restarts: int = field(default=0)


class CannotStart(VigieError):
    """Something on this machine stands in the way."""

    code = "cannot_start"


class Supervisor:
    def __init__(self, env: Env, console: Console) -> None:
        self.env = env
        self.console = console
        self.parts = {name: Part(name) for name in PARTS}
        self.stopping = threading.Event()
        self.database: EmbeddedDatabase | None = None
        self.environ = dict(
            os.environ,
            VIGIE_HOME=str(env.home),
            VIGIE_SECRET_KEY=secret_key(env),
            VIGIE_SUPERVISED="1",
            PYTHONUNBUFFERED="1",
        )

    def prepare(self) -> None:
        """Start the database if none was given, bring it to this version, and fill in the demonstration if asked."""
        trunks(self.env)  # an unreadable file stops the start, as any other setting
        if self.env.database_url:
            self.say("vigie", "database: the one of DATABASE_URL")
        else:
            self.say("vigie", f"database: starting PostgreSQL under {self.env.home}")
            self.database = EmbeddedDatabase(self.env.home)
            self.environ["DATABASE_URL"] = self.database.url
        self.once("migrate", "bringing the database to this version")
        if self.env.demo:
            self.once("demo", "filling in the demonstration, unless it is there")

    def once(self, command: str, saying: str) -> None:
        """Run one command to its end. Raises: SystemExit when it fails."""
        self.say("vigie", saying)
        process = self._spawn(command)
        for line in _lines(process):
            self.say(command, line)
        if process.wait():
            raise SystemExit(f"vigie {command} failed: see above")

    def start(self, part: Part) -> None:
        part.process = self._spawn(part.name)
        part.started_at = time.monotonic()
        self._note_pid(part.name, part.process.pid)
        threading.Thread(target=self._relay, args=(part.name, part.process), daemon=True).start()

    def watch(self) -> None:
        """Start again whatever dies, until told to stop: at once the first time, then more and more slowly."""
        while not self.stopping.wait(WATCH_EVERY_S):
            with contextlib.suppress(Exception):
                if self.database and self.database.revive():
                    self.say("vigie", "the database had died: started again")
            for part in self.parts.values():
                self._watch(part, now=time.monotonic())

    def _watch(self, part: Part, *, now: float) -> None:
        if part.process is not None and (code := part.process.poll()) is not None:
            _kill_family(part.process)
            steady = now - part.started_at > STEADY_AFTER_S
            part.pause_s = 0.0 if steady else min(LONGEST_PAUSE_S, part.pause_s * 2 or 0.2)
            part.process, part.not_before, part.restarts = None, now + part.pause_s, part.restarts + 1
            self.say("vigie", f"{part.name} ended ({_reason(code)}): starting it again")
        if part.process is None and now >= part.not_before:
            self.start(part)

    def stop(self) -> None:
        """Stop every process, doors first and calls last; kill what does not obey."""
        for name in STOP_ORDER:
            process = self.parts[name].process
            if process is not None and process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_WITHIN_S
        for name in STOP_ORDER:
            process = self.parts[name].process
            if process is not None:
                try:
                    process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    self.say("vigie", f"{name} does not stop: killed")
                _kill_family(process)
            self._pid_file(name).unlink(missing_ok=True)

    def wait_until_served(self) -> bool:
        """Return True once the sign-in page and the node answer; False after two minutes."""
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline and not self.stopping.is_set():
            if _listens(self.env.web_host, self.env.web_port) and _node_listens(self.env.socket_path):
                return True
            time.sleep(0.1)
        return False

    def say(self, part: str, line: str) -> None:
        colour = COLOURS.get(part, "bold")
        clock = time.strftime("%H:%M:%S")
        self.console.print(f"[dim]{clock}[/] [{colour}]{part:>7}[/] ", end="", highlight=False)
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def _relay(self, name: str, process: subprocess.Popen[str]) -> None:
        for line in _lines(process):
            self.say(name, line)

    def _spawn(self, command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603  our own interpreter and command
            [sys.executable, "-m", "vigie", command],
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches us alone: we stop them in order
        )

    def _note_pid(self, name: str, pid: int) -> None:
        path = self._pid_file(name)
        draft = path.with_suffix(".new")
        draft.write_text(str(pid))
        draft.replace(path)  # whoever reads it finds the old number or the new one, never half of one

    def _pid_file(self, name: str) -> Path:
        return self.env.home / "run" / f"{name}.pid"

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the home folder. Raises: CannotStart when another `vigie up` holds it: its calls must go on."""
        (self.env.home / "run").mkdir(parents=True, exist_ok=True)
        with (self.env.home / "run" / "up.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise CannotStart(f"another one runs in {self.env.home}.") from error
            yield

    def stop_leftovers(self) -> None:
        """Stop what a killed `vigie up` left running on the same home folder."""
        for name in PARTS:
            path = self._pid_file(name)
            with contextlib.suppress(OSError, ValueError, psutil.Error):
                process = psutil.Process(int(path.read_text()))
                if process.cmdline()[-2:] == ["vigie", name]:
                    self.say("vigie", f"stopping the {name} of an earlier run")
                    process.terminate()
                    process.wait(STOP_WITHIN_S)
            path.unlink(missing_ok=True)


def run(env: Env) -> int:
    """Run everything until SIGINT or SIGTERM. Return the exit code."""
    supervisor = Supervisor(env, Console(force_terminal=sys.stdout.isatty(), width=200))
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: supervisor.stopping.set())
    try:
        with supervisor.alone():
            return _run_alone(supervisor)
    except CannotStart as refusal:
        sys.stderr.write(f"vigie cannot start: {refusal}\n")
        return 2


def _run_alone(supervisor: Supervisor) -> int:
    supervisor.stop_leftovers()
    if taken := _taken_port(supervisor.env):
        raise CannotStart(f"{taken} is taken; set another one (see docs/install.md).")
    supervisor.prepare()
    for part in supervisor.parts.values():
        supervisor.start(part)
    threading.Thread(target=_welcome, args=(supervisor,), daemon=True).start()
    try:
        supervisor.watch()
    finally:
        supervisor.say("vigie", "stopping")
        supervisor.stop()
        supervisor.say("vigie", "stopped")
    return 0


def _welcome(supervisor: Supervisor) -> None:
    env = supervisor.env
    if not supervisor.wait_until_served():
        supervisor.say("vigie", "not everything answers after two minutes: see the lines above")
        return
    supervisor.say("vigie", f"ready: {env.web_origin} — telephone sip:{env.sip_host}:{env.sip_port} (UDP)")
    if env.demo:
        supervisor.say("vigie", "demonstration: the sign-in page lists the accounts; hotlines are in README.md")


def _kill_family(process: subprocess.Popen[str]) -> None:
    """Kill what a process of ours started and left behind: each leads a group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip():
            yield line.rstrip()


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"


def _listens(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host.replace("0.0.0.0", "127.0.0.1"), port), 0.3):  # noqa: S104
        return True
    return False


def _node_listens(path: str) -> bool:
    if "/" not in path:
        host, _, port = path.rpartition(":")
        return _listens(host, int(port))
    return Path(path).exists()


def _taken_port(env: Env) -> str:
    for name, kind, host, port in (
        ("VIGIE_WEB_PORT", socket.SOCK_STREAM, env.web_host, env.web_port),
        ("VIGIE_LIVE_PORT", socket.SOCK_STREAM, env.live_host, env.live_port),
        ("VIGIE_SIP_PORT", socket.SOCK_DGRAM, env.sip_host, env.sip_port),
    ):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return f"{name}={port} on {host}"
    return ""
