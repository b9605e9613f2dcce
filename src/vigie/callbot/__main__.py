"""Try the attendant in a terminal: ``python -m vigie.callbot --help``."""

from __future__ import annotations

import argparse

from vigie.callbot.dialogue import (
    CodeResolved,
    Digit,
    Fact,
    Heard,
    Input,
    Learned,
    LookUpCode,
    Say,
    Silence,
    Started,
    State,
    advance,
)
from vigie.callbot.dialogue.state import Ending
from vigie.callbot.prompts import text
from vigie.callbot.script import Incident, Named, Recording, Script, WhenClosed

_HELP = "Type keys (1, 1042#), words (ma production est arrêtée), or nothing for a silence. Ctrl-D hangs up."
_CODES = {"1042": (Fact.EQUIPMENT, "Ligne 3"), "7": (Fact.SITE, "Lyon")}


def _script() -> Script:
    parser = argparse.ArgumentParser(prog="python -m vigie.callbot", description=_HELP)
    parser.add_argument("--client", default="Orvane")
    parser.add_argument("--languages", default="fr,en", help="offered in that order")
    parser.add_argument("--caller-language", default="")
    parser.add_argument("--site", default="", help="recognised from the caller's number")
    parser.add_argument("--equipment", default="")
    parser.add_argument("--closed", choices=[when.value for when in WhenClosed])
    parser.add_argument("--recording", choices=[how.value for how in Recording], default=Recording.NONE.value)
    parser.add_argument("--incident", help="the announcement of a major incident")
    parser.add_argument("--no-ears", action="store_true", help="as without a recogniser")
    told = parser.parse_args()
    languages = tuple(told.languages.split(","))
    return Script(
        client=told.client,
        languages=languages,
        caller_language=told.caller_language,
        site=Named("1", told.site) if told.site else None,
        equipment=Named("2", told.equipment) if told.equipment else None,
        is_open=told.closed is None,
        when_closed=WhenClosed(told.closed or WhenClosed.MESSAGE),
        recording=Recording(told.recording),
        incident=Incident(id="1", announcement=dict.fromkeys(languages, told.incident)) if told.incident else None,
        ears=not told.no_ears,
    )


def _inputs(line: str) -> list[Input]:
    if not line:
        return [Silence()]
    if all(sign in "0123456789*#" for sign in line):
        return [Digit(sign) for sign in line]
    return [Heard(line)]


def _play(state: State, event: Input, script: Script) -> State:
    step = advance(state, event, script)
    for output in step.outputs:
        match output:
            case Say():
                print("\n".join(f"  « {text(prompt)} »" for prompt in output.prompts))
            case Learned():
                print(
                    f"    {output.fact} = {output.value}  ({output.source}, {output.confidence:.2f}: {output.words!r})"
                )
            case LookUpCode():
                kind, name = _CODES.get(output.digits, (None, ""))
                return _play(step.state, CodeResolved(kind, output.digits, name), script)
            case _:
                print(f"    -> {output}")
    return step.state


def main() -> None:
    """Talk until a human takes over, the call ends or the caller hangs up."""
    script, known = _script(), ", ".join(_CODES)
    print(f"{_HELP} Known codes: {known}.\n")
    state = _play(State(), Started(), script)
    while state.ending is Ending.NONE:
        try:
            line = input("> ").strip()
        except EOFError:
            return
        for event in _inputs(line):
            state = _play(state, event, script)


if __name__ == "__main__":
    main()
