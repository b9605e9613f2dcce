"""One outgoing telephone call, on a SIP stack of its own."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sipral
from sipral.enums import (
    AudioMode,
    CallEndReason,
    DtmfVia,
    EventKind,
    Privacy,
    RecordingLayout,
    Srtp,
    Status,
    Transport,
)
from sipral.signalling import TlsTrust
from sipral.stack import route_host

from vigie.errors import Invalid
from vigie.telephony.caller.ear import ArrivalSocket, Ear
from vigie.telephony.caller.scenario import Codec, Via

TRANSPORTS = {"udp": 0, "tcp": int(Transport.TCP), "tls": int(Transport.TLS)}
DTMF = {Via.RFC4733: int(DtmfVia.RTP), Via.INFO: int(DtmfVia.INFO_RELAY)}
SIGNALLING_S = 5.0  # how long a re-INVITE or a BYE may take


class BadAddress(Invalid):
    """This is not a SIP address to call, like sip:0199001001@127.0.0.1:5060;transport=udp."""

    code = "bad_address"


@dataclass(frozen=True, slots=True)
class Address:
    """Where to call. `user` may be empty: the scenario then says which number."""

    user: str
    host: str
    port: int
    transport: str = "udp"

    @classmethod
    def parse(cls, uri: str) -> Address:
        """Raises: BadAddress."""
        parts = re.fullmatch(r"sips?:(?:([^@;]*)@)?([\w.-]+)(?::(\d{1,5}))?(?:;transport=(\w+))?", uri.strip())
        if parts is None:
            raise BadAddress(f"{uri} is not a SIP address like sip:0199001001@127.0.0.1:5060.")
        transport = (parts[4] or ("tls" if uri.startswith("sips:") else "udp")).lower()
        if transport not in TRANSPORTS:
            raise BadAddress(f"{uri} is not a SIP address like sip:0199001001@127.0.0.1:5060.")
        port = int(parts[3] or (5061 if transport == "tls" else 5060))
        return cls(parts[1] or "", parts[2], port, transport)


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """The telephone itself. `ca` is the PEM file of the authority trusted over TLS; `srtp` asks for SDES keys."""

    codec: Codec = Codec.PCMA
    srtp: bool = False
    ca: Path | None = None
    record: Path | None = None


class _Stack(sipral.Stack):  # type: ignore[misc]  # the binding carries no types
    def open_media_socket(self, host: str, port: int = 0) -> socket.socket:
        sock = ArrivalSocket()
        sock.bind((host, port))
        sock.setblocking(False)
        return sock


class Line:
    """One call from INVITE to BYE. Only `dial` starts it; `close` must end it."""

    def __init__(self, to: Address, *, caller_id: str, equipment: Equipment) -> None:
        self.status = 0
        self.setup_ms: float | None = None
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.ended_by = ""
        self.secured = False
        self.ear = Ear(at=time.monotonic())
        self.over = asyncio.Event()
        self._answered = asyncio.Event()
        self._session_changed = asyncio.Event()
        self._equipment = equipment
        self._tasks: list[asyncio.Task[None]] = []
        self._hearing = False
        peer = f"{socket.gethostbyname(to.host)}:{to.port}"
        self._stack = _Stack(
            route_host(peer),
            loop=asyncio.get_running_loop(),
            audio=AudioMode.APPLICATION,
            user_agent="vigie synthetic caller",
            signalling=TRANSPORTS[to.transport],
            signalling_server=peer if to.transport != "udp" else None,
            tls_server_name=to.host if to.transport == "tls" else None,
            tls_trust=TlsTrust.only_authority(str(equipment.ca)) if equipment.ca else None,
        )
        self._account = self._stack.add_account(
            f"sip:{caller_id}@{to.host}" if caller_id else "sip:anonymous@anonymous.invalid",
            registrar_address=peer,
            display_name=None if caller_id else "Anonymous",
            privacy=0 if caller_id else int(Privacy.ID),
        )
        self._target = f"sip:{to.user}@{to.host}:{to.port}"
        self._call: Any = None

    async def dial(self, *, ring_s: float = 30.0) -> bool:
        """Call, and say whether somebody answered within `ring_s`."""
        dialled_at = time.monotonic()
        self._call = self._stack.place_call(
            self._account,
            self._target,
            codecs=self._equipment.codec.upper(),
            srtp=int(Srtp.REQUIRED) if self._equipment.srtp else 0,
        )
        self._wake()
        self._tasks.append(asyncio.create_task(self._follow()))
        await _first(self._answered, self.over, within=ring_s)
        if self.answered_at is not None:
            self.setup_ms = (self.answered_at - dialled_at) * 1000
        return self.answered_at is not None

    def send(self, pcm: bytes) -> None:
        """Queue PCM 16 bit mono 8 kHz to be spoken into the telephone."""
        if self._call.media is not None:
            self._call.media.send_audio(pcm)

    def press(self, key: str, *, via: Via, tone_ms: int) -> None:
        with _unless_over():
            self._call.send_dtmf(key, via=DTMF[via], duration_ms=tone_ms)
        self._wake()

    async def hold(self) -> None:
        await self._change_session(self._call.hold)

    async def resume(self) -> None:
        await self._change_session(self._call.resume)

    async def hang_up(self) -> None:
        """Send BYE, or CANCEL before an answer, and wait for the other side to agree."""
        if self._call is None or self.over.is_set():
            return
        self.ended_by = self.ended_by or "caller"
        with _unless_over():
            self._call.hangup()
        self._wake()
        await _first(self.over, within=SIGNALLING_S)

    @property
    def arrivals(self) -> ArrivalSocket:
        sock: ArrivalSocket = self._call.media_socket
        return sock

    async def close(self) -> None:
        """Hang up if need be and give the ports back."""
        await self.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._close_stack)

    def _close_stack(self) -> None:
        if self._call is not None:
            self._call.close()
        self._stack.close()

    def _wake(self) -> None:
        """Have the stack send what it holds now rather than at its next poll, by an empty keep-alive to itself."""
        host, _, port = self._stack.bind_address.rpartition(":")
        if self._stack.signalling == int(Transport.UDP):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nudge:
                nudge.sendto(b"\r\n\r\n", (host, int(port)))

    async def _change_session(self, change: Any) -> None:
        self._session_changed.clear()
        self.arrivals.restart()
        with _unless_over():
            change()
        self._wake()
        await _first(self._session_changed, self.over, within=SIGNALLING_S)
        self.arrivals.restart()
        self.ear.forget(at=time.monotonic())

    async def _follow(self) -> None:
        """Turn the stack's events into the state above."""
        while not self.over.is_set():
            event = await self._call.events.get()
            if event.protection is not None:
                self.secured = event.protection.encrypted
            if self._call.media is not None and not self._hearing:
                self._start_hearing()
            if event.kind == EventKind.CALL_CONFIRMED:
                self.answered_at, self.status = time.monotonic(), 200
                self.ear = Ear(at=self.answered_at)
                self._answered.set()
            elif event.kind in (EventKind.SESSION_CHANGED, EventKind.SESSION_CHANGE_FAILED):
                self._session_changed.set()
            elif event.kind == EventKind.CALL_ENDED:
                self._note_end(event.fields)

    def _note_end(self, fields: dict[str, Any]) -> None:
        self.ended_at = time.monotonic()
        self.status = self.status or fields["status_code"]
        by_us = fields["end_reason"] in (CallEndReason.LOCAL_HANGUP, CallEndReason.CANCELLED)
        self.ended_by = self.ended_by or ("caller" if by_us else "callee")
        self.over.set()

    def _start_hearing(self) -> None:
        self._hearing = True
        media = self._call.media
        if self._equipment.record is not None:
            self._equipment.record.parent.mkdir(parents=True, exist_ok=True)
            with _unless_over():
                media.record(str(self._equipment.record), layout=int(RecordingLayout.STEREO))
        self._tasks.append(asyncio.create_task(self._listen(media.frames)))

    async def _listen(self, frames: asyncio.Queue[bytes]) -> None:
        while True:
            self.ear.hear(await frames.get(), at=time.monotonic())


@contextmanager
def _unless_over() -> Iterator[None]:
    """Let pass that the call ended a moment ago: the event that says so is on its way."""
    try:
        yield
    except sipral.SipralError as error:
        if error.status not in (Status.STALE_HANDLE, Status.WRONG_STATE):
            raise


async def _first(*events: asyncio.Event, within: float) -> None:
    """Return when one of the events is set, or after `within` seconds."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
