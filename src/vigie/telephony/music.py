"""
The sounds that are not speech: music on hold and the tones of a telephone.

All of it is computed here, note by note, so that no licence and no collecting society is involved.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import numpy as np

from vigie.telephony.pcm import RATE, Sound, at_level, to_telephone, write_wav

MUSIC_LEVEL_DB = -24.0  # below the voice: people wait beside it, they do not listen to it
TONE_LEVEL_DB = -22.0
VERSION = "1"  # part of the file names: a new arrangement is a new file

BEAT_S = 0.5
BAR = 8  # notes of the arpeggio, half a beat each
# Four chords twice over, as MIDI notes from the bass up: Cmaj7, Am7, Fmaj7, G6 and a turn home.
CHORDS = (
    (60, 64, 67, 71), (57, 64, 67, 72), (65, 69, 72, 76), (67, 71, 74, 76),
    (60, 67, 71, 76), (62, 65, 69, 72), (65, 69, 72, 79), (67, 71, 74, 77),
)  # fmt: skip
ARPEGGIO = (0, 1, 2, 3, 2, 1, 2, 1)


class Tone(StrEnum):
    """What each one means to a caller in France."""

    RINGBACK = "ringback"  # 440 Hz, 1.5 s on, 3.5 s off
    BUSY = "busy"  # 440 Hz, 0.5 s on, 0.5 s off
    CHIME = "chime"  # you are next: two soft notes


def music(cache_dir: Path) -> Path:
    """Return the music on hold, 32 s that loop without a seam, composed at the first call."""
    path = cache_dir / f"music-{VERSION}.wav"
    return path if path.exists() else write_wav(path, _hold_music())


def tone(cache_dir: Path, kind: Tone) -> Path:
    """Return the file of a telephone tone, one period long, ready to loop."""
    path = cache_dir / f"{kind}-{VERSION}.wav"
    return path if path.exists() else write_wav(path, _TONES[kind]())


def sine(hertz: float, *, seconds: float, decibels: float = -20.0) -> Sound:
    """Return a plain test tone with an RMS level of `decibels`."""
    at = np.arange(round(seconds * RATE)) / RATE
    wave: Sound = np.sqrt(2) * 10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * at)
    return wave


def _hold_music() -> Sound:
    """Lay every note on a circle, so that tails of the last bar ring into the first one."""
    bar = round(BAR * BEAT_S * RATE)
    circle = np.zeros(bar * len(CHORDS))
    for place, chord in enumerate(CHORDS):
        for pitch in chord:
            _lay(circle, _pad(pitch, seconds=BAR * BEAT_S), place * bar)
        for step, index in enumerate(ARPEGGIO):
            _lay(circle, _pluck(chord[index] + 12), place * bar + round(step * BEAT_S * RATE))
    around = np.concatenate([circle] * 3)  # the band filter sees no edge in the middle copy
    return at_level(to_telephone(around, rate=RATE)[len(circle) : 2 * len(circle)], MUSIC_LEVEL_DB, peak=0.5)


def _lay(circle: Sound, note: Sound, start: int) -> None:
    np.add.at(circle, np.arange(start, start + len(note)) % len(circle), note)


def _hertz(pitch: int) -> float:
    return float(440 * 2 ** ((pitch - 69) / 12))


def _pad(pitch: int, *, seconds: float) -> Sound:
    """A slow chord tone that swells in and dies away under the next one."""
    at = np.arange(round((seconds + 1.0) * RATE)) / RATE
    swell = np.sin(np.pi * at / at[-1]) ** 2
    breath = 1 + 0.003 * np.sin(2 * np.pi * 4.5 * at)
    note: Sound = 0.12 * swell * np.sin(2 * np.pi * _hertz(pitch) * at) * breath
    return note


def _pluck(pitch: int) -> Sound:
    """A soft bell: two partials, 12 ms of attack so that nothing clicks, two seconds of tail."""
    at = np.arange(2 * RATE) / RATE
    fade = np.minimum(at / 0.012, 1) * np.exp(-2.4 * at) * np.clip((2 - at) / 0.2, 0, 1)
    base = 2 * np.pi * _hertz(pitch) * at
    note: Sound = 0.2 * fade * (np.sin(base) + 0.25 * np.sin(2 * base) * np.exp(-3 * at))
    return note


def _cadence(*, on_s: float, off_s: float) -> Sound:
    burst = sine(440, seconds=on_s, decibels=TONE_LEVEL_DB)
    ramp = np.minimum(np.arange(len(burst)), np.arange(len(burst))[::-1]) / (0.01 * RATE)
    return np.concatenate([burst * np.clip(ramp, 0, 1), np.zeros(round(off_s * RATE))])


def _chime() -> Sound:
    circle = np.zeros(2 * RATE + RATE // 2)
    _lay(circle, _pluck(76), 0)
    _lay(circle, _pluck(84)[: 2 * RATE], RATE // 4)
    return at_level(circle, TONE_LEVEL_DB)


_TONES = {
    Tone.RINGBACK: lambda: _cadence(on_s=1.5, off_s=3.5),
    Tone.BUSY: lambda: _cadence(on_s=0.5, off_s=0.5),
    Tone.CHIME: _chime,
}
