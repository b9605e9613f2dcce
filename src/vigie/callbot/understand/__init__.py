"""
Read short spoken answers by rules. What is not clear is None: an unclear answer never becomes a yes.

Words are compared without accents, case, punctuation and fillers. Each language is a file of patterns; the reader tries
the language of the dialogue, then the others, because callers mix them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vigie.callbot.understand.patterns import Patterns, load

LANGUAGES: Mapping[str, Patterns] = {language: load(language) for language in ("fr", "en")}

_KEYS = frozenset("0123456789")
_SHORT = 7  # words; in longer sentences only the opening yes or no counts
_CLEAR, _LIKELY = 0.95, 0.8


@dataclass(frozen=True, slots=True)
class Reading:
    """A value understood in an answer, how surely, the words as heard, and the language of those words."""

    value: str
    confidence: float
    words: str
    language: str = ""


def plain(text: str) -> str:
    """Return the words in lower case, without accents, punctuation or stretched letters ("Ouiii !" is "oui")."""
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", text.replace("œ", "oe").lower()) if not unicodedata.combining(c)
    )
    words = re.sub(r"[^a-z0-9]+", " ", bare).strip()
    return re.sub(r"([a-z])\1{2,}", r"\1", words)


def yes_or_no(text: str, *, language: str) -> Reading | None:
    """Return "yes" or "no", None when neither is clear."""
    for patterns in _in_order(language):
        value = _yes_or_no(_without_fillers(text, patterns), patterns)
        if value is not None:
            return Reading(value, _CLEAR, text, patterns.language)
    return None


def danger(text: str, *, language: str) -> Reading | None:
    """Return the answer to "is anyone in danger?": named dangers and named safety first, then yes or no."""
    for patterns in _in_order(language):
        said = _without_fillers(text, patterns)
        if patterns.safe.search(said):
            return Reading("no", _LIKELY, text, patterns.language) if not _threats(said, patterns) else None
    return threat(text) or yes_or_no(text, language=language)


def threat(text: str) -> Reading | None:
    """Return "yes" when the words name a danger to people, whatever was asked and in any known language."""
    said = plain(text)
    found = any(_threats(said, patterns) for patterns in LANGUAGES.values())
    return Reading("yes", _LIKELY, text) if found else None


def distress(text: str) -> Reading | None:
    """Return "yes" when the caller cannot cope any more."""
    return _any(text, (p.distress for p in LANGUAGES.values()))


def anger(text: str) -> Reading | None:
    """Return "yes" when the caller insults or is plainly at the end of their patience."""
    return _any(text, (p.anger for p in LANGUAGES.values()))


def wants_human(text: str) -> Reading | None:
    """Return "yes" when the caller asks for a person, in any known language and at any point of a sentence."""
    said = plain(text)
    for patterns in LANGUAGES.values():
        rest = patterns.human_not.sub(" ", said)
        if patterns.human.search(rest) or patterns.human_alone.fullmatch(_strip(rest, patterns.fillers)):
            return Reading("yes", _CLEAR, text)
    return None


def impact(text: str, *, language: str) -> Reading | None:
    """Return "stopped", "hindered" or "unaffected"; None when unclear or when two of them are said."""
    for patterns in _in_order(language):
        said = patterns.stopped_not.sub(" ", plain(text))
        unaffected = patterns.unaffected.search(said)
        said = patterns.unaffected.sub(" ", said)
        said = patterns.hindered_not.sub(" ", said)
        found = [name for name in ("stopped", "hindered") if getattr(patterns, name).search(said)]
        values = found or (["unaffected"] if unaffected else [])
        if len(values) == 1 and not (found == ["stopped"] and unaffected):
            return Reading(values[0], _LIKELY, text, patterns.language)
    return None


def stopped(text: str) -> Reading | None:
    """Return "stopped" when a free sentence says, beyond doubt, that the caller's operations have stopped."""
    said = plain(text)
    for patterns in LANGUAGES.values():
        if patterns.all_stopped.search(patterns.stopped_not.sub(" ", said)):
            return Reading("stopped", _LIKELY, text)
    return None


def topic(text: str, *, language: str) -> Reading | None:
    """Return "incident", "assistance", "follow_up" or "other"; a request already made wins over what it was about."""
    for patterns in _in_order(language):
        said = plain(text)
        found = [
            name for name in ("follow_up", "assistance", "incident", "other") if getattr(patterns, name).search(said)
        ]
        if found and found[:2] != ["assistance", "incident"]:
            return Reading(found[0], _LIKELY, text, patterns.language)
    return None


def key(text: str, *, language: str) -> str | None:
    """Return the key a caller says instead of pressing it ("tapez deux", "option two", "le premier"), 0 to 9."""
    for patterns in _in_order(language):
        said = patterns.key_words.sub(" ", _without_fillers(text, patterns))
        words = said.split()
        pressed = patterns.numbers.get(words[0], words[0]) if len(words) == 1 else ""
        if pressed in _KEYS:
            return pressed
    return None


def without_code(text: str, *, language: str) -> bool:
    """Tell whether the caller says they do not have the code."""
    said = plain(text)
    reading = yes_or_no(text, language=language)
    return any(p.no_code.search(said) for p in _in_order(language)) or (reading is not None and reading.value == "no")


def language_asked(text: str) -> str | None:
    """Return the language the caller asks to speak ("English please"), None when none is asked for."""
    said = plain(text)
    for patterns in LANGUAGES.values():
        for code, request in patterns.languages.items():
            if request.search(_strip(said, patterns.fillers)):
                return code
    return None


def _in_order(language: str) -> list[Patterns]:
    return sorted(LANGUAGES.values(), key=lambda p: p.language != language)


def _strip(said: str, fillers: re.Pattern[str]) -> str:
    return " ".join(fillers.sub(" ", said).split())


def _without_fillers(text: str, patterns: Patterns) -> str:
    return _strip(plain(text), patterns.fillers)


def _threats(said: str, patterns: Patterns) -> bool:
    return bool(patterns.threat.search(patterns.threat_not.sub(" ", said)))


def _any(text: str, many: Iterable[re.Pattern[str]]) -> Reading | None:
    said = plain(text)
    return Reading("yes", _LIKELY, text) if any(pattern.search(said) for pattern in many) else None


def _yes_or_no(said: str, patterns: Patterns) -> str | None:
    if not said or patterns.unsure.search(said):
        return None
    if len(said.split()) > _SHORT:
        said = " ".join(said.split()[:1])
    no = patterns.no.search(said)
    yes = patterns.yes.search(patterns.no.sub(" ", said))
    if bool(no) == bool(yes):
        return None
    return "no" if no else "yes"
