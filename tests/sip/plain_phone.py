"""A telephone made of two UDP sockets, to answer our synthetic caller with nothing of ours or of its SIP stack."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

import numpy as np

from vigie.telephony.pcm import Sound

EVENT_PAYLOAD = 101
SDP = "v=0\r\no=plain 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n"
KEYS = "0123456789*#ABCD"


def _alaw_table() -> np.ndarray:
    """The 256 sample values of G.711 A-law (ITU-T G.711, table 1), full scale 1.0."""
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    value = np.where(exponent == 0, 2 * mantissa + 1, (2 * mantissa + 33) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, value, -value) / 4096.0


ALAW = _alaw_table()
ORDER = np.argsort(ALAW)
MIDDLES = (ALAW[ORDER][1:] + ALAW[ORDER][:-1]) / 2


ROWS_HZ, COLUMNS_HZ = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
PAD = "123A456B789C*0#D"


def key_tones(keys: str, *, decibels: float = -10.0, seconds: float = 0.1, pause_s: float = 0.1) -> Sound:
    """Both tones of each key (ITU-T Q.23), each at `decibels` of a full sine, then a pause."""
    at = np.arange(round(seconds * 8000)) / 8000
    pause = np.zeros(round(pause_s * 8000))
    pressed = [
        np.sin(2 * np.pi * ROWS_HZ[PAD.index(key) // 4] * at) + np.sin(2 * np.pi * COLUMNS_HZ[PAD.index(key) % 4] * at)
        for key in keys
    ]
    return 10 ** (decibels / 20) * np.concatenate([part for tones in pressed for part in (tones, pause)])


def alaw(sound: Sound) -> bytes:
    return ORDER[np.searchsorted(MIDDLES, sound)].astype(np.uint8).tobytes()


@dataclass
class PlainPhone:
    """
    Answers one INVITE after the other, plays `says` in a loop with `pause_s` between, and keeps what it receives.

    `refuses` answers that status instead of 200; `hangs_up_after_s` sends BYE that long after the answer.
    """

    says: Sound
    pause_s: float = 60.0
    refuses: int = 0
    hangs_up_after_s: float = 0.0
    hole_ms: int = 0  # one gap in the packets, a second after the answer
    events: bool = True  # whether it knows RFC 4733; without, its keys are tones
    requests: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)

    def __enter__(self) -> PlainPhone:
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sip.bind(("127.0.0.1", 0))
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp.bind(("127.0.0.1", 0))
        self._rtp.setblocking(False)
        self._over = threading.Event()
        self._media_to: tuple[str, int] | None = None
        self._held = False
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._signal, self._talk)]
        self._sip.settimeout(0.02)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.die()

    def die(self) -> None:
        """Go without a word, as a killed process does."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._sip.close()
        self._rtp.close()

    @property
    def port(self) -> int:
        port: int = self._sip.getsockname()[1]
        return port

    @property
    def uri(self) -> str:
        return f"sip:0199001001@127.0.0.1:{self.port}"

    @property
    def calls(self) -> int:
        """How many different calls were offered."""
        ids = {re.search(r"^Call-ID:.*", text, re.MULTILINE | re.IGNORECASE)[0] for text in self.requests}
        return len(ids)

    def invite(self, uri: str, *, through: int) -> None:
        """Send an INVITE without any sound for `uri` to the port `through`, and leave it at that."""
        here = f"127.0.0.1:{self.port}"
        self._sip.sendto(
            f"INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{time.monotonic_ns()}\r\n"
            f"From: <sip:plain@{here}>;tag=p\r\nTo: <{uri}>\r\nCall-ID: {time.monotonic_ns()}\r\nCSeq: 1 INVITE\r\n"
            f"Contact: <sip:plain@{here}>\r\nMax-Forwards: 70\r\nContent-Type: application/sdp\r\n"
            f"Content-Length: {len(SDP)}\r\n\r\n{SDP}".encode(),
            ("127.0.0.1", through),
        )

    def sound_heard(self) -> Sound:
        return ALAW[np.frombuffer(bytes(self.heard), np.uint8)]

    def _signal(self) -> None:
        while not self._over.is_set():
            self._maybe_hang_up()
            try:
                datagram, sender = self._sip.recvfrom(65536)
            except TimeoutError:
                continue
            text = datagram.decode(errors="replace")
            if text.startswith("SIP/2.0"):
                self.answers.append(text)
            elif text.strip():
                if not text.startswith("OPTIONS"):
                    self.requests.append(text)
                self._answer(text, sender)

    def _answer(self, request: str, sender: tuple[str, int]) -> None:
        method = request.split(" ", 1)[0]
        if method == "ACK":
            return
        if method == "INVITE":
            self._invited(request, sender)
        elif method == "INFO":
            key = re.search(r"^Signal\s*=\s*(\S)", request, re.M)
            self.keys.append(key[1] if key else "?")
            self._reply(request, sender, "200 OK")
        else:
            self._reply(request, sender, "200 OK")
            if method in ("BYE", "CANCEL"):
                self._media_to = None

    def _invited(self, request: str, sender: tuple[str, int]) -> None:
        if self.refuses:
            self._reply(request, sender, f"{self.refuses} No")
            return
        self._reply(request, sender, "180 Ringing")
        port = re.search(r"^m=audio (\d+)", request, re.M)
        self._held = "a=sendonly" in request or "a=inactive" in request
        direction = "recvonly" if self._held else "sendrecv"
        here = self._rtp.getsockname()[1]
        events = f"a=rtpmap:{EVENT_PAYLOAD} telephone-event/8000\r\na=fmtp:{EVENT_PAYLOAD} 0-15\r\n"
        sdp = (
            "v=0\r\no=plain 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {here} RTP/AVP 8{f' {EVENT_PAYLOAD}' if self.events else ''}\r\na=rtpmap:8 PCMA/8000\r\n"
            f"{events if self.events else ''}a={direction}\r\n"
        )
        self._reply(request, sender, "200 OK", sdp)
        self._invite, self._caller = request, sender
        if self._media_to is None:
            self._answered_at = time.monotonic()
            self._media_to = ("127.0.0.1", int(port[1]))

    def _reply(self, request: str, sender: tuple[str, int], status: str, sdp: str = "") -> None:
        kept = re.findall(r"^(?:Via|Record-Route|From|Call-ID|CSeq):.*\r\n", request, re.M | re.I)
        lines = "".join(kept) + _tagged(request) + f"Contact: <sip:plain@127.0.0.1:{self._sip.getsockname()[1]}>\r\n"
        kind = "Content-Type: application/sdp\r\n" if sdp else ""
        self._sip.sendto(f"SIP/2.0 {status}\r\n{lines}{kind}Content-Length: {len(sdp)}\r\n\r\n{sdp}".encode(), sender)

    def _maybe_hang_up(self) -> None:
        if not self.hangs_up_after_s or self._media_to is None:
            return
        if time.monotonic() - self._answered_at < self.hangs_up_after_s:
            return
        self._media_to = None
        asked = self._invite
        target = re.search(r"^Contact:\s*<([^>]+)>", asked, re.M | re.I)[1]
        caller = re.search(r"^From:(.*)\r\n", asked, re.M | re.I)[1]
        call_id = re.search(r"^Call-ID:.*\r\n", asked, re.M | re.I)[0]
        here = f"127.0.0.1:{self._sip.getsockname()[1]}"
        routes = "".join(
            f"Route:{value}\r\n" for value in re.findall(r"^Record-Route:(.*)\r\n", asked, re.MULTILINE | re.IGNORECASE)
        )
        bye = (
            f"BYE {target} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bKplainbye\r\nMax-Forwards: 70\r\n{routes}"
            f"From:{_tagged(asked)[3:].rstrip()}\r\nTo:{caller}\r\n{call_id}CSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n"
        )
        self._sip.sendto(bye.encode(), self._caller)

    def _talk(self) -> None:
        spoken = alaw(np.concatenate([self.says, np.zeros(round(self.pause_s * 8000))]))
        place = sequence = 0
        due = time.monotonic()
        last_event = None
        while not self._over.is_set():
            last_event = self._take_in(last_event)
            to = self._media_to
            if to is None:
                place = sequence = 0
            elif not self._held:
                if sequence == 50 and self.hole_ms:
                    time.sleep(self.hole_ms / 1000)
                payload = spoken[place : place + 160].ljust(160, b"\xd5")
                self._rtp.sendto(struct.pack("!BBHII", 0x80, 8, sequence, sequence * 160, 7) + payload, to)
                sequence += 1
                place = (place + 160) % len(spoken)
            due = max(due + 0.02, time.monotonic() - 0.1)
            time.sleep(max(0.0, due - time.monotonic()))

    def _take_in(self, last_event: bytes | None) -> bytes | None:
        while True:
            try:
                packet = self._rtp.recv(2048)
            except BlockingIOError:
                return last_event
            if packet[1] & 0x7F == 8:
                self.heard += packet[12:]
            elif packet[1] & 0x7F == EVENT_PAYLOAD and packet[4:8] != last_event:
                last_event = packet[4:8]
                self.keys.append(KEYS[packet[12] & 15])


def _tagged(request: str) -> str:
    to = re.search(r"^To:.*\r\n", request, re.M | re.I)[0]
    return to if ";tag=" in to else to.rstrip() + ";tag=plain\r\n"
