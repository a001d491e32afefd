"""Counts put into the tables as the poster puts them there, so that their roll-ups have them too."""

from datetime import date

from django.db import connection

from cloud.voice.days import Days
from cloud.voice.models import AnswerCount
from cloud.voice.rolling import add_hours
from cloud.voice.sides import Sides
from mqtt.vocabulary import KioskId, StoreId
from tests.cloud.rolled import rolling_up_anew


def sides(store: str, day: date | str, question: str = "ces", wording: int = 1, segment: str = "") -> Sides:
    """Where something is counted, at the first kiosk of the store."""
    return Sides(question, str(day), StoreId(store), KioskId(f"{store}-1"), wording, segment)


def book(where: Sides, value: int, count: int = 1, flagged: int = 0) -> None:
    """So many answers of a day."""
    days = Days()
    days.count(where, value, count)
    days.flag(where, value, flagged)
    _write(days)


def show(where: Sides, times: int) -> None:
    """So often a question was on a screen on a day."""
    days = Days()
    for _ in range(times):
        days.show(where)
    _write(days)


def book_hour(store: str, bucket: str, value: int, count: int, question: str = "ces") -> None:
    """So many answers of an hour."""
    AnswerCount.objects.create(
        store_id=store, question=question, wording=1, bucket=bucket, value=value, count=count
    )
    with connection.cursor() as cursor:
        add_hours(cursor, {(store, question, 1, bucket, value): count})


def roll_up_anew() -> None:
    """Let the roll-ups be what the counts say, which were changed behind them."""
    with connection.cursor() as cursor:
        for statement in rolling_up_anew(connection.vendor):
            cursor.execute(statement)


def _write(days: Days) -> None:
    with connection.cursor() as cursor:
        days.write(cursor)
