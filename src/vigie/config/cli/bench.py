"""Benches. Each prints one flat JSON object, name → number, units in the names."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from vigie.config.cli import bench_app

AsJson = Annotated[bool, typer.Option("--json", help="Print the figures only, as one JSON object.")]


@bench_app.command("calls")
def calls(as_json: AsJson = False) -> None:
    """Set-up rate, cost per queued and bridged call, and the largest number without a gap. Needs sipp."""
    from vigie.config.bench.calls import run

    _print(run(_tell), as_json=as_json)


@bench_app.command("tickets")
def tickets(as_json: AsJson = False) -> None:
    """CPU and time of opening a ticket, journal and clocks included."""
    from vigie.config.bench.tickets import run

    _print(run(_tell), as_json=as_json)


@bench_app.command("desk")
def desk(as_json: AsJson = False) -> None:
    """Time to the agent's screen with 20,000 tickets: the desk, a saved field, a change made elsewhere."""
    from vigie.config.bench.desk import run

    _print(run(_tell), as_json=as_json)


def _tell(line: str) -> None:
    typer.echo(f"… {line}", err=True)


def _print(figures: dict[str, float], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(figures))
        return
    width = max(map(len, figures))
    for name, value in figures.items():
        typer.echo(f"{name:{width}}  {value:g}")
