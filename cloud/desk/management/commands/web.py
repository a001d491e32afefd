"""`python -m cloud web`: the pages, served by uvicorn."""

import asyncio
import signal
import socket
from typing import Final

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand

from cloud.desk.stream import the_tail
from cloud.fleet.listening import bound
from cloud.fleet.ready import assert_ready

PATIENCE: Final = 5
"""Seconds that open requests have to end when the web stops."""
PROXY: Final = "127.0.0.1,::1"
"""Where the proxy asks from that ends TLS."""


class Web(uvicorn.Server):
    """Uvicorn, which on its way down ends the live streams first: they would never end by themselves."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let everybody go, then stop."""
        the_tail().close()
        await super().shutdown(sockets)


class Command(BaseCommand):
    help = "Serve the pages on BASHGAH_WEB_HOST and BASHGAH_WEB_PORT until SIGTERM or Ctrl-C."
    requires_system_checks = ()

    def handle(self, *_args: object, **_options: object) -> None:
        assert_ready()
        with bound(settings.WEB_HOST, settings.WEB_PORT, "BASHGAH_WEB") as listening:
            self.stdout.write(f"HQ page: {_url(listening)}")
            self.stdout.flush()
            server = Web(_config())
            # uvicorn raises the signal again when it has stopped: it means no more than the first time
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, server.handle_exit)
            asyncio.run(server.serve([listening]))


def _config() -> uvicorn.Config:
    return uvicorn.Config(
        "cloud.asgi:application",
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        # a header that anybody may write must not say from where a password is guessed: the proxy's may
        proxy_headers=settings.HTTPS,
        forwarded_allow_ips=PROXY,
        timeout_graceful_shutdown=PATIENCE,
    )


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
