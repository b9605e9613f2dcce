"""A telephone made of two UDP sockets: it places calls, says a tone, presses keys, and keeps what it hears."""

from __future__ import annotations

import re
import secrets
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import numpy as np

from sip.plain_phone import key_tones
from sip.running_node import Samples, tone

_EVENT = 101
_KEYS = "0123456789*#ABCD"
_CHALLENGE = 'Proxy-Authenticate: Digest realm="operator", nonce="abc123", qop="auth", algorithm=MD5'


def _ulaw_table() -> Samples:
    """Return the 256 values of G.711 mu-law (ITU-T G.711, table 2), 16 bit."""
    code = ~np.arange(256) & 0xFF
    value = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -value, value).astype(float)


ULAW = _ulaw_table()
_ORDER = np.argsort(ULAW, kind="stable")
_MIDDLES = (ULAW[_ORDER][1:] + ULAW[_ORDER][:-1]) / 2


def encode(samples: Samples) -> bytes:
    return _ORDER[np.searchsorted(_MIDDLES, samples)].astype(np.uint8).tobytes()


@dataclass
class Packet:
    at: float
    payload: bytes


@dataclass
class Handset:
    """
    One telephone at 127.0.0.1, talking to the node at `node_port`.

    `says_hz` is the tone it sends (0: silence); `answers` what it does with a call: "answer", "ring", or a status.
    """

    node_port: int
    says_hz: float = 0.0
    answers: str = "answer"
    codecs: str = "0 8"
    events: bool = True  # whether it offers RFC 4733
    rang: bool = False
    heard: list[Packet] = field(default_factory=list)
    responses: list[tuple[int, str]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    muted: bool = False
    late_answer: bool = False
    invited: str = ""
    keys_heard: dict[bytes, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.sip = _bound()
        self.rtp = _bound()
        self.sip.settimeout(0.01)
        self.rtp.setblocking(False)
        self.call_id, self.tag, self.sequence, self.branch = secrets.token_hex(8), secrets.token_hex(4), 0, ""
        self.to = self.target = ""
        self.media_to: tuple[str, int] | None = None
        self._digits: list[bytes] = []
        self._tones: list[bytes] = []
        self._over = threading.Event()
        self._news = threading.Condition()
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._signal, self._talk)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self.sip.close()
        self.rtp.close()

    # What a person does

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.sip.getsockname()[1]}"

    @property
    def uri(self) -> str:
        return f"sip:0199001001@{self.address}"

    def dial(self, dialled: str = "0199000001", *, sdp: str | None = None, caller: str = "0199001234") -> None:
        self.dialled, self.caller = dialled, caller
        self.request("INVITE", body=self.sdp() if sdp is None else sdp)

    def call(self, dialled: str = "0199000001") -> None:
        """Dial, and wait for the answer."""
        self.dial(dialled)
        self.wait_for(200)

    def hang_up(self) -> None:
        self.request("BYE")

    def cancel(self) -> None:
        self.request("CANCEL", same=True)

    def press(self, key: str, *, duration_ms: int = 100) -> None:
        """Press a key as RFC 4733 says: an event every 20 ms, its end three times."""
        code = _KEYS.index(key)
        for step in range(1, duration_ms // 20 + 1):
            self._digits.append(struct.pack("!BBH", code, 10, step * 160))
        self._digits += [struct.pack("!BBH", code, 0x8A, duration_ms * 8)] * 3 + [b""]  # then sound between two keys
        while self._digits:
            time.sleep(0.01)

    def press_all(self, keys: str) -> None:
        for key in keys:
            self.press(key, duration_ms=40)

    def press_by_tones(self, key: str, *, seconds: float = 0.1) -> None:
        """Press a key as telephones did before packets, 100 ms of silence after it."""
        sound = encode(32768 * key_tones(key, seconds=seconds))
        self._tones = [sound[at : at + 160] for at in range(0, len(sound), 160)]
        while self._tones:
            time.sleep(0.01)

    def press_by_info(self, key: str) -> None:
        self.request("INFO", body=f"Signal={key}\r\nDuration=160\r\n", content="application/dtmf-relay")

    def hold(self, direction: str = "sendonly") -> None:
        self.request("INVITE", body=self.sdp(direction=direction))

    def sdp(self, *, direction: str = "sendrecv", codecs: str = "", host: str = "127.0.0.1", extra: str = "") -> str:
        codecs = codecs or self.codecs
        keys = f"a=rtpmap:{_EVENT} telephone-event/8000\r\na=fmtp:{_EVENT} 0-15\r\n" if self.events else ""
        return (
            f"v=0\r\no=- 1 {self.sequence + 1} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            f"m=audio {self.rtp.getsockname()[1]} RTP/AVP {codecs}{f' {_EVENT}' if self.events else ''}\r\n"
            f"{keys}{extra}a={direction}\r\n"
        )

    # What a test looks at

    def wait_for(self, status: int, *, within_s: float = 5.0, since: int = 0) -> str:
        """Wait for a response with `status`, and return it."""

        def found() -> list[str]:
            return [text for code, text in self.responses[since:] if code == status]

        with self._news:
            if not self._news.wait_for(found, timeout=within_s):
                raise AssertionError(f"no {status} among {[code for code, _ in self.responses]}")
        return found()[0]

    def wait_for_request(self, method: str, *, within_s: float = 5.0) -> None:
        with self._news:
            if not self._news.wait_for(lambda: method in self.requests, timeout=within_s):
                raise AssertionError(f"no {method} among {self.requests}")

    def listen(self, seconds: float) -> Samples:
        """Return what is heard from now on for `seconds`."""
        self.heard.clear()
        time.sleep(seconds)
        return self.sound()

    def sound(self) -> Samples:
        payload = b"".join(packet.payload for packet in list(self.heard))
        return ULAW[np.frombuffer(payload, np.uint8)]

    # Wires

    def request(self, method: str, *, body: str = "", content: str = "application/sdp", same: bool = False) -> None:
        if not same and method != "ACK":
            self.sequence += 1
            self.branch = "z9hG4bK" + secrets.token_hex(8)
        target = self.target or f"sip:{self.dialled}@127.0.0.1:{self.node_port}"
        branch = self.branch + ("ack" if method == "ACK" else "")
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.address};branch={branch};rport",
            "Max-Forwards: 70",
            f'From: "Ada" <sip:{self.caller}@127.0.0.1>;tag={self.tag}',
            f"To: {self.to or f'<sip:{self.dialled}@127.0.0.1>'}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.sequence} {method}",
            f"Contact: <{self.uri}>",
            *([f"Content-Type: {content}"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.send("\r\n".join([*lines, "", body]))

    def send(self, message: str) -> None:
        self.sip.sendto(message.encode(), ("127.0.0.1", self.node_port))

    def _signal(self) -> None:
        while not self._over.is_set():
            try:
                data, source = self.sip.recvfrom(65536)
            except (TimeoutError, ConnectionError):
                continue
            text = data.decode("utf-8", "replace")
            if text.startswith("SIP/2.0 "):
                self._response(text)
            else:
                self._request(text, source)

    def _response(self, text: str) -> None:
        status = int(text[8:11])
        invite = header(text, "CSeq").endswith("INVITE")
        if invite and status >= 200:
            if status < 300:
                self.to = header(text, "To")
                contact = re.search(r"<([^>]+)>", header(text, "Contact"))
                self.target = contact[1] if contact else ""
            self._follow(text)
            self._acknowledge(text, status)
        elif invite and status > 100:
            self._follow(text)
        with self._news:
            self.responses.append((status, text))
            self._news.notify_all()

    def _acknowledge(self, text: str, status: int) -> None:
        kept, self.sequence = self.sequence, int(header(text, "CSeq").split()[0])
        self.request("ACK", same=True, body=self.sdp(codecs="0") if self.late_answer and status < 300 else "")
        self.sequence = kept

    def _request(self, text: str, source: tuple[str, int]) -> None:
        method = text.split(" ", 1)[0]
        with self._news:
            self.requests.append(method)
            self._news.notify_all()
        if method == "INVITE":
            self.invited = text
            self._follow(text)
            self.call_id, self.caller = header(text, "Call-ID"), "0199001001"
            if self.answers == "challenge" and not header(text, "Proxy-Authorization"):
                self.reply(text, "407 Proxy Authentication Required", source)
            elif self.answers == "challenge":
                self.reply(text, "486 Busy Here", source)
            elif self.answers.isdigit():
                self.reply(text, f"{self.answers} Refused", source)
            else:
                self.reply(text, "180 Ringing", source)
                if self.answers == "early":
                    self.reply(text, "183 Session Progress", source, body=self.sdp(codecs="0"))
                if self.answers == "answer":
                    self.reply(text, "200 OK", source, body=self.sdp(codecs="0"))
        elif method == "CANCEL" and self.answers == "crossing":
            self.pick_up()
            self.reply(text, "481 Gone", source)
        elif method == "CANCEL":
            self.reply(text, "200 OK", source)
            self.reply(self.invited, "487 Request Terminated", source)
        elif method != "ACK":
            self.reply(text, "200 OK", source)

    def pick_up(self) -> None:
        """Answer a call that was left ringing."""
        self.reply(self.invited, "200 OK", ("127.0.0.1", self.node_port), body=self.sdp(codecs="0"))

    def reply(self, request: str, status: str, source: tuple[str, int], *, body: str = "") -> None:
        kept = [
            line for line in request.split("\r\n\r\n")[0].split("\r\n") if line.lower().startswith(("via:", "from:"))
        ]
        to = header(request, "To")
        tagged = to if ";tag=" in to else f"{to};tag={self.tag}"
        lines = [
            f"SIP/2.0 {status}",
            *kept,
            f"To: {tagged}",
            f"Call-ID: {header(request, 'Call-ID')}",
            f"CSeq: {header(request, 'CSeq')}",
            f"Contact: <{self.uri}>",
            *([_CHALLENGE] if status.startswith("407") else []),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.sip.sendto("\r\n".join([*lines, "", body]).encode(), source)

    def _follow(self, text: str) -> None:
        body = text.partition("\r\n\r\n")[2]
        port, host = re.search(r"^m=audio (\d+)", body, re.M), re.search(r"^c=IN IP4 (\S+)", body, re.M)
        if port and host and port[1] != "0":
            self.media_to = (host[1], int(port[1]))

    def _talk(self) -> None:
        frames = encode(tone(self.says_hz)) if self.says_hz else encode(np.zeros(8000))
        sequence, stamp, position, event_stamp = 0, 0, 0, 0
        due = time.monotonic()
        while not self._over.is_set():
            self._hear()
            if self.media_to and not self.muted:
                sequence, stamp = (sequence + 1) & 0xFFFF, (stamp + 160) & 0xFFFFFFFF
                digit = self._digits.pop(0) if self._digits else b""
                if digit:
                    event_stamp = event_stamp or stamp
                    payload, kind, at = digit, _EVENT, event_stamp
                else:
                    payload, kind, at, event_stamp = frames[position : position + 160], 0, stamp, 0
                    position = (position + 160) % 8000
                    payload = self._tones.pop(0) if self._tones else payload
                packet = struct.pack("!BBHII", 0x80, kind, sequence, at, 0x5EED) + payload
                self.rtp.sendto(packet, self.media_to)
            due += 0.02
            time.sleep(max(0.0, due - time.monotonic()))

    def _hear(self) -> None:
        while True:
            try:
                data = self.rtp.recv(2048)
            except (BlockingIOError, ConnectionError):
                return
            if len(data) > 12 and data[1] & 0x7F == 0:
                self.heard.append(Packet(time.monotonic(), data[12:]))
            elif len(data) == 16 and data[13] & 0x80:
                self.keys_heard[data[4:8]] = _KEYS[data[12]]


def header(text: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*?)\s*$", text, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def _bound() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return sock
