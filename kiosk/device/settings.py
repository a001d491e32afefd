"""The sections of kiosk.toml about the machine: how it reaches the network, who may come in by ssh."""

from typing import Annotated

import msgspec

from kiosk.device.checking import check_address, check_key, check_resolver, check_time_server, check_wifi


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
        """Refuse what no network can have."""
        if self.address:
            check_address(self.address, self.gateway)
        elif self.gateway:
            raise ValueError("`gateway` is without its `address`: write both or neither")
        for server in self.dns:
            check_resolver(server)
        for server in self.ntp:
            check_time_server(server)


class Wifi(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[wifi]`: a network's name and its passphrase (WPA2 and WPA3 personal); an empty `ssid`: none.

    `country` (ISO 3166-1, two capitals) says which channels may be used; `hidden`: it does not tell its name.
    """

    ssid: str = ""
    password: str = ""
    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")] = "IR"
    hidden: bool = False

    def __post_init__(self) -> None:
        """Refuse what no Wi-Fi network takes, without saying the password."""
        check_wifi(self.ssid, self.password)

    def __repr__(self) -> str:
        """Keep the passphrase out of logs."""
        return f"Wifi(ssid={self.ssid!r})"


class Ssh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[ssh]`: public keys, a line of OpenSSH's each, of whoever may come in as root; empty: nobody."""

    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a line that is no key."""
        for line in self.keys:
            check_key(line)
