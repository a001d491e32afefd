"""The gate's own uvicorn: TLS with a certificate that is renewed under it, and no connection that stays."""

import asyncio
import logging
import signal
import socket
import ssl
from pathlib import Path
from typing import Final, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from cloud.fleet.broker import AUTHORITIES, CERTIFICATE, KEY
from cloud.fleet.gate.app import Gate
from cloud.fleet.gate.asks import Asks

LIFE: Final = 30.0
"""Seconds that a connection lives, whatever its other end does."""
HEADERS: Final = 16 * 1024
"""Bytes of a request's line and headers."""
CONNECTIONS: Final = 200
"""At a time; more are told that the gate is busy (503)."""
LOOK: Final = 1.0
"""Seconds between two looks whether there is a new certificate."""
STOPS_WITHIN: Final = 5
END: Final = b"-----END CERTIFICATE-----\n"
log = logging.getLogger("cloud.gate")


class Fleeting(H11Protocol):
    """HTTP/1.1 on a connection whose end is set when it begins: nobody holds one by being slow."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and set the end."""
        super().connection_made(transport)
        self._end = self.loop.call_later(LIFE, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """End before that."""
        self._end.cancel()
        super().connection_lost(exc)


class Identity:
    """The gate's certificate and its authority's, out of a folder; each new one holds from then on."""

    def __init__(self, folder: Path) -> None:
        """Read them. Raises OSError where there are none that can be used."""
        self._folder = folder
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._seen: tuple[int, ...] = ()
        self._authority = b""
        self.look()

    def authority(self) -> bytes:
        """The certificate of the authority that signs."""
        return self._authority

    def look(self) -> None:
        """Read again what changed. Raises OSError."""
        certificate, authorities = self._folder / CERTIFICATE, self._folder / AUTHORITIES
        changed = tuple(path.stat().st_mtime_ns for path in (certificate, authorities))
        if changed != self._seen:
            self.context.load_cert_chain(certificate, self._folder / KEY)
            self._authority = authorities.read_bytes().partition(END)[0] + END
            self._seen = changed


class Server(uvicorn.Server):
    """Uvicorn, which looks for a new certificate now and then."""

    def __init__(self, config: uvicorn.Config, identity: Identity) -> None:
        """Serve with that identity."""
        super().__init__(config)
        self._identity = identity
        self._looked = 0.0

    async def on_tick(self, counter: int) -> bool:
        """Look, beside what uvicorn does ten times a second."""
        now = asyncio.get_running_loop().time()
        if now - self._looked >= LOOK:
            self._looked = now
            try:
                self._identity.look()
            except OSError as error:  # half-way through being written: the next look finds it whole
                log.warning("no new certificate: %s", error)
        return await super().on_tick(counter)


def serve(listening: socket.socket, folder: Path) -> None:
    """Serve until SIGTERM or SIGINT. Raises OSError where there is no certificate."""
    identity = Identity(folder)
    asks = Asks()
    config = uvicorn.Config(
        cast("type", Gate(asks, identity.authority)),
        http=Fleeting,
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=HEADERS,
        timeout_graceful_shutdown=STOPS_WITHIN,
    )
    config.load()
    config.ssl = identity.context
    server = Server(config, identity)
    # uvicorn raises the signal again when it has stopped: it means no more than the first time
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.handle_exit)
    try:
        asyncio.run(server.serve([listening]))
    finally:
        asks.close()
