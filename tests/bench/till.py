"""A tap at a kiosk until its member stands on the clerk's page: from the stored event to the screen."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import expect

from tests.bench.row import Row, of_samples
from tests.cloud.desk.house import Web
from tests.cloud.desk.till.shop import MARYAM, SARA, Shop, at_till
from tests.demo.pictures import launch

TAPS = 40
TARGET = "500 ms"
_COME = "member => document.querySelector('#customer .who')?.dataset.member === member"


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure on SQLite, with one page open."""
    say("a tap until it is on the clerk's page")
    members = {MARYAM: "m-aaaaaaaaaa", SARA: "m-bbbbbbbbbb"}
    with tempfile.TemporaryDirectory(prefix="bg-") as folder, ExitStack() as stack:
        shop = Shop(Path(folder)).prepare()
        web = Web.start(shop)
        stack.callback(web.stop)
        _, page = at_till(launch(stack), web)
        expect(page.locator("#amount")).to_be_visible()
        taken = []
        for turn in range(TAPS):
            number = (MARYAM, SARA)[turn % 2]
            began = time.perf_counter()
            shop.tap(number)
            page.wait_for_function(_COME, arg=members[number])
            taken.append(time.perf_counter() - began)
        page.context.close()
    yield of_samples("a stored tap until its member is on the clerk's page", taken, TARGET)
