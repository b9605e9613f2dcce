"""From the door's commands to moves on the exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vigie.telephony.protocol import (
    Answer,
    AttachBrowser,
    Bridge,
    CallEnded,
    Command,
    ConfigureTrunks,
    DetachBrowser,
    Dial,
    EndCause,
    Hangup,
    Hold,
    Play,
    Record,
    Refuse,
    SendDigits,
    StopPlay,
    StopRecording,
    Transfer,
    Unbridge,
)
from vigie.telephony.sipral_engine.abi import Refused
from vigie.telephony.sipral_engine.browsers import Browsers
from vigie.telephony.sipral_engine.exchange import Exchange
from vigie.telephony.sipral_engine.legs import Kind, Leg, NoFreePort
from vigie.telephony.sipral_engine.trunks import Trunks, UnknownTrunk
from vigie.telephony.sounds import Frames

_TICKS_PER_DIGIT = 25  # each is sent for 100 ms and followed by a pause


class Orders:
    """Do one command. `sounds` are the frames of its files, read beforehand, outside the pump's thread."""

    def __init__(self, exchange: Exchange, *, browsers: Browsers, trunks: Trunks) -> None:
        self._exchange = exchange
        self._browsers = browsers
        self._trunks = trunks
        self._on_leg: dict[type[Command], Callable[[Leg, Any], None]] = {
            Answer: self._answer,
            Refuse: self._refuse,
            StopPlay: lambda leg, command: exchange.stop_play(leg),
            Unbridge: lambda leg, command: exchange.leave(leg),
            Transfer: self._transfer,
            Record: lambda leg, command: exchange.record(leg, token=command.token, path=command.path),
            StopRecording: lambda leg, command: exchange.stop_recording(leg),
            SendDigits: self._send_digits,
            Hangup: self._hang_up,
            DetachBrowser: lambda leg, command: browsers.drop(leg, reason="detached"),
        }

    def take(self, command: Command, sounds: Frames = ()) -> None:
        """Do `command`, or tell that it cannot be done."""
        name, leg_id = type(command).__name__, str(getattr(command, "leg", ""))
        try:
            self._take(command, sounds)
        except (KeyError, UnknownTrunk, NoFreePort, Refused) as error:
            self._exchange.fail(leg_id, name, _reason(error))
            if isinstance(command, Dial):
                self._exchange.tell(CallEnded, leg=leg_id, cause=EndCause.REFUSED)

    def _take(self, command: Command, sounds: Frames) -> None:
        legs = self._exchange.legs.by_id
        match command:
            case Play():
                self._play(legs[command.leg], command, sounds)
            case Hold():
                self._hold(legs[command.leg], command, sounds)
            case Bridge():
                self._bridge(command)
            case Dial():
                self._dial(command)
            case AttachBrowser():
                self._browsers.attach(command)
            case ConfigureTrunks():
                self._trunks.configure(command.trunks)
            case _:
                action = self._on_leg.get(type(command))
                if action is not None:
                    action(legs[str(getattr(command, "leg", ""))], command)

    def _answer(self, leg: Leg, command: Answer) -> None:
        if leg.kind is Kind.INCOMING and not leg.answered_at:
            leg.early = True  # the 200 settles the audio: a Play right behind it has nothing to offer any more
            self._exchange.stack.answer(leg.call, self._exchange.media_of(leg))

    def _refuse(self, leg: Leg, command: Refuse) -> None:
        leg.ending = EndCause.LOCAL
        self._exchange.stack.reject(leg.call, command.status)

    def _play(self, leg: Leg, command: Play, sounds: Frames) -> None:
        """Play; to a call not yet answered, as early media."""
        if leg.kind is Kind.INCOMING and not leg.answered_at and leg.media is None and leg.has_offer and not leg.early:
            leg.early = True
            self._exchange.stack.ring_with_media(leg.call, self._exchange.media_of(leg))
        self._exchange.play(leg, command, sounds)

    def _hold(self, leg: Leg, command: Hold, sounds: Frames) -> None:
        music = Play(leg=leg.id, token="", files=(command.music,), loop=True, interruptible=False)
        self._exchange.stop_play(leg)
        self._exchange.leave(leg)
        self._exchange.play(leg, music, sounds)

    def _bridge(self, command: Bridge) -> None:
        legs = self._exchange.legs.by_id
        missing = [leg for leg in command.legs if leg not in legs]
        for leg in missing:
            self._exchange.fail(leg, "Bridge", "unknown_leg")
        if not missing and len(command.legs) > 1:
            self._exchange.join([legs[leg] for leg in dict.fromkeys(command.legs)])

    def _dial(self, command: Dial) -> None:
        if command.leg in self._exchange.legs.by_id:
            return
        trunk = self._trunks.name_for(command.to, trunk=command.trunk)
        account = self._trunks.account(trunk=trunk, shown=command.caller_id)
        target, hop = self._trunks.target(command.to, trunk=trunk)
        leg = Leg(id=command.leg, kind=Kind.OUTGOING, call=0, account=account, srtp=self._trunks.media_profile(trunk))
        media = self._exchange.media_of(leg)
        try:
            leg.call = self._exchange.stack.place(
                account, target, media=media, destination=hop, headers=command.headers
            )
        except Refused:
            self._exchange.ports.take_back(leg)
            raise
        self._exchange.legs.add(leg)
        leg.timeout = self._exchange.pump.after(command.timeout_s, lambda: self._give_up(leg))

    def _give_up(self, leg: Leg) -> None:
        if not leg.answered_at:
            self._exchange.hang_up(leg, cause=EndCause.NO_ANSWER)

    def _transfer(self, leg: Leg, command: Transfer) -> None:
        target, _ = self._trunks.target(command.to, trunk="")
        self._exchange.stack.transfer(leg.call, target)

    def _send_digits(self, leg: Leg, command: SendDigits) -> None:
        self._exchange.stack.send_digits(leg.call, command.digits)
        leg.eager_until = self._exchange.audio.count + _TICKS_PER_DIGIT * (len(command.digits) + 1)

    def _hang_up(self, leg: Leg, command: Hangup) -> None:
        if leg.kind is Kind.BROWSER:
            self._browsers.drop(leg, reason="detached")
        else:
            self._exchange.hang_up(leg, cause=EndCause.LOCAL)


def _reason(error: Exception) -> str:
    """Return the stable code of why a command could not be carried out."""
    match error:
        case UnknownTrunk():
            return "unknown_trunk"
        case NoFreePort():
            return "no_free_port"
        case Refused():
            return str(error.status_name).removeprefix("SIPRAL_STATUS_").lower()
        case _:
            return "unknown_leg"
