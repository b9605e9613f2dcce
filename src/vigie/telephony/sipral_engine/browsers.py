"""
Browser legs: each is a call whose caller lives in this process.

The page's offer arrives by HTTP, and the stack only takes offers by SIP: so a small caller of ours hands the stack an
INVITE with it, as a datagram that never was on a wire, and takes the answer out of what the stack wants to send to an
address that is nobody's. No port, no latency, and nothing another machine could pretend to be.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from vigie.telephony.addresses import own_address
from vigie.telephony.browser_sdp import NotAnAudioOffer, answer_for_page, offer_for_stack
from vigie.telephony.protocol import AttachBrowser, BrowserAnswered, BrowserLost, EndCause
from vigie.telephony.sipral_engine.abi import ICE_LITE, SRTP_DTLS_REQUIRED, CallMedia, Event, Refused
from vigie.telephony.sipral_engine.exchange import Exchange
from vigie.telephony.sipral_engine.legs import Kind, Leg

VIRTUAL = "127.0.0.1:9"  # the discard port: what is sent "there" is taken back before any socket
_CALL_ID = "@browser.invalid"


@dataclass(slots=True)
class _Caller:
    """The caller's side of one dialogue."""

    leg: str
    offer: str
    replaces: str
    tag: str
    to: str = ""
    target: str = ""
    sequence: int = 1


class Browsers:
    """Every page whose audio is here."""

    def __init__(self, exchange: Exchange, *, sip_address: str) -> None:
        self._exchange = exchange
        self._sip_address = sip_address
        self._callers: dict[str, _Caller] = {}
        self._to_stack: list[bytes] = []
        # The stack refuses loopback as an ICE host: it is told our own address, which is taken out of its answer again.
        self._described = own_address() if exchange.settings.media_host.startswith("127.") else ""
        self._reasons: dict[str, str] = {}

    def attach(self, command: AttachBrowser) -> None:
        """Begin a leg from the page's offer."""
        if command.leg in self._exchange.legs.by_id:
            return
        caller = _Caller(leg=command.leg, offer=command.sdp, replaces=command.replaces, tag=secrets.token_hex(8))
        try:
            body = offer_for_stack(command.sdp)
        except NotAnAudioOffer:
            self._exchange.fail(command.leg, "AttachBrowser", "not_an_audio_offer")
            return
        self._callers[command.leg] = caller
        self._send(caller, "INVITE", body)

    def claims(self, call_id: str) -> bool:
        return call_id.endswith(_CALL_ID)

    def arrived(self, event: Event) -> None:
        """Answer the INVITE of one of our own callers."""
        caller = self._callers.get(str(event.fields.get("call_id")).removesuffix(_CALL_ID))
        if caller is None:
            self._exchange.stack.reject(event.call, 404)
            return
        leg = Leg(id=caller.leg, kind=Kind.BROWSER, call=event.call, codecs="PCMU", replaces=caller.replaces)
        self._exchange.legs.add(leg)
        media = self._exchange.media_of(leg)
        if self._described:
            media = CallMedia(address=f"{self._described}:{media.address.rpartition(':')[2]}")
        try:
            self._exchange.stack.answer(
                event.call,
                CallMedia(address=media.address, codecs="PCMU", srtp=SRTP_DTLS_REQUIRED, ice=ICE_LITE),
            )
        except Refused as error:
            self._exchange.stack.reject(event.call, 488)
            self._exchange.fail(leg.id, "AttachBrowser", error.status_name.removeprefix("SIPRAL_STATUS_").lower())

    def take_place(self, leg: Leg) -> None:
        """Put a connected leg where the one it replaces was."""
        old = self._exchange.legs.by_id.get(leg.replaces)
        if old is not None and old is not leg:
            self._exchange.replace(old, leg)
            self.drop(old, reason="replaced")

    def drop(self, leg: Leg, *, reason: str) -> None:
        self._reasons[leg.id] = reason
        self._exchange.hang_up(leg, cause=EndCause.LOCAL)

    def reason(self, leg: Leg) -> str:
        """Return why a browser leg ended, and forget its caller."""
        self._callers.pop(leg.id, None)
        return self._reasons.pop(leg.id, "failed")

    # The caller's SIP

    def pending(self) -> list[bytes]:
        """Take the datagrams our callers have for the stack."""
        pending, self._to_stack = self._to_stack, []
        return pending

    def hear(self, message: bytes) -> None:
        """Take one message of the stack to one of our callers."""
        head, _, body = message.decode("utf-8", "replace").partition("\r\n\r\n")
        caller = self._callers.get(_header(head, "Call-ID").removesuffix(_CALL_ID))
        if not head.startswith("SIP/2.0 "):
            if not head.startswith("ACK "):
                self._to_stack.append(_ok(head))
            return
        status = int(head[8:11])
        if caller is None or status < 200 or not _header(head, "CSeq").endswith("INVITE"):
            return
        caller.to = _header(head, "To")
        contact = re.search(r"<([^>]+)>", _header(head, "Contact"))
        caller.target = contact[1] if contact else ""
        self._send(caller, "ACK", "")
        if status < 300:
            self._answered(caller, body)
        else:
            self._refused(caller)

    def _answered(self, caller: _Caller, answer: str) -> None:
        reachable = self._exchange.media_host
        described = self._described or reachable
        sdp = answer_for_page(answer, offer=caller.offer, described=described, reachable=reachable)
        if described != reachable and described in sdp:
            raise RuntimeError("the stand-in address is still in the answer")
        self._exchange.tell(BrowserAnswered, leg=caller.leg, sdp=sdp)

    def _refused(self, caller: _Caller) -> None:
        self._callers.pop(caller.leg, None)
        if caller.leg not in self._exchange.legs.by_id:
            self._exchange.tell(BrowserLost, leg=caller.leg, reason="failed")

    def _send(self, caller: _Caller, method: str, body: str) -> None:
        target = caller.target or f"sip:browser@{self._sip_address}"
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {VIRTUAL};branch=z9hG4bK{caller.tag}{method if caller.target else ''};rport",
            "Max-Forwards: 70",
            f"From: <sip:browser@{VIRTUAL}>;tag={caller.tag}",
            f"To: {caller.to or f'<sip:browser@{self._sip_address}>'}",
            f"Call-ID: {caller.leg}{_CALL_ID}",
            f"CSeq: {caller.sequence} {method}",
            f"Contact: <sip:browser@{VIRTUAL}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body.encode())}",
        ]
        self._to_stack.append("\r\n".join([*lines, "", body]).encode())


def _header(head: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*?)\s*$", head, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def _ok(head: str) -> bytes:
    """Return 200 to a request of the stack."""
    kept = [
        line for line in head.split("\r\n") if line.lower().startswith(("via:", "from:", "to:", "call-id:", "cseq:"))
    ]
    return "\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]).encode()
