"""Cards are copies of the image; what is written to one is on no other."""

import os
from pathlib import Path

import pytest

from image.layout import DATA_MIB
from tests.image.qemu.card import DATA_AT, GB, flashed
from tests.image.qemu.image import Image, NoImage, found


def test_what_a_laptop_writes_is_read_again_and_the_image_stays_as_it_was(
    image: Image, tmp_path: Path
) -> None:
    before = _begins(image.raw)
    card = flashed(image, tmp_path / "card", 4 * GB)
    card.write_toml('store = "تجریش"\n')
    card.write_toml("\ufeffstore = 1\n".encode("utf-16"))
    card.write_toml('store = "تجریش"\n')
    assert card.toml() == 'store = "تجریش"\n'
    assert _begins(image.raw) == before


def test_a_card_is_as_large_as_it_is_sold_and_takes_no_more_room_than_is_written(
    image: Image, tmp_path: Path
) -> None:
    card = flashed(image, tmp_path / "card", 64 * GB)
    assert card.size == 64 * GB
    assert card.path.stat().st_blocks * 512 < 64 << 20
    assert card.data_sectors() == DATA_MIB * 2048


def test_what_is_too_long_for_a_card_is_cut_off(image: Image, tmp_path: Path) -> None:
    assert flashed(image, tmp_path / "card", 1 * GB).size == 1 * GB


def test_a_secret_is_found_wherever_it_is_on_a_card(image: Image, tmp_path: Path) -> None:
    card, secret = flashed(image, tmp_path / "card", 4 * GB), os.urandom(16)
    assert card.holds(secret) == []
    with card.path.open("r+b") as file:
        file.seek(card.size - 16)
        file.write(secret)
    assert card.holds(secret, b"\xff" * 64) == [secret]


def test_a_spoilt_place_is_counted_from_the_data_partitions_beginning(image: Image, tmp_path: Path) -> None:
    card = flashed(image, tmp_path / "card", 4 * GB)
    card.spoil([(0, 2), (8192, 1)], byte=7)
    with card.path.open("rb") as file:
        file.seek(DATA_AT - 1)
        assert file.read(4) == b"\x00\x07\x07\x00"
        file.seek(DATA_AT + 8192)
        assert file.read(2) == b"\x07\x00"


def test_the_image_is_found_with_what_lies_beside_it(image: Image, tmp_path: Path) -> None:
    assert found(tmp_path) == image
    image.initrd.unlink()
    with pytest.raises(NoImage, match="make image"):
        found(tmp_path)


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16 << 20)
