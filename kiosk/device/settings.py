"""The sections of kiosk.toml about the machine: how it reaches the network, who may come in by ssh.

What cannot be right is refused here, with the key in backticks, and never with a secret in the message.
"""

import base64
import re
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_interface
from typing import Annotated, Final
from unicodedata import category

import msgspec

_LABEL: Final = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_HOST: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
"""A host's name (RFC 1123, 2.1); one of digits alone is an address that went wrong."""
_PASSPHRASE: Final = re.compile(r"[ -~]{8,63}|[0-9A-Fa-f]{64}")
"""Printable ASCII, or the key itself in hex (IEEE 802.11, J.4)."""
_LONGEST_NAME: Final = 32
"""Bytes of a network's name (IEEE 802.11, 9.4.2.2)."""
_KEY_KINDS: Final = {
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
}


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[network]`: all empty, the network says everything (DHCP, router advertisements).

    `address` is this kiosk's with its prefix, `192.168.1.20/24`, and wants a `gateway`; `dns` and `ntp` are
    servers to ask instead of those that the network names.
    """

    address: str = ""
    gateway: str = ""
    dns: tuple[str, ...] = ()
    ntp: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no network is made of."""
        if bool(self.address) != bool(self.gateway):
            raise ValueError("`address` and `gateway` belong together: one of them is missing")
        if self.address:
            _check_gateway(_own(self.address), self.gateway)
        for server in self.dns:
            if not _is_address(server):
                raise ValueError("`dns`: addresses of servers, such as 192.168.1.1; no names")
        for server in self.ntp:
            if not (_is_address(server) or _is_name(server)):
                raise ValueError("`ntp`: names or addresses of servers, such as pool.ntp.org")


class Wifi(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[wifi]`: a network's name and its passphrase (WPA2 and WPA3 personal); an empty `ssid`: none.

    `country` (ISO 3166-1, two capitals) says which channels may be used; `hidden`: it does not tell its name.
    """

    ssid: str = ""
    password: str = ""
    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")] = "IR"
    hidden: bool = False

    def __post_init__(self) -> None:
        """Refuse what no network can be called, and what can be nobody's passphrase."""
        if bool(self.ssid) != bool(self.password):
            raise ValueError("`ssid` and `password` belong together: one of them is missing")
        if len(self.ssid.encode()) > _LONGEST_NAME or any(category(each) == "Cc" for each in self.ssid):
            raise ValueError(f"`ssid`: at most {_LONGEST_NAME} bytes, and no control characters")
        if self.password and not _PASSPHRASE.fullmatch(self.password):
            raise ValueError("`password`: 8 to 63 characters of an English keyboard, or 64 of 0-9 a-f")

    def __repr__(self) -> str:
        """Keep the passphrase out of logs."""
        return f"Wifi(ssid={self.ssid!r})"


class Ssh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[ssh]`: public keys, a line of OpenSSH's each, of whoever may come in as root; empty: nobody."""

    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no public key, such as a private one, and options before it (sshd(8))."""
        for number, line in enumerate(self.keys, 1):
            if not _is_public_key(line):
                raise ValueError(f"`keys`: number {number} is no line of OpenSSH's *.pub")


def _own(address: str) -> IPv4Interface | IPv6Interface:
    """What `192.168.1.20/24` says, if a machine can have it. Raises ValueError."""
    try:
        found = ip_interface(address)
    except ValueError:
        found = None
    if found is None or "/" not in address:
        raise ValueError("`address`: an address with its prefix, such as 192.168.1.20/24")
    ip, net = found.ip, found.network
    ends = {net.network_address, net.broadcast_address} if net.num_addresses > 2 else set()  # noqa: PLR2004
    if ip in ends or ip.is_multicast or ip.is_loopback or ip.is_unspecified or not net.prefixlen:
        raise ValueError("`address`: no machine can have this one; such as 192.168.1.20/24")
    return found


def _check_gateway(own: IPv4Interface | IPv6Interface, gateway: str) -> None:
    """A router is in the same network; in IPv6 it may go by its link-local address (RFC 4861)."""
    try:
        found = ip_address(gateway)
    except ValueError:
        raise ValueError("`gateway`: an address without a prefix, such as 192.168.1.1") from None
    if found.version != own.version or found == own.ip:
        raise ValueError("`gateway`: the router's address, which is not this kiosk's own")
    if found not in own.network and not (found.version == 6 and found.is_link_local):  # noqa: PLR2004
        raise ValueError(f"`gateway`: not in the network of `address`, which is {own.network}")


def _is_address(text: str) -> bool:
    try:
        return not ip_address(text).is_unspecified
    except ValueError:
        return False


def _is_name(text: str) -> bool:
    return bool(_HOST.fullmatch(text)) and len(text) < 254 and not re.fullmatch(r"[0-9.]+", text)  # noqa: PLR2004


def _is_public_key(line: str) -> bool:
    """A kind, what it is in base64, which begins with the kind once more, and a comment (RFC 4253, 6.6)."""
    kind, _, rest = line.partition(" ")
    if kind not in _KEY_KINDS or not line.isprintable():
        return False
    try:
        blob = base64.b64decode(rest.partition(" ")[0], validate=True)
    except ValueError:
        return False
    name = len(kind).to_bytes(4, "big") + kind.encode("ascii")
    return blob.startswith(name) and len(blob) > len(name) + 4
