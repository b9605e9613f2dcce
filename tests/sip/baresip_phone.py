"""baresip, a telephone by other people, on loopback and without a sound card."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from sip.lone_node import free_ports
from vigie.telephony.music import sine
from vigie.telephony.pcm import Sound, read_wav, write_wav

CONFIGURATION = """
sip_listen 127.0.0.1:{port}
sip_certificate {folder}/own.pem
audio_player aubridge,none
audio_source aufile,{folder}/says.wav
audio_alert aubridge,none
ausrc_format s16
auplay_format s16
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
snd_path {folder}
module_tmp uuid.so
module_tmp account.so
module_app menu.so
"""


def baresip_call(folder: Path, *, port: int, certificate: Path, says: float, seconds: int = 3) -> Sound:
    """
    Call over TLS, say a tone of `says` Hz, hang up after `seconds`; return what was heard.

    `certificate` and the key beside it serve as the telephone's own: baresip wants some.
    """
    folder.mkdir()
    [own_port] = free_ports(1)
    (folder / "own.pem").write_text((certificate.parent / "key.pem").read_text() + certificate.read_text())
    (folder / "config").write_text(CONFIGURATION.format(port=own_port, folder=folder))
    (folder / "accounts").write_text(f"<sip:0199002001@127.0.0.1:{port};transport=tls>;regint=0;audio_codecs=pcma\n")
    (folder / "contacts").write_text("")
    write_wav(folder / "says.wav", sine(says, seconds=20))
    dial = f"/dial sip:0199001001@127.0.0.1:{port}"
    command = ["baresip", "-4", "-n", "127.0.0.1", "-f", str(folder), "-e", dial, "-t", str(seconds)]
    with (folder / "baresip.log").open("w") as log:
        subprocess.run(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, timeout=seconds + 15, check=False)
    heard, rate = read_wav(next(folder.glob("dump-*dec.wav")))
    if rate != 8000:
        raise AssertionError(f"baresip decoded at {rate} Hz")
    return np.trim_zeros(heard)
