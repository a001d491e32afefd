"""Every page, by every role, with every way in, asked from outside: 200, 302, 403, 404, 405."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing

import pytest

from cloud.desk.access import PAGES
from tests.cloud.desk.house import Visitor
from tests.cloud.desk.walks.ground import BOUND, ROLES, Ground
from tests.cloud.desk.walks.pages import Page, pages
from tests.cloud.desk.walks.table import ENTRANCES, OPEN, TABLE, Row

PLACES = [page for page in pages() if page.name not in OPEN]
KNOWN = [page for page in PLACES if page.name in TABLE]
NAMED = [page for page in KNOWN if page.named]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer says, a refusal too."""
POLICY = {
    *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'"),
    *("connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"),
}
HERE = "https://elsewhere.example/members/?a=1"
NONSENSE = {
    "IntConverter": ("0", "999999999999", "9" * 30),
    "StringConverter": ("nonsense", "%00", "a" * 2000, "%E2%80%AE", "%F0%9F%8D%B5", "'%20OR%201=1--"),
    "SlugConverter": ("nonsense", "a" * 2000),
}
"""Names of nothing, as they stand in an address, by the kind of the part."""


def _everybody(_row: Row) -> Iterable[str]:
    return ROLES


def _let(row: Row) -> Iterable[str]:
    return row.roles.split()


def _first(row: Row) -> Iterable[str]:
    return row.roles.split()[:1]


def named(page: Page) -> str:
    return page.name


def by_role(chosen: list[Page], roles: Callable[[Row], Iterable[str]]) -> pytest.MarkDecorator:
    """Each of these pages with each of some roles."""
    both = [(page, role) for page in chosen for role in roles(TABLE[page.name])]
    return pytest.mark.parametrize(("page", "role"), both, ids=[f"{page.name}-{role}" for page, role in both])


@pytest.fixture
def asking(walked: Ground, role: str) -> Iterator[Visitor]:
    with closing(walked.visitor(role)) as visitor:
        yield visitor


@pytest.fixture
def nobody(walked: Ground) -> Iterator[Visitor]:
    with closing(walked.visitor()) as visitor:
        yield visitor


def test_every_page_stands_in_the_table_and_the_other_way_round() -> None:
    assert {page.name for page in PLACES} == TABLE.keys()


def test_what_needs_no_role_is_a_door_or_takes_forms_only() -> None:
    assert {page.name for page in pages()} >= OPEN
    assert {door.name for door in ENTRANCES if door.status == 200} == OPEN - {"logout", "language"}


def test_whoever_is_let_in_by_the_code_is_let_in_by_the_table() -> None:
    assert {name: set(roles) for name, roles in PAGES.items()} == {
        name: set(row.roles.split()) for name, row in TABLE.items()
    }


def test_whatever_an_address_names_is_there_twice_to_be_asked_for(walked: Ground) -> None:
    parts = {part for page in NAMED for part, _kind in page.parts}
    assert parts <= {name.rpartition(".")[2] for name in walked.names["own"]}
    assert {kind for page in NAMED for _part, kind in page.parts} <= NONSENSE.keys()


@by_role(KNOWN, _everybody)
def test_a_role_sees_what_it_may_see(page: Page, role: str, asking: Visitor, walked: Ground) -> None:
    row = TABLE[page.name]
    expected = (
        403 if not row.lets(role) else 405 if "GET" not in row.ways else 302 if role in row.sent else 200
    )
    answer = asking.get(page.path(walked.names["own"]) + row.behind(walked.names["own"]))
    assert answer.status == expected
    said = answer.response.headers
    assert {name: said[name] for name in HEADERS} == HEADERS
    assert "no-store" in said["Cache-Control"]
    assert said["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert set(said["Content-Security-Policy"].split("; ")) == POLICY


@by_role(KNOWN, _everybody)
def test_a_role_does_what_it_may_do(page: Page, role: str, asking: Visitor, walked: Ground) -> None:
    row = TABLE[page.name]
    answer = asking.post(page.path(walked.names["spare"]), row.form(walked.names["spare"]))
    expected = (403,) if not row.lets(role) else row.empty if "POST" in row.ways else (405,)
    assert answer.status in expected


@by_role([page for page in NAMED if not TABLE[page.name].free], _let)
def test_what_is_another_groups_is_not_there_for_who_is_bound_to_a_store(
    page: Page, role: str, asking: Visitor, walked: Ground
) -> None:
    row, path = TABLE[page.name], page.path(walked.names["other"])
    for status in _both(row, asking, path, walked.names["other"]):
        assert status == 404 if role in BOUND or row.tied else status < 404


@by_role([page for page in KNOWN if TABLE[page.name].by_store], _let)
def test_a_store_that_is_asked_for_is_one_of_theirs(
    page: Page, role: str, asking: Visitor, walked: Ground
) -> None:
    path, row = page.path(walked.names["own"]), TABLE[page.name]
    seen = 302 if role in row.sent else 200
    assert asking.get(f"{path}?store={walked.names['own']['store']}").status == seen
    others = 404 if role in BOUND and seen == 200 else seen
    assert asking.get(f"{path}?store={walked.names['other']['store']}").status == others


@pytest.mark.parametrize("role", sorted(BOUND))
def test_nobody_is_at_a_till_of_another_store(asking: Visitor, walked: Ground) -> None:
    assert asking.post("/till/choose", {"till": walked.names["other"]["till"]}).status == 404
    assert asking.get("/till/").status == 200


@by_role(NAMED, _let)
def test_what_is_not_there_is_404_however_it_is_called(page: Page, asking: Visitor, walked: Ground) -> None:
    row = TABLE[page.name]
    for path in _mad(page, walked):
        for status in _both(row, asking, path, walked.names["own"]):
            assert status == 404, path


@pytest.mark.parametrize("page", KNOWN, ids=named)
def test_who_is_not_signed_in_is_sent_to_do_so(page: Page, nobody: Visitor, walked: Ground) -> None:
    answer = nobody.get(page.path(walked.names["own"]))
    if TABLE[page.name].kind == "stream":
        assert answer.status == 401
    else:
        assert answer.status == 302
        assert answer.response.headers["Location"].startswith("/login?next=")
        part = nobody.get(page.path(walked.names["own"]), {"HX-Request": "true", "HX-Current-URL": HERE})
        assert (part.status, part.response.headers["HX-Redirect"]) == (
            401,
            "/login?next=%2Fmembers%2F%3Fa%3D1",
        )


@by_role(KNOWN, _first)
def test_nothing_is_done_for_a_form_of_another_site(page: Page, asking: Visitor, walked: Ground) -> None:
    asking.cookies = {name: value for name, value in asking.cookies.items() if name != "csrftoken"}
    assert asking.post(page.path(walked.names["own"]), {}).status == 403


def _both(row: Row, asking: Visitor, path: str, names: Mapping[str, str]) -> Iterator[int]:
    if "GET" in row.ways:
        yield asking.get(path + row.behind(names)).status
    if "POST" in row.ways:
        yield asking.post(path, row.form(names)).status


def _mad(page: Page, walked: Ground) -> Iterator[str]:
    """The page's addresses with one thing in them that is not there."""
    for part, kind in page.parts:
        for mad in NONSENSE[kind]:
            marked = page.path({**_unspecial(walked.names["own"], part), part: 7777777})
            yield marked.replace("7777777", mad)


def _unspecial(names: Mapping[str, str], part: str) -> dict[str, str]:
    """Without what a page has of its own of this part."""
    return {name: value for name, value in names.items() if not name.endswith(f".{part}")}
