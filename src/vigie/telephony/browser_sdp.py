"""
Fit a browser's offer and our answer to each other.

Chromium gathers candidates it hides behind mDNS names or sends later; with an ICE-lite peer they are not needed, as the
browser's own checks tell its address. What the stack reads in them only harms (``c=0.0.0.0`` is a hold), so each offer
is given one dummy candidate equal to its address. The answer lacks what a browser insists on: ``mid``, ``BUNDLE``,
``rtcp-mux`` and the feedback profile. Source: RFC 8829, RFC 8839.
"""

from __future__ import annotations

import re

_DUMMY_HOST = "127.0.0.1"
_DUMMY = f"a=candidate:1 1 udp 2122194687 {_DUMMY_HOST} 9 typ host"


class NotAnAudioOffer(ValueError):
    """The page's offer has no audio stream with a key fingerprint."""


def offer_for_stack(offer: str) -> str:
    """Return the page's offer as the stack understands it. Raises: NotAnAudioOffer."""
    lines = _lines(offer)
    if not any(line.startswith("m=audio ") for line in lines) or "a=fingerprint:" not in offer:
        raise NotAnAudioOffer(offer[:80])
    kept: list[str] = []
    for line in lines:
        if line.startswith(("a=candidate:", "a=end-of-candidates")):
            continue
        if line.startswith("m=audio "):
            line = re.sub(r"^m=audio \d+", "m=audio 9", line)
        if line.startswith("c=IN "):
            line = f"c=IN IP4 {_DUMMY_HOST}"
        kept.append(line)
        if line.startswith("a=ice-ufrag:") and _DUMMY not in kept:
            kept.append(_DUMMY)
    return _text(kept)


def answer_for_page(answer: str, *, offer: str, described: str, reachable: str) -> str:
    """
    Return the stack's answer as the page of `offer` accepts it.

    `described` is the host the stack wrote, `reachable` the one the page is to send to.
    """
    lines = [line.replace(f" {described} ", f" {reachable} ") for line in _lines(answer)]
    lines = [re.sub(rf"\b{re.escape(described)}$", reachable, line) for line in lines]
    mid = next((line[len("a=mid:") :] for line in _lines(offer) if line.startswith("a=mid:")), "0")
    named = any(line.startswith("a=mid:") for line in lines)
    multiplexed = "a=rtcp-mux" in lines
    out: list[str] = []
    for line in lines:
        if line.startswith("m=audio "):
            if not any(known.startswith("a=group:BUNDLE") for known in out):
                out.append(f"a=group:BUNDLE {mid}")
            out.append(line.replace(" UDP/TLS/RTP/SAVP ", " UDP/TLS/RTP/SAVPF "))
            continue
        out.append(line)
    out += [] if named else [f"a=mid:{mid}"]
    out += [] if multiplexed else ["a=rtcp-mux"]
    return _text(out)


def _lines(sdp: str) -> list[str]:
    return [line.strip() for line in sdp.replace("\r\n", "\n").split("\n") if line.strip()]


def _text(lines: list[str]) -> str:
    return "\r\n".join(lines) + "\r\n"
