"""Commands that look without changing anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from vigie.config.cli import app, start_django, try_app


@app.command("verify-journal")
def verify_journal(
    anchor: Annotated[Path | None, typer.Option(help="Anchor file kept outside; the home folder's by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Check every link of the journal; exit 1 and say where when one byte was altered."""
    start_django()
    from vigie.journal.jobs import anchors_path, last_anchor
    from vigie.journal.queries import flaws, heads

    found = [
        {"chain": flaw.chain, "seq": flaw.seq, "flaw": flaw.flaw.value}
        for flaw in flaws(anchors=last_anchor(anchor or anchors_path()))
    ]
    entries = sum(seq for seq, _ in heads().values())
    if as_json:
        typer.echo(json.dumps({"chains": len(heads()), "entries": entries, "flaws": found}))
    else:
        for flaw in found:
            typer.echo(f"{flaw['chain']}, entry {flaw['seq']}: {flaw['flaw']}")
        typer.echo(f"{entries} entries in {len(heads())} chains: {len(found) or 'no'} flaw{'s' * (len(found) > 1)}")
    raise typer.Exit(1 if found else 0)


@try_app.command("route")
def route(file: Path, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Say which agent would take which waiting call, and why. The file is described in docs/try.md."""
    from vigie.config.cli.try_route import try_route
    from vigie.errors import VigieError

    try:
        decision = try_route(file)
    except VigieError as error:
        refusal = {"code": error.code, "message": str(error), "details": error.details}
        typer.echo(json.dumps(refusal, ensure_ascii=False) if as_json else f"{error.code}: {error}", err=not as_json)
        raise typer.Exit(2) from None
    typer.echo(json.dumps(decision, ensure_ascii=False, indent=None if as_json else 2))
