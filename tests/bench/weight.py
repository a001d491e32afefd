"""What a page weighs on the wire, the first time and again, and when Chromium first paints it."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import django
from playwright.sync_api import Browser, BrowserContext

from tests.bench.row import Row
from tests.cloud.desk.walks.ground import Ground, ground
from tests.cloud.desk.walks.pages import Page, pages
from tests.cloud.desk.walks.table import TABLE
from tests.demo.pictures import launch

HEAVY: Final = ("live", "experience", "experience-index", "member", "alarms", "till", "account")
"""A page of each part."""
TIMES: Final = 5
KILO: Final = 1024
PAINTED: Final = """
new Promise((done) => new PerformanceObserver((seen) =>
  seen.getEntriesByName("first-contentful-paint").forEach(({ startTime }) => done(startTime)),
).observe({ type: "paint", buffered: true }))
"""


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure, row by row."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.cloud.settings")
    django.setup()
    with tempfile.TemporaryDirectory(prefix="bg-") as folder, ExitStack() as stack:
        walked = stack.enter_context(ground(Path(folder)))
        browser = launch(stack)
        for page in (each for each in pages() if each.name in HEAVY):
            say(f"{page.name}: {TIMES} first visits, each with a second")
            yield from _of(browser, walked, page)


def _of(browser: Browser, walked: Ground, page: Page) -> Iterator[Row]:
    names = walked.names["own"]
    path = walked.web.url.rstrip("/") + page.path(names) + TABLE[page.name].behind(names)
    first, again = zip(*(_visited(browser, walked, path) for _ in range(TIMES)), strict=True)
    for what, seen, most in (("first visit", first, 250), ("again", again, 40)):
        weight = max(each[0] for each in seen) / KILO
        yield Row(f"{page.name}, {what}: on the wire", weight, "kB", f"<= {most} kB", TIMES)
        paints = sorted(each[1] for each in seen)
        middle = paints[TIMES // 2]
        yield Row(f"{page.name}, {what}: first paint", paints[-1], "ms", "<= 1000 ms", TIMES, middle)


def _visited(browser: Browser, walked: Ground, path: str) -> tuple[tuple[float, float], ...]:
    """Bytes and milliseconds of a visit by who was never there, and of one more."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    for name, value in walked.cookies["owner"].items():
        context.add_cookies([{"name": name, "value": value, "url": walked.web.url}])
    seen = tuple(_visit(context, path) for _ in range(2))
    context.close()
    return seen


def _visit(context: BrowserContext, path: str) -> tuple[float, float]:
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    took: list[float] = []
    wire.on("Network.loadingFinished", lambda done: took.append(done["encodedDataLength"]))
    page.goto(path)
    page.evaluate("document.fonts.ready.then(() => 0)")
    painted = float(page.evaluate(PAINTED))
    page.close()
    return sum(took), painted
