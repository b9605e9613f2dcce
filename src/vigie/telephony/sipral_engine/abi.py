"""
The part of the sipral C ABI that vigie uses, as Python values.

The only file that touches private names of the binding, hence the pinned version. We drive the ABI ourselves rather
than through `sipral.Stack`, because that has one thread per call (3 % of a core each) and a 50 ms poll. Everything
here belongs to one thread: the pump.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import sipral
from sipral._sipral_cffi import ffi, lib
from sipral.errors import SipralError, check
from sipral.events import Event, decode

from vigie.telephony.sounds import FRAME_SAMPLES

__all__ = ["AccountConfig", "CallMedia", "Event", "Media", "Refused", "Stack", "kind"]

Refused = SipralError

_PACKET_BYTES = int(lib.SIPRAL_MEDIA_PACKET_BYTES)
_MESSAGE_BYTES = 1 << 16
_ADDRESS_BYTES = 128
_SAMPLES = ffi.typeof("int16_t[]")
_OK = int(lib.SIPRAL_STATUS_OK)

SRTP_REQUIRED = int(lib.SIPRAL_SRTP_REQUIRED)
SRTP_DTLS_REQUIRED = int(lib.SIPRAL_SRTP_DTLS_REQUIRED)
SRTP_UNSET = 0
ICE_LITE = int(lib.SIPRAL_ICE_LITE)
ICE_OFF = int(lib.SIPRAL_ICE_OFF)


def kind(name: str) -> int:
    """Return the number of the event kind `name`."""
    return int(getattr(lib, f"SIPRAL_EVENT_KIND_{name}"))


def constant(name: str) -> int:
    return int(getattr(lib, f"SIPRAL_{name}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConfig:
    """Who we are towards one next hop. `hop` is host:port, an address. `registrar` "" never registers."""

    aor: str
    contact: str
    hop: str
    registrar: str = ""
    user: str = ""
    password: str = ""
    expires_s: int = 0
    session_timer_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMedia:
    """How the audio of one call is to be negotiated. `address` is host:port as it goes in SDP."""

    address: str
    codecs: str = "PCMU,PCMA"
    srtp: int = SRTP_UNSET
    ice: int = ICE_OFF
    feedback: bool = False


class _Struct:
    """A C struct and the texts it points to, kept alive together."""

    def __init__(self, name: str) -> None:
        self.raw = ffi.new(f"{name} *")
        self.raw.size = ffi.sizeof(name)
        self._kept: list[Any] = []

    def text(self, field: str, value: str | bytes) -> None:
        """Set `field` and `field_len`; an empty value leaves both null."""
        encoded = value.encode() if isinstance(value, str) else value
        if not encoded:
            return
        ctype = ffi.typeof(self.raw[0])
        pointer = dict(ctype.fields)[field].type
        buffer = ffi.new("char[]", encoded) if pointer.item.cname == "char" else ffi.new("uint8_t[]", encoded)
        self._kept.append(buffer)
        setattr(self.raw, field, buffer)
        setattr(self.raw, f"{field}_len", len(encoded))

    def headers(self, fields: dict[str, str]) -> None:
        if not fields:
            return
        array = ffi.new("sipral_header_t[]", len(fields))
        self._kept.append(array)
        for row, (name, value) in zip(array, fields.items(), strict=True):
            row.name, row.name_len = self._chars(name)
            row.value, row.value_len = self._chars(value)
        self.raw.headers = array
        self.raw.headers_len = len(fields)

    def _chars(self, value: str) -> tuple[Any, int]:
        encoded = value.encode()
        buffer = ffi.new("char[]", encoded)
        self._kept.append(buffer)
        return buffer, len(encoded)


class _Packet:
    """The buffers one outgoing packet is written into, used again for the next."""

    def __init__(self) -> None:
        self._data = ffi.new(f"uint8_t[{_PACKET_BYTES}]")
        self._destination = ffi.new(f"char[{_ADDRESS_BYTES}]")
        self._view = ffi.buffer(self._data)
        self.raw = ffi.new("sipral_media_packet_t *")
        self.raw.size = ffi.sizeof("sipral_media_packet_t")
        self.raw.data = self._data
        self.raw.capacity = _PACKET_BYTES
        self.raw.destination = self._destination
        self.raw.destination_capacity = _ADDRESS_BYTES

    def taken(self) -> tuple[bytes, bytes]:
        return self._view[: self.raw.len], ffi.string(self._destination, self.raw.destination_len)


class Stack:
    """One SIP endpoint: datagrams in, datagrams and events out. Addresses are host:port."""

    def __init__(self, *, advertised: str, max_calls: int, user_agent: str) -> None:
        self._origin = time.monotonic()
        self._events: list[Event] = []
        self._callback = ffi.callback("void(const sipral_event_t *, void *)")(self._on_event)
        self._packet = _Packet()
        self._poll_result = ffi.new("sipral_poll_result_t *")
        self._poll_result.size = ffi.sizeof("sipral_poll_result_t")
        self._transmit_data = ffi.new(f"uint8_t[{_MESSAGE_BYTES}]")
        self._transmit_to = ffi.new(f"char[{_ADDRESS_BYTES}]")
        self._transmit = ffi.new("sipral_transmit_t *")
        self._transmit.size = ffi.sizeof("sipral_transmit_t")
        self._transmit.data = self._transmit_data
        self._transmit.capacity = _MESSAGE_BYTES
        self._transmit.destination = self._transmit_to
        self._transmit.destination_capacity = _ADDRESS_BYTES
        config = _Struct("sipral_stack_config_t")
        raw = config.raw
        raw.event_callback = self._callback
        raw.transport = lib.SIPRAL_TRANSPORT_UDP
        config.text("bind_address", advertised)
        config.text("user_agent", user_agent)
        config.text("entropy", os.urandom(32))
        config.text("media_seed", os.urandom(32))
        config.text("codecs", "PCMU,PCMA")
        raw.media_clock_unix_seconds = int(time.time())
        raw.audio = lib.SIPRAL_AUDIO_APPLICATION
        raw.media_stall_watchdog = lib.SIPRAL_TOGGLE_OFF
        raw.max_dialogs = 2 * max_calls
        raw.max_server_transactions = 20_000
        raw.datagram_without_stream_bytes = 65_000
        handle = ffi.new("sipral_handle_t *")
        check(lib.sipral_stack_create(raw, handle), "sipral_stack_create")
        self.handle = int(handle[0])
        check(lib.sipral_stack_invite_limit(self.handle, 1, 100_000), "sipral_stack_invite_limit")

    def now_ms(self) -> int:
        """Return the time of the stack's own clock."""
        return int((time.monotonic() - self._origin) * 1000)

    def receive(self, datagram: bytes, source: str) -> None:
        sender = source.encode()
        lib.sipral_stack_receive_datagram(
            self.handle,
            lib.SIPRAL_TRANSPORT_MAIN,
            datagram,
            len(datagram),
            sender,
            len(sender),
            ffi.NULL,
            0,
            self.now_ms(),
        )

    def poll(self) -> tuple[list[Event], float]:
        """Let time pass. Return what happened, and in how many seconds the stack wants to be polled again."""
        result = self._poll_result
        status = lib.sipral_stack_poll(self.handle, self.now_ms(), result)
        happened, self._events = self._events, []
        if status != _OK or not result.has_deadline:
            return happened, 1.0
        return happened, result.next_poll_in_ms / 1000

    def outgoing(self) -> Iterator[tuple[bytes, str]]:
        """Yield each SIP message to send, and where to."""
        transmit = self._transmit
        while True:
            if lib.sipral_stack_poll_transmit(self.handle, transmit) != _OK or not transmit.len:
                return
            payload = bytes(ffi.buffer(transmit.data, transmit.len))
            yield payload, ffi.string(transmit.destination, transmit.destination_len).decode()

    def farewells(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield the last control packets of ended calls: call, packet, destination."""
        call = ffi.new("sipral_handle_t *")
        while lib.sipral_stack_poll_farewell(self.handle, call, self._packet.raw) == _OK and self._packet.raw.len:
            payload, destination = self._packet.taken()
            yield int(call[0]), payload, destination

    def add_account(self, account: AccountConfig) -> int:
        """Raises: Refused."""
        config = _Struct("sipral_account_config_t")
        config.text("aor", account.aor)
        config.text("contact", account.contact)
        config.text("registrar", account.registrar)
        config.text("registrar_address", account.hop)
        config.text("auth_user", account.user)
        config.text("auth_password", account.password)
        config.raw.expires_seconds = account.expires_s
        if account.session_timer_s:
            config.raw.session_timer = lib.SIPRAL_SESSION_TIMER_INTERVAL
            config.raw.session_interval_seconds = account.session_timer_s
        handle = ffi.new("sipral_handle_t *")
        check(lib.sipral_account_add(self.handle, config.raw, handle), "sipral_account_add")
        return int(handle[0])

    def remove_account(self, account: int) -> None:
        lib.sipral_account_remove(self.handle, account)

    def register(self, account: int) -> None:
        """Raises: Refused."""
        check(lib.sipral_account_register(self.handle, account, self.now_ms()), "sipral_account_register")

    def unregister(self, account: int) -> None:
        lib.sipral_account_unregister(self.handle, account, self.now_ms())

    def place(self, account: int, target: str, *, media: CallMedia, destination: str, headers: dict[str, str]) -> int:
        """Call `target`. Raises: Refused."""
        config = _call_config(media)
        config.text("target", target)
        config.text("destination", destination)
        config.headers(headers)
        handle = ffi.new("sipral_handle_t *")
        check(lib.sipral_call_place(self.handle, account, config.raw, handle, self.now_ms()), "sipral_call_place")
        return int(handle[0])

    def ring(self, call: int) -> None:
        check(lib.sipral_call_ring(self.handle, call, ffi.NULL, 0, self.now_ms()), "sipral_call_ring")

    def ring_with_media(self, call: int, media: CallMedia) -> None:
        """Send 183 with an answer, so that the caller hears us before the 200. Raises: Refused."""
        status = lib.sipral_call_ring_media(self.handle, call, _call_config(media).raw, self.now_ms())
        check(status, "sipral_call_ring_media")

    def answer(self, call: int, media: CallMedia) -> None:
        """Raises: Refused."""
        status = lib.sipral_call_answer_with(self.handle, call, _call_config(media).raw, self.now_ms())
        check(status, "sipral_call_answer_with")

    def reject(self, call: int, status_code: int) -> None:
        check(lib.sipral_call_reject(self.handle, call, status_code, self.now_ms()), "sipral_call_reject")

    def hang_up(self, call: int) -> None:
        """End the call whatever it is doing: CANCEL, BYE, or a refusal. Nothing when it is already over."""
        lib.sipral_call_hangup(self.handle, call, self.now_ms())

    def transfer(self, call: int, target: str) -> None:
        """Raises: Refused."""
        encoded = target.encode()
        status = lib.sipral_call_transfer(self.handle, call, encoded, len(encoded), self.now_ms())
        check(status, "sipral_call_transfer")

    def reject_transfer(self, call: int, status_code: int = 603) -> None:
        lib.sipral_call_reject_transfer(self.handle, call, status_code, self.now_ms())

    def send_digits(self, call: int, digits: str) -> None:
        """Raises: Refused."""
        encoded = digits.encode()
        status = lib.sipral_call_send_dtmf(
            self.handle, call, encoded, len(encoded), lib.SIPRAL_DTMF_RTP, 100, self.now_ms()
        )
        check(status, "sipral_call_send_dtmf")

    def media(self, call: int) -> Media:
        """Take hold of the audio of `call`, once it has started. Raises: Refused."""
        handle = ffi.new("sipral_handle_t *")
        check(lib.sipral_call_media(self.handle, call, handle), "sipral_call_media")
        return Media(int(handle[0]), packet=self._packet)

    def destroy(self) -> None:
        lib.sipral_stack_destroy(self.handle)

    def _on_event(self, raw: Any, _user_data: Any) -> None:
        self._events.append(decode(raw[0]))


class Media:
    """The audio of one call, a frame at a time."""

    def __init__(self, handle: int, *, packet: _Packet) -> None:
        self.handle = handle
        self._packet = packet
        self._arrival = ffi.new("uint32_t *")
        self._written = ffi.new("size_t *")
        self._source = ffi.new("uint32_t *")
        self.heard = ffi.new("int16_t[960]")
        info = ffi.new("sipral_media_info_t *")
        info.size = ffi.sizeof("sipral_media_info_t")
        check(lib.sipral_media_info(handle, info), "sipral_media_info")
        self.frame_samples = int(info.frame_samples)
        self.key_payload = int(info.dtmf_payload_type) if info.has_dtmf else -1
        self.tones = not info.has_dtmf  # the stack then looks for keys in the audio played out
        self.mixed = ffi.new("int16_t[960]")
        self._heard_bytes = ffi.buffer(self.heard, 2 * FRAME_SAMPLES)
        self.heard_array = np.frombuffer(self._heard_bytes, dtype=np.int16)
        self.mixed_array = np.frombuffer(ffi.buffer(self.mixed, 2 * FRAME_SAMPLES), dtype=np.int16)

    def receive(self, datagram: bytes, sender: bytes, now_ms: int) -> None:
        lib.sipral_media_receive(self.handle, datagram, len(datagram), sender, len(sender), now_ms, self._arrival)

    def play_out(self) -> bool:
        """Decode the frame that is due into `heard`; False when the call has no audio now."""
        status = lib.sipral_media_playback(self.handle, self.heard, 960, self._written, self._source)
        return bool(status == _OK and self._written[0])

    def heard_frame(self) -> bytes:
        """Return a copy of `heard`."""
        return bytes(self._heard_bytes)

    def capture(self, samples: Any, now_ms: int) -> tuple[bytes, bytes] | None:
        """Encode one frame (a C array of `frame_samples`) into a packet and its destination."""
        packet = self._packet
        status = lib.sipral_media_capture(self.handle, now_ms, samples, self.frame_samples, packet.raw)
        return packet.taken() if status == _OK and packet.raw.len else None

    def control(self, now_ms: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield the control, key exchange and digit packets that are due."""
        packet = self._packet
        for poll in (lib.sipral_media_poll_rtcp, lib.sipral_media_poll_transmit):
            while poll(self.handle, now_ms, packet.raw) == _OK and packet.raw.len:
                yield packet.taken()

    def release(self) -> None:
        lib.sipral_media_release(self.handle)


def samples(frame: bytes) -> Any:
    """See `frame` as a C array, without a copy; the caller keeps `frame` alive."""
    return ffi.from_buffer(_SAMPLES, frame)


def frame_bytes(frame: Any) -> bytes:
    """Copy a C array of one frame."""
    return bytes(ffi.buffer(frame, 2 * FRAME_SAMPLES))


def version() -> str:
    return str(getattr(sipral, "__version__", "1.2.0"))


def _call_config(media: CallMedia) -> _Struct:
    config = _Struct("sipral_call_config_t")
    config.text("media_address", media.address)
    config.text("codecs", media.codecs)
    config.raw.srtp = media.srtp
    config.raw.ice = media.ice
    if media.feedback:
        config.raw.feedback = lib.SIPRAL_TOGGLE_ON
    return config
