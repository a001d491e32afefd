"""A person at a browser in one role, language and size, who is told of whatever the browser complains of."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

from tests.cloud.desk.house import DEADLINE
from tests.cloud.desk.walks.ground import PASSWORD, Ground

SIZES: Final = {"desktop": (1440, 900), "phone": (390, 844)}
"""CSS pixels, across and down."""
DIRECTIONS: Final = {"fa": "rtl", "en": "ltr"}
_AXE: Final = find_spec("axe_playwright_python")
assert _AXE is not None
AXE: Final = Path(_AXE.origin or "").with_name("axe.min.js").read_text("utf-8")
"""Axe itself: the package's own way to run it is not needed."""
GRAVE: Final = frozenset({"serious", "critical"})
VIOLATED: Final = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
LOOK: Final = """
async (only) => {
  const options = only ? { runOnly: { type: "rule", values: [only] } } : {};
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
  const tell = ({ html, any }) => [html.slice(0, 200), ...any.map(({ message }) => message)];
  return violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 4).map(tell) }));
}
"""
WIDTH: Final = "[document.documentElement.scrollWidth, innerWidth]"
EXPECTED: Final = re.compile(r"Failed to load resource: .* status of (403|404|500) ")
"""What Chromium says of a page that was meant to be refused."""


@dataclass
class Walker:
    """A page of the browser; `complaints` are what nobody should have caused."""

    page: Page
    url: str
    language: str
    size: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._request)

    def go(self, path: str) -> Response:
        """Open an address, and wait until all of it is there."""
        answer = self.page.goto(self.url.rstrip("/") + path)
        assert answer is not None, path
        self.settle()
        return answer

    def settle(self) -> None:
        """Wait until nothing is fetched any more."""
        expect(self.page.locator(".htmx-request")).to_have_count(0)
        self.page.evaluate("document.fonts.ready.then(() => 0)")

    def speak(self) -> None:
        """Choose the walker's language, before anybody is signed in."""
        self.go("/login")
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.page.locator("form.switch button").click()
            expect(self.page.locator("html")).to_have_attribute("lang", self.language)

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        """As a person does, in the walker's language."""
        self.speak()
        self.page.locator("input[name=username]").fill(name)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("form.sign-in button.main").click()
        expect(self.page.locator("form.sign-in")).to_have_count(0)
        self.settle()

    def faults(self) -> list[str]:
        """What is wrong with the page as it stands: direction, language, width, name."""
        html, found = self.page.locator("html"), []
        if html.get_attribute("lang") != self.language or html.get_attribute("dir") != self._direction:
            found.append(f"lang={html.get_attribute('lang')} dir={html.get_attribute('dir')}")
        across, room = self.page.evaluate(WIDTH)
        if across > room:
            found.append(f"{across} px wide on a screen of {room}")
        if self.page.locator("h1").count() != 1:
            found.append(f"{self.page.locator('h1').count()} headings of the first rank")
        if not self.page.title().split("·")[0].strip():
            found.append("no title")
        return found

    def barriers(self) -> list[str]:
        """What axe finds grave: by all its rules in the light, and by the contrast in the dark."""
        return self._axe("light", "") + self._axe("dark", "color-contrast")

    @property
    def _direction(self) -> str:
        return DIRECTIONS[self.language]

    def _axe(self, scheme: str, only: str) -> list[str]:
        self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        found: list[dict[str, Any]] = self.page.evaluate(LOOK, only)
        return [f"{scheme}: {each['id']}: {each['nodes']}" for each in found if each["impact"] in GRAVE]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.complaints.append(f"{self.page.url} asks {request.url}")


class Windows:
    """A browser's windows, one for each size, each with what it keeps of pages; nobody is signed in."""

    def __init__(self, browser: Browser) -> None:
        """None is open yet."""
        self._browser, self._open = browser, dict[str, BrowserContext]()

    def of(self, size: str) -> BrowserContext:
        """The one of a size, as if nobody had been there."""
        if size not in self._open:
            self._open[size] = self._made(size)
        self._open[size].clear_cookies()
        return self._open[size]

    def _made(self, size: str) -> BrowserContext:
        width, height = SIZES[size]
        made = self._browser.new_context(
            viewport={"width": width, "height": height}, has_touch=size == "phone", reduced_motion="reduce"
        )
        made.set_default_timeout(DEADLINE * 1000)
        made.add_init_script(VIOLATED)
        return made


@contextmanager
def walker(windows: Windows, ground: Ground, language: str, size: str, *, role: str = "") -> Iterator[Walker]:
    """A walker, signed in already if a role is given."""
    context = windows.of(size)
    cookies = {**ground.cookies[role], "django_language": language} if role else {}
    for name, value in cookies.items():
        context.add_cookies([{"name": name, "value": value, "url": ground.web.url}])
    page = context.new_page()
    try:
        yield Walker(page, ground.web.url, language, size)
    finally:
        page.close()
