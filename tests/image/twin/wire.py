"""A wire from this machine to a twin: a pair of virtual Ethernet interfaces with addresses of its own."""

import socket
import subprocess

THERE = "eth0"
"""In the twin, as on the card."""


class Wire:
    """`outside` is the address of this machine's end, `inside` is for the twin's, in a network of 30 bits.

    The number of a wire is taken as long as its socket is bound (unix(7): abstract names are of a network
    namespace, as interfaces are): what a run left that was ended is cleared away by the next.
    """

    def __init__(self) -> None:
        """Take a number. Raises AssertionError where none is free."""
        self._taken = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        number = next((number for number in range(64 * 256) if self._takes(number)), None)
        assert number is not None, "no more wires can be laid"
        self._here = f"bg-wire-{number}"
        first = f"10.88.{number // 64}.{{}}".format
        self.outside, self.inside = (first(number % 64 * 4 + end) for end in (1, 2))

    @property
    def toml(self) -> str:
        """`[network]` of the kiosk.toml of whoever is at its other end."""
        return f'[network]\naddress = "{self.inside}/30"\ngateway = "{self.outside}"\n'

    def lay(self, namespace: int, *, plugged: bool = True) -> None:
        """Lead it to the network of a process; it goes with that."""
        self.take_away()
        far = ("peer", "name", THERE, "netns", str(namespace))
        _ip("link", "add", self._here, "type", "veth", *far)
        _ip("address", "add", f"{self.outside}/30", "dev", self._here)
        if plugged:
            self.plug()

    def plug(self) -> None:
        """Let it carry."""
        _ip("link", "set", self._here, "up")

    def pull(self) -> None:
        """Let it carry nothing: the other end loses its carrier."""
        _ip("link", "set", self._here, "down")

    def take_away(self) -> None:
        """Off the wall with it, if it is there."""
        subprocess.run(["ip", "link", "delete", self._here], capture_output=True, check=False)

    def close(self) -> None:
        """Give its number back."""
        self.take_away()
        self._taken.close()

    def _takes(self, number: int) -> bool:
        try:
            self._taken.bind(f"\0bashgah-wire-{number}")
        except OSError:
            return False
        return True


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
