"""`python -m tests.install.headquarters URL CA NAME`: head office's browser, as far as the taps of a store.

The first password comes on standard input, and after it, for each further line, one look at the live page:
the store's taps of today are printed.
"""

import re
import ssl
import sys
import urllib.error
import urllib.request
from base64 import b32decode
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from urllib.parse import urlencode

from cloud.desk.people import second

PASSWORD = "seven green bicycles in Shiraz"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SECRET = re.compile(r'class="secret"[^>]*>([A-Z2-7 ]+)<')
TAPS = re.compile(
    r'<tr[^>]* data-store="vanak">.*?data-of="taps">(?:<[^>]+>[^<]*</[^>]+>)*([^<\s]+)', re.DOTALL
)
WITHIN = 20.0


class Browser:
    """Keeps cookies, trusts one authority, and fills forms as they stand."""

    def __init__(self, url: str, authority: str) -> None:
        self._url = url
        trusting = ssl.create_default_context(cafile=authority)
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=trusting), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, path: str) -> tuple[str, str]:
        """Where a page was in the end, and its text."""
        return self._open(urllib.request.Request(f"{self._url}{path}"))

    def send(self, page: tuple[str, str], **fields: str) -> tuple[str, str]:
        """The form of a page, filled in; the page after it."""
        at, text = page
        found = TOKEN.search(text)
        assert found, f"no form on {at}"
        body = urlencode({"csrfmiddlewaretoken": found[1], **fields}).encode()
        return self._open(urllib.request.Request(at, body, {"Referer": at}))

    def _open(self, request: urllib.request.Request) -> tuple[str, str]:
        with self._opener.open(request, timeout=WITHIN) as answer:
            return answer.url, answer.read().decode()


def come_in(browser: Browser, name: str, first: str) -> None:
    """Sign in for the first time: a second factor, and another password."""
    page = browser.send(browser.get("/login"), username=name, password=first)
    found = SECRET.search(page[1])
    assert found, page
    secret = b32decode(found[1].replace(" ", ""))
    browser.send(page, code=second.code_at(secret, second.step_of(datetime.now(UTC))))
    page = browser.get("/")
    assert "/account/password" in page[0], page[0]
    browser.send(page, old_password=first, new_password1=PASSWORD, new_password2=PASSWORD)


def taps(browser: Browser) -> int | str:
    """How many the live page shows for the store today, or why there is no page now."""
    try:
        at, text = browser.get("/")
    except urllib.error.HTTPError as error:
        return str(error)
    found = TAPS.search(text)
    assert found, (at, text[-3000:])
    return int(found[1])


def main(url: str, authority: str, name: str) -> None:
    """Come in, then look as often as asked."""
    browser = Browser(url, authority)
    come_in(browser, name, sys.stdin.readline().strip())
    print("in", flush=True)
    for _ in sys.stdin:
        print(taps(browser), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
