"""Kamailio in front of nodes, with the configuration we ship: TLS outside, the nodes behind, one of them dying."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from sip.baresip_phone import baresip_call
from sip.lone_node import free_ports, lone_node
from sip.plain_phone import PlainPhone
from vigie.telephony.caller.line import Equipment
from vigie.telephony.caller.play import Report, run_scenario
from vigie.telephony.caller.scenario import AnyStep, Scenario, Words
from vigie.telephony.music import sine
from vigie.telephony.pcm import share_of_tone

CONFIGURATION = Path(__file__).parents[2] / "deploy/kamailio/kamailio.cfg"

pytestmark = [
    pytest.mark.sip,
    pytest.mark.timeout(60),
    pytest.mark.skipif(not shutil.which("kamailio"), reason="apt install kamailio kamailio-tls-modules"),
]

TONE = sine(700, seconds=30)


@dataclass(frozen=True)
class Front:
    """Where the running front listens, and the certificate it shows."""

    sip_port: int
    tls_port: int
    certificate: Path

    @property
    def tls_uri(self) -> str:
        return f"sip:0199001001@127.0.0.1:{self.tls_port};transport=tls"


def self_signed(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return certificate, key


def options_status(port: int) -> int:
    """Ask as a trunk does whether calls may be sent; 0 when nobody answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.3)
        here = f"127.0.0.1:{sock.getsockname()[1]}"
        sock.sendto(
            f"OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{time.monotonic_ns()}\r\n"
            f"From: <sip:trunk@{here}>;tag=t\r\nTo: <sip:127.0.0.1:{port}>\r\nCall-ID: {time.monotonic_ns()}\r\n"
            "CSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\nContent-Length: 0\r\n\r\n".encode(),
            ("127.0.0.1", port),
        )
        try:
            return int(sock.recv(4096).split(b" ")[1])
        except (TimeoutError, ConnectionRefusedError):
            return 0


def until(fact: Callable[[], bool], *, within_s: float = 15) -> None:
    deadline = time.monotonic() + within_s
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def listed(folder: Path, pattern: str) -> list[str]:
    """Return what the front says of its nodes."""
    command = ["kamcmd", "-s", f"unix:{folder}/control", "dispatcher.list"]
    return re.findall(pattern, subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def until_loads(folder: Path, loads: list[int]) -> None:
    until(lambda: listed(folder, r"DLGLOAD: (\d+)") == [str(load) for load in loads])


@contextmanager
def front(folder: Path, *node_ports: int) -> Iterator[Front]:
    """Run the shipped configuration on loopback in front of those nodes."""
    certificate, key = self_signed(folder)
    (folder / "nodes.list").write_text(
        "".join(f"1 sip:127.0.0.1:{port} 0 0 duid=node{port};maxload=100\n" for port in node_ports)
    )
    sip_port, tls_port = free_ports(2)
    environment = {
        "PATH": os.environ["PATH"],
        "FRONT_SIP_PORT": str(sip_port),
        "FRONT_TLS_PORT": str(tls_port),
        "FRONT_NODES": str(folder / "nodes.list"),
        "FRONT_CERTIFICATE": str(certificate),
        "FRONT_KEY": str(key),
        "FRONT_AUTHORITIES": str(certificate),
        "FRONT_CONTROL": f"unix:{folder}/control",
    }
    command = ["kamailio", "-DD", "-E", "-m", "32", "-M", "8", "-f", str(CONFIGURATION), "-Y", str(folder)]
    with (folder / "kamailio.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: options_status(sip_port) == 200)
        yield Front(sip_port, tls_port, certificate)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def call(to: str, *steps: dict[str, object], folder: Path, ca: Path | None = None) -> Report:
    words = Words(fr="Essai", en="Test")
    scenario = Scenario(
        title=words,
        story=words,
        caller_id="0199002001",
        dialled="0199001001",
        steps=msgspec.convert(steps, tuple[AnyStep, ...]),
        patience=15,
    )
    return run_scenario(scenario, to=to, cache_dir=folder, equipment=Equipment(ca=ca))


def crowd(to: str, *, folder: Path) -> list[Report]:
    """Place four calls that are up at the same time."""
    steps = ({"do": "wait", "seconds": 1.0}, {"do": "hangup"})
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda _: call(to, *steps, folder=folder), range(4)))


HEARS_THE_NODE = {"do": "expect", "heard": "tone", "hertz": 700, "within": 4}


def test_a_call_over_tls_reaches_a_node_with_its_audio_and_its_keys(tmp_path: Path):
    with PlainPhone(TONE) as node, front(tmp_path, node.port) as entrance:
        steps = (HEARS_THE_NODE, {"do": "press", "keys": "12"}, {"do": "hangup"})
        report = call(entrance.tls_uri, *steps, folder=tmp_path, ca=entrance.certificate)

    assert report.answered and report.completed and report.ended_by == "caller"
    assert node.keys == ["1", "2"]
    assert node.requests[-1].startswith("BYE")
    assert "SIP/2.0/TLS" in node.requests[0]


def test_a_caller_on_tls_holds_and_comes_back(tmp_path: Path):
    with PlainPhone(TONE) as node, front(tmp_path, node.port) as entrance:
        steps = (HEARS_THE_NODE, {"do": "hold"}, {"do": "wait", "seconds": 0.5}, {"do": "resume"}, HEARS_THE_NODE)
        report = call(entrance.tls_uri, *steps, folder=tmp_path, ca=entrance.certificate)

    assert report.completed
    assert sum(request.startswith("INVITE") for request in node.requests) == 3


