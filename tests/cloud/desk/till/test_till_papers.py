"""Returns and receipts: chosen by invoice, booked once, printed, and read by the customer without a name."""

import html
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import zxingcpp
from django.core import signing
from django.test import Client
from PIL import Image, ImageDraw

from cloud.club.models import Entry, Purchase, Return
from cloud.desk.numerals import number
from cloud.desk.qr import svg
from cloud.desk.till import papers
from cloud.fleet.models import TillDocument
from tests.cloud.desk.till.counter import AWAY, Counter
from tests.cloud.kiosks import MEMBER


@pytest.fixture
def sold(counter: Counter) -> Counter:
    """A till that has sold one invoice of two lines."""
    lines: dict[str, Any] = {"line_name": ["چای", "قند"], "line_amount": ["1,000,000", "1,500,000"]}
    assert counter.sell(counter.typed(invoice="A-1", **lines))[0] == 200
    return counter


def give_back(counter: Counter, invoice: str = "A-1", **lines: str) -> tuple[int, str]:
    document = lines.pop("document", str(uuid.uuid4()))
    typed = {f"line-{name.removeprefix('l')}": amount for name, amount in lines.items()}
    answer = counter.client.post(f"/till/return?invoice={invoice}", {"document": document, **typed})
    return answer.status_code, answer.headers.get("Location", "")


def address(counter: Counter) -> str:
    document = TillDocument.objects.get(invoice="A-1", kind="sale")
    page = counter.client.get(f"/till/receipt/{document.number}").content.decode()
    assert 'class="qr"' in page
    assert "مریم" not in page
    return f"/r/{signing.dumps(document.number, salt='cloud.desk.till.receipt')}"


def test_lines_come_back_by_amount_and_what_they_earned_is_taken_back(sold: Counter) -> None:
    earned = Entry.objects.get(invoice="A-1", kind="earn").points
    status, where = give_back(sold, l1="1\u066c000\u066c000")
    assert status == 302
    assert sold.client.get(where).status_code == 200
    assert give_back(sold, l2="1500000")[0] == 302
    clawed = Entry.objects.filter(invoice="A-1", kind="clawback").values_list("points", flat=True)
    assert sum(clawed) == -earned


def test_no_more_comes_back_than_is_left(sold: Counter) -> None:
    assert give_back(sold, l1="600000")[0] == 302
    assert give_back(sold, l1="400001")[0] == 422
    assert Return.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "abc", "-1", "9" * 30, "<script>", "\u202e5"])
def test_a_return_of_nothing_or_of_no_number_is_refused_in_words(sold: Counter, typed: str) -> None:
    if typed.endswith("5"):
        assert give_back(sold, l1=typed)[0] == 302, "a sign that only steers is no part of a number"
    else:
        assert give_back(sold, l1=typed)[0] == 422


def test_a_return_that_is_sent_twice_counts_once(sold: Counter) -> None:
    number = str(uuid.uuid4())
    assert give_back(sold, document=number, l1="5") == give_back(sold, document=number, l1="5")
    assert give_back(sold, document=number, l1="6")[0] == 422
    assert Return.objects.count() == 1


@pytest.mark.usefixtures("sold")
def test_another_stores_invoice_is_not_there() -> None:
    other = Counter.opened("reza", AWAY, "zand")
    page = other.client.get("/till/return?invoice=A-1").content.decode()
    assert "line-1" not in page
    assert give_back(other, l1="5")[0] == 404
    document = TillDocument.objects.get(invoice="A-1")
    assert other.client.get(f"/till/receipt/{document.number}").status_code == 404


def test_who_has_its_address_reads_a_receipt_without_a_name_and_without_signing_in(sold: Counter) -> None:
    answer = Client().get(address(sold))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "A-1" in page
    assert number(2_500_000, 0, "fa") in page
    for secret in ("مریم", "کریمی", MEMBER, "sara"):
        assert secret not in page
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "x" * 5_000])
def test_a_forged_address_shows_nothing(counter: Counter, token: str) -> None:  # noqa: ARG001 - tables
    assert Client().get(f"/r/{token}").status_code == 404


def test_a_receipt_can_be_read_for_thirty_days(sold: Counter) -> None:
    assert timedelta(days=30) == papers.SHOWN_FOR
    document = TillDocument.objects.get(invoice="A-1")

    class Then(signing.TimestampSigner):
        def timestamp(self) -> str:
            then = datetime.now(UTC) - timedelta(days=31)
            return signing.b62_encode(int(then.timestamp()))

    signed = Then(salt="cloud.desk.till.receipt").sign_object(document.number)
    assert sold.client.get(f"/r/{signed}").status_code == 404


def test_a_telephone_reads_the_address_from_the_drawing() -> None:
    wanted = "https://club.example/r/abc-DEF_123"
    drawn = svg(wanted)
    assert "style" not in drawn
    [side] = re.findall(r'viewBox="0 0 (\d+) ', html.unescape(drawn)) or [""]
    image = Image.new("L", (int(side) * 8, int(side) * 8), 255)
    _draw(ImageDraw.Draw(image), drawn)
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [wanted]


def _draw(pen: ImageDraw.ImageDraw, drawn: str) -> None:
    """The dark runs of segno's path: `Mx y`, then `hN` and `mDX DY`."""
    path = max(re.findall(r' d="([^"]+)"', drawn), key=len)
    x, y = 0.0, 0.0
    for command, first, second in re.findall(r"([Mmhv])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", path):
        if command == "h":
            pen.rectangle((x * 8, (y - 0.5) * 8, (x + float(first)) * 8 - 1, (y + 0.5) * 8 - 1), fill=0)
            x += float(first)
        elif command == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second or 0)


def test_a_history_has_every_purchase_with_what_came_back(sold: Counter) -> None:
    give_back(sold, l1="250000")
    for _ in range(21):
        sold.sell(sold.typed())
    page = sold.client.get(f"/till/history/{MEMBER}").content.decode()
    oldest = Purchase.objects.order_by("-id")[19].id
    assert f"?before={oldest}" in page
    older = sold.client.get(f"/till/history/{MEMBER}?before={oldest}").content.decode()
    assert number(250_000, 0, "fa") in older
