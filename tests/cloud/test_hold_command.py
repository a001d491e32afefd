"""`python -m cloud hold`: what an operator sees of points set aside, and does with those that do not come."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cloud.club.accounts import balances
from cloud.club.decisions import Allowances, Coupons, decided
from cloud.club.invariants import broken
from cloud.club.models import Entry, Hold
from tests.cloud.kiosks import MEMBER
from tests.cloud.redeemers import TAJRISH, Has, allow, ask, give, has, lend, lent_hold


def hold(*words: str) -> str:
    out = io.StringIO()
    call_command("hold", *words, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _club(club: None) -> None:  # noqa: ARG001 - what it needs
    give(50)
    allow(20)


def test_what_is_out_is_listed_by_kiosk_and_by_member() -> None:
    lent = lent_hold(lend())
    lend(TAJRISH)
    lines = hold("list").splitlines()
    assert (
        lines[0] == f"{lent.id}  2026-03-21 08:30  vanak-1  {MEMBER}  20 points  allowance  open, called back"
    )
    assert "tajrish-1" in lines[1]
    assert not lines[1].endswith("back")
    assert hold("list", "--kiosk", "tajrish-1").splitlines() == lines[1:]
    assert hold("list", "--member", MEMBER).splitlines() == lines
    assert hold("list", "--member", "m-zzzzzzzzzz") == ""


def test_it_is_said_what_it_means_before_anything_is_done() -> None:
    lend()
    number = str(Hold.objects.get().id)
    with pytest.raises(CommandError, match=r"owed by the member.*--yes"):
        hold("release", number)
    with pytest.raises(CommandError, match=r"booked as spent.*--yes"):
        hold("write-off", number, "--reason", "stolen")
    assert has() == Has(30, 20)


def test_points_are_released() -> None:
    assert ask(1, 20)
    assert "can be spent again" in hold("release", str(Hold.objects.get().id), "--yes")
    assert has() == Has(50)
    assert hold("list") == ""
    assert "released" in hold("list", "--all")


def test_a_hold_whose_kiosk_is_lost_is_written_off_with_a_reason() -> None:
    lend()
    number = str(Hold.objects.get().id)
    assert "booked as spent" in hold("write-off", number, "--reason", "stolen", "--yes")
    entry = Entry.objects.get(kind="adjust")
    assert (entry.points, entry.reason, entry.device, entry.actor) == (-20, "stolen", "vanak-1", "operator")
    assert balances([MEMBER]) == {MEMBER: 30}
    with pytest.raises(CommandError, match="written-off"):
        hold("release", number, "--yes")
    assert list(broken()) == []


def test_all_that_a_lost_kiosk_held_is_written_off_at_once() -> None:
    lend()
    assert ask(1, 5)
    lend(TAJRISH)
    with pytest.raises(CommandError, match=r"25 points of 2 holds .*vanak-1"):
        hold("write-off", "--kiosk", "vanak-1", "--reason", "burnt")
    assert hold("write-off", "--kiosk", "vanak-1", "--reason", "burnt", "--yes").count("booked as spent") == 2
    assert [line.split()[3] for line in hold("list").splitlines()] == ["tajrish-1"]
    assert list(broken()) == []
    with pytest.raises(CommandError, match="no such hold"):
        hold("write-off", "--kiosk", "vanak-1", "--reason", "burnt", "--yes")


@pytest.mark.parametrize(
    "words", [("release", "999"), ("write-off", "999", "--reason", "x"), ("allowances", "/nowhere.json")]
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        hold(*words)
    assert str(refused.value)


@pytest.mark.parametrize("reason", ["", "x" * 41])
def test_a_reason_fits_into_the_ledger(reason: str) -> None:
    lend()
    with pytest.raises(CommandError, match="reason"):
        hold("write-off", str(Hold.objects.get().id), "--reason", reason, "--yes")
    assert has() == Has(30, 20)


def test_the_club_decides_what_is_lent_and_how_long_a_coupon_is_taken(tmp_path: Path) -> None:
    assert json.loads(hold("coupons")) == {"days": 30}
    document = tmp_path / "decision.json"
    document.write_text('{"most": 7}', "utf-8")
    assert json.loads(hold("allowances", str(document))) == {"most": 7, "percent": 50}
    assert decided(Allowances) == Allowances(7)
    document.write_text('{"days": 7}', "utf-8")
    hold("coupons", str(document))
    assert decided(Coupons) == Coupons(7)
    document.write_text('{"days": 0}', "utf-8")
    with pytest.raises(CommandError, match="coupons"):
        hold("coupons", str(document))
