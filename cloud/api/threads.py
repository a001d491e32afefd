"""Requests below `/api/` are answered on threads that stay, and so do their connections to the database.

Django gives each request a thread of its own under ASGI, which ends with it: a new connection for each
request, which on PostgreSQL is a new process there, and most of what an answer costs.
"""

from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Final

from asgiref.sync import ThreadSensitiveContext
from django.db import DEFAULT_DB_ALIAS, connections

from cloud.api.limit import App, Message, Receive, Send
from cloud.api.middleware import BELOW

KEPT: Final = 8
"""Threads that wait for a request when there is none; each has a connection."""
LIFE: Final = 600
"""Seconds after which a connection is made anew; before each use it is asked whether it lives."""


class OnThreads:
    """An ASGI application before Django: it gives a request a thread, alone for as long as it takes."""

    def __init__(self, app: App) -> None:
        """Stand before `app`, with no thread yet."""
        self._app = app
        self._free: list[Executor] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or not scope["path"].startswith(BELOW):
            await self._app(scope, receive, send)
            return
        # the one that was used last: its connection is the least likely to be gone
        thread = self._free.pop() if self._free else ThreadPoolExecutor(1, "api", _keep_connection)
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._app(scope, receive, send)
        finally:
            self._let_go(thread)

    def _let_go(self, thread: Executor) -> None:
        if len(self._free) < KEPT:
            self._free.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)


def _keep_connection() -> None:
    """Let this thread's connection live on; another thread's must not, which ends with its request."""
    connection = connections[DEFAULT_DB_ALIAS]
    kept = {"CONN_MAX_AGE": LIFE, "CONN_HEALTH_CHECKS": True}
    connection.settings_dict = {**connection.settings_dict, **kept}
