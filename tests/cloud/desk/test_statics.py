"""Static files: another address for another content, kept for long, and packed on the way."""

import gzip
from pathlib import Path

from django.conf import settings

from cloud.desk.statics import pack, version
from tests.cloud.desk.house import Visitor

PACKED = {"Accept-Encoding": "gzip, br"}


def test_a_version_changes_with_any_byte_and_any_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    seen = {version([("", tmp_path)]), version([("x/", tmp_path)])}
    (tmp_path / "a").write_bytes(b"2")
    seen.add(version([("", tmp_path)]))
    (tmp_path / "a").rename(tmp_path / "b")
    seen.add(version([("", tmp_path)]))
    assert len(seen) == 4
    assert version([("", tmp_path)]) in seen


def test_what_gains_by_it_is_packed_and_the_rest_is_not(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "long.css").write_bytes(b"a { }\n" * 100)
    (tmp_path / "from" / "short.css").write_bytes(b"a")
    pack([("desk/", tmp_path / "from")], tmp_path / "to")
    assert sorted(path.name for path in (tmp_path / "to" / "desk").iterdir()) == [
        *("long.css", "long.css.gz", "short.css"),
    ]
    assert gzip.decompress((tmp_path / "to/desk/long.css.gz").read_bytes()) == b"a { }\n" * 100


def test_a_page_names_files_that_a_browser_keeps_and_that_come_packed(stranger: Visitor) -> None:
    assert settings.STATIC_URL + "desk/desk.css" in stranger.get("/login").read()
    answer = stranger.get(f"{settings.STATIC_URL}desk/desk.css", PACKED)
    assert answer.status == 200
    assert answer.response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.response.headers["Content-Encoding"] == "gzip"
    assert answer.response.headers["Vary"] == "Accept-Encoding"
    plain = (settings.BASE / "desk/static/desk/desk.css").read_bytes()
    assert gzip.decompress(answer.response.read()) == plain


def test_a_file_under_an_address_without_a_version_is_not_kept_for_long(stranger: Visitor) -> None:
    assert stranger.get("/static/desk/desk.css").response.headers["Cache-Control"] == "max-age=60, public"
    assert stranger.get("/static/000000000000/desk/desk.css").status != 200
