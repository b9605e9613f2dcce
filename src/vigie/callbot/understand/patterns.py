"""What a language brings to understanding: every pattern is matched against `plain` words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """The rules of one language. A `..._not` pattern is taken out of the sentence before the other is looked for."""

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
    negation: str
    stopped: re.Pattern[str]
    stopped_not: re.Pattern[str]
    all_stopped: re.Pattern[str]
    hindered: re.Pattern[str]
    unaffected: re.Pattern[str]
    incident: re.Pattern[str]
    assistance: re.Pattern[str]
    follow_up: re.Pattern[str]
    other: re.Pattern[str]
    no_code: re.Pattern[str]
    key_words: re.Pattern[str]
    numbers: Mapping[str, str]
    languages: Mapping[str, re.Pattern[str]]


def words(*alternatives: str) -> re.Pattern[str]:
    """Return a pattern that finds any of the alternatives as whole words."""
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b")
