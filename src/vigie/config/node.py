"""From the installation's settings to those of the node and its trunks. No Django: `vigie node` stays light."""

from __future__ import annotations

from pathlib import Path

import msgspec

from vigie.config.env import Env, UnreadableSettings
from vigie.telephony.protocol import Trunk
from vigie.telephony.settings import IncomingMedia, NodeSettings


def settings_of(env: Env) -> NodeSettings:
    """Return what `vigie node` is started with."""
    return NodeSettings(
        socket=env.socket_path,
        spool_folder=env.home / "spool",
        recordings_folder=env.home / "recordings",
        fallback_path=fallback_path(env),
        sip_host=env.sip_host,
        sip_port=env.sip_port,
        media_host=env.media_host or env.sip_host,
        advertised_sip_host=env.advertised_sip_host,
        advertised_media_host=env.advertised_media_host,
        rtp_port_min=env.rtp_port_min,
        rtp_port_max=env.rtp_port_max,
        incoming_media=IncomingMedia.SRTP if env.srtp == "required" else IncomingMedia.PLAIN,
        door_timeout_ms=env.door_timeout_ms,
        media_timeout_s=env.media_timeout_s,
    )


def fallback_path(env: Env) -> Path:
    """Return the file the door rewrites and the node reads when the door is away."""
    return env.home / "fallback.json"


def trunks(env: Env) -> tuple[Trunk, ...]:
    """
    Return the trunks described in the JSON file VIGIE_TRUNKS (fields of `telephony.protocol.Trunk`).

    Raises: UnreadableSettings, saying what is wrong where.
    """
    if not env.trunks:
        return ()
    try:
        return msgspec.json.decode(Path(env.trunks).read_bytes(), type=tuple[Trunk, ...])
    except (OSError, msgspec.MsgspecError) as error:
        raise UnreadableSettings(f"VIGIE_TRUNKS: {env.trunks}: {error}") from error
