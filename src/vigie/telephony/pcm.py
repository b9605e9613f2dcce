"""
Telephone audio as numbers: WAV files in and out, band, level and resampling.

Everywhere here a sound is `float64[n]`, mono, full scale ±1.0. On disk it is PCM 16 bit mono 8 kHz, which is what the
node plays and what G.711 carries.
"""

from __future__ import annotations

import io
import os
import tempfile
import wave
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from vigie.errors import Refused

RATE = 8000
FRAME = 160  # 20 ms, the packet of every telephone
LOW_HZ, HIGH_HZ = 200.0, 3500.0
ACTIVE_RANGE_DB = 35.0  # a frame this far below the loudest one is a pause

Sound = NDArray[np.float64]


class NotAWav(Refused):
    """This is not a WAV file of PCM samples."""

    code = "not_a_wav"


def read_wav(path: Path) -> tuple[Sound, int]:
    """
    Return the file's sound, channels mixed, and its rate in Hz.

    Raises: NotAWav.
    """
    try:
        with wave.open(str(path)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise NotAWav(f"{path}: {error}") from error
    return _samples(raw, width).reshape(-1, channels).mean(axis=1), rate


def _samples(raw: bytes, width: int) -> Sound:
    if width == 1:  # the only unsigned width of WAV
        return (np.frombuffer(raw, np.uint8) - 128.0) / 128
    if width == 3:
        wide = np.zeros((len(raw) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        return wide.view("<i4").ravel() / 2.0**31
    return np.frombuffer(raw, f"<i{width}") / 2.0 ** (8 * width - 1)


def to_pcm16(sound: Sound) -> bytes:
    return np.clip(np.rint(sound * 32767), -32768, 32767).astype("<i2").tobytes()


def from_pcm16(raw: bytes) -> Sound:
    return np.frombuffer(raw, "<i2") / 32768.0


def write_wav(path: Path, sound: Sound, *, rate: int = RATE) -> Path:
    """Write `sound` (`float64[n]`, or `[n, 2]` for stereo) so that a reader sees the whole file or none."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1 if sound.ndim == 1 else sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(to_pcm16(sound))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
        part.write(buffer.getvalue())
    os.chmod(part.name, 0o644)
    os.replace(part.name, path)
    return path


def to_telephone(sound: Sound, *, rate: int) -> Sound:
    """Resample to 8 kHz and keep the telephone band, in one pass through the spectrum (edges eased over 100 Hz)."""
    if not len(sound):
        return sound
    padded = np.concatenate([sound, np.zeros(rate // 10)])
    length = round(len(padded) * RATE / rate)
    hertz = np.arange(length // 2 + 1) * RATE / length
    eased = np.clip((hertz - LOW_HZ + 100) / 100, 0, 1) * np.clip((HIGH_HZ + 100 - hertz) / 100, 0, 1)
    spectrum = np.zeros(length // 2 + 1, complex)
    source = np.fft.rfft(padded)[: len(spectrum)]
    spectrum[: len(source)] = source
    narrow: Sound = np.fft.irfft(spectrum * eased, n=length) * (length / len(padded))
    return narrow[: round(len(sound) * RATE / rate)]


def frame_levels(sound: Sound) -> Sound:
    """Return the RMS level of each whole 20 ms frame, in dB below full scale (-120 for silence)."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    return cast(Sound, 10 * np.log10(np.maximum((frames**2).mean(axis=1), 1e-12)))


def level(sound: Sound) -> float:
    """
    Return the level of the parts that are not pauses, in dB below full scale.

    Source: the idea of active speech level, ITU-T P.56, simplified to 20 ms frames.
    """
    levels = frame_levels(sound)
    if not len(levels):
        return -120.0
    active = levels[levels > levels.max() - ACTIVE_RANGE_DB]
    return float(10 * np.log10(np.mean(10 ** (active / 10))))


def at_level(sound: Sound, decibels: float, *, peak: float = 0.9) -> Sound:
    """Bring `sound` to an active level of `decibels`; what would pass `peak` is rounded off, never cut square."""
    if level(sound) <= -119:
        return sound
    louder = sound * 10 ** ((decibels - level(sound)) / 20)
    knee = 0.7 * peak
    over = np.maximum(np.abs(louder) - knee, 0)
    rounded = np.minimum(np.abs(louder), knee) + (peak - knee) * np.tanh(over / (peak - knee))
    return cast(Sound, np.sign(louder) * rounded)


def trimmed(sound: Sound, *, keep_s: float = 0.1) -> Sound:
    """Cut the silence before and after, leaving `keep_s` of true silence at both ends."""
    levels = frame_levels(sound)
    if not len(levels):
        return sound
    active = np.flatnonzero(levels > max(levels.max() - ACTIVE_RANGE_DB, -70))
    if not len(active):
        return sound
    quiet = np.zeros(round(keep_s * RATE))
    return np.concatenate([quiet, sound[active[0] * FRAME : (active[-1] + 1) * FRAME], quiet])


def with_short_pauses(sound: Sound, *, longest_s: float = 0.45) -> Sound:
    """Cut every pause to `longest_s`, out of its middle, where there is nothing to hear."""
    levels = frame_levels(sound)
    if not len(levels):
        return sound
    longest = round(longest_s * RATE / FRAME)
    quiet = levels < max(levels.max() - ACTIVE_RANGE_DB, -70)
    edges = np.flatnonzero(np.diff(quiet, prepend=False, append=False))
    kept = np.ones(len(levels), bool)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        kept[start + longest // 2 : max(end - (longest - longest // 2), start + longest // 2)] = False
    return sound[: len(levels) * FRAME].reshape(-1, FRAME)[kept].ravel()


def share_of_tone(sound: Sound, hertz: float) -> float:
    """Return how much of the energy is at `hertz`: 1.0 for that sine alone, near 0 for anything else (Goertzel)."""
    energy = float(np.mean(sound**2))
    if energy == 0:
        return 0.0
    wave_at = np.exp(-2j * np.pi * hertz / RATE * np.arange(len(sound)))
    return float(2 * abs(np.dot(sound, wave_at)) ** 2 / len(sound) ** 2 / energy)
