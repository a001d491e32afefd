"""Who was refused too often waits: by address, in the memory of one process. Pure."""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from typing import Final

MOST: Final = 20
"""Refusals of one address within a window; a shop's kiosks may share one."""
WINDOW: Final = 600.0
"""Seconds."""
ADDRESSES: Final = 10_000
"""That are remembered; the one that was refused longest ago is forgotten first."""


class Guesses:
    """How often each address was refused within its window, which begins with the first refusal."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._refused: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def refused(self, address: str, now: float) -> None:
        """Count one; `now` in seconds of a steady clock."""
        of = network(address)
        since, count = self._refused.pop(of, (now, 0))
        self._refused[of] = (since, count + 1) if now - since < WINDOW else (now, 1)
        if len(self._refused) > ADDRESSES:
            self._refused.popitem(last=False)

    def wait(self, address: str, now: float) -> float:
        """Seconds until an address is heard again; 0 for one that is heard."""
        since, count = self._refused.get(network(address), (now, 0))
        return max(0.0, since + WINDOW - now) if count >= MOST else 0.0


def network(address: str) -> str:
    """Who shares one: an IPv4 address, or 64 bits of an IPv6 one, which are one customer's (RFC 6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)
