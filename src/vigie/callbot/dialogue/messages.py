"""What happens to the dialogue, and what it asks to be done. Outputs are carried out in order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vigie.callbot.ports import Expects
from vigie.callbot.prompts import Prompt
from vigie.callbot.script import Question


class Fact(StrEnum):
    """What may be learned. Values are identifiers or codes; the caller's words are beside them."""

    LANGUAGE = "language"  # ISO 639-1
    RECORDING_REFUSED = "recording_refused"  # yes, no
    INCIDENT = "incident"  # yes (attached to the major incident), no
    SITE = "site"  # identifier
    EQUIPMENT = "equipment"  # identifier
    CONTACT = "contact"  # identifier
    CODE = "code"  # the digits typed, known or not
    TOPIC = "topic"  # incident, assistance, follow_up, other
    DESCRIPTION = "description"  # verbatim
    IMPACT = "impact"  # stopped, hindered, unaffected
    DANGER = "danger"  # yes, no
    CALLED_BEFORE = "called_before"  # yes, no
    CALLBACK = "callback"  # yes, no


class Source(StrEnum):
    """Where a fact comes from."""

    KEYPAD = "keypad"
    SPEECH = "speech"
    CALLER_ID = "caller_id"  # known from the caller's number, and confirmed by the caller
    SETTING = "setting"


class Stakes(StrEnum):
    """How far the caller's operations are touched."""

    STOPPED = "stopped"
    HINDERED = "hindered"
    UNAFFECTED = "unaffected"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a human takes over."""

    COMPLETED = "completed"  # nothing left to ask
    ASKED = "asked"  # key 0, "a person", insults
    STOPPED = "operations_stopped"
    EMERGENCY = "emergency"  # someone may be in danger
    DISTRESS = "distress"
    BOT_FAILED = "bot_failed"
    SILENT = "silent"  # three silences
    LANGUAGE_UNKNOWN = "language_unknown"


class Finish(StrEnum):
    """How a call may end without a human."""

    CLOSED = "closed"
    CALLBACK = "callback"  # out of hours, the caller wants to be called back
    INCIDENT_ATTACHED = "incident_attached"


@dataclass(frozen=True, slots=True)
class Started:
    """The caller is on the line; or again, after the process that held the dialogue was lost."""


@dataclass(frozen=True, slots=True)
class Digit:
    """One key: 0-9 * # A-D."""

    key: str


@dataclass(frozen=True, slots=True)
class Silence:
    """`Say.silence_ms` went by after the last prompt or key."""


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """What was said has been heard, or was cut. Nothing depends on it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn of speech. `language` is what the recogniser believes, "" when it has no opinion."""

    text: str
    confidence: float = 1.0
    language: str = ""


@dataclass(frozen=True, slots=True)
class CodeResolved:
    """The answer to `LookUpCode`. `kind` is `Fact.SITE` or `Fact.EQUIPMENT`, None when this client has no such code."""

    kind: Fact | None = None
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class HumanDemanded:
    """Somebody outside the dialogue decided that a human is needed: a supervisor, or a detector of shouting."""

    angry: bool = False


Input = Started | Digit | Silence | PromptEnded | Heard | CodeResolved | HumanDemanded


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """
    Say the prompts one after the other, replacing what plays; then wait for what is expected.

    `silence_ms` 0 asks for no `Silence`. `question` is the one being put, None when nothing is asked.
    """

    prompts: tuple[Prompt, ...]
    expects: Expects = Expects.NOTHING
    question: Question | None = None
    silence_ms: int = 0
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class LookUpCode:
    """Find the equipment or site of this client with that code, and answer `CodeResolved`."""

    digits: str


@dataclass(frozen=True, slots=True)
class Learned:
    """A fact to keep. `words` are the caller's own, or the keys pressed."""

    fact: Fact
    value: str
    words: str
    source: Source
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToHuman:
    """Queue the call for a human, once. `language` is the one to be served in."""

    reason: Reason
    stakes: Stakes
    language: str
    angry: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """Hang up once the last prompt has been said. A 0 pressed meanwhile still leads to a human."""

    finish: Finish


Output = Say | LookUpCode | Learned | ToHuman | Finished
