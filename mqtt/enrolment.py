"""How a kiosk becomes one of the club's and stays one: JSON over HTTPS, checked at both ends.

`POST /enrolment` with :class:`Enrol` and `POST /renewal` with :class:`Renew` are answered with 200 and
:class:`Enrolled`, with 202 and :class:`Wait` while the authority has not signed yet, or with 4xx and
:class:`Refused`. Each may be sent again as it is: the same key gets the same certificate.
`GET /authority.pem` gives the authority's certificate, which the kiosk compares with the fingerprint that it
was told.
"""

from typing import Annotated, Final, Literal

import msgspec

from mqtt import shapes
from mqtt.shapes import Id
from mqtt.vocabulary import BadMessage

ENROL: Final = "/enrolment"
RENEW: Final = "/renewal"
AUTHORITY: Final = "/authority.pem"
LARGEST: Final = 16 * 1024
"""Bytes of a request; an answer may have four times as many."""

Pem = Annotated[str, msgspec.Meta(max_length=8 * 1024)]
Chain = Annotated[str, msgspec.Meta(max_length=32 * 1024)]
"""Several certificates, one after the other (RFC 7468)."""
OneTime = Annotated[str, msgspec.Meta(pattern=r"^([a-z2-7]{5}-){4}[a-z2-7]{5}\Z")]
"""125 random bits as five groups of base32 (RFC 4648, lower case), to be typed if need be."""
Reason = Literal[
    "token-unknown",
    "token-used",
    "token-expired",
    "token-withdrawn",
    "token-store",
    "request-malformed",
    "request-name",
    "request-key",
    "request-signature",
    "certificate-unknown",
    "certificate-revoked",
    "kiosk-revoked",
    "too-many",
]
"""`token-used`: by another key; `token-store`: of another store; `request-name`: a name that is not the
kiosk's; `request-key`: a key that is not on P-256, or another than the certificate's."""


class Enrol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kiosk with a token asks to be one of a store's; `request` is a PKCS #10 of its own key (RFC 2986).

    Its subject is empty, or has the kiosk's own id as its only common name.
    """

    store: Id
    token: OneTime
    request: Pem


class Renew(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kiosk asks for a new certificate; the `request` is of the key of its `certificate`, ended or not."""

    certificate: Pem
    request: Pem


class Key(msgspec.Struct, frozen=True):
    """A club key, as `card_key` wants it; `secret` in hex."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]{1,8}\Z")]
    secret: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{2}){16,64}\Z")]

    def __repr__(self) -> str:
        """Keep the secret out of logs."""
        return f"Key(id={self.id!r})"


class Enrolled(msgspec.Struct, frozen=True):
    """Who the kiosk is and what it needs: `authorities` are all whom it is to trust from now on.

    `catalogue_key` is Ed25519's public key in hex; `broker` an `mqtts://` URL. The first of `club_keys` is
    the one that is used, the others are still known.
    """

    kiosk: Id
    store: Id
    group: Id
    broker: Annotated[str, msgspec.Meta(pattern="^mqtts://", max_length=300)]
    certificate: Pem
    authorities: Chain
    catalogue_key: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    club_keys: Annotated[tuple[Key, ...], msgspec.Meta(min_length=1, max_length=2)]


class Wait(msgspec.Struct, frozen=True):
    """Nothing is wrong; ask again in so many seconds."""

    seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)]


class Refused(msgspec.Struct, frozen=True):
    """Asking again as it is will not help; `detail` says what to do, in English."""

    reason: Reason
    detail: str = ""


def decode(payload: bytes, shape: type[shapes.T]) -> shapes.T:
    """A request or an answer. Raises BadMessage."""
    if len(payload) > 4 * LARGEST:
        raise BadMessage("too large")
    return shapes.decode(payload, shape)
