"""Whom one end trusts and who it is, as PEM files; without paho, for whoever only needs to know of them."""

import contextlib
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mqtt.vocabulary import WireError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


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
        context.sslsocket_class = _Telling
        return context


class _Telling(ssl.SSLSocket):
    """A socket for paho, that is closed where the handshake fails, and tells why the other end hung up."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as the standard has it
        """As ever, but that nothing is left open."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        """As ever; but with TLS 1.3 a server judges a certificate after the handshake (RFC 8446, 4.4.2.4).

        Its alert may have come, and its end of the connection be closed, before anything is sent: raises
        what the alert says rather than that there is nobody.
        """
        try:
            return super().send(data, flags)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except OSError:
            with contextlib.suppress(ssl.SSLWantReadError, ConnectionError):
                self.recv(1)
            raise
