"""The command line. Nothing slow is imported before the command is known: `vigie node` and `vigie try` stay light."""

from __future__ import annotations

import os
import sys

import typer

from vigie.config.env import UnreadableSettings, env, settle

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="vigie: run a technical hotline."
)
try_app = typer.Typer(no_args_is_help=True, help="Run a rule on a described situation, without a database.")
bench_app = typer.Typer(no_args_is_help=True, help="Measure, and print one flat JSON object.")
app.add_typer(try_app, name="try")
app.add_typer(bench_app, name="bench")


def main() -> None:
    """Run `vigie`. Settings that cannot be read stop it here, all named at once."""
    from vigie.config.cli import bench, checks, demo, processes  # noqa: F401  their commands register themselves

    try:
        env()
        app()
    except UnreadableSettings as error:
        sys.stderr.write(f"vigie cannot read its settings:\n{error}\n")
        sys.exit(2)


def start_django() -> None:
    """Make the models usable, on DATABASE_URL or on the embedded database when that is unset."""
    if not env().database_url:
        from vigie.config.database import start_embedded

        settle(DATABASE_URL=start_embedded(env().home))
    os.environ["DJANGO_SETTINGS_MODULE"] = "vigie.config.settings"
    import django

    django.setup()
