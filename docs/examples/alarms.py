"""A receiver of Bashgah's webhooks: the standard library only. docs/alarms.md explains what it gets.

BASHGAH_WEBHOOK_SECRET=whsec_... python alarms.py 8080
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE = 300
"""Seconds by which the two clocks may differ: an older message is somebody's copy."""
MOST = 1 << 20
"""Bytes of a body that are read."""


class Forged(Exception):
    """It is not the club's, or not of now."""


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """The name of a message that is the club's: the same name twice is the same message. Raises Forged."""
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not stamp.isdecimal() or abs(now - int(stamp)) > TOLERANCE:
        raise Forged("too old, or from a clock that is wrong")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((name.encode(), stamp.encode(), body))
    ours = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # there may be more than one, while a secret is changed
    if not any(hmac.compare_digest(ours, one) for one in headers.get("webhook-signature", "").split()):
        raise Forged("the signature is not the club's")
    return name


class Receiver(BaseHTTPRequestHandler):
    """Prints what the club raises, once."""

    secret = ""
    had: set[str] = set()  # noqa: RUF012 - one for all requests; a real receiver keeps it in its database

    def do_POST(self) -> None:
        """Take a message."""
        body = self.rfile.read(min(MOST, int(self.headers.get("Content-Length", 0))))
        try:
            name = verify(self.secret, self.headers, body, time.time())
        except Forged as error:
            self._answer(401, str(error))
            return
        if name not in self.had:
            self.had.add(name)
            show(json.loads(body))
        self._answer(204, "")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())


def show(message: dict[str, object]) -> None:
    """Print what was raised."""
    data = message["data"]
    assert isinstance(data, dict)
    for signal in data["signals"]:
        where = ", ".join(signal["scope"].values()) or "the whole chain"
        when = "in the week until" if signal["days"] == 7 else "on"  # noqa: PLR2004 - a week
        said = f"{signal['index']} of {where} {when} {signal['day']}: {signal['value']}"
        print(f"{said} ({signal['url']})", flush=True)


def main() -> None:
    """Listen until Ctrl-C."""
    Receiver.secret = os.environ["BASHGAH_WEBHOOK_SECRET"]
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()


if __name__ == "__main__":
    main()
