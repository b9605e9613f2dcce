"""The operators' lines: registration, and the account a call goes out with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from vigie.telephony.protocol import Command, ConfigureTrunks, Dial, MediaProfile, Trunk, TrunkChanged
from vigie.telephony.sipral_engine.abi import SRTP_REQUIRED, SRTP_UNSET, AccountConfig, Event, Refused, constant
from vigie.telephony.sipral_engine.exchange import Exchange

_RETIRE_S = 2.0
_DIRECT = ""  # the trunk of calls to a full SIP URI, and of calls that come in


class UnknownTrunk(RuntimeError):
    """No trunk of that name is configured."""


@dataclass(slots=True)
class _Line:
    trunk: Trunk
    registered: bool | None = None
    registering: int = 0
    accounts: dict[str, int] = field(default_factory=dict)


class Trunks:
    """Every line, with one account for each number shown: the From header belongs to the account."""

    def __init__(self, exchange: Exchange, *, contact: str) -> None:
        self._exchange = exchange
        self._contact = contact
        self._lines = {_DIRECT: _Line(Trunk(name=_DIRECT, host=contact))}
        self.account(trunk=_DIRECT, shown="")

    def configure(self, trunks: tuple[Trunk, ...]) -> None:
        """Bring the lines to exactly `trunks`."""
        wanted = {trunk.name: trunk for trunk in trunks}
        for name, line in list(self._lines.items()):
            if name != _DIRECT and wanted.get(name) != line.trunk:
                self._drop(name)
        for name, trunk in wanted.items():
            if name not in self._lines:
                self._add(trunk)

    def account(self, *, trunk: str, shown: str) -> int:
        """Return the account that calls through `trunk` as `shown`. Raises: UnknownTrunk, Refused."""
        line = self._line(trunk)
        if shown not in line.accounts:
            line.accounts[shown] = self._exchange.stack.add_account(self._config(line.trunk, shown=shown))
        return line.accounts[shown]

    def target(self, to: str, *, trunk: str) -> tuple[str, str]:
        """Return the URI and the next hop for `to`, a SIP URI or a number. Raises: UnknownTrunk."""
        if is_uri(to):
            return to, self._exchange.names.address(self._line(trunk).trunk.host if trunk else hop_of(to))
        hop = self._line(self.name_for(to, trunk=trunk)).trunk.host
        return f"sip:{to}@{hop}", self._exchange.names.address(hop)

    def name_for(self, to: str, *, trunk: str) -> str:
        """Return the trunk for `to`: a number without one goes by the first. Raises: UnknownTrunk."""
        if trunk or is_uri(to):
            return trunk
        first = next((name for name in self._lines if name != _DIRECT), None)
        if first is None:
            raise UnknownTrunk(to)
        return first

    def _line(self, trunk: str) -> _Line:
        if trunk not in self._lines:
            raise UnknownTrunk(trunk)
        return self._lines[trunk]

    def hops(self, command: Command) -> list[str]:
        """Return the next hops `command` needs the addresses of."""
        if isinstance(command, ConfigureTrunks):
            return [trunk.host for trunk in command.trunks]
        if isinstance(command, Dial) and is_uri(command.to) and not command.trunk:
            return [hop_of(command.to)]
        return []

    def media_profile(self, trunk: str) -> int:
        line = self._lines.get(trunk)
        return SRTP_REQUIRED if line is not None and line.trunk.media is MediaProfile.SRTP else SRTP_UNSET

    def registration_changed(self, event: Event) -> None:
        """Tell a change of registration, once; retries in between say nothing."""
        line = next((line for line in self._lines.values() if line.registering == event.account), None)
        if line is None:
            return
        state = event.fields.get("state")
        failed = event.fields.get("failure")
        if state == constant("REGISTRATION_STATE_REGISTERED"):
            self._say(line, registered=True, reason="")
        elif failed:
            status = event.fields.get("status_code")
            wrong = failed == constant("REGISTRATION_FAILURE_BAD_CREDENTIALS")
            self._say(line, registered=False, reason="bad_credentials" if wrong else f"status_{status}")

    def _say(self, line: _Line, *, registered: bool, reason: str) -> None:
        if line.registered is not registered:
            line.registered = registered
            self._exchange.tell(TrunkChanged, trunk=line.trunk.name, registered=registered, reason=reason)

    def _add(self, trunk: Trunk) -> None:
        line = self._lines[trunk.name] = _Line(trunk)
        if trunk.registrar:
            try:
                line.registering = self.account(trunk=trunk.name, shown=trunk.user)
                self._exchange.stack.register(line.registering)
            except Refused as error:
                self._say(line, registered=False, reason=error.status_name.removeprefix("SIPRAL_STATUS_").lower())

    def _drop(self, name: str) -> None:
        line = self._lines.pop(name)
        if line.registering:
            self._exchange.stack.unregister(line.registering)
        for account in line.accounts.values():
            self._exchange.pump.after(_RETIRE_S, partial(self._retire, account))

    def _retire(self, account: int) -> None:
        """Remove `account` once nobody talks through it: removing it ends the calls it placed."""
        if any(leg.account == account for leg in self._exchange.legs.by_id.values()):
            self._exchange.pump.after(_RETIRE_S, partial(self._retire, account))
        else:
            self._exchange.stack.remove_account(account)

    def _config(self, trunk: Trunk, *, shown: str) -> AccountConfig:
        domain = trunk.registrar.removeprefix("sip:") or trunk.host
        registers = bool(trunk.registrar) and shown == trunk.user
        user = shown or trunk.user or "vigie"
        return AccountConfig(
            aor=f"sip:{user}@{domain}",
            contact=f"sip:{user}@{self._contact}",
            hop=self._exchange.names.address(trunk.host),
            registrar=f"sip:{domain}" if registers else "",
            user=trunk.user if trunk.password else "",
            password=trunk.password,
            expires_s=trunk.expires_s if registers else 0,
            session_timer_s=self._exchange.settings.session_timer_s,
        )


def is_uri(to: str) -> bool:
    """Say whether `to` is a SIP URI rather than a number."""
    return to.lower().startswith(("sip:", "sips:"))


def hop_of(uri: str) -> str:
    """Return host:port of a SIP URI, port 5060 when it names none."""
    rest = uri.partition(":")[2].partition(";")[0].partition("?")[0].rpartition("@")[2]
    return rest if ":" in rest else f"{rest}:5060"
