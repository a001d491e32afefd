"""Whether what a technician wrote of the network can be so; ValueError says why not, in words for them."""

import base64
import binascii
import re
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_address, ip_interface
from typing import Final
from unicodedata import category

_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\.?\Z"
)
"""A host's name: RFC 1123, section 2.1."""
_KINDS: Final = {
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
}
_LONGEST: Final = 2**14
_SSID: Final = 32
"""Bytes: IEEE 802.11, 9.4.2.2."""
_PASSPHRASE: Final = re.compile(r"[\x20-\x7e]{8,63}\Z")
"""IEEE 802.11, J.4.1: as WPA2 takes it; WPA3 alone would take more."""
PSK: Final = re.compile(r"[0-9a-fA-F]{64}\Z")
"""The key itself instead of a passphrase."""


def check_address(address: str, gateway: str) -> None:
    """`192.168.1.20/24` and a gateway that can be reached from it."""
    mine = _interface(address)
    if not gateway:
        raise ValueError("`address` wants a `gateway`: the router's address")
    try:
        router = _ip(gateway)
    except ValueError:
        raise ValueError(f"`gateway` is no address: {gateway!r}") from None
    by_its_own = router.version == 6 and router.is_link_local and mine.version == 6  # noqa: PLR2004 - RFC 4861
    if router not in mine.network and not by_its_own:
        raise ValueError(f"`gateway` {gateway} is not in the network of `address`, {mine.network}")
    if router == mine.ip:
        raise ValueError("`gateway` is the kiosk's own address: it shall be the router's")


def _interface(address: str) -> IPv4Interface | IPv6Interface:
    network, slash, _ = address.partition("/")
    if not slash:
        raise ValueError(f"`address` is without its prefix: write {network}/24, or what the network has")
    try:
        found = ip_interface(_unscoped(address))
    except ValueError:
        raise ValueError(f"`address` is none with a prefix such as 192.168.1.20/24: {address!r}") from None
    if found.ip.is_unspecified or found.ip.is_loopback or found.ip.is_multicast or _is_end(found):
        raise ValueError(f"`address` is none that a kiosk can have: {address}")
    return found


def _ip(address: str) -> IPv4Address | IPv6Address:
    return ip_address(_unscoped(address))


def _unscoped(address: str) -> str:
    """As it is, or ValueError: ipaddress takes any signs behind `%` as a scope (RFC 4007), line ends too."""
    if "%" in address:
        raise ValueError("an address with a scope")
    return address


def _is_end(mine: IPv4Interface | IPv6Interface) -> bool:
    """Whether it is the network itself, or everybody in it; two are both a machine's (RFC 3021, RFC 6164)."""
    net = mine.network
    return net.num_addresses > 2 and mine.ip in {net.network_address, net.broadcast_address}  # noqa: PLR2004


def check_resolver(server: str) -> None:
    """A DNS server, by its address: no name can be looked up before."""
    try:
        _ip(server)
    except ValueError:
        raise ValueError(f"`dns` wants addresses such as 192.168.1.1: {server!r}") from None


def check_time_server(server: str) -> None:
    """An NTP server, by name or address."""
    try:
        _ip(server)
    except ValueError:
        if not _HOST.match(server) or not server.strip("0123456789."):
            raise ValueError(f"`ntp` wants names or addresses of servers: {server!r}") from None


def check_wifi(ssid: str, password: str) -> None:
    """A network's name, and a passphrase or key that both WPA2 and WPA3 take; the password is never said."""
    if len(ssid.encode()) > _SSID:
        raise ValueError(f"`ssid` is longer than {_SSID} bytes")
    if any(category(each) == "Cc" for each in ssid):
        raise ValueError("`ssid` has a control character in it")
    if password and not ssid:
        raise ValueError("`password` is without its `ssid`")
    if password and not (_PASSPHRASE.match(password) or PSK.match(password)):
        raise ValueError("`password` wants 8 to 63 letters, digits and signs of a plain keyboard")


def check_key(line: str) -> None:
    """A public key of OpenSSH, `ssh-ed25519 AAAA... name`: no options, no private key, one line (sshd(8))."""
    kind, _, rest = line.strip().partition(" ")
    body = rest.strip().partition(" ")[0]
    if kind not in _KINDS or len(line) > _LONGEST or not line.isprintable():
        raise ValueError(f"`keys` wants lines like `ssh-ed25519 AAAA... name`, and one begins {line[:16]!r}")
    try:
        blob = base64.b64decode(body, validate=True)
    except binascii.Error:
        blob = b""
    name = kind.encode()
    if blob[: 4 + len(name)] != len(name).to_bytes(4, "big") + name or len(blob) < len(name) + 36:
        raise ValueError(f"`keys` has one that is cut off or mistyped: {kind} {body[:8]}...")
