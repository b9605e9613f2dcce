"""One command per process, and `up`, which runs them all."""

from __future__ import annotations

import os

import typer

from vigie.config.cli import app, start_django
from vigie.config.env import env


@app.command()
def up() -> None:
    """Run everything: the database if none is given, then every process, until Ctrl-C."""
    from vigie.config.supervisor import run

    raise SystemExit(run(env()))


@app.command()
def web() -> None:
    """Serve the pages."""
    start_django()
    _serve("vigie.config.wsgi:application", "wsgi", env().web_host, env().web_port, workers=env().web_workers)


@app.command()
def live() -> None:
    """Stream what changes to the open pages."""
    start_django()
    _serve("vigie.config.live:application", "asgi", env().live_host, env().live_port)


@app.command()
def clock() -> None:
    """Look at what is due."""
    start_django()
    from vigie.config.clock import run

    run()


@app.command()
def worker() -> None:
    """Do the jobs put aside."""
    start_django()
    from vigie.config.worker import run

    run()


@app.command()
def phone() -> None:
    """Answer the node: the telephone's door."""
    start_django()
    from vigie.config.phone import run

    run()


@app.command()
def node() -> None:
    """Hold the calls: SIP, RTP, browsers, recordings."""
    from vigie.config.node import settings_of
    from vigie.telephony.node import run

    run(settings_of(env()))


@app.command()
def migrate() -> None:
    """Bring the database to this version."""
    start_django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, hidden=True)
def manage(context: typer.Context) -> None:
    """Run one of Django's own commands."""
    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["vigie manage", *context.args])


def _serve(target: str, interface: str, host: str, port: int, *, workers: int = 1) -> None:
    from granian.constants import Interfaces
    from granian.server import Server

    os.environ["PYTHONUNBUFFERED"] = "1"
    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces(interface),
        workers=workers,
        respawn_failed_workers=True,
        workers_kill_timeout=2,  # pages that listen never end by themselves
        log_access=False,
        websockets=False,
        blocking_threads=8 if interface == "wsgi" else None,
    ).serve()
