"""Real servers that are told of alarms: one of webhooks that obeys a script, one of mail."""

import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Step = int | Literal["hang"]


@dataclass
class Had:
    """A request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Where it listens, what it had, and what it answers next; then 200."""

    port: int
    script: list[Step]
    had: list[Had] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/alarms?shop=1"


@contextmanager
def receiver(*script: Step) -> Iterator[Receiver]:
    """A web server that answers as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.had.append(Had(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            step = made.script.pop(0) if made.script else 200
            if step == "hang":
                made.over.wait(30)
                return
            self.send_response(step)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Receiver(server.server_address[1], list(script))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.over.set()
        server.shutdown()
        thread.join()


@dataclass
class Mailbox:
    """Where it listens and what came."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)


@contextmanager
def mail_server(refused: Sequence[str] = ()) -> Iterator[Mailbox]:
    """A mail server that knows as much SMTP as a sender needs."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline():
                verb = line[:4].upper().decode()
                if verb == "QUIT":
                    self._say("221 bye")
                    return
                if verb == "DATA":
                    self._letter()
                elif verb == "RCPT" and (address := line.decode().partition("<")[2].partition(">")[0]):
                    made.to.append(address)
                    self._say("550 nobody" if address in refused else "250 ok")
                else:
                    self._say("250 ok")

        def _letter(self) -> None:
            self._say("354 go on")
            lines = iter(self.rfile.readline, b".\r\n")
            found = message_from_bytes(b"".join(lines), policy=policy.default)
            assert isinstance(found, EmailMessage)
            made.letters.append(found)
            self._say("250 kept")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        made = Mailbox(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield made
        server.shutdown()
        thread.join()
