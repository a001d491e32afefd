"""The pages of what customers say: an overview, one index, and the answers behind a figure."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from cloud.desk.access import may, viewer
from cloud.desk.experience import asking
from cloud.desk.experience.behind import Cursor, Given, Narrowed, answers, page_of
from cloud.desk.experience.counted import told_by, whole
from cloud.desk.experience.detail import read_detail
from cloud.desk.experience.kinds import ALL, BY_SLUG, NEEDS, Index
from cloud.desk.experience.overview import pinned, tiles
from cloud.desk.experience.questions import Worded, worded

ANY: Final = range(1000)
"""Values of the needs' choices, whatever the catalogue has."""


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every question's tile."""
    form, view = asking.read(request, bare=True)
    if view is None:
        return _wrong(request, form)
    context = {"form": form, "view": view, "tiles": tiles(view), "stores": viewer(request).shown}
    return render(request, "desk/experience/overview.html", context)


@require_safe
def one(request: HttpRequest, index: str) -> HttpResponse:
    """One index: trend, table, heat map and comparison."""
    kind = _index(index)
    form, view = asking.read(request)
    if view is None:
        return _wrong(request, form, kind)
    detail = read_detail(kind, view, viewer(request))
    context = {"form": form, "view": view, "detail": detail, "index": kind, "indices": ALL}
    return render(request, "desk/experience/index.html", context)


@require_safe
def behind(request: HttpRequest, index: str) -> HttpResponse:
    """The answers behind a figure, the newest first."""
    question, scale = meant(index)
    form, asked = asking.read(request, bare=True)
    if asked is None:
        return _wrong(request, form)
    view, narrowed = pinned(asked, question), narrow(request)
    after = Cursor.read(request.GET.get("after", ""))
    rows, more = page_of(answers(view, question, narrowed, scale, after))
    said, cell = worded(question, view.wording), extra(request)
    context: dict[str, Any] = {
        "form": form,
        "view": view,
        "slug": index,
        "index": BY_SLUG.get(index),
        "narrowed": narrowed,
        "rows": [(row, _label(row, said)) for row in rows],
        "more": more,
        "worded": said,
        "members": opens_members(request),
        "extra": cell,
        "cell": view.query(pinned=True, **cell),
    }
    if narrowed == Narrowed():
        told = whole(told_by(question, view, ""))
        context |= {"n": sum(c for v, c in told.counts.items() if v in scale), "flagged": told.flagged}
    return render(request, "desk/experience/answers.html", context)


def meant(slug: str) -> tuple[str, range]:
    """The question behind an address, and its values. Raises Http404."""
    if slug == NEEDS:
        return NEEDS, ANY
    index = _index(slug)
    return index.question, index.scale


def narrow(request: HttpRequest) -> Narrowed:
    """The cell that is asked for. Raises Http404 for one that cannot be."""
    asked = {"weekday": range(7), "hour": range(24), "value": ANY}
    found: dict[str, int] = {}
    for name, there in asked.items():
        text = request.GET.get(name, "")
        if text and not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) in there):  # noqa: PLR2004 - as long as the longest
            raise Http404
        if text:
            found[name] = int(text)
    return Narrowed(**found)


def extra(request: HttpRequest) -> dict[str, str]:
    """What stands in the address of a cell beside the view."""
    return {name: request.GET[name] for name in ("weekday", "hour", "value") if request.GET.get(name)}


def opens_members(request: HttpRequest) -> bool:
    """Whether who looks may open a member's page, and whether there is one."""
    try:
        reverse("member", args=("m-aaaaaaaaaaa",))
    except NoReverseMatch:
        return False
    return may(viewer(request).role, "member")


def _label(row: Given, said: Worded) -> str:
    return "" if row.values else said.labels.get(row.value, "")


def _index(slug: str) -> Index:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def _wrong(request: HttpRequest, form: asking.Filters, index: Index | None = None) -> HttpResponse:
    """The fields with what is wrong in them."""
    return render(request, "desk/experience/wrong.html", {"form": form, "index": index}, status=400)
