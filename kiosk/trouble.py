"""Why a secure connection cannot be had, from the words of OpenSSL and of the broker; pure."""

from typing import Final, Literal

Trouble = Literal["", "away", "clock", "ended", "revoked", "refused", "wrong-authority", "wrong-name"]
"""`away`: nobody answers. The others name what is wrong, as this end or (`ended`, `revoked`, `refused`) the
broker sees it: the clock, this kiosk's certificate, who signed the server's, the name in the server's."""

_SAID: Final[tuple[tuple[str, Trouble], ...]] = (
    ("not yet valid", "clock"),
    ("certificate has expired", "clock"),
    ("alert certificate expired", "ended"),
    ("alert certificate revoked", "revoked"),
    ("mismatch", "wrong-name"),
    ("not valid for", "wrong-name"),
    ("self-signed certificate", "wrong-authority"),
    ("self signed certificate", "wrong-authority"),
    ("unable to get local issuer", "wrong-authority"),
    ("certificate verify failed", "wrong-authority"),
    ("alert unknown ca", "refused"),
    ("alert bad certificate", "refused"),
    ("alert handshake failure", "refused"),
    ("certificate required", "refused"),
    ("not authorized", "refused"),
    ("bad user name or password", "refused"),
    ("no usable identity", "refused"),
)
"""In this order: the first that is found. The server renews its certificate early, so that one of its which
seems to have ended speaks of this kiosk's clock. "Alerts" are the other end's (RFC 8446, 6.2)."""


def trouble(said: str) -> Trouble:
    """What such a text comes to; `away` for whatever is not about identities."""
    text = said.lower().replace("_", " ")
    return next((kind for words, kind in _SAID if words in text), "away")
