"""What a technician copies into kiosk.toml by hand: the gate's address and a one-time token."""

import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit

GROUPS: Final = 5
"""Groups of a token, and letters of each (:data:`mqtt.enrolment.OneTime`)."""
PORT: Final = 8443
"""The gate's, unless its address says otherwise."""
_LOOKALIKES: Final = {"0": "o", "1": "l or i", "8": "b", "9": "g"}


class Gate(NamedTuple):
    """Where kiosks enrol and renew."""

    host: str
    port: int


def parse_gate(url: str) -> Gate:
    """What `https://host[:port]` says. Raises ValueError, which says what would be right."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError as error:
        raise ValueError(f"`cloud` is https://host[:port]: {error}") from None
    if parts.scheme == "http":
        raise ValueError("`cloud` is https://host[:port]: http:// is heard by anybody on the network")
    rest = (parts.username, parts.password, parts.path.rstrip("/"), parts.query, parts.fragment)
    if parts.scheme != "https" or not host or any(rest) or port == 0:
        raise ValueError("`cloud` is https://host[:port] and nothing else")
    return Gate(host, PORT if port is None else port)


def check_token(token: str) -> None:
    """Raises ValueError, which says in which group what is wrong, and never the token."""
    groups = token.split("-")
    for number, group in enumerate(groups[:GROUPS], 1):
        if wrong := _wrong_in(group):
            raise ValueError(f"`token`: {wrong} in group {number} of {GROUPS}")
    if len(groups) != GROUPS:
        raise ValueError(f"`token` is {GROUPS} groups with `-` between; here are {len(groups)}")


def _wrong_in(group: str) -> str:
    if bad := re.search(r"[^a-z2-7]", group):
        hint = f" (is it {_LOOKALIKES[bad[0]]}?)" if bad[0] in _LOOKALIKES else ""
        what = "a capital letter" if bad[0].isupper() else "a character that no token has"
        return f"{what}, the {bad.start() + 1}.{hint},"
    return "" if len(group) == GROUPS else f"{len(group)} letters where {GROUPS} belong,"
