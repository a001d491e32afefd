"""kiosk.toml as editors and keyboards leave it: taken where its meaning is sure, else told what it is."""
# ruff: noqa: RUF001 - Persian keyboards are meant

import codecs
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import token_line, toml_file
from kiosk.config import Screen, ToEnrol, load, screen, token
from kiosk.errors import ConfigError
from kiosk.setting_up import RIGHT, mistake
from kiosk.views import Mistake, Wrong
from tests.kiosk.gate import TOKEN

GOOD = f"""\
# فروشگاه تجریش
store = "tajrish"
data = "/var/lib/bashgah"
cloud = "https://club.example:8443"
authority = "{"0f" * 32}"
token = "{TOKEN}"  # from head office
readers = ["rc522://spi0.0", "em4100:///dev/ttyUSB0"]

[screen]
inches = 10
"""
SAVED: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16 LE with a mark": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "UTF-16 BE with a mark": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
}
"""As Notepad saves a file, by what it calls it."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


def wrong(path: Path) -> Mistake:
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    found = mistake(str(caught.value))
    assert found.file == str(path)
    assert TOKEN[:5] not in str(caught.value)
    return found


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("save", SAVED.values(), ids=SAVED)
def test_a_file_means_the_same_however_it_was_saved(
    path: Path, save: Callable[[str], bytes], ends: str
) -> None:
    path.write_bytes(save(GOOD.replace("\n", ends)))
    found = load(path, {})
    assert isinstance(found, ToEnrol)
    assert (found.store, found.token, found.screen.inches) == ("tajrish", TOKEN, 10)
    assert screen(path, {}) == Screen(inches=10)
    assert token(path, {}) == (TOKEN, Path("/var/lib/bashgah"))


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("save", SAVED.values(), ids=SAVED)
def test_a_token_goes_out_of_a_file_that_stays_saved_as_it_was(
    path: Path, save: Callable[[str], bytes], ends: str
) -> None:
    text = GOOD.replace("\n", ends)
    path.write_bytes(save(text))
    token_line.erase(path)
    assert path.read_bytes() == save(text.replace(f'token = "{TOKEN}"  # from', "# from"))


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
def test_any_text_is_read_and_written_back_alike(text: str) -> None:
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        raw = mark + text.encode(encoding)
        written = toml_file.decode(Path("kiosk.toml"), raw)
        assert (written.text, written.encode(written.text)) == (text, raw)


@pytest.mark.parametrize(
    ("raw", "kind", "line"),
    [
        (b"", "empty", 0),
        (b"\r\n  \r\n", "empty", 0),
        (codecs.BOM_UTF8, "empty", 0),
        (codecs.BOM_UTF16_LE, "empty", 0),
        (b'store = "tajrish"\n', "missing", 0),
        ("\n".join(f"# {line}" for line in GOOD.splitlines()).encode(), "empty", 0),
        (GOOD.encode("utf-16-le"), "utf-16", 0),
        (GOOD.encode("utf-16-be"), "utf-16", 0),
        (GOOD.encode("cp1256", errors="replace"), "encoding", 1),
        (GOOD.replace("# فروشگاه تجریش", "#", 1).encode() + b"# \xe9", "encoding", 11),
        (GOOD.encode()[:60] + b"\0" * 200, "zeros", 3),
        (b"\0" * 4096, "zeros", 1),
        (codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le")[:61], "encoding", 2),
        (b"x = 1 \n" * 1_500_000, "too-long", 0),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else str(value),
)
def test_a_file_that_is_no_text_says_what_it_is(path: Path, raw: bytes, kind: Wrong, line: int) -> None:
    path.write_bytes(raw)
    found = wrong(path)
    assert (found.wrong, found.line) == (kind, line)


@pytest.mark.parametrize(
    ("old", "new", "kind", "line", "key"),
    [
        ('"tajrish"', "“tajrish”", "quotes", 2, "store"),
        ('"tajrish"', "«tajrish»", "quotes", 2, "store"),
        ('"tajrish"', "‘tajrish’", "quotes", 2, "store"),
        ('"tajrish"', '"tajrish”', "quotes", 2, "store"),
        ('"tajrish"', '"“tajrish”"', "quotes", 2, "store"),
        ('"em4100', "«em4100", "quotes", 7, "readers"),
        ('0", "em', '0"، "em', "comma", 7, "readers"),
        ("inches = 10", "inches = ۱۰", "digits", 10, "screen.inches"),
        ("inches = 10", "inches = ١٠", "digits", 10, "screen.inches"),
        ("inches = 10", 'inches = "۱۰"', "digits", 10, "screen.inches"),
        ('"tajrish"', '"tajrish-۱"', "digits", 2, "store"),
        (":8443", ":۸۴۴۳", "digits", 4, "cloud"),
        ("-uv234", "-uv۲۳۴", "digits", 6, "token"),
        ("store =", "store\u00a0=", "invisible", 2, "store"),
        ("store = ", "store =\u00a0", "invisible", 2, "store"),
        ("inches = 10", "\u200finches = 10", "invisible", 10, ""),
        ('"tajrish"', '"tajrish\u200c"', "invisible", 2, "store"),
        ('"tajrish"', '"tajrish\u200e"', "invisible", 2, "store"),
    ],
)
def test_what_a_persian_keyboard_or_a_word_processor_wrote_is_named(  # noqa: PLR0917
    path: Path, old: str, new: str, kind: Wrong, line: int, key: str
) -> None:
    assert GOOD.count(old) == 1
    path.write_text(GOOD.replace(old, new), "utf-8")
    found = wrong(path)
    assert (found.wrong, found.line, found.key) == (kind, line, key)
    assert found.right == RIGHT.get(key, "")


def test_persian_where_it_may_be_is_no_mistake(path: Path) -> None:
    text = GOOD.replace("# from head office", "# «توکن»، ۵ گروه، نیم‌فاصله")
    path.write_text(text + '\n[wifi]\nssid = "فروشگاه‌ها ۲"\npassword = "correct horse"\n', "utf-8")
    assert load(path, {}).wifi.ssid == "فروشگاه‌ها ۲"


@pytest.mark.parametrize("ending", [".txt", ".toml"])
def test_a_file_whose_ending_windows_hides_is_found(path: Path, ending: str) -> None:
    path.with_name(f"kiosk.toml{ending}").write_text(GOOD, "utf-8")
    assert wrong(path).wrong == "hidden-ending"
    path.write_text(GOOD, "utf-8")
    assert load(path, {})


def test_what_is_no_file_is_told_apart_and_never_waited_for(path: Path) -> None:
    assert wrong(path).wrong == "no-file"
    path.mkdir()
    assert wrong(path).wrong == "folder"
    path.rmdir()
    os.mkfifo(path)
    assert wrong(path).wrong == "unreadable"
    assert screen(path, {}) == Screen()


def test_a_damaged_file_keeps_its_token_and_says_so(path: Path) -> None:
    raw = GOOD.encode("utf-16-le")
    path.write_bytes(raw)
    with pytest.raises(ConfigError, match="erase it by hand"):
        token_line.erase(path)
    assert path.read_bytes() == raw


@given(text=st.text(max_size=300))
def test_no_text_whatsoever_is_more_than_a_mistake(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode(errors="replace"))
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert mistake(str(caught.value)).wrong


@given(raw=st.binary(max_size=300))
def test_no_bytes_whatsoever_are_more_than_a_mistake(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.toml"
    path.write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert mistake(str(caught.value)).wrong
    assert screen(path, {}) == Screen()


@pytest.mark.parametrize("what", [f"a = {'[' * 30000}", f"a = {'{ b = ' * 9000}", f"a = {'9' * 5000}"])
def test_what_python_gives_up_on_is_a_mistake_like_any_other(path: Path, what: str) -> None:
    path.write_text(f"{what}\n{GOOD}", "utf-8")
    assert wrong(path).wrong == "syntax"
    assert screen(path, {}) == Screen()
    assert token(path, {}) == ("", None)
    with pytest.raises(ConfigError, match="erase it by hand"):
        token_line.erase(path)


def test_a_line_that_tomllib_counts_is_the_line_that_an_editor_counts(path: Path) -> None:
    text = "# \u2028 \x85 \x0b\n"
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    path.write_text(GOOD.replace("inches = 10", "inches = 9").replace("تجریش", "\u2028"), "utf-8")
    assert wrong(path).line == 10
