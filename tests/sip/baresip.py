"""Debian's baresip as a telephone: another SIP stack, another RTP stack, another SRTP."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import wave
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from sip.running_node import Samples, free_port, tone, write_wav

_CONFIG = """
sip_listen 127.0.0.1:{sip}
net_interface 127.0.0.1
audio_source aufile,{folder}/says.wav
audio_player aufile,{folder}/none.wav
audio_alert aufile,{folder}/says.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports {rtp}-{rtp_last}
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
module srtp.so
module ctrl_tcp.so
module_app account.so
module_app menu.so
snd_path {folder}
ctrl_tcp_listen 127.0.0.1:{control}
"""


@dataclass
class Baresip:
    """One running baresip; `account` are the parameters of its account, as its manual has them."""

    folder: Path
    says_hz: float
    account: str = "audio_codecs=PCMA/8000/1"

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_wav(self.folder / "says.wav", tone(self.says_hz, 20))
        self.sip_port, self._control_port, rtp = free_port(), free_port(), free_port() // 2 * 2
        ports = {"sip": self.sip_port, "control": self._control_port, "rtp": rtp, "rtp_last": rtp + 10}
        (self.folder / "config").write_text(_CONFIG.format(folder=self.folder, **ports))
        (self.folder / "accounts").write_text(f"<sip:0199001234@127.0.0.1>;regint=0;{self.account}\n")
        (self.folder / "contacts").write_text("\n")
        with (self.folder / "log").open("w") as log:
            command = ["/usr/bin/baresip", "-4", "-v", "-f", str(self.folder)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self._control = self._connect()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._control.close()
        self._process.terminate()
        self._process.wait(5)

    @property
    def uri(self) -> str:
        return f"sip:0199001234@127.0.0.1:{self.sip_port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def order(self, command: str, parameters: str = "") -> None:
        """Type one of its commands: dial, hangup, hold, resume, sndcode…"""
        body = json.dumps({"command": command, "params": parameters})
        self._control.sendall(f"{len(body)}:{body},".encode())
        time.sleep(0.1)

    def heard(self) -> Samples:
        """Return everything it decoded, once it has ended."""
        path = max(self.folder.glob("dump-*-dec.wav"), key=lambda found: found.stat().st_size)
        with wave.open(str(path)) as sound:
            return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float)

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + 5
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self._control_port))
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise AssertionError(self.log) from None
                time.sleep(0.05)
