"""The answers behind a figure: as many as its n, page by page, those that do not count marked."""

import re
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from cloud.voice.models import Answer, Loyalty
from tests.cloud.desk.experience.asked import answered, by_hour, counted, n_of, page, today, words

ROW = re.compile(r'<tr[^>]* data-counts="(yes|no)"')


def rows(client: Client, path: str) -> list[str]:
    """Whether each answer counts, over all pages."""
    found: list[str] = []
    while path:
        html = page(client, path)
        found += ROW.findall(html)
        more = re.search(r'href="(\?[^"]*after=[^"]*)"', html)
        path = f"/experience/ces/answers/{more[1].replace('&amp;', '&')}" if more else ""
    return found


def test_there_are_as_many_as_the_figures_n_over_all_pages(analyst: Client) -> None:
    number = 0
    for store in ("vanak", "zand"):
        for ago in range(5):
            counted(5, 13, store=store, ago=ago, flagged=1)
            for _ in range(13):
                number += 1
                answered(number, 5, store=store, ago=ago, hour=9 + number % 3)
            answered(1000 + number, 5, store=store, ago=ago, flagged=True)
    answered(5000, 5, undone=True)
    n = n_of(page(analyst, "/experience/ces/"), 'section class="card whole"')
    assert n == 130
    assert n_of(page(analyst, "/experience/ces/answers/"), 'p class="note"') == n
    found = rows(analyst, "/experience/ces/answers/")
    assert found.count("yes") == n
    assert found.count("no") == 11


def test_a_filter_narrows_the_answers_as_it_narrows_the_figure(analyst: Client) -> None:
    for number in range(1, 8):
        answered(number, number)
        counted(number)
    answered(8, 4, store="zand", ago=1)
    counted(4, store="zand", ago=1)
    Answer.objects.filter(value=7).update(wording=2)
    for query in ("", "store=zand", "unit=sales", "touchpoint=desk", "kiosk=vanak-1", "segment=consumer"):
        path = f"/experience/ces/answers/?wording=1&{query}"
        expected = {"": 7, "store=zand": 1, "touchpoint=desk": 1, "segment=consumer": 7}.get(query, 6)
        assert len(rows(analyst, path)) == expected, query
    assert len(rows(analyst, "/experience/ces/answers/?wording=1&value=4")) == 2
    assert len(rows(analyst, "/experience/ces/answers/?segment=business")) == 0


def test_a_cell_of_the_heat_map_leads_to_its_answers(analyst: Client) -> None:
    for number, (ago, hour) in enumerate([(0, 12), (7, 12), (1, 12), (0, 13)]):
        answered(number, 6, ago=ago, hour=hour)
        by_hour(6, 1, ago=ago, hour=hour)
        counted(6, ago=ago, segment=str(number))
    html = page(analyst, "/experience/ces/")
    links = re.findall(r'<a href="([^"]*hour=12[^"]*)"[^>]* data-n="(\d+)"', html)
    assert sorted(int(n) for _link, n in links) == [1, 2]
    for link, n in links:
        assert len(rows(analyst, link.replace("&amp;", "&"))) == int(n)


def test_a_point_and_a_row_lead_to_their_answers(analyst: Client) -> None:
    for number, ago in enumerate([0, 0, 3]):
        answered(number, 6, ago=ago)
        counted(6, ago=ago, segment=str(number))
    html = page(analyst, "/experience/ces/")
    links = [
        (link.replace("&amp;", "&"), int(n))
        for link, n in re.findall(r'<a href="(/experience/ces/answers/[^"]*)">(\d+)</a>', html)
    ]
    assert sorted(n for _link, n in links) == [1, 2, 3]
    for link, n in links:
        assert len(rows(analyst, link)) == n


def test_marks_and_words_stand_beside_an_answer(analyst: Client) -> None:
    counted(6, 0, flagged=1)
    answered(1, 6, flagged=True)
    answered(2, 5, undone=True, ago=1)
    said = words(page(analyst, "/experience/ces/answers/"))
    assert "12:00:00 6 mashed Vanak vanak-1 m-abcdefgh23" in said
    assert "12:00:00 5 undone Vanak" in said
    assert "This shop made it easy for me to get done what I came for. wording" in said


def test_a_member_is_a_link_only_where_there_is_a_page_for_it(analyst: Client) -> None:
    counted(6)
    answered(1, 6)
    html = page(analyst, "/experience/ces/answers/")
    assert "m-abcdefgh23" in html
    try:
        address = reverse("member", args=("m-abcdefgh23",))
    except NoReverseMatch:
        address = "/members/"
    there = f'href="{address}' in html[html.index("<main") :]
    assert not there or analyst.get(address).status_code != 403


def test_loyalty_is_a_visits_sum_with_its_three_answers(analyst: Client) -> None:
    counted(6, question="cli")
    for place, question in enumerate(("cli-recommend", "cli-buy-again", "cli-try-others"), 1):
        answered(place, place)
        Answer.objects.filter(source_key=f"answer/{place}").update(question=question, visit="v")
    Loyalty.objects.create(
        visit="v",
        store_id="vanak",
        kiosk="vanak-1",
        wording=1,
        segment="consumer",
        day=today().isoformat(),
        value=6,
    )
    html = page(analyst, "/experience/cli/answers/")
    assert n_of(html, 'p class="note"') == len(ROW.findall(html)) == 1
    assert "12:00:00 1 · 2 · 3 Vanak" in words(html)


@pytest.mark.parametrize("cursor", ["x", ".", "2026.x", "2026." + "9" * 40, "\u0660.1", "%00.1", "-1.-1"])
def test_a_cursor_that_is_none_begins_at_the_newest(analyst: Client, cursor: str) -> None:
    counted(6)
    answered(1, 6)
    assert len(ROW.findall(page(analyst, f"/experience/ces/answers/?after={unquote(cursor)}"))) == 1
