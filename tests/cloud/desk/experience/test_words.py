"""Days as people write them, and questions as kiosks ask them."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from cloud.desk.experience import days
from cloud.desk.experience.questions import worded
from cloud.fleet.models import CatalogueVersion
from kiosk import wordings
from mqtt.catalogue import Brand, Document, Words
from mqtt.vocabulary import Language
from tests.cloud.kiosks import NOON

FIRST = (wordings.CES, wordings.CSAT, wordings.NPS, wordings.CLI[0], wordings.NEEDS)


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)), language=st.sampled_from(["fa", "en"]))
def test_a_day_is_read_as_it_is_written(day: date, language: Language) -> None:
    assert days.read_day(days.written(day, language)) == day


@given(text=st.text(max_size=20))
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    days.read_day(text)


@given(day=st.dates(date(2000, 1, 8), date(2099, 12, 31)), language=st.sampled_from(["fa", "en"]))
def test_a_week_begins_at_the_first_weekday(day: date, language: Language) -> None:
    first = days.week_of(day, language)
    assert first.weekday() == {"fa": 5, "en": 0}[language]
    assert timedelta(0) <= day - first < timedelta(7)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_first_wording_is_the_kiosks(language: Language) -> None:
    with override(language):
        for survey in FIRST:
            asked = "cli" if survey.kind == "cli" else survey.question
            assert worded(asked, 1).text == survey.text[language]
        labels = worded("needs", 1).labels
        assert list(labels.values()) == [label[language] for label in wordings.NEEDS.labels]


@pytest.mark.django_db
def test_a_published_wording_is_told_with_its_words() -> None:
    import msgspec  # noqa: PLC0415 - for this one document

    changed = msgspec.structs.replace(wordings.CSAT, wording=9, text=Words("چطور بود؟", "How was it?"))
    document = Document(Brand("ف", "S", "#0b5f59"), (changed,))
    CatalogueVersion.objects.create(
        version=77, document=msgspec.json.encode(document).decode(), signature="", published_at=NOON
    )
    with override("en"):
        said = worded("csat", 9)
        assert said.text == "How was it?"
        assert said.labels[1] == "Very dissatisfied"
        assert said.labels[5] == "Very satisfied"
        assert worded("csat", 8).text == ""
