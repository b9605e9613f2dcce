"""Read from a session description the little that the node decides on. Source: RFC 8866, RFC 3264, RFC 4568."""

from __future__ import annotations

from dataclasses import dataclass

_STATIC = {"0": "PCMU", "8": "PCMA"}
_OURS = ("PCMU", "PCMA")


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioOffer:
    """The first audio stream of an offer: its profile, the codecs we know, and whether SDES keys came with it."""

    profile: str
    codecs: tuple[str, ...]
    keyed: bool

    @property
    def secure(self) -> bool:
        return "SAVP" in self.profile

    def preferred(self) -> str:
        """
        Return the one codec to answer with, "" when there is none in common.

        PCMU when it is there, because browsers' legs use it: the same samples then pass without being coded twice.
        """
        return next((codec for codec in _OURS if codec in self.codecs), "")


def read_offer(sdp: str) -> AudioOffer | None:
    """Return the first audio stream, or None when there is none that is not refused (port 0)."""
    section: list[str] = []
    for line in sdp.replace("\r\n", "\n").split("\n"):
        if line.startswith("m="):
            if section:
                break
            if line.startswith("m=audio "):
                section = [line]
        elif section:
            section.append(line)
    words = section[0].split() if section else []
    if len(words) < 4 or words[1] == "0":
        return None
    names = dict(_STATIC)
    for line in section:
        if line.startswith("a=rtpmap:"):
            payload, _, encoding = line[len("a=rtpmap:") :].partition(" ")
            names[payload] = encoding.upper() if not encoding.upper().endswith("/8000") else encoding.upper()[:-5]
    codecs = tuple(names[payload] for payload in words[3:] if names.get(payload) in _OURS)
    return AudioOffer(profile=words[2], codecs=codecs, keyed=any(line.startswith("a=crypto:") for line in section))
