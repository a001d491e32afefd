"""Files for systemd-networkd and systemd-timesyncd from kiosk.toml (systemd.network(5), timesyncd.conf(5)).

What stands in kiosk.toml was checked by :mod:`kiosk.device.settings`: addresses and names of hosts, in which
no line can end.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kiosk.device.settings import Network, Wifi

NETWORKS: Final = Path("/run/systemd/network")
TIME: Final = Path("/run/systemd/timesyncd.conf.d/50-bashgah.conf")
_WIRED, _WIFI = "eth0", "wl*"
"""The card's kernel names its links itself (net.ifnames=0): a second wire is one that somebody plugged
into USB, and would be asked for addresses, names and the time. It is left alone.
"""
_SHARED: Final = """\
[Match]
Name={names}

[Link]
RequiredForOnline=no

[Network]
IPv6AcceptRA=yes
LLMNR=no
MulticastDNS=no
"""
_OFFERED: Final = """\

[DHCPv4]
ClientIdentifier=mac
UseHostname=no
UseTimezone=no
RouteMetric={metric}
UseDNS={dns}
UseNTP={ntp}

[DHCPv6]
UseHostname=no
UseDNS={dns}
UseNTP={ntp}

[IPv6AcceptRA]
UseDNS={dns}
RouteMetric={metric}
"""
"""DHCP's client is known by its MAC address: what a shop's router has on its list."""


def files(network: Network, wifi: Wifi) -> dict[Path, str]:
    """Text by place. An address of its own is the Wi-Fi's where there is one, else the wire's."""
    nobody = Network(dns=network.dns, ntp=network.ntp)
    wired, air = (nobody, network) if wifi.ssid else (network, nobody)
    found = {
        NETWORKS / "10-bashgah-wired.network": _interface(_WIRED, wired, 100),
        NETWORKS / "20-bashgah-wifi.network": _interface(_WIFI, air, 600),
    }
    if network.ntp:
        found[TIME] = f"[Time]\nNTP={' '.join(network.ntp)}\n"
    return found


def _interface(names: str, network: Network, metric: int) -> str:
    lines = list(_own(network, metric)) if network.address else ["DHCP=yes"]
    lines += [f"DNS={server}" for server in network.dns]
    offered = _OFFERED.format(
        metric=metric, dns="no" if network.dns else "yes", ntp="no" if network.ntp else "yes"
    )
    # what stands in [Network] must come before a section of a route
    return _SHARED.format(names=names) + "".join(f"{line}\n" for line in lines) + offered


def _own(network: Network, metric: int) -> Iterable[str]:
    yield "DHCP=no"
    yield f"Address={network.address}"
    yield ""
    yield "[Route]"
    yield f"Gateway={network.gateway}"
    yield f"Metric={metric}"
    yield ""
    yield "[Network]"
