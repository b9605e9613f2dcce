"""Prompts: one file per text, at a telephone's level, in a voice that exists."""

from __future__ import annotations

import subprocess
import sys
import wave
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from vigie.telephony.music import Tone, sine
from vigie.telephony.pcm import RATE, NotAWav, frame_levels, level, read_wav, share_of_tone, write_wav
from vigie.telephony.voice import NothingToSay, Phrase, UnknownLanguage, Voice

GREETING = "Bonjour, vous êtes en relation avec le standard automatique."


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    return Voice(tmp_path / "cache", studio_dir=tmp_path / "studio")


def heard(path: Path) -> np.ndarray:
    sound, rate = read_wav(path)
    assert rate == RATE
    return sound


def test_a_prompt_is_what_a_telephone_plays(voice: Voice):
    path = voice.render(GREETING, "fr")

    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert 2 < file.getnframes() / 8000 < 8


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (GREETING, "fr"),
        ("Press 1 if your operation is stopped.", "en"),
        ("Guten Tag, Sie sprechen mit einem Automaten.", "de"),
        ("Buenos días, soy un contestador automático.", "es"),
        ("Oui.", "fr"),
    ],
)
def test_every_prompt_has_the_same_level_and_never_clips(voice: Voice, text: str, language: str):
    sound = heard(voice.render(text, language))

    assert -21.5 < level(sound) < -19
    assert np.abs(sound).max() < 0.95


def test_a_prompt_starts_and_ends_with_a_tenth_of_a_second_of_silence(voice: Voice):
    levels = frame_levels(heard(voice.render(GREETING, "fr")))

    assert (levels[:5] < -90).all() and (levels[-5:] < -90).all()
    assert levels[5:9].max() > -60 and levels[-9:-5].max() > -60


def test_the_engine_does_not_make_callers_wait_between_sentences(voice: Voice):
    sound = heard(voice.render("En quelques mots, dites-moi ce qui se passe. Ou tapez dièse pour passer.", "fr"))
    quiet = (frame_levels(sound) < -50).tolist()

    pauses = [len(list(run)) * 20 for silent, run in groupby(quiet) if silent]

    assert 300 <= max(pauses) <= 500


def test_a_text_is_rendered_once(voice: Voice):
    first = voice.render(GREETING, "fr")
    before = first.stat().st_mtime_ns

    again = voice.render(GREETING, "fr")

    assert again == first and first.stat().st_mtime_ns == before


def test_another_language_or_engine_is_another_file(voice: Voice, tmp_path: Path):
    files = {
        voice.render("Conditia", "fr"),
        voice.render("Conditia", "en"),
        Voice(tmp_path / "cache", "next-engine").render("Conditia", "fr"),
    }

    assert len(files) == 3


RENDER = """
import sys; from pathlib import Path; from vigie.telephony.voice import Voice
path = Voice(Path(sys.argv[1])).render(sys.argv[2], "fr"); print(path, path.stat().st_ino)
"""


def test_several_processes_render_one_text_once(tmp_path: Path):
    command = [sys.executable, "-c", RENDER, str(tmp_path), GREETING * 3]
    crowd = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]

    results = {process.communicate(timeout=30)[0] for process in crowd}

    assert len(results) == 1 and str(tmp_path).encode() in results.pop()
    assert not list(tmp_path.rglob("*.part"))


def test_a_language_without_a_voice_is_refused(voice: Voice):
    with pytest.raises(UnknownLanguage):
        voice.render("Bom dia", "pt")


@pytest.mark.parametrize("text", ["", "  \n", "<>", "日本"])
def test_a_text_that_makes_no_sound_is_refused(voice: Voice, text: str):
    with pytest.raises(NothingToSay):
        voice.render(text, "fr")


def test_regional_language_tags_find_their_voice(voice: Voice):
    assert voice.render("Bonjour", "fr-CA") == voice.render("Bonjour", "fr")
    assert voice.render("Hello", "en_US") != voice.render("Hello", "en")


