"""Refusals are counted by hour, reason and name."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.fleet.models import Refusal
from cloud.fleet.refusals import NAMES, note, printable
from tests.cloud import kiosks

pytestmark = pytest.mark.django_db

NOON = kiosks.NOON.replace(minute=0)


def test_the_same_within_an_hour_is_one_row() -> None:
    for minute in (0, 20, 59):
        note("enrolment", "token-used", "vanak-1", f"10.0.0.{minute}", NOON + timedelta(minutes=minute))
    found = Refusal.objects.get()
    assert (found.count, found.address, found.hour) == (3, "10.0.0.59", NOON)
    assert found.last_at == NOON + timedelta(minutes=59)


def test_another_hour_name_reason_or_place_is_another_row() -> None:
    note("enrolment", "token-used", "vanak-1", "", NOON)
    note("enrolment", "token-used", "vanak-1", "", NOON + timedelta(hours=1))
    note("enrolment", "token-used", "vanak-2", "", NOON)
    note("enrolment", "token-unknown", "vanak-1", "", NOON)
    note("broker", "token-used", "vanak-1", "", NOON)
    assert [row.count for row in Refusal.objects.all()] == [1] * 5


def test_who_claims_many_names_does_not_fill_the_table() -> None:
    for number in range(NAMES + 20):
        note("broker", "unknown", f"made-up-{number}", "", NOON)
    note("broker", "unknown", "made-up-1", "", NOON)
    assert Refusal.objects.count() == NAMES + 1
    assert Refusal.objects.get(name="").count == 20
    assert Refusal.objects.get(name="made-up-1").count == 2


@given(st.text(max_size=200))
def test_a_name_is_short_and_printable(name: str) -> None:
    shown = printable(name)
    assert len(shown) == min(len(name), 64)
    assert shown.isascii()
    assert shown.isprintable() or not shown


def test_what_no_database_can_hold_is_counted_too() -> None:
    note("enrolment", "request-name", "a\0b\n\ud800" + "x" * 100, "::1", NOON)
    assert Refusal.objects.get().name == "a?b??" + "x" * 59
