"""What kiosk.toml says of network, Wi-Fi and ssh becomes their files, or is refused."""

import subprocess
from base64 import b64encode
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import section
from kiosk.device import network, wifi
from kiosk.device.settings import Network, Ssh, Wifi
from tests.mqtt.broker import ROOT

WIRED, AIR = "10-bashgah-wired.network", "20-bashgah-wifi.network"
OWN = Network("192.168.1.20/24", "192.168.1.1", ("192.168.1.1", "2001:db8::1"), ("ir.pool.ntp.org",))


def by_name(of: Network, air: Wifi) -> dict[str, str]:
    return {place.name: text for place, text in network.files(of, air).items()}


def test_with_nothing_said_the_network_says_everything() -> None:
    files = by_name(Network(), Wifi())
    assert set(files) == {WIRED, AIR}
    for text in files.values():
        assert "DHCP=yes\n" in text
        assert "ClientIdentifier=mac\n" in text
        assert "RequiredForOnline=no\n" in text
        assert "UseDNS=no" not in text


def test_an_address_of_its_own_is_the_wires_and_then_nothing_is_asked_for() -> None:
    files = by_name(OWN, Wifi())
    wired = files[WIRED]
    assert "[Network]\nDNS=192.168.1.1\nDNS=2001:db8::1\n" in wired
    for line in ("DHCP=no", "Address=192.168.1.20/24", "Gateway=192.168.1.1", "UseDNS=no", "UseNTP=no"):
        assert f"{line}\n" in wired
    assert "Address=" not in files[AIR]
    assert files["50-bashgah.conf"] == "[Time]\nNTP=ir.pool.ntp.org\n"


def test_only_the_first_wire_is_taken_and_no_adapter_that_somebody_plugs_in() -> None:
    assert "[Match]\nName=eth0\n" in by_name(Network(), Wifi())[WIRED]
    assert "net.ifnames=0 " in (ROOT / "image/card/cmdline.txt").read_text(), "the kernel's own names"


def test_where_there_is_wifi_the_address_is_its() -> None:
    files = by_name(OWN, Wifi("shop", "12345678"))
    assert "Address=192.168.1.20/24\n" in files[AIR]
    assert "Address=" not in files[WIRED]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"address": "192.168.1.20"}, "without its prefix: write 192.168.1.20/24"),
        ({"address": "192.168.1.300/24"}, "none with a prefix such as"),
        ({"address": "192.168.1.20/24"}, "wants a `gateway`"),
        ({"address": "192.168.1.20/24", "gateway": "router"}, "`gateway` is no address: 'router'"),
        (
            {"address": "192.168.1.20/24", "gateway": "192.168.2.1"},
            "not in the network of `address`, 192.168.1",
        ),
        ({"address": "192.168.1.20/24", "gateway": "192.168.1.20"}, "the kiosk's own address"),
        ({"address": "127.0.0.1/8", "gateway": "127.0.0.2"}, "none that a kiosk can have"),
        ({"gateway": "192.168.1.1"}, "without its `address`"),
        ({"dns": ["dns.example.com"]}, "`dns` wants addresses such as 192.168.1.1: 'dns.example.com'"),
        ({"ntp": ["time example com"]}, "`ntp` wants names or addresses"),
        ({"ntp": ["a\nb"]}, "`ntp` wants names or addresses"),
        ({"ntp": ["time.example.com\n"]}, "`ntp` wants names or addresses"),
        ({"dns": ["::1%x\nDomains=~."]}, "`dns` wants addresses"),
        ({"dns": ["fe80::1%eth0"]}, "`dns` wants addresses"),
        ({"ntp": ["::1%x\nFallbackNTP=x"]}, "`ntp` wants names or addresses"),
        ({"address": "2001:db8::20%x\nDHCP=yes/64", "gateway": "fe80::1"}, "none with a prefix such as"),
        ({"address": "2001:db8::20/64", "gateway": "fe80::1%\nDHCP=yes"}, "`gateway` is no address"),
    ],
)
def test_what_no_network_can_have_is_refused_in_words(settings: dict[str, object], said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(settings, Network)
    assert said in str(caught.value)


def test_an_address_of_ipv6_and_a_router_known_by_its_link_are_taken() -> None:
    text = by_name(Network("2001:db8::20/64", "fe80::1"), Wifi())[WIRED]
    assert "Address=2001:db8::20/64\n" in text
    assert "Gateway=fe80::1\n" in text


def test_a_section_that_is_wrong_leaves_the_kiosk_to_what_the_network_says(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('[network]\naddress = "300.1.1.1/24"\n[ssh]\nkeys = ["nonsense"]\n', "utf-8")
    assert section(path, {}, "network", Network) == Network()
    assert section(path, {}, "ssh", Ssh) == Ssh()


def _try(make: Callable[[], object]) -> object | None:
    try:
        return make()
    except ValueError:
        return None


def followed(*valid: str, prefix: str = "") -> st.SearchStrategy[str]:
    """One of these, and anything behind a sign at which a parser may stop looking."""
    return st.builds(
        lambda *parts: "".join(parts),
        st.sampled_from(valid),
        st.sampled_from(["", "%", "/", "\n"]),
        st.sampled_from(["", "x", "\n", "x\nDomains="]),
        st.text(),
        st.just(prefix),
    )


@given(
    followed("2001:db8::20", prefix="/64"),
    followed("2001:db8::1", "fe80::1"),
    followed("192.168.1.1", "::1"),
    followed("192.168.1.1", "::1", "ir.pool.ntp.org"),
)
def test_nothing_written_for_a_network_makes_another_line(
    address: str, gateway: str, dns: str, ntp: str
) -> None:
    for made in (
        _try(lambda: Network(address, gateway)),
        _try(lambda: Network(dns=(dns,))),
        _try(lambda: Network(ntp=(ntp,))),
    ):
        if isinstance(made, Network):
            for text in network.files(made, Wifi()).values():
                assert_whole(text, made)


def assert_whole(text: str, made: Network) -> None:
    known = by_name(OWN if made.address else Network(), Wifi())
    keys = {line.partition("=")[0] for one in known.values() for line in one.splitlines()} | {
        "DNS",
        "NTP",
        "[Time]",
    }
    assert {line.partition("=")[0] for line in text.split("\n")} - {""} <= keys | {
        "Address",
        "Gateway",
        "Metric",
    }


def parsed(text: str) -> dict[str, str]:
    """The network block, as wpa_supplicant reads it: a key and a value a line."""
    head, block = text.removesuffix("}\n").split("network={\n")
    assert [line.partition("=")[0] for line in head.splitlines()] == [
        "update_config",
        "country",
        "p2p_disabled",
    ]
    lines = block.split("\n")[:-1]
    assert all(line.startswith("\t") for line in lines)
    return dict(line.strip("\t").split("=", 1) for line in lines)


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=32).filter(
        lambda text: len(text.encode()) <= 32
    ),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=8, max_size=63),
    st.booleans(),
)
def test_a_name_and_a_passphrase_of_any_signs_come_out_as_they_were_and_nothing_else_does(
    ssid: str,
    password: str,
    hidden: bool,  # noqa: FBT001 - drawn
) -> None:
    text = wifi.file(Wifi(ssid, password, hidden=hidden))
    assert text is not None
    found = parsed(text)
    assert set(found) == {"ssid", "key_mgmt", "psk", "sae_password", "ieee80211w"} | (
        {"scan_ssid"} if hidden else set()
    )
    assert bytes.fromhex(found["ssid"]).decode() == ssid
    assert bytes.fromhex(found["sae_password"]).decode() == password
    assert len(bytes.fromhex(found["psk"])) == 32


