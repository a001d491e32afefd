"""What looks different is named with its amount; dither and the idle screen's own move are not."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from tests.demo.plan import ROOT
from tests.looks.__main__ import changes, checked_out, sheet, told
from tests.looks.compare import compared


def picture(*boxes: tuple[int, int, int, int]) -> Image.Image:
    image = Image.new("RGB", (400, 240), "#FBFAF6")
    pen = ImageDraw.Draw(image)
    for box in ((40, 40, 200, 100), *boxes):
        pen.rectangle(box, fill="#16202E")
    return image


def test_the_same_picture_is_not_different() -> None:
    assert compared(picture(), picture()).share == 0


def test_dither_is_not_seen() -> None:
    noise = Image.effect_noise((400, 240), 8).convert("RGB")
    dithered = ImageChops.add(picture(), noise, 1, -128)
    assert compared(picture(), dithered).share == 0


def test_a_picture_that_only_moved_a_little_is_the_same() -> None:
    assert compared(picture(), ImageChops.offset(picture(), 2, -1), moves=True).share == 0
    assert compared(picture(), ImageChops.offset(picture(), 2, -1)).share > 0


def test_a_new_key_is_seen_and_where() -> None:
    difference = compared(picture(), picture((300, 150, 340, 190)))
    assert difference.share == pytest.approx(41 * 41 / (400 * 240), rel=0.3)  # the blur widens it
    assert difference.where.getpixel((320, 170)) == 255
    assert difference.where.getpixel((100, 70)) == 0


def test_what_changed_came_and_went_is_told(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        folder.mkdir()
        picture().save(folder / "same.png")
    picture().save(before / "gone.png")
    picture().save(after / "new.png")
    picture().save(before / "other.png")
    picture((300, 150, 340, 190)).save(after / "other.png")
    found = list(changes(before, after))
    assert [told(change).split(":")[0] for change in found] == ["gone.png", "new.png", "other.png"]
    assert [told(change) for change in found[:2]] == ["gone.png: gone", "new.png: new"]
    assert sheet(found).height > 3 * 200


def test_another_commits_tree_is_there_while_it_is_needed() -> None:
    with checked_out("HEAD") as tree:
        assert (tree / "ui" / "gallery.py").is_file()
    assert not tree.exists()


def test_a_commit_that_is_none_is_told() -> None:
    words = [sys.executable, "-m", "tests.looks", "no-such-commit"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no-such-commit" in done.stderr
