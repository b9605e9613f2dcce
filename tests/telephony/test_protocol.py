"""Messages survive the line, and what is not a message is refused."""

from datetime import UTC, datetime

import pytest

from vigie.telephony.protocol import (
    COMMANDS,
    EVENTS,
    BadMessage,
    Bridge,
    CallEnded,
    Command,
    ConfigureTrunks,
    Dial,
    EndCause,
    Event,
    MediaProfile,
    RecordingSaved,
    Trunk,
    decode_command,
    decode_event,
    encode,
)

AT = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "event",
    [
        CallEnded(seq=7, at=AT, leg="a", cause=EndCause.MEDIA_LOST, status=0, talked_ms=12),
        RecordingSaved(seq=8, at=AT, leg="a", token="é", path="/x", started_at=AT, ended_at=AT),
    ],
)
def test_an_event_is_the_same_after_the_line(event: Event) -> None:
    line = encode(event)

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_event(line) == event


@pytest.mark.parametrize(
    "command",
    [
        Bridge(legs=("a", "b", "c")),
        Dial(leg="a", to="0199000002", trunk="t", headers={"X-Case": "42"}),
        ConfigureTrunks(trunks=(Trunk(name="t", host="192.0.2.1:5060", media=MediaProfile.SRTP),)),
    ],
)
def test_a_command_is_the_same_after_the_line(command: Command) -> None:
    assert decode_command(encode(command)) == command


@pytest.mark.parametrize(
    "line",
    [b"", b"{}\n", b"[]\n", b'{"type":"Nothing"}\n', b'{"type":"Answer"}\n', b"\xff\n", b'{"type":["Answer"]}\n'],
)
def test_what_is_not_a_message_is_refused(line: bytes) -> None:
    with pytest.raises(BadMessage):
        decode_command(line)


def test_events_and_commands_have_different_names() -> None:
    assert not set(EVENTS) & set(COMMANDS)
