"""The node with SIP stacks that are not ours and not our tests': baresip, sipp, a registrar; and with nonsense."""

import hashlib
import random
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sip.baresip import Baresip
from sip.handset import Handset, header
from sip.running_node import Door, RunningNode, free_port, purity, read_tracks, tone, write_wav
from vigie.telephony.protocol import (
    Answer,
    CallAnswered,
    CallArrived,
    CallEnded,
    ConfigureTrunks,
    Dial,
    DigitPressed,
    EndCause,
    Hangup,
    Hello,
    MediaProfile,
    PeerHeld,
    Play,
    Record,
    RecordingSaved,
    Refuse,
    Trunk,
    TrunkChanged,
)

pytestmark = pytest.mark.sip


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with RunningNode(tmp_path_factory.mktemp("node"), {"door_timeout_ms": 5000}) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
def door(node: RunningNode) -> Iterator[Door]:
    with Door(node.socket_path) as opened:
        opened.expect(Hello)
        time.sleep(0.05)
        opened.forget()
        yield opened


@pytest.mark.parametrize(
    ("account", "secure"),
    [("audio_codecs=PCMA/8000/1", False), ("mediaenc=srtp-mand;audio_codecs=PCMU/8000/1", True)],
)
def test_baresip_calls_hears_presses_holds_and_hangs_up(
    node: RunningNode, door: Door, tmp_path: Path, account: str, secure: bool
) -> None:
    music = write_wav(tmp_path / "music.wav", tone(1000, 1))
    with Baresip(tmp_path / "baresip", 440, account) as phone:
        phone.order("dial", f"sip:0199000001@127.0.0.1:{node.sip_port}")
        arrived = door.expect(CallArrived)
        door.send(Answer(leg=arrived.leg))
        door.expect(CallAnswered)
        door.send(Record(leg=arrived.leg, token="r", path=str(tmp_path / "r.wav")))
        door.send(Play(leg=arrived.leg, token="m", files=(music,), loop=True, interruptible=False))
        time.sleep(1.5)
        phone.order("sndcode", "7")
        door.expect(DigitPressed, digit="7")
        phone.order("hold")
        door.expect(PeerHeld, held=True)
        phone.order("resume")
        door.expect(PeerHeld, held=False)
        phone.order("hangup")
        ended = door.expect(CallEnded)
        saved = door.expect(RecordingSaved)

    said, heard = read_tracks(saved.path)
    assert arrived.secure_media is secure
    assert ended.cause is EndCause.HANGUP
    assert len(door.events(DigitPressed)) == 1
    assert purity(said[4000:8000], 440) > 0.9
    assert purity(heard[4000:8000], 1000) > 0.9
    assert purity(phone.heard()[4000:8000], 1000) > 0.9


@pytest.mark.parametrize("media", list(MediaProfile))
def test_a_trunk_calls_baresip_with_the_protection_it_is_configured_for(
    node: RunningNode, door: Door, tmp_path: Path, media: MediaProfile
) -> None:
    required = "mediaenc=srtp-mand;" if media is MediaProfile.SRTP else ""
    with Baresip(tmp_path / "baresip", 440, f"{required}answermode=auto;audio_codecs=PCMU/8000/1") as phone:
        trunk = Trunk(name="operator", host=f"127.0.0.1:{phone.sip_port}", media=media)
        door.send(ConfigureTrunks(trunks=(trunk,)))
        door.send(Dial(leg=f"out-{media}", to="0199001234", trunk="operator", caller_id="0199000001"))
        door.expect(CallAnswered, leg=f"out-{media}")
        door.send(Record(leg=f"out-{media}", token="r", path=str(tmp_path / "r.wav")))
        time.sleep(1.2)
        door.send(Hangup(leg=f"out-{media}"))
        saved = door.expect(RecordingSaved)

    said, _ = read_tracks(saved.path)
    assert ("Secure" in phone.log) is (media is MediaProfile.SRTP)
    assert purity(said[3000:7000], 440) > 0.9


def test_a_plain_offer_is_refused_where_srtp_is_required(tmp_path: Path) -> None:
    with (
        RunningNode(tmp_path, {"incoming_media": "srtp"}) as node,
        Door(node.socket_path) as door,
        Handset(node.sip_port) as phone,
    ):
        door.expect(Hello)
        phone.dial()
        phone.wait_for(488)
        ended = door.expect(CallEnded)

    assert ended.cause is EndCause.TECHNICAL


