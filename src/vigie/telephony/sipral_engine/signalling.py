"""From what the SIP stack reports to what the node says."""

from __future__ import annotations

import contextlib
import re
import time
import uuid
from collections.abc import Callable

from vigie.telephony.protocol import (
    BrowserConnected,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallRinging,
    CommandFailed,
    DigitPressed,
    EndCause,
    PeerHeld,
)
from vigie.telephony.sdp import AudioOffer, read_offer
from vigie.telephony.settings import IncomingMedia
from vigie.telephony.sipral_engine.abi import SRTP_REQUIRED, Event, Refused, constant, kind
from vigie.telephony.sipral_engine.browsers import Browsers
from vigie.telephony.sipral_engine.exchange import Exchange
from vigie.telephony.sipral_engine.legs import Kind, Leg, Way
from vigie.telephony.sipral_engine.trunks import Trunks

_SAME_KEY_S = 1.0  # a phone that sends one key two ways (RFC 4733, INFO, tones) sends them within that time
_BUSY = (486, 600)
_UNANSWERED = (408, 480, 487)
_HIDDEN = ("anonymous", "unknown", "restricted", "unavailable", "")


class Signalling:
    """One method for each event of the stack that means something to us; the others are ignored."""

    def __init__(self, exchange: Exchange, *, browsers: Browsers, trunks: Trunks) -> None:
        self._exchange = exchange
        self._browsers = browsers
        self._trunks = trunks
        self._reactions: dict[int, Callable[[Leg, Event], None]] = {
            kind("CALL_PROGRESS"): self._progress,
            kind("CALL_CONFIRMED"): self._confirmed,
            kind("CALL_ENDED"): self._ended,
            kind("MEDIA_STARTED"): self._media_started,
            kind("MEDIA_SECURED"): self._secured,
            kind("SESSION_CHANGED"): self._session_changed,
            kind("DIGIT_RECEIVED"): self._digit,
            kind("IN_BAND_DIGIT"): self._digit,
            kind("TRANSFER_REQUESTED"): self._transfer_requested,
            kind("TRANSFER_DONE"): self._transfer_done,
        }
        self._incoming_kind = kind("INCOMING_CALL")
        self._registration_kind = kind("REGISTRATION_CHANGED")

    def take(self, event: Event) -> None:
        """React to one event of the stack."""
        if event.kind == self._incoming_kind:
            self._incoming(event)
        elif event.kind == self._registration_kind:
            self._trunks.registration_changed(event)
        else:
            leg = self._exchange.legs.by_call.get(event.call)
            reaction = self._reactions.get(event.kind)
            if leg is not None and reaction is not None:
                reaction(leg, event)

    # A call comes in

    def _incoming(self, event: Event) -> None:
        fields = event.fields
        if self._browsers.claims(str(fields.get("call_id") or "")):
            self._browsers.arrived(event)
        elif is_stray(event):
            self._exchange.stack.reject(event.call, 481)
        elif self._exchange.draining or self._exchange.legs.count(browsers=False) >= self._exchange.settings.max_calls:
            self._exchange.stack.reject(event.call, 503)
        else:
            self._announce(event)

    def _announce(self, event: Event) -> None:
        sdp = (event.message or b"").partition(b"\r\n\r\n")[2].decode("utf-8", "replace")
        offer = read_offer(sdp)
        leg = Leg(id=uuid.uuid4().hex, kind=Kind.INCOMING, call=event.call, has_offer=bool(sdp))
        if offer is not None:
            leg.codecs = offer.preferred()
        if self._exchange.settings.incoming_media is IncomingMedia.SRTP:
            leg.srtp = SRTP_REQUIRED
        caller = user_part(str(event.fields.get("from_uri") or ""))
        self._exchange.tell(
            CallArrived,
            leg=leg.id,
            caller_id="" if caller.lower() in _HIDDEN else caller,
            dialled=dialled_number(event),
            display_name=str(event.fields.get("from_display") or ""),
            secure_media=offer is not None and offer.secure,
        )
        if sdp and not self._acceptable(offer):
            self._exchange.stack.reject(event.call, 488)
            self._exchange.tell(CallEnded, leg=leg.id, cause=EndCause.TECHNICAL, status=488)
            return
        self._exchange.legs.add(leg)
        with contextlib.suppress(Refused):  # cancelled already: its end is the next event
            self._exchange.stack.ring(event.call)

    def _acceptable(self, offer: AudioOffer | None) -> bool:
        if offer is None or not offer.codecs:
            return False
        return offer.keyed if self._exchange.settings.incoming_media is IncomingMedia.SRTP else True

    # A call goes out

    def _progress(self, leg: Leg, event: Event) -> None:
        status = event.fields.get("status_code")
        if leg.kind is Kind.OUTGOING and (status == 180 or (status == 183 and not leg.rang)):
            early = event.fields.get("state") == constant("CALL_STATE_EARLY_MEDIA") or status == 183
            leg.rang = True
            self._exchange.tell(CallRinging, leg=leg.id, early_media=early)

    def _confirmed(self, leg: Leg, event: Event) -> None:
        if leg.answered_at:
            return
        leg.answered_at = time.monotonic()
        if leg.timeout is not None:
            leg.timeout.cancel()
        if leg.kind is not Kind.BROWSER:
            self._exchange.tell(CallAnswered, leg=leg.id)

    # Its audio

    def _media_started(self, leg: Leg, event: Event) -> None:
        if leg.media is None and leg.socket is not None:
            self._exchange.audio.add(leg, self._exchange.stack.media(leg.call))

    def _secured(self, leg: Leg, event: Event) -> None:
        if leg.kind is Kind.BROWSER and not leg.connected:
            leg.connected = True
            self._exchange.tell(BrowserConnected, leg=leg.id)
            self._browsers.take_place(leg)

    def _session_changed(self, leg: Leg, event: Event) -> None:
        held = bool(event.fields.get("held_there"))
        if held != leg.peer_held:
            leg.peer_held = held
            leg.packet_at = time.monotonic()
            self._exchange.tell(PeerHeld, leg=leg.id, held=held)

    def _digit(self, leg: Leg, event: Event) -> None:
        digit = str(event.fields.get("digit") or "").upper()
        if not digit:
            return
        if _is_told(leg, digit, way=(event.kind, event.fields.get("source"))):
            return
        self._exchange.interrupt(leg)
        self._exchange.tell(DigitPressed, leg=leg.id, digit=digit)

    # Transfers

    def _transfer_requested(self, leg: Leg, event: Event) -> None:
        self._exchange.stack.reject_transfer(leg.call)

    def _transfer_done(self, leg: Leg, event: Event) -> None:
        status = int(str(event.fields.get("status_code") or 0))
        if 200 <= status < 300:
            self._exchange.hang_up(leg, cause=EndCause.LOCAL)
        else:
            self._exchange.tell(CommandFailed, leg=leg.id, command="Transfer", reason=f"status_{status}")

    # The end

    def _ended(self, leg: Leg, event: Event) -> None:
        for call, payload, destination in self._exchange.stack.farewells():
            ending = self._exchange.legs.by_call.get(call)
            if ending is not None and ending.socket is not None:
                self._exchange.audio.send(ending.socket, payload, destination)
        status = int(str(event.fields.get("status_code") or 0))
        cause = leg.ending or end_cause(int(str(event.fields.get("end_reason") or 0)), status)
        self._exchange.forget(leg, cause=cause, status=status, reason=self._browsers.reason(leg))


