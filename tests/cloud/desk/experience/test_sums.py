"""What must hold for any counts: parts add up to the whole, on the page and in the sentence."""

import re
from collections.abc import Iterator, Mapping

import pytest
from django.test import Client
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.desk.experience.compared import sentence
from cloud.desk.experience.kinds import ALL, BY_SLUG, Index
from cloud.voice.change import tell
from cloud.voice.indices import Part, split
from cloud.voice.models import DayCount
from tests.cloud.booked import roll_up_anew
from tests.cloud.desk.experience.asked import counted, n_of, page

CELLS = st.dictionaries(
    st.tuples(
        st.sampled_from(["vanak", "zand"]),
        st.integers(0, 40),
        st.integers(0, 8),
        st.sampled_from(["consumer", "business", ""]),
        st.integers(1, 2),
    ),
    st.tuples(st.integers(0, 10_000_000), st.integers(0, 50)),
    max_size=12,
)
UNITS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e", "f"]),
    st.tuples(st.floats(-100, 100), st.integers(1, 10_000)),
    min_size=1,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=CELLS, side=st.sampled_from(["store", "unit", "touchpoint", "segment", "kiosk"]))
def test_the_table_and_the_points_add_up_to_the_tile(
    analyst: Client, cells: dict[tuple[str, int, int, str, int], tuple[int, int]], side: str
) -> None:
    DayCount.objects.all().delete()
    roll_up_anew()
    for (store, ago, value, segment, wording), (count, flagged) in cells.items():
        counted(value, count, store=store, ago=ago, segment=segment, wording=wording, flagged=flagged)
    overview = page(analyst, "/experience/")
    html = page(analyst, f"/experience/ces/?by={side}")
    n = n_of(overview, 'section class="card question two" data-question="ces"')
    assert n == n_of(html, 'section class="card whole"')
    assert sum(int(each) for each in re.findall(r'<tr data-key="[^"]*" data-n="(\d+)"', html)) == n
    points = html[html.find('id="trend-numbers"') : html.index('id="side-title"')]
    assert sum(_counts(points)) == n


def _counts(table: str) -> Iterator[int]:
    for text in re.findall(r'answers/[^"]*">([\d,]+)</a></td>', table):
        yield int(text.replace(",", ""))


def in_english(index: Index, parts: Mapping[str, Part], names: Mapping[str, str]) -> str:
    """Without the marks that keep a name's direction to itself."""
    with override("en"):
        return re.sub("[\u2066\u2069]", "", sentence(index, parts, names))


@given(before=UNITS, after=UNITS, index=st.sampled_from(ALL))
def test_the_sentence_adds_up_or_says_that_it_is_rounded(
    before: dict[str, tuple[float, int]], after: dict[str, tuple[float, int]], index: Index
) -> None:
    parts = split(before, after)
    told = tell(parts, index.places)
    shown = sum(by for _name, by in told.parts) + told.others + told.mix
    assert told.rounded == (round(shown - told.total, index.places) != 0)
    said = in_english(index, parts, {})
    whole, *rest = (
        float(text.replace("\N{MINUS SIGN}", "-").replace(",", ""))
        for text in re.findall(
            "[+\N{MINUS SIGN}]?[0-9][0-9.,]*[0-9]|[+\N{MINUS SIGN}]?[0-9]", said[len(str(index.short)) :]
        )
    )
    assert ("(" in said) == told.rounded or round(sum(rest) - whole, index.places) == 0


def test_the_sentence_is_as_short_as_it_can_be() -> None:
    parts = {"shiraz": Part(-3.0, -0.2), "vanak": Part(0.1, -0.8), "rasht": Part(0.0, 0.0)}
    assert (
        in_english(BY_SLUG["nps"], parts, {"shiraz": "Shiraz"})
        == "NPS \N{MINUS SIGN}4: Shiraz \N{MINUS SIGN}3, mix \N{MINUS SIGN}1"
    )


def test_what_does_not_add_up_after_rounding_says_so() -> None:
    told = tell({"a": Part(0.4, 0.0), "b": Part(0.4, 0.0)}, 0)
    assert (told.total, told.rounded) == (1.0, True)


@pytest.mark.parametrize("places", [0, 1, 2])
def test_units_beyond_the_third_are_told_together(places: int) -> None:
    told = tell({name: Part(float(by), 0.0) for by, name in enumerate("abcde")}, places)
    assert [name for name, _by in told.parts] == ["e", "d", "c"]
    assert told.others == 1.0