def test_engine_markup_in_a_name_is_not_obeyed(voice: Voice):
    plain = heard(voice.render("Eaux & Réseaux du Plateau", "fr"))
    marked = heard(voice.render('Eaux & <volume level="0">Réseaux du Plateau', "fr"))

    assert level(marked) > -22
    assert len(marked) > len(plain)


def test_a_studio_recording_takes_the_place_of_the_engine(voice: Voice, tmp_path: Path):
    at = np.arange(3 * 44100) / 44100
    stereo = np.stack([0.8 * np.sin(2 * np.pi * 1000 * at)] * 2, axis=1)
    write_wav(tmp_path / "studio" / "fr" / "greeting.wav", stereo, rate=44100)

    sound = heard(voice.prompt("greeting", GREETING, "fr"))

    assert len(sound) / RATE == pytest.approx(3.2, abs=0.05)
    assert share_of_tone(sound[1600:-1600], 1000) > 0.99
    assert level(sound) == pytest.approx(-20, abs=0.5)


def test_a_new_studio_take_is_heard_at_once(voice: Voice, tmp_path: Path):
    take = tmp_path / "studio" / "fr" / "greeting.wav"
    write_wav(take, sine(500, seconds=1))
    voice.prompt("greeting", GREETING, "fr")

    write_wav(take, sine(700, seconds=1))

    assert share_of_tone(heard(voice.prompt("greeting", GREETING, "fr"))[1600:-1600], 700) > 0.99


def test_without_a_studio_file_the_text_is_spoken(voice: Voice):
    assert voice.prompt("greeting", GREETING, "fr") == voice.render(GREETING, "fr")
    assert voice.prompt("../../etc/greeting", GREETING, "fr") == voice.render(GREETING, "fr")


def test_a_broken_studio_file_is_named(voice: Voice, tmp_path: Path):
    (tmp_path / "studio" / "fr").mkdir(parents=True)
    (tmp_path / "studio" / "fr" / "greeting.wav").write_text("not a sound")

    with pytest.raises(NotAWav, match=r"greeting\.wav"):
        voice.prompt("greeting", GREETING, "fr")


def test_prerendering_tells_how_far_it_is(voice: Voice):
    told: list[tuple[int, int]] = []

    voice.prerender(
        [Phrase("Un.", "fr"), Phrase("Two.", "en"), Phrase("Trois.", "fr", key="three")],
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_phrase_without_a_voice_does_not_keep_the_others_waiting(voice: Voice):
    dutch = Phrase("Voor Nederlands, toets twee.", "nl")

    unspoken = voice.prerender([dutch, Phrase("Bonjour.", "fr")])

    assert unspoken == [dutch]
    assert len(list(voice.cache_dir.rglob("*.wav"))) == 1


def test_music_is_soft_and_stays_in_the_telephone_band(voice: Voice):
    sound = heard(voice.music())
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.arange(len(power)) * RATE / len(sound)

    assert 25 < len(sound) / RATE < 40
    assert level(sound) == pytest.approx(-24, abs=1)
    assert np.abs(sound).max() < 0.6
    assert power[(hertz > 180) & (hertz < 3600)].sum() > 0.99 * power.sum()


def test_music_loops_without_a_click(voice: Voice):
    sound = heard(voice.music())
    steps = np.abs(np.diff(sound))

    assert abs(sound[0] - sound[-1]) <= np.percentile(steps, 99.9)
    assert frame_levels(sound).min() > -45  # and it never falls silent, which a caller would take for a lost call


def test_ring_back_is_the_french_one(voice: Voice):
    sound = heard(voice.tone(Tone.RINGBACK))

    assert len(sound) == 5 * RATE
    assert share_of_tone(sound[800 : 12000 - 800], 440) > 0.999
    assert not sound[12000:].any()


def test_the_chime_is_short_and_does_not_click(voice: Voice):
    sound = heard(voice.tone(Tone.CHIME))

    assert 1 < len(sound) / RATE < 3
    assert np.abs(sound[:8]).max() < 0.05 and np.abs(sound[-8:]).max() < 0.01
    assert np.abs(sound).max() < 0.95
