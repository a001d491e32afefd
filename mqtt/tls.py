"""Whom one end trusts and who it is, as PEM files; without paho, for whoever only needs to know of them."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from mqtt.vocabulary import WireError


class BadIdentity(WireError, OSError):
    """A certificate, its key or the trusted authorities cannot be read; the text names the file."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Whom to trust, and who one is: PEM files of authorities, of an own certificate, of its private key."""

    authorities: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """For a client of TLS 1.2 or newer that checks the server's name. Raises BadIdentity."""
        try:
            context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(self.authorities))
            context.load_cert_chain(self.certificate, self.key)
        except (OSError, ValueError) as error:
            raise BadIdentity(f"{self.certificate.parent}: no usable identity ({error})") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context
