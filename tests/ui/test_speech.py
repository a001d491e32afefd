"""Spoken prompts: one at a time, broken off by the next view, nothing that is for one pair of ears."""
# ruff: noqa: RUF001 - Persian is meant

import logging
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from kiosk.views import Pin, Undo
from mqtt.vocabulary import Language
from tests.ui.conftest import FAR, ask, attract, every_view, welcome
from ui import gallery
from ui.speech import PROGRAM, Speaker, prompt

STAND_IN = """#!/bin/sh
echo "$$ $*" >> "$HEARD"
exec sleep {seconds}
"""
SPEAKS = 60
"""Seconds, unless it is broken off."""


class Ears:
    """What the program in espeak-ng's place was told, and which of its processes live."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "heard"

    def heard(self) -> list[str]:
        lines = self._file.read_text("utf-8").splitlines() if self._file.exists() else []
        return [line.partition(" ")[2] for line in lines]

    def alive(self) -> int:
        pids = [line.split()[0] for line in self._file.read_text("utf-8").splitlines()]
        return sum(Path(f"/proc/{pid}").exists() for pid in pids)

    def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + 20
        while not true():
            assert time.monotonic() < end, self.heard()
            os.sched_yield()


@pytest.fixture
def ears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ears:
    stand_in = tmp_path / PROGRAM
    stand_in.write_text(STAND_IN.format(seconds=SPEAKS), "ascii")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("HEARD", str(tmp_path / "heard"))
    return Ears(tmp_path)


@pytest.fixture
def speaker(ears: Ears) -> Iterator[Speaker]:
    assert ears.heard() == []
    speaker = Speaker()
    yield speaker
    speaker.close()


def test_a_question_is_read_out_in_its_language(speaker: Speaker, ears: Ears) -> None:
    speaker.view(ask("en"))
    ears.until(lambda: len(ears.heard()) == 1)
    speaker.view(ask("fa"))
    ears.until(lambda: len(ears.heard()) == 2)
    english, persian = ears.heard()
    assert english.startswith("-v en")
    assert english.endswith(ask("en").text)
    assert persian.startswith("-v fa")
    assert persian.endswith(ask("fa").text)


def test_the_next_view_breaks_off_what_is_being_said(speaker: Speaker, ears: Ears) -> None:
    speaker.view(ask())
    ears.until(lambda: len(ears.heard()) == 1)
    speaker.view(Undo("fa", 6, FAR))
    ears.until(lambda: len(ears.heard()) == 2)
    assert ears.alive() == 1
    speaker.view(attract())
    ears.until(lambda: ears.alive() == 0)


def test_the_same_view_again_is_not_said_again(speaker: Speaker, ears: Ears) -> None:
    speaker.view(ask())
    ears.until(lambda: len(ears.heard()) == 1)
    speaker.view(ask(saving=3))
    speaker.view(Undo("fa", 6, FAR))
    ears.until(lambda: len(ears.heard()) == 2)


def test_nobody_waits_for_the_voice(speaker: Speaker) -> None:
    began = time.monotonic()
    for _ in range(100):
        speaker.view(ask())
        speaker.view(attract())
    assert time.monotonic() - began < SPEAKS


def test_a_closed_kiosk_is_silent(ears: Ears) -> None:
    speaker = Speaker()
    speaker.view(ask())
    ears.until(lambda: len(ears.heard()) == 1)
    speaker.close()
    ears.until(lambda: ears.alive() == 0)


@pytest.mark.parametrize("language", get_args(Language))
def test_no_name_and_no_balance_is_ever_said(language: Language) -> None:
    told = welcome(language, "Zarathustra", 98_765_432)
    assert prompt(told).text == prompt(welcome(language, "", 0)).text
    assert "Zarathustra" not in prompt(told).text


@pytest.mark.parametrize("language", get_args(Language))
def test_every_view_of_a_shopper_but_the_idle_one_says_something(language: Language) -> None:
    said = [prompt(view).text for view in every_view(language)]
    assert [not text for text in said] == [
        view.__class__.__name__ in {"Attract", "Setup"} for view in every_view(language)
    ]


@pytest.mark.parametrize("language", get_args(Language))
def test_a_technician_is_told_nothing_aloud(language: Language) -> None:
    assert prompt(Pin(language, 0, FAR)).text == ""


@pytest.mark.parametrize("language", get_args(Language))
def test_neither_points_nor_codes_are_ever_said(language: Language) -> None:
    club = dict(gallery.views(language))
    for name in ("redeem", "redeem-ask", "redeemed", "join-typed", "leave", "leave-done"):
        said = prompt(club[name]).text
        assert said
        assert not re.search("7KQ2M|12.?480|5.?000|0912|۰۹۱۲|۵.?۰۰۰|۱۲.?۴۸۰", said)


def test_a_kiosk_without_the_program_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with caplog.at_level(logging.WARNING):
        silent = Speaker()
        for _ in range(3):
            silent.view(ask())
        silent.close()
    assert [record.getMessage() for record in caplog.records] == [
        f"speech: {PROGRAM} is not installed; the kiosk stays silent"
    ]


@pytest.mark.skipif(not shutil.which(PROGRAM), reason="espeak-ng is not installed")
@pytest.mark.parametrize("language", get_args(Language))
def test_the_real_program_makes_sound_of_a_prompt(language: Language) -> None:
    said = prompt(ask(language))
    words = [PROGRAM, "--stdout", "-v", said.language, "--", said.text]
    sound = subprocess.run(words, capture_output=True, check=True).stdout
    assert sound.startswith(b"RIFF")
    assert len(sound) > 20_000
