"""Opens a wedge whose device is simulated: the real reader, on a socket that gives what the kernel would."""

import socket
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult

from evdev import ecodes

from drivers.reader import BadUrl, Reader, ReaderLost
from drivers.schema import schema_of
from drivers.wedge import take


class SocketDevice:
    """A stream of the kernel's records (drivers.simulated.hid). Only opening and grabbing are not real."""

    def __init__(self, path: str) -> None:
        """Connect. Raises OSError."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(0)

    def fileno(self) -> int:
        """The descriptor that records are read from; their times are of the monotonic clock."""
        return self._socket.fileno()

    def capabilities(self) -> Mapping[int, Sequence[int]]:
        """The keys of a whole keyboard."""
        return {ecodes.EV_KEY: range(ecodes.KEY_ESC, ecodes.KEY_COMPOSE + 1)}

    def grab(self) -> None:
        """Nobody else listens."""

    def close(self) -> None:
        """Hang up; may be called twice."""
        self._socket.close()


def open_url(url: SplitResult) -> Reader:
    """Open `wedge+sim:///<socket>[?digits=6-11]`. Raises BadUrl, ReaderLost."""
    if url.netloc or not url.path.startswith("/"):
        raise BadUrl(f"a simulated wedge is wedge+sim:///<socket>, not {url.geturl()!r}")
    schema = schema_of(url.query)
    try:
        device = SocketDevice(url.path)
    except OSError as error:
        raise ReaderLost("no-device", f"nobody serves {url.path}") from error
    return take(device, schema)
