"""`python -m tests.demo.pictures FOLDER`: head office as it looks while shoppers shop, drawn by Chromium."""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.demo.plan import Plan
from tests.demo.programs import PROGRAMS, running
from tests.demo.report import shopping
from tests.demo.steps import prepare, wait_until_up
from tests.mqtt.ports import free_port

SHOPPING = 25.0
"""Seconds of shopping before the pictures are taken."""
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""As root, without a network and without a screen."""
PATIENCE = 20.0
"""Seconds in which a page shows what is expected of it, however busy the machine is."""
SHOTS = (("hq-fa", "fa", 1440, 1200), ("hq-en", "en", 1440, 1200), ("hq-phone-fa", "fa", 390, 1300))


def launch(play: ExitStack) -> Browser:
    """Debian's Chromium, closed with the stack; what is expected of a page is waited for with patience."""
    expect.set_options(timeout=PATIENCE * 1000)
    browser = play.enter_context(sync_playwright()).chromium.launch(
        executable_path="/usr/bin/chromium", args=list(CHROMIUM)
    )
    play.callback(browser.close)
    return browser


def main() -> int:
    """Run the demo for a while and take the pictures."""
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="bg-") as scratch, ExitStack() as stack:
        plan = Plan(run=Path(scratch) / "r", broker_port=free_port(), web_port=free_port())
        prepare(plan)
        programs = stack.enter_context(running(plan, (*PROGRAMS, "shoppers"), DEMO_FOR=str(SHOPPING)))
        wait_until_up(plan, programs)
        shopping(plan, SHOPPING, "")
        browser = launch(stack)
        for name, language, width, height in SHOTS:
            _shoot(browser, plan, folder / f"{name}.png", language, (width, height))
    return 0


def _shoot(browser: Browser, plan: Plan, path: Path, language: str, size: tuple[int, int]) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(plan.address)
    if language == "en":
        page.locator("form.switch button").click()
    page.locator("input[name=username]").fill("hq")
    page.locator("input[name=password]").fill(plan.password)
    page.locator("form.sign-in button.main").click()
    page.locator("#link[data-state=live]").wait_for()
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path)
    page.close()
    print(f"pictures: {path}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
