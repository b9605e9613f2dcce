"""The environment, read once. Nobody else reads it."""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from vigie.config.mail import mail_settings
from vigie.errors import VigieError

PREFIX = "VIGIE_"


class UnreadableSettings(VigieError):
    """The settings cannot be used."""

    code = "unreadable_settings"


class Env(BaseSettings):
    """Every setting of an installation, with the name of its variable in `docs/install.md`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    home: Path = Path("var")
    secret_key: str = ""
    debug: bool = False
    language: Literal["fr", "en"] = "fr"
    demo: bool = False
    supervised: bool = False  # set by `vigie up`, which stamps the lines itself

    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8000, ge=0, le=65535)
    web_workers: int = Field(default=1, ge=1, le=64)
    live_host: str = "127.0.0.1"
    live_port: int = Field(default=8001, ge=0, le=65535)
    live_url: str = ""
    public_url: str = ""
    allowed_hosts: str = "localhost,127.0.0.1,[::1]"

    sip_host: str = "127.0.0.1"
    sip_port: int = Field(default=5060, ge=0, le=65535)
    rtp_port_min: int = Field(default=20000, ge=1024, le=65535)
    rtp_port_max: int = Field(default=24000, ge=1024, le=65535)
    media_host: str = ""
    advertised_sip_host: str = ""
    advertised_media_host: str = ""
    srtp: Literal["accepted", "required"] = "accepted"
    node_socket: str = ""
    door_timeout_ms: int = Field(default=500, ge=50, le=10_000)
    media_timeout_s: int = Field(default=30, ge=5, le=600)
    trunks: str = ""

    smtp_url: str = ""

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().resolve()

    @field_validator("smtp_url")
    @classmethod
    def _mail(cls, url: str) -> str:
        mail_settings(url)
        return url

    @property
    def socket_path(self) -> str:
        """Return where the node listens for the door: a unix socket path, or host:port."""
        return self.node_socket or str(self.home / "run" / "node.sock")

    @property
    def web_origin(self) -> str:
        return self.public_url or f"http://{self.web_host}:{self.web_port}"

    @property
    def live_address(self) -> str:
        return self.live_url or f"http://{self.live_host}:{self.live_port}/live"


def read() -> Env:
    """
    Read the settings from the environment, complaining of every wrong name and value together.

    Raises: UnreadableSettings, with one line for each variable.
    """
    known = {_variable(name) for name in Env.model_fields}
    wrong = [f"{name}: no such setting" for name in os.environ if name.startswith(PREFIX) and name not in known]
    try:
        env = Env()
    except ValidationError as error:
        wrong += [_mistake(str(issue["loc"][0]), issue["msg"], issue["input"]) for issue in error.errors()]
        raise UnreadableSettings("\n".join(sorted(wrong))) from error
    if wrong:
        raise UnreadableSettings("\n".join(sorted(wrong)))
    return env


def _mistake(field: str, message: str, value: object) -> str:
    shown = "" if field.lower().endswith("smtp_url") else f" ({value!r})"  # it holds a password
    return f"{_variable(field)}: {message}{shown}"


def _variable(field: str) -> str:
    return "DATABASE_URL" if field.lower() == "database_url" else PREFIX + field.upper()


@cache
def env() -> Env:
    """Return the settings of this process."""
    return read()


def secret_key(env: Env) -> str:
    """Return the signing key, making and keeping one under the home folder when none is set."""
    if env.secret_key:
        return env.secret_key
    path = env.home / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()


def settle(**variables: str) -> None:
    """Set variables for this process and its children, and have `env` read them."""
    os.environ.update(variables)
    env.cache_clear()
