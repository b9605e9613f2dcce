"""The demonstration: invented companies, and callers that ring."""

from __future__ import annotations

import typer

from vigie.config.cli import app, start_django
from vigie.config.env import env


@app.command()
def demo() -> None:
    """Fill an empty database with three invented client companies and three months of history."""
    start_django()
    from vigie.config.demo import HalfBuilt, build

    try:
        build(typer.echo)
    except HalfBuilt as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def call(context: typer.Context) -> None:
    """Place a real SIP call that plays a scenario: `vigie call --help`."""
    from vigie.telephony.caller.__main__ import main

    arguments = context.args
    if not any(argument.partition("=")[0] == "--to" for argument in arguments):
        arguments = [*arguments, "--to", f"sip:{env().sip_host}:{env().sip_port}"]
    raise SystemExit(main(arguments))
