"""A token goes out of kiosk.toml, and nothing else does."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import token_line
from kiosk.errors import ConfigError

TOKEN = "abcde-fghij-klmno-pqrst-uv234"
LINES = st.lists(
    st.sampled_from(
        [
            "",
            "# a note",
            'store = "tajrish"',
            "\tx = 1 # y",
            "# token = ",
            f"# was {TOKEN} once",
            "a = '''\n\n'''",
        ]
    ),
    max_size=4,
    unique=True,
)


@given(
    before=LINES,
    after=LINES,
    quote=st.sampled_from("\"'"),
    key=st.sampled_from(["token", '"token"', "  token ", "'token'"]),
    comment=st.sampled_from(["", "# from head office", f"# {TOKEN}"]),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
)
def test_any_file_keeps_everything_but_its_token(  # noqa: PLR0917 - hypothesis gives them
    tmp_path_factory: pytest.TempPathFactory,
    before: list[str],
    after: list[str],
    quote: str,
    key: str,
    comment: str,
    end: str,
    last: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    path = tmp_path_factory.mktemp("t") / "kiosk.toml"
    kept = [line for line in after if line not in before]
    lines = [*before, f"{key}= {quote}{TOKEN}{quote} {comment}", *kept, "[screen]", "inches = 7"]
    text = end.join(lines) + (end if last else "")
    path.write_bytes(text.encode())
    token_line.erase(path)
    erased = path.read_bytes().decode()
    assert TOKEN not in erased
    assert tomllib.loads(erased) == {k: v for k, v in tomllib.loads(text).items() if k != "token"}
    others = [*before, *([comment] if comment else []), *kept, "[screen]", "inches = 7"]
    assert erased == (end.join(others) + (end if last else "")).replace(TOKEN, "(erased)")


def test_erasing_twice_is_no_error_and_no_write(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('a = 1\ntoken = ""\n')
    was = path.stat().st_mtime_ns
    token_line.erase(path)
    assert path.stat().st_mtime_ns == was


def test_the_files_permissions_and_a_link_to_it_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "real.toml", tmp_path / "kiosk.toml"
    path.write_text(f'token = "{TOKEN}"\n')
    path.chmod(0o640)
    link.symlink_to(path)
    token_line.erase(link)
    assert link.is_symlink()
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("", 0o640)


@pytest.mark.parametrize("half", [b'token = "', b'token = "\xff"\n'])
def test_a_file_that_somebody_is_writing_is_left(tmp_path: Path, half: bytes) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_bytes(half)
    with pytest.raises(ConfigError, match="erase it by hand"):
        token_line.erase(path)
    assert path.read_bytes() == half


def test_a_token_written_in_an_unusual_way_is_left_and_said_without_it(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(f'"tok\\u0065n" = "{TOKEN}"\n')
    with pytest.raises(ConfigError, match="erase it by hand") as caught:
        token_line.erase(path)
    assert "abcde" not in str(caught.value)
    assert TOKEN in path.read_text()
