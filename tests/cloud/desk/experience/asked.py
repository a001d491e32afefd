"""What was answered, as the poster counts it, and what a page says of it."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

from django.test import Client

from cloud.fleet.models import Group, Kiosk, Store, Touchpoint, Unit
from cloud.voice.models import Answer
from tests.cloud.booked import book, book_hour, show, sides

TEHRAN = ZoneInfo("Asia/Tehran")


def today() -> date:
    """In the stores, now: a run of tests may go on past midnight."""
    return datetime.now(UTC).astimezone(TEHRAN).date()


def make_stores() -> None:
    """Two stores of one group, with a kiosk each: one at the till (sales), one at the desk (support)."""
    group = Group.objects.create(id="all", name="all")
    places = {"vanak": ("till", "sales", "صندوق", "Till"), "zand": ("desk", "support", "میز", "Desk")}
    for store, (place, unit, fa, en) in places.items():
        part = Unit.objects.create(id=unit, name_fa=f"واحد {fa}", name_en=unit.title())
        touchpoint = Touchpoint.objects.create(id=place, unit=part, name_fa=fa, name_en=en)
        made = Store.objects.create(id=store, group=group, name_fa=f"شعبه {fa}", name_en=store.title())
        Kiosk.objects.create(id=f"{store}-1", store=made, touchpoint=touchpoint)


def counted(
    value: int,
    count: int = 1,
    *,
    store: str = "vanak",
    question: str = "ces",
    ago: int = 0,
    wording: int = 1,
    flagged: int = 0,
    segment: str = "consumer",
    day: str = "",
) -> None:
    """So many answers of a value, some days ago."""
    where = sides(store, day or today() - timedelta(days=ago), question, wording, segment)
    book(where, value, count, flagged)


def shown(count: int, *, store: str = "vanak", question: str = "ces", ago: int = 0) -> None:
    """So often a question was on a screen."""
    show(sides(store, today() - timedelta(days=ago), question, 1, "consumer"), count)


def answered(
    number: int, value: int, *, store: str = "vanak", ago: int = 0, hour: int = 12, **marks: bool
) -> None:
    """One answer to the question of effort, counted nowhere."""
    at = datetime.combine(today() - timedelta(days=ago), datetime.min.time(), TEHRAN) + timedelta(hours=hour)
    Answer.objects.create(
        visit=f"{number:016x}",
        question="ces",
        attempt=1,
        wording=1,
        value=value,
        store_id=store,
        member="m-abcdefgh23",
        bucket=at.isoformat()[:13],
        occurred_at=at,
        source_key=f"answer/{number}",
        kiosk=f"{store}-1",
        segment="consumer",
        **marks,
    )


def by_hour(value: int, count: int, *, ago: int = 0, hour: int = 12, store: str = "vanak") -> None:
    """So many answers of an hour."""
    day = (today() - timedelta(days=ago)).isoformat()
    book_hour(store, f"{day}T{hour:02}", value, count)


def page(client: Client, path: str, language: str = "en", status: int = 200) -> str:
    """A page's HTML."""
    client.cookies["django_language"] = language
    response = client.get(path)
    assert response.status_code == status, response.content.decode()
    return str(response.content.decode())


def words(html: str) -> str:
    """What a person reads of it."""
    main = html[html.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def n_of(html: str, what: str) -> int:
    """The n of the element that begins like this."""
    found = re.search(rf'<{what}[^>]* data-n="(\d+)"', html)
    assert found, what
    return int(found[1])
