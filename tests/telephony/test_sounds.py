"""Frames out of files, files out of frames."""

import os
import wave
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from vigie.telephony.recording import Recording, Writer, wav_header
from vigie.telephony.sounds import FRAME_BYTES, Player, Sounds, UnreadableSound


def wav(path: Path, *, samples: int, rate_hz: int = 8000, channels: int = 1) -> str:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes(b"\x01\x00" * samples * channels)
    return str(path)


def test_a_file_is_cut_into_frames_and_the_last_is_padded(tmp_path: Path) -> None:
    frames = Sounds().frames(wav(tmp_path / "a.wav", samples=170))

    assert [len(frame) for frame in frames] == [FRAME_BYTES, FRAME_BYTES]
    assert frames[1] == b"\x01\x00" * 10 + bytes(FRAME_BYTES - 20)


def test_a_file_is_read_once_and_again_when_it_changes(tmp_path: Path) -> None:
    sounds, path = Sounds(), wav(tmp_path / "a.wav", samples=160)
    first = sounds.frames(path)
    again = sounds.frames(path)
    wav(tmp_path / "a.wav", samples=320)
    os.utime(path, ns=(1, 1))

    assert again is first
    assert len(sounds.frames(path)) == 2


def test_the_file_not_heard_for_longest_is_dropped_first(tmp_path: Path) -> None:
    sounds = Sounds(capacity_bytes=2 * FRAME_BYTES)
    paths = [wav(tmp_path / f"{name}.wav", samples=160) for name in "abc"]
    kept = [sounds.frames(path) for path in paths]

    assert sounds.frames(paths[2]) is kept[2]
    assert sounds.frames(paths[0]) is not kept[0]


@pytest.mark.parametrize("shape", [{"rate_hz": 16000}, {"channels": 2}])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, shape: dict[str, int]) -> None:
    with pytest.raises(UnreadableSound):
        Sounds().frames(wav(tmp_path / "a.wav", samples=160, **shape))


def test_a_missing_or_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.wav").write_bytes(b"RIFF")

    for path in (tmp_path / "nowhere.wav", tmp_path / "b.wav"):
        with pytest.raises(UnreadableSound):
            Sounds().frames(str(path))


def test_music_begins_again_and_a_prompt_does_not() -> None:
    frames = (b"a", b"b")
    prompt, music = Player(frames), Player(frames, loop=True)

    assert [prompt.next_frame() for _ in range(3)] == [b"a", b"b", None]
    assert [music.next_frame() for _ in range(3)] == [b"a", b"b", b"a"]
    assert Player((), loop=True).next_frame() is None


def test_a_recording_keeps_both_tracks_aligned_and_is_readable_before_it_is_closed(tmp_path: Path) -> None:
    writer, path = Writer(), str(tmp_path / "new" / "r.wav")
    recording = Recording(token="r", path=path, started_at=datetime(2026, 11, 23, tzinfo=UTC), writer=writer)
    saved: list[str] = []
    writer.start()
    for number in range(120):
        recording.append(np.full(160, number, "<i2").tobytes(), np.full(160, -number, "<i2").tobytes())
    recording.close(lambda: saved.append(path))
    writer.stop()

    with wave.open(path, "rb") as sound:
        tracks = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)
    assert saved == [path]
    assert len(tracks) == 120 * 160
    assert np.array_equal(tracks[:, 0], np.repeat(np.arange(120), 160))
    assert np.array_equal(tracks[:, 1], -tracks[:, 0])


def test_the_header_says_how_much_is_there() -> None:
    header = wav_header(64)

    assert len(header) == 44
    assert int.from_bytes(header[40:44], "little") == 64
    assert int.from_bytes(header[4:8], "little") == 100
