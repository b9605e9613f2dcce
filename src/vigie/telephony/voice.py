"""
Spoken prompts: text becomes a telephone sound file once, and is only read afterwards.

SVOX Pico (in the `py-nanotts` wheel) speaks French, English, German, Spanish and Italian without a network. A studio
recording, where the operator has put one, is preferred to it.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import py_nanotts

from vigie.errors import Refused
from vigie.telephony.music import Tone, music, tone
from vigie.telephony.pcm import (
    Sound,
    at_level,
    from_pcm16,
    read_wav,
    to_telephone,
    trimmed,
    with_short_pauses,
    write_wav,
)

VOICE_LEVEL_DB = -20.0
PICO_RATE = 16000
ENGINE_VERSION = "pico-0.1.1/1"  # raise the last figure when the sound chain below changes

VOICES = {
    "fr": "fr-FR",
    "en": "en-GB",
    "en-us": "en-US",
    "de": "de-DE",
    "es": "es-ES",
    "it": "it-IT",
}


class UnknownLanguage(Refused):
    """There is no voice for this language."""

    code = "unknown_language"


class NothingToSay(Refused):
    """The text holds nothing that can be spoken in this language."""

    code = "nothing_to_say"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One text to speak; with a `key`, a studio file of that name takes its place."""

    text: str
    language: str
    key: str = ""


def voice_for(language: str) -> str:
    """
    Return the Pico voice for a language tag (`fr`, `fr-CA`, `en_US`).

    Raises: UnknownLanguage.
    """
    tag = language.lower().replace("_", "-")
    voice = VOICES.get(tag) or VOICES.get(tag.partition("-")[0])
    if voice is None:
        raise UnknownLanguage(f"There is no voice for the language {language!r}.")
    return voice


@dataclass(frozen=True, slots=True)
class Voice:
    """The prompts of one installation, kept as WAV PCM 16 bit mono 8 kHz under `cache_dir`."""

    cache_dir: Path
    engine_version: str = ENGINE_VERSION
    studio_dir: Path | None = field(default=None, kw_only=True)

    def render(self, text: str, language: str) -> Path:
        """
        Return the file in which `text` is spoken; it is made at the first call.

        Raises: UnknownLanguage, NothingToSay.
        """
        voice = voice_for(language)
        spoken = _speakable(text)
        path = self._place(voice, spoken)
        if not path.exists():
            with self._alone():
                if not path.exists():
                    sound = _telephone_voice(_pico(spoken, voice), rate=PICO_RATE)
                    write_wav(path, with_short_pauses(sound))
        return path

    def prompt(self, key: str, text: str, language: str) -> Path:
        """
        Return the studio file `<studio_dir>/<language>/<key>.wav` brought to telephone format, or `text` spoken.

        Raises: UnknownLanguage, NothingToSay, NotAWav.
        """
        studio = self._studio_file(key, language)
        if studio is None:
            return self.render(text, language)
        stat = studio.stat()
        path = self._place(str(studio), f"{stat.st_mtime_ns} {stat.st_size}")
        if not path.exists():
            sound, rate = read_wav(studio)
            write_wav(path, _telephone_voice(sound, rate=rate))
        return path

    def prerender(
        self, phrases: Collection[Phrase], *, progress: Callable[[int, int], None] = lambda _done, _total: None
    ) -> list[Phrase]:
        """
        Make every file now, so that no caller waits for one; return the phrases that no voice here can speak.

        `progress` hears how many are done, of how many. Raises: NotAWav.
        """
        unspoken = []
        for done, phrase in enumerate(phrases, start=1):
            try:
                if phrase.key:
                    self.prompt(phrase.key, phrase.text, phrase.language)
                else:
                    self.render(phrase.text, phrase.language)
            except (UnknownLanguage, NothingToSay):
                unspoken.append(phrase)
            progress(done, len(phrases))
        return unspoken

    def music(self) -> Path:
        return music(self.cache_dir)

    def tone(self, kind: Tone) -> Path:
        return tone(self.cache_dir, kind)

    def _place(self, voice: str, text: str) -> Path:
        name = hashlib.sha256(f"{voice}\0{self.engine_version}\0{text}".encode()).hexdigest()[:32]
        return self.cache_dir / name[:2] / f"{name}.wav"

    def _studio_file(self, key: str, language: str) -> Path | None:
        if self.studio_dir is None or not re.fullmatch(r"[\w.-]+", key):  # a key never leads out of the folder
            return None
        tag = language.lower().replace("_", "-")
        places = (self.studio_dir / name / f"{key}.wav" for name in (language, tag, tag.partition("-")[0]))
        return next((place for place in places if place.is_file()), None)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one renderer of this cache work at a time, whichever process or thread it is in."""
        self.cache_dir.mkdir(parents=True, exist_ok=True)
        with (self.cache_dir / ".rendering").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _speakable(text: str) -> str:
    """Take out what Pico would read as its own mark-up, and level white space."""
    return " ".join(re.sub(r"[<>]", " ", text).split())


def _pico(text: str, voice: str) -> Sound:
    """Speak at `PICO_RATE`."""
    raw = py_nanotts.NanoTTS().speak(text, voice) if text else b""
    if not raw:
        raise NothingToSay(f"Nothing can be spoken in {text!r}.")
    return from_pcm16(raw)


def _telephone_voice(sound: Sound, *, rate: int) -> Sound:
    return at_level(trimmed(to_telephone(sound, rate=rate)), VOICE_LEVEL_DB)
