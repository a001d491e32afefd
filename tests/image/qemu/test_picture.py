"""Pictures are compared pixel by pixel."""

from pathlib import Path

import pytest
from PIL import Image

from tests.image.qemu.inside import shows
from tests.image.qemu.picture import LEVELS, MOST, difference, nearest, opened

SIZE = (100, 50)


def _picture(path: Path, colour: int, spot: int | None = None) -> Path:
    shot = Image.new("RGB", SIZE, (colour, 0, 0))
    if spot is not None:
        shot.putpixel((3, 4), (0, 0, spot))
    shot.save(path)
    return path


def test_a_picture_is_itself_and_a_dithered_one_is_near(tmp_path: Path) -> None:
    plain = opened(_picture(tmp_path / "a.png", 90))
    same = difference(plain, plain.copy())
    assert (same.share, same.mean, same.worst) == (0, 0, 0)
    near = Image.new("RGB", SIZE, (90 + LEVELS, 0, 0))
    assert difference(plain, near).share == 0


def test_a_pixel_of_another_colour_counts_in_whichever_channel(tmp_path: Path) -> None:
    plain = opened(_picture(tmp_path / "a.png", 90))
    spotted = opened(_picture(tmp_path / "b.png", 90, spot=200))
    assert difference(plain, spotted).share == pytest.approx(1 / 5000)
    assert difference(plain, spotted).worst == 200


def test_another_size_is_no_picture_of_the_same(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not"):
        difference(opened(_picture(tmp_path / "a.png", 1)), Image.new("RGB", (50, 100)))


def test_the_nearest_of_several_is_found(tmp_path: Path) -> None:
    shot = _picture(tmp_path / "shot.png", 90, spot=200)
    drawn = [_picture(tmp_path / "0.png", 150), _picture(tmp_path / "1.png", 90)]
    best, path = nearest(shot, drawn)
    assert path == drawn[1]
    assert best.share <= MOST


def test_a_panel_of_one_colour_shows_nothing(tmp_path: Path) -> None:
    assert not shows(_picture(tmp_path / "a.png", 90), SIZE)
    assert shows(_picture(tmp_path / "b.png", 90, spot=200), SIZE)
    assert not shows(tmp_path / "b.png", (640, 480))
