"""Where a conversation stands: everything needed to go on with it in another process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from vigie.callbot.dialogue.messages import Fact, Learned, Stakes
from vigie.callbot.script import Question


class BadState(ValueError):
    """The stored text is not a state of this dialogue."""


class Ending(StrEnum):
    """How the dialogue ended, if it did."""

    NONE = ""
    HUMAN = "human"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    `question` is the one being put, None before the start. `settled` were answered or skipped and are never put again.

    `typed` are the digits of a code so far, `looking_up` the code being searched, `ahead` the keys pressed before they
    could be used. `answered_by_key` lets one # go by, which many people press after a choice.
    """

    language: str = ""
    question: Question | None = None
    settled: tuple[Question, ...] = ()
    facts: tuple[Learned, ...] = ()
    introduced: bool = False
    misses: int = 0
    silences: int = 0
    typed: str = ""
    looking_up: str = ""
    ahead: str = ""
    answered_by_key: bool = False
    foreign_turns: int = 0
    language_switches: int = 0
    place_name: str = ""
    ending: Ending = Ending.NONE

    def value(self, fact: Fact) -> str:
        """Return what is known of `fact`, "" when nothing is."""
        return next((known.value for known in self.facts if known.fact is fact), "")

    @property
    def stakes(self) -> Stakes:
        """Return how far operations are touched, as far as the caller said."""
        return Stakes(self.value(Fact.IMPACT) or Stakes.UNKNOWN)

    def to_json(self) -> str:
        """Return the state as one JSON object."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, stored: str | bytes) -> State:
        """Return the state that `to_json` wrote. Raises: BadState."""
        try:
            return msgspec.json.decode(stored, type=cls)
        except msgspec.MsgspecError as error:
            raise BadState(str(error)) from error
