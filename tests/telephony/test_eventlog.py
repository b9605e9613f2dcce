"""No event is lost, none is forgotten before it is acknowledged."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigie.telephony.eventlog import EventLog, SpoolInUse
from vigie.telephony.protocol import CallAnswered, Event, decode_event

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


Open = Callable[[str], EventLog]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Open the log of a run in `tmp_path`; the run before has died by then."""
    logs: list[EventLog] = []

    def open_log(run: str) -> EventLog:
        for log in logs:
            log.close()
        logs.append(EventLog(run, folder=tmp_path))
        return logs[-1]

    yield open_log
    for log in logs:
        log.close()


def event(leg: str) -> Event:
    return CallAnswered(seq=0, at=AT, leg=leg)


def seqs(lines: list[bytes]) -> list[int]:
    return [decode_event(line).seq for line in lines]


def test_seq_grows_and_an_acknowledgement_is_cumulative() -> None:
    log = EventLog("run-1")
    for leg in "abc":
        log.append(event(leg))
    log.acknowledge(2)

    assert seqs(log.unacknowledged()) == [3]
    assert log.oldest_at() == AT


def test_a_run_that_died_leaves_its_events_to_the_next(opened: Open) -> None:
    first = opened("run-1")
    for leg in "ab":
        first.append(event(leg))
    second = opened("run-2")
    second.append(event("c"))

    assert {run: seqs(lines) for run, lines in second.former().items()} == {"run-1": [1, 2]}
    assert seqs(second.unacknowledged()) == [1]


def test_what_a_former_run_left_is_forgotten_once_acknowledged(opened: Open) -> None:
    first = opened("run-1")
    first.append(event("a"))
    second = opened("run-2")
    second.acknowledge(1, node="run-1")

    assert opened("run-3").former() == {}


def test_an_acknowledgement_of_this_run_does_not_touch_the_former(opened: Open) -> None:
    first = opened("run-1")
    first.append(event("a"))
    second = opened("run-2")
    second.append(event("b"))
    second.acknowledge(9)

    assert list(second.former()) == ["run-1"]
    assert second.unacknowledged() == []


def test_a_line_cut_by_the_crash_is_left_out(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "run-1.jsonl").write_bytes(EventLog("x").append(event("a")) + b'{"type":"CallAns')

    assert seqs(opened("run-2").former()["run-1"]) == [1]


def test_the_file_is_emptied_when_all_is_acknowledged(opened: Open, tmp_path: Path) -> None:
    log = opened("run-1")
    log.append(event("a"))
    log.acknowledge(1)

    assert (tmp_path / "run-1.jsonl").read_bytes() == b""


def test_a_file_of_mostly_old_news_is_rewritten(opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.telephony.eventlog._REWRITE_AT_BYTES", 500)
    log = opened("run-1")
    for leg in range(20):
        log.append(event(str(leg)))
    log.acknowledge(18)
    log.append(event("last"))

    assert seqs((tmp_path / "run-1.jsonl").read_bytes().splitlines(keepends=True)) == [19, 20, 21]


def test_two_nodes_cannot_share_a_folder(opened: Open, tmp_path: Path) -> None:
    opened("run-1")

    with pytest.raises(SpoolInUse):
        EventLog("run-2", folder=tmp_path)
