"""kiosk.toml: one frozen object, or an error that names file, line and key."""

from pathlib import Path

import pytest

from kiosk.config import Config, ToEnrol, load
from kiosk.errors import ConfigError

GOOD = """\
kiosk = "tajrish-1"
store = "tajrish"
group = "tehran"
data = "/var/lib/bashgah"
broker = "mqtt://127.0.0.1"
readers = ["em4100:///dev/ttyUSB0"]

[club_key]
id = "1"
secret = "00112233445566778899aabbccddeeff"

[screen]
inches = 10
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "kiosk.toml").write_text(GOOD, "utf-8")
    return tmp_path / "kiosk.toml"


def by_hand(path: Path, **environment: str) -> Config:
    config = load(path, environment)
    assert isinstance(config, Config)
    return config


def complaint(path: Path, old: str, new: str, **environment: str) -> str:
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, environment)
    return str(caught.value)


def test_a_good_file_is_read(path: Path) -> None:
    config = by_hand(path)
    assert (config.kiosk, config.screen.inches, config.language) == ("tajrish-1", 10, "fa")
    assert config.key.secret == bytes.fromhex("00112233445566778899aabbccddeeff")


def test_the_environment_overrides_the_file(path: Path) -> None:
    config = by_hand(
        path,
        BASHGAH_KIOSK_BROKER="mqtt://broker:1884",
        BASHGAH_KIOSK_SCREEN_INCHES="7",
        BASHGAH_KIOSK_SCREEN_WINDOW="true",
        BASHGAH_KIOSK_READERS="em4100:///a rc522://spi0.0",
    )
    assert config.broker == "mqtt://broker:1884"
    assert (config.screen.inches, config.screen.window) == (7, True)
    assert config.readers == ("em4100:///a", "rc522://spi0.0")


def test_a_typo_in_a_key_is_named_with_its_line_and_the_known_keys(path: Path) -> None:
    said = complaint(path, "broker =", "brokr =")
    assert "kiosk.toml, line 5, key brokr" in said
    assert "known keys: data, readers" in said


def test_a_typo_in_a_section_is_named_with_its_line(path: Path) -> None:
    assert "line 13, key screen.inch" in complaint(path, "inches =", "inch =")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("inches = 10", "inches = 9", "line 13, key screen.inches"),
        ('kiosk = "tajrish-1"', 'kiosk = "Tajrish 1"', "line 1, key kiosk"),
        ('secret = "0', 'secret = "zz', "line 10, key club_key.secret"),
        ('broker = "mqtt:', 'broker = "http:', "line 5, key broker"),
        ('data = "/var/lib/bashgah"\n', "", "key data"),
        ('id = "1"', "id = 1", "line 9, key club_key.id"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(path: Path, old: str, new: str, where: str) -> None:
    assert where in complaint(path, old, new)


def test_a_file_that_is_no_toml_says_where(path: Path) -> None:
    assert "line 1" in complaint(path, 'kiosk = "tajrish-1"', 'kiosk = "tajrish-1')


def test_a_wrong_environment_is_named(path: Path) -> None:
    assert "BASHGAH_KIOSK_BROKER in the environment" in complaint(path, "", "", BASHGAH_KIOSK_BROKER="x")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path / "none.toml", {})


def test_the_secret_is_in_no_repr(path: Path) -> None:
    config = by_hand(path)
    assert "0011223344" not in repr(config) + repr(config.key)


PIN = f'pin = "{"scrypt:" + "0" * 32 + ":" + "1" * 64}"'
TECHNICIAN = f"""
[technician]
cards = ["1:{"a" * 32}"]
{PIN}
"""


def test_technicians_are_read_and_the_environment_overrides_them(path: Path) -> None:
    path.write_text(GOOD + TECHNICIAN, "utf-8")
    assert load(path, {}).technician.cards == ("1:" + "a" * 32,)
    two = {"BASHGAH_KIOSK_TECHNICIAN_CARDS": f"1:{'b' * 32} 2:{'c' * 32}"}
    assert load(path, two).technician.cards == ("1:" + "b" * 32, "2:" + "c" * 32)
    assert "1111" not in repr(load(path, {}))


def test_without_the_section_nobody_is_set_up(path: Path) -> None:
    assert load(path, {}).technician.cards == ()


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('["1:', '["1-', "line 16, key technician.cards"),
        ("scrypt:", "md5:", "line 17, key technician.pin"),
        ("cards =", "card =", "line 16, key technician.card"),
        (PIN, "", "line 15, key technician: `cards` and `pin` belong together"),
        (f'cards = ["1:{"a" * 32}"]', "", "line 15, key technician: `cards` and `pin` belong together"),
    ],
)
def test_a_mistake_about_technicians_is_named_with_its_line(
    path: Path, old: str, new: str, where: str
) -> None:
    path.write_text(GOOD + TECHNICIAN.replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert where in str(caught.value)


TOKEN = "abcde-fghij-klmno-pqrst-uv234"
ENROLLING = f"""\
store = "tajrish"
data = "/var/lib/bashgah"
cloud = "https://club.example:8443"
authority = "{"0f" * 32}"
token = "{TOKEN}"
"""


def enrolling(path: Path, old: str = "", new: str = "") -> ToEnrol:
    path.write_text(ENROLLING.replace(old, new) if old else ENROLLING, "utf-8")
    config = load(path, {})
    assert isinstance(config, ToEnrol)
    return config


def test_a_kiosk_to_be_enrolled_knows_where(path: Path) -> None:
    config = enrolling(path)
    assert (config.store, config.cloud, config.token) == ("tajrish", "https://club.example:8443", TOKEN)


def test_the_token_may_be_gone(path: Path) -> None:
    assert enrolling(path, f'token = "{TOKEN}"\n', "").token == ""


def test_the_token_is_in_no_repr(path: Path) -> None:
    assert "abcde" not in repr(enrolling(path))


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('store = "tajrish"', 'store = "tajrish"\nkiosk = "a-1"', "line 2, key kiosk: the cloud says it"),
        ("token", '[club_key]\nid="1"\ntoken', "line 5, key club_key: the cloud says it"),
        ('store = "tajrish"\n', "", "key store: Object missing"),
        (f'authority = "{"0f" * 32}"\n', "", "key authority: Object missing"),
        ("0f0f", "0F0f", "line 4, key authority: Expected"),
        ("https://club", "http://club", "line 3, key cloud: `cloud` is https://host[:port]: http:// is"),
        (":8443", ":8443/enrolment", "line 3, key cloud: `cloud` is https://host[:port] and nothing"),
        (":8443", ":84430", "line 3, key cloud: `cloud` is https://host[:port]: Port out of range"),
        (
            "fghij",
            "fgh1j",
            "line 5, key token: `token`: a character that no token has, the 4. (is it l",
        ),
        ("klmno", "klm", "line 5, key token: `token`: 3 letters where 5 belong, in group 3 of 5"),
        ("pqrst", "pqRst", "line 5, key token: `token`: a capital letter, the 3., in group 4 of 5"),
        ("-uv234", "", "line 5, key token: `token` is 5 groups with `-` between; here are 4"),
        ("token =", "tokn =", "line 5, key tokn: Object contains unknown field `tokn` (known keys: data,"),
    ],
)
def test_a_mistake_about_enrolling_is_named_with_its_line(path: Path, old: str, new: str, where: str) -> None:
    path.write_text(ENROLLING.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert where in str(caught.value)
    assert "abcde" not in str(caught.value)


def test_a_stray_key_of_the_environment_is_named(path: Path) -> None:
    path.write_text(ENROLLING, "utf-8")
    with pytest.raises(ConfigError, match="BASHGAH_KIOSK_GROUP in the environment: the cloud says it"):
        load(path, {"BASHGAH_KIOSK_GROUP": "tehran"})
