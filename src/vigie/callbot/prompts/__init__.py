"""Everything callers hear, one file per language, keyed by the same codes."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from vigie.callbot.promises import promises

_DIGITS = {
    "fr": ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
_KEYS = {"fr": {"*": "étoile", "#": "dièse", "+": "plus"}, "en": {"*": "star", "#": "hash", "+": "plus"}}
_FIRST = "fr"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A sentence to say: its code, the language, and the values of its placeholders in a fixed order."""

    code: str
    language: str
    values: tuple[tuple[str, str], ...] = ()


def prompt(code: str, language: str, /, **values: str) -> Prompt:
    """Return the prompt `code` with its placeholders filled by `values`."""
    return Prompt(code, language, tuple(sorted(values.items())))


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Return every sentence of `language` by code; empty when the attendant does not speak it."""
    file = resources.files(__name__).joinpath(f"{language}.toml")
    if not language.isalpha() or not file.is_file():
        return {}
    groups = tomllib.loads(file.read_text(encoding="utf-8"))
    return {code: sentence for group in groups.values() for code, sentence in group.items()}


@cache
def invitations() -> Mapping[str, Mapping[str, str]]:
    """Return, by language an agent may speak, the few sentences said in it before a human takes over."""
    file = resources.files(__name__).joinpath("invitations.toml")
    return {language: dict(table) for language, table in tomllib.loads(file.read_text(encoding="utf-8")).items()}


def speaks(language: str) -> bool:
    """Tell whether the attendant can hold the whole dialogue in `language`."""
    return bool(sentences(language))


def placeholders(sentence: str) -> frozenset[str]:
    """Return the names between braces. Raises: ValueError on an unbalanced brace."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def text(spoken: Prompt, *, own: Mapping[str, str] | None = None) -> str:
    """
    Return the words of a prompt, ready for a voice.

    `own` is the client's own wording by code, in the prompt's language; it is checked with `faults` when it is saved.
    A code missing in that language falls back to the invitations, then to French. Raises: KeyError for an unknown code.
    """
    for known in (own or {}, sentences(spoken.language), invitations().get(spoken.language, {}), sentences(_FIRST)):
        if spoken.code in known:
            return " ".join(known[spoken.code].format_map(dict(spoken.values)).split())
    raise KeyError(spoken.code)


def faults(code: str, sentence: str, *, language: str) -> list[str]:
    """
    Return what is wrong with a client's own wording of `code`, empty when it can be used.

    Each fault is "unknown_code", "bad_braces", "unknown_placeholder:NAME" or "promise:WORDS".
    """
    standard = sentences(language if speaks(language) else _FIRST).get(code)
    if standard is None:
        return ["unknown_code"]
    try:
        names = placeholders(sentence)
    except ValueError:
        return ["bad_braces"]
    unknown = sorted(names - placeholders(standard))
    return [f"unknown_placeholder:{name}" for name in unknown] + [
        f"promise:{words}" for words in promises(sentence, language=language)
    ]


def spell(code: str, language: str) -> str:
    """Return a code or a telephone number sign by sign in words: ``A7`` is "A, sept". Voices read digits as numbers."""
    digits, keys = _DIGITS.get(language, string.digits), _KEYS.get(language, {})
    signs = (digits[int(sign)] if sign in string.digits else keys.get(sign, sign.upper()) for sign in code)
    return ", ".join(sign for sign in signs if sign.isalnum())
