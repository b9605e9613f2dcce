"""What the client's configuration and the caller's number say before the first word is spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Question(StrEnum):
    """Everything the attendant may ask, in the order it asks."""

    LANGUAGE = "language"
    CONSENT = "consent"
    INCIDENT = "incident"
    PLACE = "place"
    CODE = "code"
    TOPIC = "topic"
    DESCRIPTION = "description"
    IMPACT = "impact"
    DANGER = "danger"
    CALLED_BEFORE = "called_before"
    CALLBACK = "callback"


OPTIONAL_QUESTIONS = frozenset(
    {
        Question.PLACE,
        Question.CODE,
        Question.TOPIC,
        Question.DESCRIPTION,
        Question.IMPACT,
        Question.DANGER,
        Question.CALLED_BEFORE,
    }
)


class WhenClosed(StrEnum):
    """What a caller outside opening hours gets, once operations stopped and danger are ruled out."""

    MESSAGE = "message"  # a message, then the end of the call
    CALLBACK = "callback"  # the offer of being called back
    HUMAN = "human"  # the same road as in opening hours, to the people on call


class Recording(StrEnum):
    """How the caller is told about recording."""

    NONE = "none"
    NOTICE = "notice"
    ASK = "ask"  # nothing is recorded without a clear yes


@dataclass(frozen=True, slots=True)
class Named:
    """A row of the directory: its identifier, and its name as it is spoken."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """
    A major incident callers must hear about.

    `announcement` is the text per language; a language without one gets the general sentence. With `may_attach`, a
    caller may have the call counted with the incident and hang up.
    """

    id: str
    announcement: Mapping[str, str] = field(default_factory=dict)
    may_attach: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """
    One call's script. `site`, `equipment` and `contact` must belong to this client: they may be spoken aloud.

    `languages` are offered in that order, the first one greets. `code_length` 0 means any length, ended by #. `ears`
    tells that a recogniser listens. `tries` is how often one question is put before a human takes over.
    """

    client: str
    languages: tuple[str, ...] = ("fr",)
    caller_language: str = ""
    questions: frozenset[Question] = OPTIONAL_QUESTIONS
    code_length: int = 0
    site: Named | None = None
    equipment: Named | None = None
    contact: Named | None = None
    is_open: bool = True
    when_closed: WhenClosed = WhenClosed.MESSAGE
    recording: Recording = Recording.NONE
    incident: Incident | None = None
    ears: bool = False
    silence_ms: int = 6000
    tries: int = 3
    min_confidence: float = 0.4

    def __post_init__(self) -> None:
        if not self.languages:
            raise ValueError("a script needs at least one language")
        if not 1 <= self.tries <= 3:
            raise ValueError("a question is put three times at most, then a human takes over")

    @property
    def first_language(self) -> str:
        """Return the caller's own language when it is offered, else the first one."""
        return self.caller_language if self.caller_language in self.languages else self.languages[0]

    @property
    def ends_when_closed(self) -> bool:
        """Tell whether a call without urgency ends here, because the hotline is closed."""
        return not self.is_open and self.when_closed is not WhenClosed.HUMAN
