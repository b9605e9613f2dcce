"""What a node is started with. Built by the configuration room; nothing here reads the environment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class IncomingMedia(StrEnum):
    """What an incoming call must offer. SRTP that is offered is always accepted."""

    PLAIN = "plain"
    SRTP = "srtp"  # refused with 488 when it brings no SDES keys


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """
    Addresses, folders and delays of one node.

    `advertised_sip_host` and `advertised_media_host` are what SIP and browser peers are told, when a NAT makes them
    differ from the address bound; "" means the same, or this machine's own address when a wildcard is bound. Nothing
    is ever sent off the machine while every host here is a loopback address.
    """

    socket: str  # path of a unix socket, or host:port, where doors connect
    spool_folder: Path  # events not yet acknowledged; one folder per node
    recordings_folder: Path
    fallback_path: Path | None = None
    name: str = "node"
    sip_host: str = "127.0.0.1"
    sip_port: int = 5060
    advertised_sip_host: str = ""
    media_host: str = "127.0.0.1"
    advertised_media_host: str = ""
    rtp_port_min: int = 20000
    rtp_port_max: int = 29998
    incoming_media: IncomingMedia = IncomingMedia.PLAIN
    session_timer_s: int = 1800
    max_calls: int = 2000
    door_timeout_ms: int = 500  # no claim of a new call in that time: the fallback plan takes it
    silence_limit_s: float = 3.0  # a caller hears nothing for that long and no door is well: waiting music
    door_away_s: float = 20.0  # no door is well for that long: callers already up go to the ring plan
    door_stuck_s: float = 10.0  # a door that leaves an event unacknowledged for that long is not well
    media_lost_after_s: float = 10.0
    media_timeout_s: float = 30.0
    drain_limit_s: float = 3600.0
    realtime_priority: int = 1  # SCHED_RR, where the system allows it, the pump one above; 0 leaves things as they are