def test_the_key_of_wpa2_is_that_of_the_standards_example() -> None:
    text = wifi.file(Wifi("IEEE", "password"))
    assert text is not None
    assert parsed(text)["psk"] == "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"


def test_a_network_without_a_password_is_open_and_a_key_is_taken_as_it_is() -> None:
    open_one, key = wifi.file(Wifi("cafe")), wifi.file(Wifi("shop", "AB" * 32))
    assert open_one is not None
    assert key is not None
    assert parsed(open_one) == {"ssid": b"cafe".hex(), "key_mgmt": "NONE"}
    assert parsed(key)["psk"] == "ab" * 32
    assert "sae_password" not in parsed(key)
    assert wifi.file(Wifi()) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"ssid": "s" * 33}, "longer than 32 bytes"),
        ({"ssid": "ش" * 17}, "longer than 32 bytes"),
        ({"ssid": "shop", "password": "seven77"}, "8 to 63"),
        ({"ssid": "shop", "password": "s" * 64}, "8 to 63"),
        ({"ssid": "shop", "password": "گذرواژه۱۲۳"}, "8 to 63"),
        ({"ssid": "shop", "password": "12345678\n"}, "8 to 63"),
        ({"password": "12345678"}, "without its `ssid`"),
        ({"ssid": "shop", "country": "ir"}, "regex"),
    ],
)
def test_what_no_wifi_takes_is_refused_and_the_password_is_not_said(
    settings: dict[str, object], said: str
) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(settings, Wifi)
    assert said in str(caught.value)
    assert str(settings.get("password", "-----")) not in str(caught.value)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("key")
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "somebody", "-f", folder / "key"], check=True
    )
    return (folder / "key.pub").read_text().strip()


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_keys_as_ssh_keygen_makes_them_are_taken(tmp_path: Path, kind: str) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", tmp_path / "key"], check=True)
    line = (tmp_path / "key.pub").read_text()
    assert Ssh((line.strip(),)).keys == (line.strip(),)


def test_a_line_that_is_no_key_is_refused(key: str) -> None:
    kind, body, _ = key.split(" ")
    for line in (
        "", "nonsense", f"{kind}", f"{kind} {body[:30]}", f"{kind} {body[:-9]}", f"ssh-rsa {body}", f"{body}",
        f'command="sh" {key}', f"{key}\n{key}", f"{key}\rx", f"ssh-dss {body}", f"{kind} {body}x y",
        "-----BEGIN OPENSSH", "x" * 20000,
    ):  # fmt: skip
        with pytest.raises(ValueError, match="`keys`"):
            Ssh((line,))


def test_a_kind_of_key_that_sshd_takes_no_more_is_refused() -> None:
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in (b"ssh-dss", bytes(128)))
    with pytest.raises(ValueError, match="`keys`"):
        Ssh((f"ssh-dss {b64encode(blob).decode()}",))


@given(st.text())
def test_no_text_is_a_key_by_chance(text: str) -> None:
    with pytest.raises(ValueError, match="`keys`"):
        Ssh((text,))


def test_the_files_are_what_systemd_reads() -> None:
    for text in by_name(OWN, Wifi("shop", "12345678")).values():
        ConfigParser(strict=False, interpolation=None).read_string(text)