def test_sipp_sets_up_fifty_calls_in_a_second_without_a_failure(node: RunningNode, door: Door, tmp_path: Path) -> None:
    door.on[CallArrived] = lambda event: Answer(leg=event.leg)
    command = f"sipp -sn uac 127.0.0.1:{node.sip_port} -i 127.0.0.1 -mi 127.0.0.1 -p {free_port()} -s 0199000001"
    outcome = subprocess.run(
        [*command.split(), "-r", "50", "-m", "100", "-d", "200", "-timeout", "30", "-trace_err"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        check=False,
    )

    assert outcome.returncode == 0, [errors.read_text() for errors in tmp_path.glob("*_errors.log")]
    deadline = time.monotonic() + 5
    while len(door.events(CallEnded)) < 100 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(door.events(CallEnded)) == len(door.events(CallArrived)) == 100


# Registration


@contextmanager
def registrar(password: str) -> Iterator[tuple[int, list[str]]]:
    """A registrar that challenges (RFC 3261, digest of RFC 2617) and grants three seconds."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(0.05)
    seen: list[str] = []
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                data, source = sock.recvfrom(65536)
            except TimeoutError:
                continue
            text = data.decode()
            seen.append(text)
            sock.sendto(_registrar_answer(text, password).encode(), source)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield sock.getsockname()[1], seen
    finally:
        over.set()
        thread.join()
        sock.close()


def _registrar_answer(request: str, password: str) -> str:
    kept = [
        line
        for line in request.split("\r\n\r\n")[0].split("\r\n")
        if line.lower().startswith(("via:", "from:", "to:", "call-id:", "cseq:"))
    ]
    given = dict(re.findall(r'(\w+)="?([^",]+)"?', header(request, "Authorization")))
    first = hashlib.md5(f"{given.get('username')}:operator:{password}".encode()).hexdigest()
    second = hashlib.md5(f"REGISTER:{given.get('uri')}".encode()).hexdigest()
    middle = f"{given['nonce']}:{given['nc']}:{given['cnonce']}:auth" if given.get("qop") else given.get("nonce", "")
    right = hashlib.md5(f"{first}:{middle}:{second}".encode()).hexdigest() == given.get("response")
    if right:
        lines = ["SIP/2.0 200 OK", *kept, f"Contact: {header(request, 'Contact')};expires=3"]
    else:
        challenge = 'WWW-Authenticate: Digest realm="operator", nonce="abc123", qop="auth", algorithm=MD5'
        lines = ["SIP/2.0 401 Unauthorized", *kept, challenge]
    return "\r\n".join([*lines, "Content-Length: 0", "", ""])


def test_a_trunk_registers_with_its_password_and_refreshes(door: Door) -> None:
    with registrar("right") as (port, seen):
        host = f"127.0.0.1:{port}"
        trunk = Trunk(name="op", host=host, user="vigie", password="right", registrar=f"sip:{host}", expires_s=3)
        door.send(ConfigureTrunks(trunks=(trunk,)))
        changed = door.expect(TrunkChanged, trunk="op", within_s=1.5)
        before = len(seen)
        time.sleep(3)

    assert changed.registered
    assert len(seen) > before
    assert len(door.events(TrunkChanged)) == 1


def test_a_wrong_password_is_told_once_and_not_tried_in_a_storm(door: Door) -> None:
    with registrar("right") as (port, seen):
        host = f"127.0.0.1:{port}"
        trunk = Trunk(name="op", host=host, user="vigie", password="wrong", registrar=f"sip:{host}")
        door.send(ConfigureTrunks(trunks=(trunk,)))
        changed = door.expect(TrunkChanged, trunk="op")
        time.sleep(2)

    assert (changed.registered, changed.reason) == (False, "bad_credentials")
    assert len(door.events(TrunkChanged)) == 1
    assert len(seen) <= 4


def test_a_call_out_answers_the_challenge_of_the_trunk(door: Door) -> None:
    with Handset(0, answers="challenge") as operator:
        trunk = Trunk(name="op", host=operator.address, user="vigie", password="right")
        door.send(ConfigureTrunks(trunks=(trunk,)))
        door.send(Dial(leg="challenged", to="0199000002", caller_id="0199000001"))
        ended = door.expect(CallEnded, leg="challenged")

    given = dict(re.findall(r'(\w+)="?([^",]+)"?', header(operator.invited, "Proxy-Authorization")))
    assert (given["username"], given["realm"]) == ("vigie", "operator")
    assert ended.cause is EndCause.BUSY


def test_a_change_of_trunks_ends_no_call(door: Door) -> None:
    with Handset(0, says_hz=440) as operator:
        door.send(ConfigureTrunks(trunks=(Trunk(name="old", host=operator.address),)))
        door.send(Dial(leg="stays", to="0199000002", trunk="old"))
        door.expect(CallAnswered, leg="stays")
        door.send(ConfigureTrunks(trunks=()))
        time.sleep(2.5)
        ended = door.events(CallEnded)
        door.send(Hangup(leg="stays"))
        operator.wait_for_request("BYE")

    assert ended == []


def test_an_srtp_trunk_does_not_close_the_door_to_plain_calls(node: RunningNode, door: Door) -> None:
    trunk = Trunk(name="op", host="127.0.0.1:9", media=MediaProfile.SRTP)
    door.send(ConfigureTrunks(trunks=(trunk,)))
    door.send(Dial(leg="nobody", to="0199000002", trunk="op", caller_id="0199000001", timeout_s=0.2))
    door.expect(CallEnded, leg="nobody")
    with Handset(node.sip_port) as phone:
        phone.dial("0199000001")
        door.send(Answer(leg=door.expect(CallArrived).leg))
        phone.wait_for(200)
        phone.hang_up()
        door.expect(CallEnded, cause=EndCause.HANGUP)
    door.send(ConfigureTrunks(trunks=()))


# Nonsense

_INVITE = (
    "INVITE sip:0199000001@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{n};rport\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:a@127.0.0.1>;tag={n}\r\nTo: <sip:b@127.0.0.1>\r\nCall-ID: {n}@torture\r\n"
    "CSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1:{port}>\r\n"
)

TORTURE = {
    "no_headers_at_all": "INVITE sip:x@y SIP/2.0\r\n\r\n",
    "not_sip": "\x00\xff\xfe\x80GET / HTTP/1.1\r\n\r\n",
    "empty": "",
    "keep_alive": "\r\n\r\n",
    "negative_length": _INVITE + "Content-Length: -999\r\n\r\n",
    "longer_than_it_says": _INVITE + "Content-Length: 9999\r\n\r\nv=0\r\n",
    "unclosed_quote": _INVITE.replace("<sip:a@127.0.0.1>;tag", '"Ada <sip:a@127.0.0.1>;tag')
    + "Content-Length: 0\r\n\r\n",
    "cseq_of_another_method": _INVITE.replace("1 INVITE", "1 OPTIONS") + "Content-Length: 0\r\n\r\n",
    "cseq_too_large": _INVITE.replace("CSeq: 1 ", "CSeq: 36893488147419103232 ") + "Content-Length: 0\r\n\r\n",
    "unknown_version": _INVITE.replace("SIP/2.0\r\nVia", "SIP/7.0\r\nVia") + "Content-Length: 0\r\n\r\n",
    "two_lengths": _INVITE + "Content-Length: 0\r\nContent-Length: 13\r\n\r\n",
    "broken_sdp": _INVITE + "Content-Type: application/sdp\r\nContent-Length: 24\r\n\r\nm=audio x RTP/AVP zzzz\r\n",
    "sdp_without_media": _INVITE + "Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n",
    "unknown_content": _INVITE + "Content-Type: application/unknown\r\nContent-Length: 3\r\n\r\nabc",
    "escaped_nulls": _INVITE.replace("sip:a@", "sip:null-%00-null@") + "Content-Length: 0\r\n\r\n",
    "long_values": _INVITE + "Subject: " + "x" * 40000 + "\r\nContent-Length: 0\r\n\r\n",
    "unknown_method": _INVITE.replace("INVITE", "!interesting-Method0123456789_*+`.%indeed'~"),
    "stray_response": "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\nCSeq: 1 INVITE\r\n\r\n",
    "bye_of_nobody": _INVITE.replace("INVITE", "BYE") + "Content-Length: 0\r\n\r\n",
    "not_utf8": _INVITE.replace("<sip:b@", '"\udcff\udcfe" <sip:b@') + "Content-Length: 0\r\n\r\n",
}


def test_nonsense_neither_stops_the_node_nor_keeps_a_call(node: RunningNode, door: Door) -> None:
    door.on[CallArrived] = lambda event: Refuse(leg=event.leg, status=480)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, Handset(node.sip_port) as phone:
        sock.bind(("127.0.0.1", 0))
        for name, message in TORTURE.items():
            text = message.replace("{port}", str(sock.getsockname()[1])).replace("{n}", name)
            sock.sendto(text.encode("utf-8", "surrogateescape"), ("127.0.0.1", node.sip_port))
        time.sleep(0.5)
        phone.dial()
        phone.wait_for(480)
        time.sleep(0.3)

    assert sorted(event.leg for event in door.events(CallEnded)) == sorted(
        event.leg for event in door.events(CallArrived)
    )


def test_a_thousand_damaged_invitations_do_not_stop_the_node(node: RunningNode, door: Door) -> None:
    door.on[CallArrived] = lambda event: Refuse(leg=event.leg, status=480)
    dice = random.Random(4475)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, Handset(node.sip_port) as phone:
        sock.bind(("127.0.0.1", 0))
        whole = _INVITE + "Content-Type: application/sdp\r\nContent-Length: {length}\r\n\r\n" + phone.sdp()
        for number in range(1000):
            text = whole.replace("{port}", "9").replace("{n}", f"d{number}").replace("{length}", str(len(phone.sdp())))
            message = bytearray(text.encode())
            for _ in range(dice.randint(1, 6)):
                message[dice.randrange(len(message))] = dice.randrange(256)
            sock.sendto(message[: dice.randint(20, len(message))], ("127.0.0.1", node.sip_port))
            if number % 50 == 0:
                time.sleep(0.02)
        time.sleep(0.5)
        phone.dial()
        phone.wait_for(480)


def test_a_health_check_is_answered(node: RunningNode) -> None:
    with Handset(node.sip_port) as proxy:
        proxy.dialled, proxy.caller = "ping", "kamailio"
        proxy.request("OPTIONS")
        proxy.wait_for(200, within_s=1)
