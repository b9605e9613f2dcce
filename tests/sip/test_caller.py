"""The synthetic caller telephones somebody who shares no line of code with it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import wave
from pathlib import Path

import msgspec
import numpy as np
import pytest

from sip.plain_phone import PlainPhone
from vigie.telephony.caller.line import Equipment
from vigie.telephony.caller.play import Report, run_scenario
from vigie.telephony.caller.scenario import AnyStep, Scenario, Words
from vigie.telephony.music import sine
from vigie.telephony.pcm import level, share_of_tone

pytestmark = [pytest.mark.sip, pytest.mark.timeout(30)]

PROMPT = sine(700, seconds=1.5, decibels=-20)


def scenario(*steps: dict[str, object], **changes: object) -> Scenario:
    words = Words(fr="Essai", en="Test")
    base = Scenario(
        title=words,
        story=words,
        caller_id="0199002001",
        dialled="0199001001",
        steps=msgspec.convert(steps, tuple[AnyStep, ...]),
        name="test",
        patience=15,
    )
    return msgspec.structs.replace(base, **changes)


def call(phone: PlainPhone, *steps: dict[str, object], cache: Path, **changes: object) -> Report:
    return run_scenario(scenario(*steps, **changes), to=phone.uri, cache_dir=cache)


def test_a_caller_listens_to_the_end_of_a_prompt_before_it_presses(tmp_path: Path):
    with PlainPhone(PROMPT) as phone:
        report = call(
            phone,
            {"do": "wait", "until": "quiet", "seconds": 0.5},
            {"do": "press", "keys": "1204#"},
            {"do": "hangup"},
            cache=tmp_path,
        )

    assert report.answered and report.completed and report.ended_by == "caller"
    assert "".join(phone.keys) == "1204#" == report.digits_sent
    assert 2.9 < report.talk_s < 12  # 1.5 s of prompt, 0.5 s of quiet, 1.5 s of keys
    assert report.level_heard_db == pytest.approx(-20, abs=1)
    assert phone.requests[-1].startswith("BYE")


def test_keys_can_go_by_info(tmp_path: Path):
    with PlainPhone(PROMPT) as phone:
        report = call(phone, {"do": "press", "keys": "90", "via": "info", "gap_ms": 60}, cache=tmp_path)

    assert report.completed
    assert phone.keys == ["9", "0"]
    assert sum(request.startswith("INFO") for request in phone.requests) == 2


def test_what_the_caller_says_is_heard(tmp_path: Path):
    with PlainPhone(PROMPT) as phone:
        report = call(phone, {"do": "say", "text": "La ligne est arrêtée, je veux une personne."}, cache=tmp_path)

    assert report.completed
    assert level(phone.sound_heard()) == pytest.approx(-20, abs=2)


def test_a_tone_is_recognised_and_another_is_not(tmp_path: Path):
    with PlainPhone(sine(700, seconds=20)) as phone:
        right = call(phone, {"do": "expect", "heard": "tone", "hertz": 700, "within": 3}, cache=tmp_path)
        wrong = call(phone, {"do": "expect", "heard": "tone", "hertz": 900, "within": 1}, cache=tmp_path)

    assert right.completed
    assert (wrong.completed, wrong.problem) == (False, "not_heard")


def test_a_dead_line_is_reported_as_not_heard(tmp_path: Path):
    with PlainPhone(np.zeros(8000)) as phone:
        report = call(phone, {"do": "expect", "heard": "speech", "within": 1}, cache=tmp_path)

    assert report.problem == "not_heard"
    assert report.first_sound_ms is None and report.level_heard_db == -120
    assert report.longest_silence_s >= 1


def test_a_caller_holds_and_comes_back(tmp_path: Path):
    with PlainPhone(sine(700, seconds=30)) as phone:
        report = call(
            phone,
            {"do": "wait", "seconds": 0.5},
            {"do": "hold"},
            {"do": "wait", "seconds": 1.5},
            {"do": "resume"},
            {"do": "expect", "heard": "tone", "hertz": 700, "within": 3},
            cache=tmp_path,
        )

    invites = [request for request in phone.requests if request.startswith("INVITE")]
    assert report.completed
    assert report.max_gap_ms < 1500, "the time on hold is no gap"
    assert len(invites) == 3
    assert "a=sendonly" in invites[1] or "a=inactive" in invites[1]
    assert "a=sendonly" not in invites[2] and "a=inactive" not in invites[2]


def test_the_other_side_may_hang_up(tmp_path: Path):
    with PlainPhone(PROMPT, hangs_up_after_s=1) as phone:
        listening = call(phone, {"do": "listen", "seconds": 10}, cache=tmp_path)
        queueing = call(phone, {"do": "wait", "until": "speech", "seconds": 9, "may_end": True}, cache=tmp_path)
        waiting = call(phone, {"do": "wait", "seconds": 10}, cache=tmp_path)

    assert listening.completed and listening.ended_by == "callee"
    assert queueing.completed and queueing.ended_by == "callee"
    assert (waiting.completed, waiting.problem, waiting.ended_by) == (False, "hung_up", "callee")


def test_a_refused_call_tells_its_status(tmp_path: Path):
    with PlainPhone(PROMPT, refuses=486) as phone:
        report = call(phone, {"do": "hangup"}, cache=tmp_path)

    assert (report.answered, report.status, report.problem) == (False, 486, "not_answered")


def test_a_gap_in_the_audio_is_counted(tmp_path: Path):
    with PlainPhone(sine(700, seconds=30), hole_ms=150) as phone:
        report = call(phone, {"do": "wait", "seconds": 2}, cache=tmp_path)

    assert report.gaps_over_60_ms >= 1
    assert 140 < report.max_gap_ms < 2000


def test_nobody_waits_longer_than_their_patience(tmp_path: Path):
    with PlainPhone(PROMPT) as phone:
        steps = ({"do": "repeat", "times": 99, "steps": [{"do": "wait", "seconds": 0.4}]},)
        report = call(phone, *steps, cache=tmp_path, patience=1.0)

    assert report.problem == "out_of_patience"
    assert report.talk_s < 10


def test_a_withheld_number_shows_nothing(tmp_path: Path):
    with PlainPhone(PROMPT) as phone:
        call(phone, {"do": "hangup"}, cache=tmp_path, caller_id="")

    assert "sip:anonymous@anonymous.invalid" in phone.requests[0]
    assert "Privacy: id" in phone.requests[0]
    assert "0199002001" not in phone.requests[0]


def test_both_sides_are_recorded_apart(tmp_path: Path):
    record = tmp_path / "call.wav"
    steps = scenario({"do": "say", "text": "Bonjour, c'est le site de Saint-Rémy."}, {"do": "hangup"})

    with PlainPhone(sine(700, seconds=20)) as phone:
        run_scenario(steps, to=phone.uri, cache_dir=tmp_path, equipment=Equipment(record=record))

    with wave.open(str(record)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / 32768
    assert level(both[:, 0]) > -30 and share_of_tone(both[2400:-800, 0], 700) < 0.1
    assert share_of_tone(both[2400:-800, 1], 700) > 0.8


def test_the_command_prints_one_json_line_per_call(tmp_path: Path):
    file = tmp_path / "short.toml"
    file.write_text(
        'title = { fr = "Court", en = "Short" }\nstory = { fr = "Rien.", en = "Nothing." }\n'
        'caller_id = "0639980123"\ndialled = "0199001001"\n[[steps]]\ndo = "wait"\nseconds = 0.3\n'
    )
    with PlainPhone(PROMPT) as phone:
        command = [
            sys.executable,
            "-m",
            "vigie.telephony.caller",
            str(file),
            "--to",
            phone.uri,
            "--json",
            "--loop",
            "2",
        ]
        done = subprocess.run([*command, "--cache", str(tmp_path)], capture_output=True, text=True, timeout=20)

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert [line["completed"] for line in lines] == [True, True]
    assert lines[0]["caller_id"] == "0639980123" and lines[0]["setup_ms"] > 0


def test_a_caller_that_is_stopped_hangs_up_first(tmp_path: Path):
    with PlainPhone(PROMPT) as phone:
        command = [sys.executable, "-m", "vigie.telephony.caller", "says_nothing", "--to", phone.uri]
        caller = subprocess.Popen([*command, "--json", "--cache", str(tmp_path)], stdout=subprocess.PIPE)
        deadline = time.monotonic() + 10
        while not any(request.startswith("ACK") for request in phone.requests) and time.monotonic() < deadline:
            time.sleep(0.05)

        caller.terminate()

        report = json.loads(caller.communicate(timeout=10)[0])
        assert caller.returncode == 1
        assert (report["answered"], report["problem"]) == (True, "stopped")
        assert phone.requests[-1].startswith("BYE")


def test_an_address_that_is_none_is_refused(tmp_path: Path):
    command = [
        sys.executable,
        "-m",
        "vigie.telephony.caller",
        "wrong_number",
        "--to",
        "nobody",
        "--cache",
        str(tmp_path),
    ]

    done = subprocess.run(command, capture_output=True, text=True, timeout=20)

    assert done.returncode == 2
    assert "nobody" in done.stderr
