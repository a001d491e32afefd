"""A till that talks to the club: the standard library only. docs/api.md explains each call.

BASHGAH_URL=https://club.example BASHGAH_KEY=<id>.<secret> python pos.py vanak m-aaaaaaaaaa A-1001 250000
"""

import json
import os
import sys
import uuid
from datetime import UTC, datetime
from time import sleep
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

TRIES = 4
AGAIN = {429, 500, 503}
"""Statuses after which the same request may be sent again under the same name; so may a 409 `under-way`."""


class Refused(Exception):
    """The club says no; the text tells what to do."""


class Till:
    """One store's connection to the club."""

    def __init__(self, url: str, key: str, store: str) -> None:
        """Remember where the club is and who asks."""
        self._url, self._key, self._store = url.rstrip("/"), key, store

    def quote(self, member: str, lines: list[dict[str, Any]]) -> int:
        """How many points an invoice would earn."""
        said = {"member": member, "occurred_at": _now(), "lines": lines}
        return int(self._post("quotes", said)["points"])

    def buy(self, member: str, invoice: str, lines: list[dict[str, Any]], paid: int | None = None) -> int:
        """Tell of an invoice; how many points it earned. `paid`: what was paid in money, in Rial."""
        said = {"member": member, "invoice": invoice, "occurred_at": _now(), "lines": lines, "paid": paid}
        return sum(entry["points"] for entry in self._post("purchases", said)["earned"])

    def spend(self, member: str, invoice: str, number: str, points: int) -> None:
        """Pay part of an invoice with points. Raises Refused where there are not as many."""
        self._post("redemptions", {"member": member, "invoice": invoice, "number": number, "points": points})

    def take_back(self, invoice: str, number: str, lines: list[dict[str, Any]]) -> str:
        """Tell of a return; `applied`, or `waiting` where the invoice has not come yet."""
        said = {"invoice": invoice, "number": number, "occurred_at": _now(), "lines": lines}
        return str(self._post("returns", said)["state"])

    def _post(self, what: str, said: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON is anything
        """Send under one name until there is an answer: whatever got lost, it is done once."""
        body, name = json.dumps({"store": self._store, **said}).encode(), str(uuid.uuid4())
        for number in range(TRIES):
            try:
                return self._send(what, body, name)
            except HTTPError as error:
                problem = json.load(error)
                if error.code not in AGAIN and not problem["type"].endswith(":under-way"):
                    raise Refused(problem["detail"]) from None
                wait = float(error.headers.get("Retry-After") or 2**number)
            except URLError:
                wait = 2**number
            sleep(wait)
        raise Refused("The club does not answer: keep the document and send it later, it counts once.")

    def _send(self, what: str, body: bytes, name: str) -> Any:  # noqa: ANN401 - JSON is anything
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": name,
        }
        # the address is the till's own setting
        request = Request(f"{self._url}/api/v1/{what}", body, headers)  # noqa: S310
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.load(answer)


def _now() -> str:
    return datetime.now(UTC).isoformat()


def main(store: str, member: str, invoice: str, amount: str) -> None:
    """Sell one line."""
    till = Till(os.environ["BASHGAH_URL"], os.environ["BASHGAH_KEY"], store)
    lines = [{"line": "1", "amount": int(amount)}]
    print(f"would earn {till.quote(member, lines)}, earned {till.buy(member, invoice, lines)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