def test_a_node_hangs_up_on_a_caller_on_tls(tmp_path: Path):
    with PlainPhone(TONE, hangs_up_after_s=1) as node, front(tmp_path, node.port) as entrance:
        report = call(entrance.tls_uri, {"do": "listen", "seconds": 8}, folder=tmp_path, ca=entrance.certificate)

    assert report.completed and report.ended_by == "callee"
    assert report.talk_s < 8


def test_a_caller_that_does_not_know_the_certificate_is_not_connected(tmp_path: Path):
    (tmp_path / "other").mkdir()
    stranger, _ = self_signed(tmp_path / "other")

    with PlainPhone(TONE) as node, front(tmp_path, node.port) as entrance, pytest.raises(Exception, match="transport"):
        call(entrance.tls_uri, HEARS_THE_NODE, folder=tmp_path, ca=stranger)

    assert node.calls == 0


def test_calls_go_to_the_other_node_when_one_dies(tmp_path: Path):
    with PlainPhone(TONE) as first, PlainPhone(TONE) as second, front(tmp_path, first.port, second.port) as entrance:
        to = f"sip:0199001001@127.0.0.1:{entrance.sip_port}"
        before = crowd(to, folder=tmp_path)
        shares = (first.calls, second.calls)

        first.die()
        after = crowd(to, folder=tmp_path)

    assert all(report.answered for report in before + after)
    assert shares == (2, 2)
    assert second.calls == 2 + 4


def test_a_node_that_drains_is_passed_over(tmp_path: Path):
    steps = ({"do": "wait", "seconds": 0.1}, {"do": "hangup"})
    with (
        PlainPhone(TONE, refuses=503) as full,
        PlainPhone(TONE) as free,
        front(tmp_path, full.port, free.port) as entrance,
    ):
        to = f"sip:0199001001@127.0.0.1:{entrance.sip_port}"
        reports = [call(to, *steps, folder=tmp_path) for _ in range(3)]

    assert all(report.answered for report in reports)
    assert free.calls == 3


def test_without_any_node_callers_and_trunks_are_told(tmp_path: Path):
    with PlainPhone(TONE) as node, front(tmp_path, node.port) as entrance:
        node.die()
        until(lambda: options_status(entrance.sip_port) == 503)

        report = call(f"sip:0199001001@127.0.0.1:{entrance.sip_port}", {"do": "hangup"}, folder=tmp_path)

    assert (report.answered, report.status) == (False, 503)


def test_a_call_that_is_over_weighs_nothing(tmp_path: Path):
    with PlainPhone(TONE) as first, PlainPhone(TONE) as second, front(tmp_path, first.port, second.port) as entrance:
        to = f"sip:0199001001@127.0.0.1:{entrance.sip_port}"
        with ThreadPoolExecutor(1) as pool:
            pool.submit(crowd, to, folder=tmp_path)
            until_loads(tmp_path, [2, 2])
        until_loads(tmp_path, [0, 0])
        first.refuses = second.refuses = 486

        assert call(to, {"do": "hangup"}, folder=tmp_path).status == 486
        until_loads(tmp_path, [0, 0])


def test_only_nodes_may_call_out_through_the_front(tmp_path: Path):
    with (
        PlainPhone(TONE) as node,
        PlainPhone(TONE) as stranger,
        PlainPhone(TONE) as trunk,
        front(tmp_path, node.port) as entrance,
    ):
        outside = f"sip:0639980123@127.0.0.1:{trunk.port}"
        stranger.invite(outside, through=entrance.sip_port)
        until(lambda: node.calls == 1)
        assert trunk.calls == 0

        node.invite(outside, through=entrance.sip_port)
        until(lambda: trunk.calls == 1)
        until(lambda: any(" 200 " in answer for answer in node.answers))


@pytest.mark.skipif(not shutil.which("baresip"), reason="apt install baresip-core")
def test_an_independent_telephone_calls_over_tls_and_both_sides_hear(tmp_path: Path):
    with PlainPhone(TONE) as node, front(tmp_path, node.port) as entrance:
        heard = baresip_call(tmp_path / "baresip", port=entrance.tls_port, certificate=entrance.certificate, says=1000)
        until(lambda: node.requests[-1].startswith("BYE"))

    assert "SIP/2.0/TLS" in node.requests[0]
    assert share_of_tone(node.sound_heard()[4000:16000], 1000) > 0.9
    assert share_of_tone(heard[800:8800], 700) > 0.9


@pytest.mark.skipif(not shutil.which("baresip"), reason="apt install baresip-core")
def test_two_real_nodes_share_the_calls_and_one_is_killed(tmp_path: Path):
    ports = free_ports(2)
    with (
        lone_node(tmp_path / "first", ports[0], rtp_from=31000) as first,
        lone_node(tmp_path / "second", ports[1], rtp_from=31200),
        front(tmp_path, *ports) as entrance,
    ):
        until(lambda: listed(tmp_path, r"FLAGS: (\w+)") == ["AP", "AP"])
        heard = baresip_call(tmp_path / "baresip", port=entrance.tls_port, certificate=entrance.certificate, says=1000)
        until(lambda: any('"CallEnded"' in text and '"hangup"' in text for text in spools(tmp_path)))

        first.kill()
        after = crowd(f"sip:0199001001@127.0.0.1:{entrance.sip_port}", folder=tmp_path)

    assert share_of_tone(heard[800:8800], 700) > 0.9
    assert all(report.answered for report in after)
    assert all(report.level_heard_db > -30 for report in after)


def spools(folder: Path) -> list[str]:
    """Return what the nodes keep for their door."""
    return [path.read_text() for path in folder.glob("*/spool/*.jsonl")]
