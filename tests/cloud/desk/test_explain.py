"""Why an entry is there, in one sentence of either language; and a statement that adds up."""

# ruff: noqa: RUF001 - Persian digits are meant

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from cloud.club import holds, postings
from cloud.club.account import Account, Cause, Terms
from cloud.club.models import Entry
from cloud.desk.explain import explain
from mqtt.vocabulary import KioskId, Language, MemberId, Points, StoreId
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import MEMBER

NOON = datetime(2026, 3, 21, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
OTHER = MemberId("m-2222222222")

SAID = {
    "goodwill": ("۶۰ امتیاز هدیهٔ vanak، ۱ فروردین ۱۴۰۵.", "60 points as a present of vanak on 21 Mar 2026."),
    "redeem": ("۲۰ امتیاز برای فاکتور ۱۷ در vanak خرج شد", "20 points spent on invoice 17 at vanak"),
    "redeem_return": ("۵ امتیاز از آنچه در ردیف", "5 points given back on 22 Mar 2026 of those that entry"),
    "clawback": ("۱ امتیاز پس گرفته شد", "1 point taken back on 22 Mar 2026, because what earned them"),
    "expire": ("باطل شد: مهلتش تا", "lapsed: their last day was over on 30 Mar 2026."),
    "adjust": ("برای اصلاح حساب کم شد", "3 points taken off on 22 Mar 2026 to correct the account: typing"),
    "transfer": ("۲ امتیاز به حسابی دیگر رفت", "2 points went to another account on 22 Mar 2026."),
    "later-kind": ("نمی‌شناسد: later-kind", "that this release does not know: later-kind."),
}


def cause(name: str, day: int = 0, reason: str = "", invoice: str | None = None) -> Cause:
    at = NOON + day * DAY
    return Cause(name, at, at, reason, StoreId("vanak"), invoice)


@pytest.fixture
def booked(club: None) -> None:  # noqa: ARG001 - what it needs
    """An entry of every kind."""
    make_member(OTHER)
    earned = postings.goodwill(MEMBER, Points(60), cause("a"), Terms(NOON, NOON + 8 * DAY))
    spent = postings.redeem(MEMBER, Points(20), cause("b", invoice="17"))
    postings.give_back(spent, Points(5), cause("c", 1))
    postings.claw_back(earned, Points(1), cause("d", 1))
    postings.correct(MEMBER, Points(3), cause("e", 1, reason="typing"))
    postings.transfer(MEMBER, OTHER, Points(2), cause("f", 1))
    held = holds.hold(MEMBER, Points(1), holds.ALLOWANCE, KioskId("vanak-1"), cause("g", 1))
    holds.write_off(held.id, cause("h", 1))
    Account.of(MEMBER).credit("later-kind", Points(1), cause("i", 1), Terms(NOON))
    postings.lapse(MEMBER, cause("j", 9))


@pytest.mark.usefixtures("booked")
@pytest.mark.parametrize("kind", SAID)
def test_every_kind_of_entry_says_why_it_is_there(kind: str) -> None:
    entry = Entry.objects.filter(kind=kind, member=MEMBER).earliest("id")
    persian, english = SAID[kind]
    assert persian in explain(entry, "fa")
    assert english in explain(entry, "en")


@pytest.mark.usefixtures("booked")
@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_sentence_has_a_gap(language: Language) -> None:
    for entry in Entry.objects.all():
        assert "  " not in explain(entry, language)
        assert "%(" not in explain(entry, language)


@pytest.mark.usefixtures("booked")
def test_a_statement_adds_up_to_the_balance() -> None:
    account = Account.of(MEMBER)
    assert sum(entry.points for entry in Entry.objects.filter(member=MEMBER)) == account.available(
        NOON + 9 * DAY
    )


@pytest.mark.usefixtures("booked")
def test_the_command_explains_an_entry(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("explain", Entry.objects.earliest("id").id)
    assert capsys.readouterr().out == "60 points as a present of vanak on 21 Mar 2026.\n"
    with pytest.raises(CommandError, match="no entry 0"):
        call_command("explain", 0)


@pytest.mark.usefixtures("booked")
def test_what_a_kiosk_told_at_last_has_a_sentence_of_its_own() -> None:
    held = holds.hold(MEMBER, Points(1), holds.ALLOWANCE, KioskId("vanak-1"), cause("late", 1))
    holds.write_off(held.id, cause("off", 1))
    holds.free(held.id, cause("told", 2))
    entry = Entry.objects.get(reason="write-off-undone")
    assert "1 point came back on 23 Mar 2026: a kiosk told at last" in explain(entry, "en")
    assert "کیوسکی سرانجام گفت" in explain(entry, "fa")
