"""What kiosk.toml says of the machine is refused where it cannot be right, with its line and its key."""
# ruff: noqa: RUF001 - Persian digits are meant

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_interface
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import ToEnrol, load
from kiosk.device.settings import Network, Ssh, Wifi
from kiosk.errors import ConfigError
from kiosk.setting_up import RIGHT, mistake
from kiosk.views import Wrong
from tests.kiosk.test_setting_up import TO_ENROL

Ip = IPv4Address | IPv6Address
KEYS = (
    ed25519.Ed25519PrivateKey.generate().public_key(),
    ec.generate_private_key(ec.SECP256R1()).public_key(),
    rsa.generate_private_key(65537, 2048).public_key(),
)
LINES = [key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() for key in KEYS]
GOOD = f"""\
{TO_ENROL}
[network]
address = "192.168.1.20/24"
gateway = "192.168.1.1"
dns = ["192.168.1.1", "2001:db8::1"]
ntp = ["pool.ntp.org", "192.168.1.1"]

[wifi]
ssid = "shop"
password = "correct horse"
country = "IR"

[ssh]
keys = ["{LINES[0]} somebody@a-laptop"]
"""


def test_a_right_file_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(GOOD, "utf-8")
    found = load(path, {})
    assert isinstance(found, ToEnrol)
    assert (found.network.gateway, found.wifi.ssid, len(found.ssh.keys)) == ("192.168.1.1", "shop", 1)


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "kind"),
    [
        ('address = "192.168.1.20/24"', 'address = "192.168.1.20"', 8, "network.address", "value"),
        ("1.20/24", "1.256/24", 8, "network.address", "value"),
        ("1.20/24", "1.20/33", 8, "network.address", "value"),
        ("1.20/24", "1.0/24", 8, "network.address", "value"),
        ("1.20/24", "1.255/24", 8, "network.address", "value"),
        ("192.168.1.20/24", "127.0.0.1/8", 8, "network.address", "value"),
        ("1.20/24", "۱.20/24", 8, "network.address", "digits"),
        ('gateway = "192.168.1.1"', 'gateway = "192.168.2.1"', 9, "network.gateway", "value"),
        ('gateway = "192.168.1.1"', 'gateway = "192.168.1.20"', 9, "network.gateway", "value"),
        ('gateway = "192.168.1.1"', 'gateway = "192.168.1.1/24"', 9, "network.gateway", "value"),
        ('gateway = "192.168.1.1"', 'gateway = "fe80::1"', 9, "network.gateway", "value"),
        ('gateway = "192.168.1.1"\n', "", 8, "network.address", "pair"),
        ('address = "192.168.1.20/24"\n', "", 8, "network.gateway", "pair"),
        ('dns = ["192.168.1.1"', 'dns = ["dns.example"', 10, "network.dns", "value"),
        ('dns = ["192.168.1.1"', "dns = [192", 10, "network.dns", "value"),
        ('["pool.ntp.org"', '["pool_ntp.org"', 11, "network.ntp", "value"),
        ('["pool.ntp.org"', '["192.168.1"', 11, "network.ntp", "value"),
        ("ntp =", "ntpd =", 11, "network.ntpd", "unknown"),
        ('ssid = "shop"', f'ssid = "{"s" * 33}"', 14, "wifi.ssid", "value"),
        ('ssid = "shop"', 'ssid = "a\\u0000b"', 14, "wifi.ssid", "value"),
        ('ssid = "shop"\n', "", 14, "wifi.password", "pair"),
        ("correct horse", "1234567", 15, "wifi.password", "value"),
        ("correct horse", "x" * 64, 15, "wifi.password", "value"),
        ("correct horse", "رمز فروشگاه", 15, "wifi.password", "value"),
        ("correct horse", "۱۲۳۴۵۶۷۸", 15, "wifi.password", "digits"),
        ('country = "IR"', 'country = "ir"', 16, "wifi.country", "value"),
        ('keys = ["ssh-', 'keys = ["-----BEGIN ssh-', 19, "ssh.keys", "value"),
        ('keys = ["ssh-', 'keys = ["command=\\"x\\" ssh-', 19, "ssh.keys", "value"),
        ('keys = ["ssh-ed25519', 'keys = ["ssh-rsa', 19, "ssh.keys", "value"),
        pytest.param(LINES[0], LINES[0][:30], 19, "ssh.keys", "value", id="half a key"),
        pytest.param(LINES[0], f"{LINES[0]}\\n{LINES[0]}", 19, "ssh.keys", "value", id="two keys"),
    ],
)
def test_a_wrong_line_is_named_and_what_would_be_right(  # noqa: PLR0917
    tmp_path: Path, old: str, new: str, line: int, key: str, kind: Wrong
) -> None:
    assert old in GOOD
    path = tmp_path / "kiosk.toml"
    path.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    found = mistake(str(caught.value))
    assert (found.line, found.key, found.wrong) == (line, key, kind)
    if kind != "unknown":
        assert found.right == RIGHT.get(key, "")


def test_no_message_has_the_passphrase_in_it() -> None:
    for password in ("short", "y" * 64, "grüße aus x"):
        with pytest.raises(ValueError, match="password") as caught:
            Wifi("shop", password)
        assert password not in str(caught.value)
    assert "correct" not in repr(Wifi("shop", "correct horse"))


KINDS = ("ed25519", "ecdsa", "rsa", "with a comment")


@pytest.mark.parametrize("line", [*LINES, f"{LINES[0]} with a comment"], ids=KINDS)
def test_a_public_key_of_every_kind_is_taken(line: str) -> None:
    assert Ssh((line,)).keys == (line,)


@pytest.mark.parametrize("password", ["12345678", "~" * 63, "0aF" * 21 + "0", "a b c d e"])
def test_every_passphrase_that_an_access_point_takes_is_taken(password: str) -> None:
    assert Wifi("فروشگاه", password).password == password


@given(address=st.ip_addresses(), prefix=st.integers(1, 128), gateway=st.ip_addresses())
def test_any_address_that_is_taken_reaches_its_gateway(address: Ip, prefix: int, gateway: Ip) -> None:
    with suppress(ValueError):
        own = ip_interface(Network(f"{address}/{prefix}", str(gateway)).address)
        assert gateway in own.network or gateway.is_link_local
        assert gateway != own.ip
