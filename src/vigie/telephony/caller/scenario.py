"""What a synthetic caller does, written in a TOML file: who calls whom, and one step after the other."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from vigie.errors import Invalid, NotFound

SCENARIOS = Path(__file__).parents[1] / "scenarios"

Seconds = Annotated[float, Meta(ge=0, le=7200)]
Number = Annotated[str, Meta(pattern=r"^\+?[0-9]{0,15}$")]


class UnknownScenario(NotFound):
    """There is no scenario of this name."""

    code = "unknown_scenario"


class UnreadableScenario(Invalid):
    """The scenario file does not say what to do."""

    code = "unreadable_scenario"


class Codec(StrEnum):
    PCMU = "pcmu"
    PCMA = "pcma"


class Via(StrEnum):
    """How a key travels: RFC 4733 events in the audio, or SIP INFO."""

    RFC4733 = "rfc4733"
    INFO = "info"


class Sound(StrEnum):
    """What can be told apart on the line."""

    QUIET = "quiet"
    SPEECH = "speech"  # any sound; a tone is one too
    TONE = "tone"


class Step(msgspec.Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    """One thing the caller does."""


class Wait(Step, frozen=True, kw_only=True, tag="wait"):
    """
    Do nothing for `seconds`; or with `until`, until that was heard for `seconds` on end.

    `quiet` waits for the other side to speak first, then to stop: the end of a prompt of any length. After `within`
    seconds the caller goes on all the same. With `may_end`, the other side may hang up meanwhile: a good end too.
    """

    seconds: Seconds = 1.0
    until: Sound | None = None
    within: Seconds = 40.0
    may_end: bool = False


class Press(Step, frozen=True, kw_only=True, tag="press"):
    keys: Annotated[str, Meta(pattern=r"^[0-9*#A-D]+$")]
    via: Via = Via.RFC4733
    tone_ms: Annotated[int, Meta(ge=40, le=2000)] = 120
    gap_ms: Annotated[int, Meta(ge=40, le=10_000)] = 180


class Say(Step, frozen=True, kw_only=True, tag="say"):
    """Speak `text`, in the scenario's language unless `language` says otherwise."""

    text: str
    language: str = ""


class Play(Step, frozen=True, kw_only=True, tag="play"):
    """Play a WAV file, found from the folder of the scenario."""

    file: str


class Hold(Step, frozen=True, kw_only=True, tag="hold"):
    """Put the other side on hold by re-INVITE, as the caller's own PBX would."""


class Resume(Step, frozen=True, kw_only=True, tag="resume"):
    """Take the other side back."""


class Listen(Step, frozen=True, kw_only=True, tag="listen"):
    """Stay on the line for `seconds`, or until the other side hangs up, which is as good an end."""

    seconds: Seconds


class Expect(Step, frozen=True, kw_only=True, tag="expect"):
    """Hear this `within` seconds, or the scenario has failed. `hertz` is that of a tone."""

    heard: Sound
    within: Seconds = 10.0
    hertz: Annotated[float, Meta(ge=0, le=4000)] = 0.0


class Hangup(Step, frozen=True, kw_only=True, tag="hangup"):
    pass


class Repeat(Step, frozen=True, kw_only=True, tag="repeat"):
    times: Annotated[int, Meta(ge=1, le=1000)]
    steps: tuple[AnyStep, ...]


AnyStep = Wait | Press | Say | Play | Hold | Resume | Listen | Expect | Hangup | Repeat


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in the two languages of the screens."""

    fr: str
    en: str


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An empty `caller_id` withholds the number. `patience` (seconds) bounds the whole call."""

    title: Words
    story: Words
    caller_id: Number
    dialled: Number
    steps: tuple[AnyStep, ...]
    language: str = "fr"
    codec: Codec = Codec.PCMA
    patience: Seconds = 180.0
    name: str = ""
    folder: Path = SCENARIOS


def load(name: str | Path) -> Scenario:
    """
    Return the shipped scenario of that name, or the one in that file.

    Raises: UnknownScenario, UnreadableScenario.
    """
    path = Path(name) if str(name).endswith(".toml") else SCENARIOS / f"{name}.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnknownScenario(f"There is no scenario named {name}.") from error
    try:
        plain = {**tomllib.loads(text), "name": path.stem, "folder": str(path.parent)}
        return msgspec.convert(plain, Scenario, dec_hook=lambda kind, value: kind(value))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UnreadableScenario(f"{path.name}: {error}") from error


def shipped() -> list[Scenario]:
    """Return every scenario that comes with vigie, by name."""
    return [load(path) for path in sorted(SCENARIOS.glob("*.toml"))]
