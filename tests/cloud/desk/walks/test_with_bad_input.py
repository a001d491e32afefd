"""Every form of every page is sent what nobody should send: never a 500, and nothing comes back unescaped."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Final
from urllib.parse import urlencode, urlsplit

import pytest

from cloud.desk.numerals import digits
from tests.cloud.desk.house import Answer
from tests.cloud.desk.walks.forms import Form, forms
from tests.cloud.desk.walks.ground import ROLES, Ground
from tests.cloud.desk.walks.pages import pages
from tests.cloud.desk.walks.table import TABLE

SCRIPT: Final = "\"'><script>alert(7)</script><img src=x onerror=alert(8)>"
MAD: Final = {
    "empty": "",
    "huge": "ب" * 50_000,
    "override": "\u202egnp.exe\u2066\u200f",
    "script": SCRIPT,
    "nul": "a\0b",
    "surrogate": "\udcff\ud800",
    "sql": "' OR 1=1; DROP TABLE auth_user;--%_\\",
    "emoji": "👩‍👩‍👧‍👦🏴",
    "number": "9" * 40,
    "negative": "-1e309",
    "persian": digits("1234567890.5", "fa"),
    "lines": "a\r\nSet-Cookie: x=1\r\n\r\n",
    "template": "{{ 7|add:7 }}{% debug %}%s%(x)s{0}",
    "path": "../../../../etc/passwd",
}
RAW: Final = re.compile(r"<script>alert|onerror=alert\(8\)>", re.IGNORECASE)
LEFT_ALONE: Final = frozenset({"/logout"})
"""It would end the session of who tries."""
NOBODY: Final = ""

SENT: set[tuple[str, ...]] = set()
"""Forms that were tried already by another role."""
SHAPES: set[tuple[str, ...]] = set()
"""Fields that were tried together already, in whichever form."""


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_no_form_can_be_filled_so_that_the_web_fails(walked: Ground, role: str) -> None:
    wrong = {}
    for number, form in enumerate(_fresh(walked, role)):
        for name, mad in (_few(number) if _seen(form) else MAD).items():
            for fields in (form.typed, form.chosen):
                if fields and (found := _tried(walked, role, form, form.filled(mad, fields))):
                    wrong[f"{form.method} {form.action} {fields} {name}"] = found
    assert wrong == {}
    assert walked.complaints() == []


@pytest.mark.parametrize("role", sorted({row.roles.split()[0] for row in TABLE.values()}))
def test_no_address_can_be_asked_so_that_the_web_fails(walked: Ground, role: str) -> None:
    mine = [page for page in pages() if page.name in TABLE and TABLE[page.name].roles.split()[0] == role]
    names = {field for _role, form in _found(walked, role) if form.method == "get" for field in form.fields}
    wrong = {}
    with closing(walked.visitor(role)) as visitor:
        for number, page in enumerate(each for each in mine if TABLE[each.name].kind != "stream"):
            for name, mad in _few(number).items():
                query = _encoded(
                    dict.fromkeys(names | {"before", "after", "page", "q", "cursor"}, mad[:2000])
                )
                if found := _judged(visitor.get(f"{page.path(walked.names['spare'])}?{query}")):
                    wrong[f"{page.name} {name}"] = found
    assert wrong == {}
    assert walked.complaints() == []


def test_forms_are_found(walked: Ground) -> None:
    assert {form.action for _path, form in _found(walked, NOBODY)} == {"/login", "/language"}
    assert {form.action for _path, form in _found(walked, "owner")} >= {"/language", "/logout"}


def test_every_text_is_among_the_few_of_some_page() -> None:
    assert {name for number in range(len(TABLE)) for name in _few(number)} == MAD.keys()


def _few(number: int) -> dict[str, str]:
    """The script and one more: another one for each number."""
    name = list(MAD)[number % len(MAD)]
    return {"script": SCRIPT, name: MAD[name]}


def _seen(form: Form) -> bool:
    """Whether fields like these were tried before; from now on they were."""
    shape = tuple(sorted(f"{name} {kind}" for name, (kind, _value) in form.fields.items()))
    known = shape in SHAPES
    SHAPES.add(shape)
    return known


def _fresh(walked: Ground, role: str) -> Iterator[Form]:
    """The forms that no other role had before."""
    for _path, form in list(_found(walked, role)):
        key = (re.sub(r"\d+|m-\w{10}", "N", form.action), form.method, *sorted(form.fields))
        if form.action not in LEFT_ALONE and key not in SENT:
            SENT.add(key)
            yield form


def _found(walked: Ground, role: str) -> Iterator[tuple[str, Form]]:
    paths = [
        page.path(walked.names["spare"]) + TABLE[page.name].behind(walked.names["spare"])
        for page in pages()
        if page.name in TABLE and TABLE[page.name].shows(role)
    ]
    with closing(walked.visitor(role)) as visitor:
        for path in paths if role else ["/login"]:
            for form in forms(path, visitor.get(path).read()):
                yield path, form


def _tried(walked: Ground, role: str, form: Form, filled: dict[str, str]) -> str:
    with closing(walked.visitor(role)) as visitor:
        if not role:
            visitor.get("/login").read()
        if form.method == "get":
            return _judged(visitor.get(f"{urlsplit(form.action).path}?{_encoded(filled)[:8000]}"))
        answer = visitor.send(form.action, _encoded(filled).encode())
        found = _judged(answer)
        if answer.status in (302, 303):
            found += _judged(visitor.get(answer.response.headers["Location"]))
        return found


def _judged(answer: Answer) -> str:
    """What is wrong with an answer."""
    if answer.status >= 500:
        return f"status {answer.status}"
    if answer.status in (302, 303) and urlsplit(answer.response.headers["Location"]).netloc:
        return f"sent to {answer.response.headers['Location']}"
    if "x" in answer.response.headers.get("Set-Cookie", "").partition("=")[0].split():
        return "a header of somebody else's"
    html = "html" in answer.response.headers.get("Content-Type", "")
    return f"unescaped: {found[0]}" if html and (found := RAW.search(answer.read())) else ""


def _encoded(fields: dict[str, str]) -> str:
    """As a browser would, and as none would: half characters too."""
    return urlencode(fields, errors="surrogatepass")