def _is_told(leg: Leg, digit: str, *, way: Way) -> bool:
    """Say whether this key was just told when it came another way; each press answers for one other."""
    now = time.monotonic()
    leg.keys = [key for key in leg.keys if now - key[2] < _SAME_KEY_S]
    for key in leg.keys:
        if key[0] == digit and key[1] != way:
            leg.keys.remove(key)
            return True
    leg.keys.append((digit, way, now))
    return False


def end_cause(reason: int, status: int) -> EndCause:
    """Return why the far end or the wire ended the call."""
    if reason == constant("CALL_END_REASON_REMOTE_HANGUP"):
        return EndCause.HANGUP
    if reason == constant("CALL_END_REASON_CANCELLED"):
        return EndCause.CANCELLED
    if reason == constant("CALL_END_REASON_LOCAL_HANGUP"):
        return EndCause.LOCAL
    if reason == constant("CALL_END_REASON_EXPIRED"):
        return EndCause.MEDIA_LOST
    if status in _BUSY:
        return EndCause.BUSY
    if status in _UNANSWERED:
        return EndCause.NO_ANSWER
    if status == 488:
        return EndCause.TECHNICAL
    return EndCause.REFUSED


def is_stray(event: Event) -> bool:
    """Say whether an INVITE belongs to a dialogue we no longer have: its To already bears a tag."""
    head = (event.message or b"").partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    return re.search(r"^(?:to|t)\s*:[^\r\n]*;\s*tag=", head, re.IGNORECASE | re.MULTILINE) is not None


def user_part(uri: str) -> str:
    """Return the number or name before the host of a SIP or tel URI, without its parameters."""
    found = re.match(r"(?:sips?|tel):([^@;?>]*)(@?)", uri.strip(), re.IGNORECASE)
    if found is None or (not found[2] and not uri.lower().startswith("tel:")):
        return ""
    return found[1].partition(":")[0]


def dialled_number(event: Event) -> str:
    """Return who the request is for: its own URI, which a trunk sets, rather than the To header."""
    first = (event.message or b"").split(b"\r\n", 1)[0].decode("utf-8", "replace").split(" ")
    requested = user_part(first[1]) if len(first) == 3 else ""
    return requested or user_part(str(event.fields.get("to_uri") or ""))
