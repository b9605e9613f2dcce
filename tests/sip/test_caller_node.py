"""The synthetic caller against a real node that is left alone: what a caller hears when everything else is down."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sip.lone_node import free_ports, lone_node
from vigie.telephony.caller.line import Equipment
from vigie.telephony.caller.play import run_scenario
from vigie.telephony.caller.scenario import Codec, load

pytestmark = [pytest.mark.sip, pytest.mark.timeout(40)]


@pytest.fixture(scope="module")
def node_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("lone")
    [port] = free_ports(1)
    with lone_node(folder / "node", port, rtp_from=31400):
        deadline = time.monotonic() + 15
        while "ready" not in (folder / "node" / "node.log").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield f"sip:127.0.0.1:{port}"


@pytest.mark.parametrize("codec", list(Codec))
def test_a_lone_node_greets_its_caller(node_uri: str, tmp_path: Path, codec: Codec):
    report = run_scenario(load("hangs_up_early"), to=node_uri, cache_dir=tmp_path, equipment=Equipment(codec=codec))

    assert report.completed and report.packets_lost == 0
    assert report.longest_silence_s < 2
    assert report.level_heard_db == pytest.approx(-20, abs=1)
    assert not report.secured


def test_an_encrypted_call_is_heard_and_said_to_be_encrypted(node_uri: str, tmp_path: Path):
    report = run_scenario(load("hangs_up_early"), to=node_uri, cache_dir=tmp_path, equipment=Equipment(srtp=True))

    assert report.completed and report.secured
    assert report.level_heard_db == pytest.approx(-20, abs=1)


def test_one_process_is_several_callers(node_uri: str, tmp_path: Path):
    command = [sys.executable, "-m", "vigie.telephony.caller", "hangs_up_early", "--to", node_uri, "--json"]
    crowd = ["--calls", "5", "--rate", "10", "--cache", str(tmp_path)]

    done = subprocess.run([*command, *crowd], capture_output=True, text=True, timeout=30)

    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert len(reports) == 5
    assert all(report["level_heard_db"] > -22 for report in reports)
