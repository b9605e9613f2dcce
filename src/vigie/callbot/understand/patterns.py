"""What a language brings to understanding, read from its file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """The rules of one language, matched against `plain` words. What a `..._not` matches is taken out first."""

    language: str
    fillers: re.Pattern[str]
    yes: re.Pattern[str]
    no: re.Pattern[str]
    unsure: re.Pattern[str]
    human: re.Pattern[str]
    human_alone: re.Pattern[str]
    human_not: re.Pattern[str]
    threat: re.Pattern[str]
    threat_not: re.Pattern[str]
    safe: re.Pattern[str]
    distress: re.Pattern[str]
    anger: re.Pattern[str]
    stopped: re.Pattern[str]
    stopped_not: re.Pattern[str]
    all_stopped: re.Pattern[str]
    hindered: re.Pattern[str]
    hindered_not: re.Pattern[str]
    unaffected: re.Pattern[str]
    incident: re.Pattern[str]
    assistance: re.Pattern[str]
    follow_up: re.Pattern[str]
    other: re.Pattern[str]
    no_code: re.Pattern[str]
    key_words: re.Pattern[str]
    numbers: Mapping[str, str]
    languages: Mapping[str, re.Pattern[str]]


def load(language: str) -> Patterns:
    """Return the rules of `language`. Raises: FileNotFoundError."""
    file = resources.files(__package__).joinpath(f"{language}.toml")
    rules = tomllib.loads(file.read_text(encoding="utf-8"))
    vocabulary = {name: "|".join(words) for name, words in rules["vocabulary"].items()}

    def compiled(lists: Mapping[str, list[str]]) -> dict[str, re.Pattern[str]]:
        return {name: _whole_words(alternatives, vocabulary) for name, alternatives in lists.items()}

    patterns = compiled(rules["patterns"])
    return Patterns(language=language, numbers=rules["numbers"], languages=compiled(rules["languages"]), **patterns)


def _whole_words(alternatives: list[str], vocabulary: Mapping[str, str]) -> re.Pattern[str]:
    joined = "|".join(alternatives)
    for name, words in vocabulary.items():
        joined = joined.replace(f"<{name}>", f"(?:{words})")
    return re.compile(rf"\b(?:{joined})\b")
