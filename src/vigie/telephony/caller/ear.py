"""What a caller hears: sound or quiet, tones, levels, and how regularly the packets come."""

from __future__ import annotations

import socket
import struct
from collections import deque
from typing import Any

import numpy as np

from vigie.telephony.pcm import RATE, from_pcm16, level, share_of_tone

QUIET_DB = -50.0  # decoded G.711 silence is below -70, the softest syllable of a prompt above -45
BREATH_S = 0.3  # a pause inside one stretch of sound
TONE_SHARE = 0.8
GAP_MS = 60.0
SO_TIMESTAMPNS = 35  # Linux, socket(7); the `socket` module of Python 3.11 has no name for it
STAMP = (socket.SOL_SOCKET, SO_TIMESTAMPNS)


class Ear:
    """Follows the decoded audio of one call. Times are those of a monotonic clock, in seconds."""

    def __init__(self, *, at: float) -> None:
        self.answered_at = at
        self.first_sound_at: float | None = None
        self.longest_silence_s = 0.0
        self._last_sound_at = at
        self._sound_since: float | None = None
        self._recent: deque[bytes] = deque(maxlen=RATE // 2 // 160)
        self._power = 0.0
        self._loud_frames = 0

    def hear(self, frame: bytes, *, at: float) -> None:
        """Take in 20 ms of PCM 16 bit at 8 kHz."""
        self._recent.append(frame)
        power = float(np.mean(from_pcm16(frame) ** 2)) if frame else 0.0
        if power < 10 ** (QUIET_DB / 10):
            return
        self.longest_silence_s = max(self.longest_silence_s, at - self._last_sound_at)
        if self._sound_since is None or at - self._last_sound_at > BREATH_S:
            self._sound_since = at
        if self.first_sound_at is None:
            self.first_sound_at = at
        self._last_sound_at = at
        self._power += power
        self._loud_frames += 1

    def forget(self, *, at: float) -> None:
        """Start a new stretch: what was heard before says nothing about what comes."""
        self._last_sound_at = at
        self._sound_since = None
        self._recent.clear()

    def sound_s(self, *, at: float) -> float:
        """Return for how long there has been sound on end, 0 in a silence."""
        if self._sound_since is None or at - self._last_sound_at > BREATH_S:
            return 0.0
        return at - self._sound_since

    def quiet_s(self, *, at: float) -> float:
        """Return for how long nothing has been heard, 0 as long as nothing was ever heard in this stretch."""
        return 0.0 if self._sound_since is None else at - self._last_sound_at

    def silent_s(self, *, at: float) -> float:
        """Return for how long nothing has been heard, whether or not something was before."""
        return at - self._last_sound_at

    def hears_tone(self, hertz: float) -> bool:
        """Say whether the last half second was a sine of `hertz` and little else."""
        sound = from_pcm16(b"".join(self._recent))
        return len(sound) >= RATE // 4 and level(sound) > QUIET_DB and share_of_tone(sound, hertz) > TONE_SHARE

    @property
    def level_db(self) -> float:
        """The RMS level of all that was sound, in dB below full scale; -120 when there was none."""
        return float(10 * np.log10(self._power / self._loud_frames)) if self._loud_frames else -120.0


class ArrivalSocket(socket.socket):
    """
    An RTP socket that notes when the kernel received each packet.

    The stamp is the kernel's, so a busy interpreter on this side is not mistaken for a gap made by the other.
    """

    def __init__(self) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_DGRAM)
        self.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.packets = 0
        self.lost = 0
        self.gaps_over_60_ms = 0
        self.max_gap_ms = 0.0
        self._last: tuple[float, bytes, int] | None = None  # when, from which source, which sequence number

    def recvfrom(self, bufsize: int, flags: int = 0, /) -> tuple[bytes, Any]:
        packet, control, _flags, sender = self.recvmsg(bufsize, 64, flags)
        stamp = next((data for level, kind, data in control if (level, kind) == STAMP), b"")
        if _is_rtp(packet) and len(stamp) >= 16:
            seconds, nanoseconds = struct.unpack("qq", stamp[:16])
            self._note(packet, at=seconds + nanoseconds / 1e9)
        return packet, sender

    def restart(self) -> None:
        """Let the next packet come as late as it wants: the stream was put on hold or taken back."""
        self._last = None

    def _note(self, packet: bytes, *, at: float) -> None:
        self.packets += 1
        source, sequence = packet[8:12], int.from_bytes(packet[2:4])
        if self._last is not None and self._last[1] == source:
            ahead = (sequence - self._last[2]) & 0xFFFF
            if not 0 < ahead < 0x8000:  # late or twice: it was counted as lost when it was passed over
                self.lost -= ahead != 0
                return
            gap_ms = (at - self._last[0]) * 1000
            self.max_gap_ms = max(self.max_gap_ms, gap_ms)
            self.gaps_over_60_ms += gap_ms > GAP_MS
            self.lost += ahead - 1
        self._last = (at, source, sequence)


def _is_rtp(packet: bytes) -> bool:
    """Tell RTP from RTCP and the rest. Source: RFC 5761 section 4."""
    return len(packet) >= 12 and packet[0] >> 6 == 2 and not 64 <= packet[1] & 0x7F <= 95
