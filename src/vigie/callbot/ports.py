"""What the attendant needs from speech engines. The engines live in their own processes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Expects(StrEnum):
    """The kind of answer a question waits for: keypad and recogniser both need to know."""

    NOTHING = "nothing"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DIGITS = "digits"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in milliseconds from the start of the turn."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard in one turn. Empty text means nothing that could be speech."""

    text: str
    confidence: float
    words: tuple[Word, ...] = ()
    language: str = ""


class Ears(Protocol):
    """A recogniser, one turn at a time."""

    def start(self, language: str, *, expected: Expects, phrases: tuple[str, ...]) -> None:
        """Begin a turn. `phrases` are words of the question just asked, to lean towards."""

    def feed(self, pcm8k: bytes) -> None:
        """Take a piece of sound: signed 16 bit little-endian, mono, 8 kHz."""

    def finish(self) -> Transcript:
        """End the turn and return what was heard."""


class Voice(Protocol):
    """A speaking voice."""

    def render(self, text: str, *, language: str) -> Path:
        """Return the path of a WAV (16 bit, mono, 8 kHz) that says `text`; the same text gives the same file."""


class NoEars:
    """No recogniser is installed: every turn was silent, the keypad does the work."""

    def start(self, language: str, *, expected: Expects, phrases: tuple[str, ...]) -> None:
        """Begin a turn that will hear nothing."""

    def feed(self, pcm8k: bytes) -> None:
        """Let the sound go by."""

    def finish(self) -> Transcript:
        """Return silence."""
        return Transcript(text="", confidence=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfTurn:
    """
    How much silence ends the caller's turn, in milliseconds.

    Source: measured on 123 utterances through A-law, no false cut of a sentence at 800 ms in French.
    """

    closed_ms: int = 500
    free_ms: int = 800
    digits_ms: int = 1200
    hesitation_ms: int = 600  # added after a filler or a word that cannot end a sentence
    longest_turn_ms: int = 25_000
    unfinished: frozenset[str] = frozenset(
        {
            "euh",
            "heu",
            "hum",
            "de",
            "du",
            "le",
            "la",
            "les",
            "que",
            "et",
            "mais",
            "parce",
            "uh",
            "um",
            "the",
            "of",
            "and",
        }
    )

    def silence_ms(self, expects: Expects, *, last_word: str = "") -> int:
        """Return the silence that ends a turn waiting for `expects`, `last_word` being the last one heard so far."""
        base = {Expects.FREE: self.free_ms, Expects.DIGITS: self.digits_ms}.get(expects, self.closed_ms)
        return base + (self.hesitation_ms if last_word.lower() in self.unfinished else 0)
