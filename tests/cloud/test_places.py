"""`python -m cloud places`: units, touchpoints and where kiosks stand, from a document and back."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cloud.fleet.models import Kiosk, Touchpoint, Unit
from cloud.voice import reading
from mqtt.vocabulary import KioskId, StoreId
from tests.cloud.kiosks import Kiosk as Sender
from tests.cloud.kiosks import answer
from tests.cloud.test_counts import Collect, collect  # noqa: F401 - a fixture

SALES = {"id": "sales", "fa": "فروش", "en": "Sales"}
SUPPORT = {"id": "support", "fa": "پشتیبانی", "en": "Support"}
TILL = {"id": "till", "unit": "sales", "fa": "صندوق", "en": "Till"}
DESK = {"id": "service-desk", "unit": "support", "fa": "میز خدمت", "en": "Service desk"}
WHOLE = {
    "units": [SALES, SUPPORT],
    "touchpoints": [DESK, TILL],
    "kiosks": {"tajrish-1": "service-desk", "vanak-1": "till"},
}
Say = Callable[[object], str]


@pytest.fixture
def say(club: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:  # noqa: ARG001 - what it needs
    """Give the command a document; what it prints."""

    def said(document: object) -> str:
        file = tmp_path / "places.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        call_command("places", str(file))
        return capsys.readouterr().out

    return said


def stands() -> dict[str, str | None]:
    return dict(Kiosk.objects.values_list("id", "touchpoint"))


def test_a_document_says_all_there_is_and_where_each_kiosk_stands(say: Say) -> None:
    assert json.loads(say(WHOLE)) == WHOLE
    assert stands() == {"vanak-1": "till", "tajrish-1": "service-desk", "zand-1": None}
    assert Touchpoint.objects.get(id="till").unit_id == "sales"


def test_what_show_prints_can_be_given_again(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    say(WHOLE)
    call_command("places", "show")
    shown = capsys.readouterr().out
    assert "فروش" in shown
    assert say(shown) == shown


def test_the_documents_example_can_be_given(say: Say) -> None:
    document = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    example = document.partition("## Units and touchpoints")[2].partition("```json")[2].partition("```")[0]
    assert json.loads(say(example))["kiosks"] == {"vanak-1": "till", "tajrish-1": "service-desk"}


def test_where_nothing_was_said_show_says_so(club: None, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ARG001
    call_command("places", "show")
    assert json.loads(capsys.readouterr().out) == {"units": [], "touchpoints": [], "kiosks": {}}


def test_what_a_later_document_does_not_name_is_taken_away(say: Say) -> None:
    say(WHOLE)
    say({"units": [SALES | {"en": "Sale"}], "touchpoints": [TILL], "kiosks": {"zand-1": "till"}})
    assert list(Unit.objects.values_list("id", "name_en")) == [("sales", "Sale")]
    assert stands() == {"vanak-1": None, "tajrish-1": None, "zand-1": "till"}


def test_a_touchpoint_can_go_over_to_another_unit_when_its_own_is_dissolved(say: Say) -> None:
    say(WHOLE)
    say({"units": [SALES], "touchpoints": [TILL, DESK | {"unit": "sales"}]})
    assert set(Touchpoint.objects.values_list("unit", flat=True)) == {"sales"}


WRONG: list[tuple[Any, str]] = [
    ("", "truncated"),
    ([], "Expected `object`"),
    ({"unit": []}, "unknown field `unit`"),
    ({"units": [{"id": "sales", "fa": "فروش"}]}, "missing required field `en`"),
    ({"units": [SALES | {"id": "S"}]}, "matching regex"),
    ({"units": [SALES | {"fa": ""}]}, "length >= 1"),
    ({"units": [SALES | {"en": "x" * 81}]}, "length <= 80"),
    ({"units": [SALES, SALES]}, "the unit sales is there twice"),
    (
        {"units": [SALES], "touchpoints": [TILL, TILL | {"en": "x"}]},
        "the touchpoint till is there twice",
    ),
    ({"touchpoints": [TILL]}, "till is of the unit sales, which is not among the units"),
    ({"kiosks": {"vanak-1": "till"}}, "vanak-1 stands at till, which is not among the touchpoints"),
    (WHOLE | {"kiosks": {"nowhere-1": "till"}}, "there is no kiosk nowhere-1"),
]


@pytest.mark.parametrize(("document", "why"), WRONG)
def test_a_document_that_is_wrong_is_refused_in_words_and_changes_nothing(
    say: Say, document: object, why: str
) -> None:
    say(WHOLE)
    before = stands()
    with pytest.raises(CommandError, match=why):
        say(document)
    assert (stands(), Unit.objects.count(), Touchpoint.objects.count()) == (before, 2, 2)


def test_a_file_that_is_not_there_is_told(tmp_path: Path, club: None) -> None:  # noqa: ARG001
    with pytest.raises(CommandError, match=r"nothing\.json"):
        call_command("places", str(tmp_path / "nothing.json"))


def test_answers_are_told_by_the_unit_that_answers_for_their_kiosk_now(say: Say, collect: Collect) -> None:  # noqa: F811
    collect(Sender().record(answer(1, 7)))
    collect(Sender(KioskId("tajrish-1"), StoreId("tajrish")).record(answer(2, 1)))
    asked = reading.Asked("ces", date(2026, 3, 1), date(2026, 3, 31), ("vanak", "tajrish"))
    assert reading.tell(asked, "unit").keys() == {""}
    say(WHOLE)
    assert {unit: dict(told.counts) for unit, told in reading.tell(asked, "unit").items()} == {
        "sales": {7: 1},
        "support": {1: 1},
    }
