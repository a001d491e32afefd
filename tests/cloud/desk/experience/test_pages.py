"""The pages of what customers say: what they show, to whom, and what they say to a bad address."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cloud.desk.access import Role
from cloud.desk.experience.kinds import BY_SLUG
from cloud.desk.numerals import digits
from cloud.fleet.models import Store
from mqtt.vocabulary import Language
from tests.cloud.desk.experience.asked import answered, by_hour, counted, n_of, page, shown, today, words
from tests.cloud.desk.staffed import employ

NAMES = {"CES", "CSAT", "NPS", "CLI", "CSV", "English", "t", "vanak", "zand"}
"""What stands in Latin letters on the Persian pages too."""
PATHS = ["/experience/", *(f"/experience/{slug}/" for slug in BY_SLUG), "/experience/ces/answers/"]
SIDES = ["store", "unit", "touchpoint", "segment", "hour", "wording", "kiosk"]


def fill() -> None:
    """A little of everything."""
    for store in ("vanak", "zand"):
        for ago in (0, 3, 40):
            for question, value in (("ces", 6), ("csat", 5), ("nps", 9), ("cli", 5), ("needs", 2)):
                counted(value, 25, store=store, question=question, ago=ago, flagged=1)
                counted(value - 1, 12, store=store, question=question, ago=ago)
        shown(200, store=store)
        by_hour(6, 45, store=store)
        by_hour(3, 4, store=store, hour=9)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.django_db
def test_every_page_is_drawn_over_an_empty_club(client: Client, path: str, language: str) -> None:
    client.force_login(employ("an", "analyst"))
    assert "<main" in page(client, path, language)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_drawn_over_one_answer(analyst: Client, path: str) -> None:
    counted(6)
    answered(1, 6)
    by_hour(6, 1)
    assert "<main" in page(analyst, path)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_drawn_over_tens_of_millions(analyst: Client, path: str) -> None:
    for value in range(3, 6):
        for question in ("ces", "csat", "nps", "cli", "needs"):
            counted(value, 30_000_000, question=question)
    assert "<main" in page(analyst, path)


@pytest.mark.parametrize("path", [*PATHS, *(f"/experience/ces/?by={side}&period=90" for side in SIDES)])
def test_the_persian_pages_have_no_english_left(analyst: Client, path: str) -> None:
    fill()
    html = page(analyst, path, "fa")
    html = re.sub(r"<bdi.*?</bdi>", " ", html, flags=re.DOTALL)
    labels = " ".join(re.findall(r'(?:aria-label|title)="([^"]*)"', html[html.index("<main") :]))
    assert set(re.findall(r"[A-Za-z]{2,}", words(html) + labels)) - NAMES - {"vanak-1"} == set()


def test_a_tile_has_its_figure_interval_n_and_response(analyst: Client) -> None:
    counted(6, 60, flagged=5)
    counted(2, 20)
    shown(170)
    said = words(page(analyst, "/experience/"))
    assert "5.00 of 7 95 % interval 4.61\N{EN DASH}5.39 · n = 80" in said
    assert "75%" in said
    assert "Response rate: 50% (43%\N{EN DASH}57%) of 170 times shown Mashed, not counted: 5" in said


def test_few_answers_are_grey_and_the_reason_is_said(analyst: Client) -> None:
    counted(6, 29)
    html = page(analyst, "/experience/")
    assert 'class="figure grey" data-index="ces"' in html
    assert "Grey: fewer than 30 answers, too few to lean on." in words(html)
    counted(5, 1, ago=1)
    assert 'class="figure" data-index="ces"' in page(analyst, "/experience/")


def test_nothing_is_a_dash_and_words(analyst: Client) -> None:
    said = words(page(analyst, "/experience/"))
    assert "\N{EN DASH} Nobody answered in this period." in said
    assert "Response rate: \N{EN DASH} never shown" in said


def test_answers_of_unsure_time_and_of_another_wording_are_said(analyst: Client) -> None:
    counted(6, 40, wording=2)
    counted(1, 9, wording=1)
    counted(6, 3, day="unsure")
    html = page(analyst, "/experience/")
    assert n_of(html, 'section class="card question two" data-question="ces"') == 40
    assert "To another wording, not mixed in: 9" in words(html)
    assert "Of unsure time, in no period: 3" in words(html)


def test_needs_are_ranked_with_their_words(analyst: Client) -> None:
    counted(4, 30, question="needs")
    counted(1, 10, question="needs")
    said = words(page(analyst, "/experience/"))
    first, second = (
        said.index("Services such as free delivery"),
        said.index("Discounts on what I usually buy"),
    )
    assert first < second
    assert "Services such as free delivery 75%" in said


def test_a_filter_narrows_every_figure(analyst: Client) -> None:
    counted(6, 40)
    counted(6, 50, store="zand", segment="business")
    tile = 'section class="card question two" data-question="ces"'
    for query, n in {
        "": 90,
        "store=vanak": 40,
        "unit=support": 50,
        "touchpoint=till": 40,
        "segment=business": 50,
        "kiosk=zand-1": 50,
        "store=vanak&unit=support": 0,
        "wording=7": 0,
    }.items():
        assert n_of(page(analyst, f"/experience/?{query}"), tile) == n, query


def test_two_dates_hold_both_in_either_calendar(analyst: Client) -> None:
    counted(6, 40, day="2026-03-21")
    counted(6, 2, day="2026-03-22")
    tile = 'section class="card question two" data-question="ces"'
    for since, until in (("2026-03-21", "2026-03-21"), ("1405-01-01", digits("1405/1/1", "fa"))):
        html = page(analyst, f"/experience/?period=dates&since={since}&until={until}")
        assert n_of(html, tile) == 40


def test_a_copied_link_keeps_the_days(analyst: Client) -> None:
    link = re.search(r'data-link="([^"]*)"', page(analyst, "/experience/?store=vanak&period=7"))
    assert link
    assert "period=dates" in link[1]
    assert f"until={today().isoformat()}" in link[1]
    assert "store=vanak" in link[1]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("period=dates&since=2026-03-02&until=2026-03-01", "This day is before the first one."),
        ("period=dates&since=2026-03-02", "Two dates need this one too."),
        ("period=dates&since=yesterday&until=2026-03-01", "This is no day. Write it like 2026-03-21."),
        ("period=dates&since=2026-02-30&until=2026-03-01", "This is no day."),
        ("period=dates&since=0001-01-01&until=2026-03-01", "This is no day."),
        ("period=dates&since=2020-01-01&until=2026-03-01", "This is longer than a year"),
        ("period=dates&since=%00&until=%E2%80%AE", "Null characters are not allowed."),
        ("period=9999", "Select a valid choice."),
        ("segment=vip", "Select a valid choice."),
        ("wording=x", "Enter a whole number."),
        ("wording=99999999999999", "Ensure this value is less than or equal to"),
        ("by=moon", "Select a valid choice."),
        ("against=2026-01-01", "Two dates need this one too."),
    ],
)
def test_a_bad_query_is_answered_in_words(analyst: Client, query: str, said: str) -> None:
    html = page(analyst, f"/experience/nps/?{query}", status=400)
    assert said in words(html)
    assert 'aria-invalid="true"' in html
    for path in ("/experience/", "/experience/ces/answers/", "/experience/csv/ces/side/"):
        assert analyst.get(f"{path}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["store=nowhere", "unit=x", "touchpoint=x", "kiosk=x", "store=%00", "store=" + "x" * 5000]
)
@pytest.mark.parametrize("path", ["/experience/", "/experience/ces/", "/experience/ces/answers/"])
def test_what_is_not_there_is_404(analyst: Client, path: str, query: str) -> None:
    page(analyst, f"{path}?{query}", status=404)


@pytest.mark.parametrize(
    "path",
    [
        *("/experience/happiness/", "/experience/needs/", "/experience/happiness/answers/"),
        *("/experience/csv/ces/x/", "/experience/csv/all/side/", "/experience/csv/needs/side/"),
        *("/experience/ces/answers/?hour=24", "/experience/ces/answers/?weekday=-1"),
        "/experience/csv/ces/answers/?hour=24",
    ],
)
def test_an_address_that_names_nothing_is_404(analyst: Client, path: str) -> None:
    page(analyst, path, status=404)


@pytest.mark.usefixtures("stores")
def test_a_store_manager_sees_the_own_store_alone(client: Client) -> None:
    client.force_login(employ("sm", "store-manager", "vanak"))
    counted(6, 40)
    counted(1, 50, store="zand")
    answered(1, 6)
    answered(2, 1, store="zand")
    html = page(client, "/experience/ces/")
    assert n_of(html, 'section class="card whole"') == 40
    assert "Zand" not in html
    assert "Desk" not in html
    assert page(client, "/experience/ces/answers/").count("<tr data-counts") == 1
    for path in ("/experience/", "/experience/ces/", "/experience/ces/answers/", "/experience/csv/ces/side/"):
        for query in ("store=zand", "kiosk=zand-1", "touchpoint=desk", "unit=support"):
            page(client, f"{path}?{query}", status=404)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        *(("owner", 200), ("analyst", 200), ("manager", 200), ("store-manager", 200)),
        *(("clerk", 403), ("fleet", 403)),
    ],
)
@pytest.mark.parametrize("path", [*PATHS, "/experience/csv/all/overview/"])
@pytest.mark.usefixtures("stores")
def test_each_role_may_see_what_is_theirs(client: Client, role: Role, status: int, path: str) -> None:
    client.force_login(employ("who", role, "vanak"))
    assert client.get(path).status_code == status


def test_a_day_beyond_the_limits_is_marked_in_words_and_shape(analyst: Client) -> None:
    for ago in range(20):
        counted(6, 50, ago=ago)
        counted(5, 50, ago=ago, segment="")
    counted(1, 200, ago=7, segment="business")
    html = page(analyst, "/experience/ces/?period=30")
    assert "Something other than chance was at work there." in words(html)
    assert 'class="day signal"' in html
    assert "outside the limits" in words(html)
    assert 'aria-label="Signal, ' in html


def test_weeks_begin_as_the_language_has_it(analyst: Client) -> None:
    fill()
    for language, first in {"fa": "شنبه", "en": "Monday"}.items():
        html = page(analyst, "/experience/ces/", language)
        heat = html[html.index('<table class="heat">') :]
        assert re.findall(r'<span class="long">([^<]*)</span>', heat)[0] == first


def test_a_weeks_points_hold_the_days_answers(analyst: Client) -> None:
    for ago in range(30):
        counted(6, 2, ago=ago)
    html = page(analyst, "/experience/ces/?grain=week")
    table = html[html.index('id="trend-numbers"') : html.index('id="side-title"')]
    counts = [int(n) for n in re.findall(r">(\d+)</a></td>", table)]
    assert sum(counts) == 60
    assert set(counts[1:-1]) == {14}


def test_hours_that_are_not_counted_by_a_side_say_so(analyst: Client) -> None:
    fill()
    for path in ("/experience/ces/?unit=sales", "/experience/cli/", "/experience/ces/?segment=consumer"):
        html = page(analyst, path)
        assert "Hours are counted by store and wording only" in words(html)
        assert '<table class="heat">' not in html


def test_a_cell_with_few_answers_is_hatched_and_says_its_n(analyst: Client) -> None:
    fill()
    html = page(analyst, "/experience/ces/")
    assert re.search(r'class="shade-0"><a [^>]*09:00: 3.00[^"]*n = 8. Too few to lean on."', html)
    assert re.search(r'class="shade-5"><a [^>]*n = 90"', html)


def test_two_periods_are_compared_and_the_change_is_split(analyst: Client) -> None:
    for store, was, now in (("vanak", 9, 9), ("zand", 9, 3)):
        counted(was, 100, store=store, question="nps", ago=40)
        counted(now, 100, store=store, question="nps")
    html = page(analyst, "/experience/nps/")
    said = re.sub("[\u2066\u2069]", "", words(html))
    assert "NPS \N{MINUS SIGN}100: Zand \N{MINUS SIGN}100" in said
    assert "more than chance" in said
    assert "Welch’s t test" in said  # noqa: RUF001 - as it is written
    persian = re.sub("[\u2066\u2069]", "", words(page(analyst, "/experience/nps/", "fa")))
    assert digits("NPS \N{MINUS SIGN}100: شعبه میز \N{MINUS SIGN}100", "fa") in persian


def test_a_share_is_compared_by_two_proportions(analyst: Client) -> None:
    counted(6, 50)
    counted(6, 50, ago=40)
    counted(2, 1, ago=41)
    said = words(page(analyst, "/experience/easy/"))
    assert "Test of two proportions" in said
    assert "may well be chance" in said


def test_another_period_can_be_chosen_to_compare_with(analyst: Client) -> None:
    counted(6, 50)
    counted(3, 50, day="2026-01-05")
    html = page(analyst, "/experience/ces/?against=2026-01-01&against_until=2026-01-31")
    said = words(html)
    assert "1 Jan 2026 to 31 Jan 2026 3.00" in said
    assert "against=2026-01-01" in html


def test_markup_in_names_stays_text(analyst: Client) -> None:
    Store.objects.filter(id="vanak").update(name_en="<script>alert(1)</script>")
    counted(6, 40)
    assert "<script>alert" not in page(analyst, "/experience/ces/")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_chart_runs_in_reading_direction(analyst: Client, language: Language) -> None:
    counted(6, 40)
    counted(5, 40, ago=29)
    html = page(analyst, "/experience/ces/", language)
    chart = html[html.index('class="trend control broad"') :]
    places = [float(x) for x in re.findall(r'<circle cx="([0-9.]+)"', chart)[:2]]
    assert (places[0] > places[1]) == (language == "fa")


@pytest.mark.parametrize("query", ["", "?segment=consumer", "?wording=1"])
def test_the_overview_asks_for_all_questions_at_once(
    analyst: Client, query: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    fill()
    with django_assert_max_num_queries(17):
        page(analyst, f"/experience/{query}")
