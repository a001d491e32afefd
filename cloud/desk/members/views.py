"""The pages: looking for a member, and a member."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cloud.club.finding import Place
from cloud.club.models import Member
from cloud.desk import audit
from cloud.desk.access import viewer
from cloud.desk.members import actions, picture, timeline
from cloud.desk.members.forms import CardForm
from cloud.desk.members.known import full_name, known, masked, note_look, persons, subject
from cloud.desk.members.searching import LONGEST, Found, Trouble, by_card, search
from mqtt.vocabulary import MemberId

_SAFE_AND_POST: Final = ("GET", "HEAD", "POST")


class Row(NamedTuple):
    """A member in a list."""

    member: Member
    name: str
    phone: str


@never_cache
@require_http_methods(_SAFE_AND_POST)
def members(request: HttpRequest) -> HttpResponse:
    """The field to look for a member, and whom a POST found: what is looked for stands in no address."""
    context: dict[str, Any] = {"longest": LONGEST}
    if request.method == "POST":
        context |= _found(request)
    return render(
        request, "desk/members/_found.html" if _partly(request) else "desk/members/search.html", context
    )


@never_cache
@require_POST
def members_card(request: HttpRequest) -> HttpResponse:
    """Whose a card is that was swiped into the page; nothing of it is in the answer."""
    form = CardForm(request.POST)
    if form.is_valid():
        shown = _shown(request, by_card(form.cleaned_data["card"], viewer(request)))
    else:
        shown = {"trouble": " ".join(map(str, form.errors["card"]))}
    name = "desk/members/_found.html" if _partly(request) else "desk/members/search.html"
    return render(request, name, {"longest": LONGEST, "asked": True} | shown)


def _found(request: HttpRequest) -> dict[str, Any]:
    typed = request.POST.get("typed", "").replace("\x00", "")
    return {"typed": typed[:LONGEST]} | _shown(request, search(typed, viewer(request), _after(request)))


def _shown(request: HttpRequest, found: Found) -> dict[str, Any]:
    if not found.trouble:
        audit.note(request, "members-searched", detail=f"{found.by}: {len(found.members)}")
    return {
        "asked": True,
        "found": found,
        "rows": list(_rows(found.members)),
        "trouble": _troubles().get(found.trouble, ""),
    }


def _rows(found: Sequence[MemberId]) -> Iterator[Row]:
    who = persons(found)
    there = Member.objects.in_bulk(list(found))
    for one in found:
        if one in there:
            person = who.get(one)
            yield Row(there[one], full_name(person), masked(person.phone if person else None))


def _after(request: HttpRequest) -> Place | None:
    word, member = request.POST.get("word", ""), request.POST.get("member", "")
    if not word or not member or "\x00" in word + member:
        return None
    return Place(word[:LONGEST], MemberId(member[:LONGEST]))


def _troubles() -> dict[Trouble, str]:
    return {
        "empty": _("Type a telephone number, a name or a member's id."),
        "long": _("That is too long to be looked for."),
        "short": _("That is too short: one word of two letters at least."),
        "no-phone": _("This is no telephone number: type all of its digits."),
    }


def _partly(request: HttpRequest) -> bool:
    return request.method == "POST" and _by_htmx(request)


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


@never_cache
@require_safe
def member(request: HttpRequest, member_id: str) -> HttpResponse:
    """All that is known of a member."""
    found = known(request, member_id)
    note_look(request, found.id)
    drawn = picture.draw(found)
    context = {
        "member": found,
        "picture": drawn,
        "actions": actions.offered(viewer(request).role, drawn),
        "page": timeline.page(drawn.ids, timeline.Cursor(), ""),
        "kinds": timeline.kinds(),
        "kind": "",
    }
    return render(request, "desk/members/member.html", context)


@never_cache
@require_safe
def member_timeline(request: HttpRequest, member_id: str) -> HttpResponse:
    """The next part of a member's timeline, for the page that is open."""
    found = known(request, member_id)
    kind, cursor = request.GET.get("kind", ""), timeline.read(request.GET.get("cursor", ""))
    if kind and kind not in timeline.kinds():
        raise Http404
    note_look(request, found.id)
    context = {"member": found, "page": timeline.page(picture.ids_of(found), cursor, kind), "kind": kind}
    name = "desk/members/_timeline.html" if _by_htmx(request) else "desk/members/timeline.html"
    return render(request, name, context)


@never_cache
@require_POST
def member_phone(request: HttpRequest, member_id: str) -> HttpResponse:
    """A member's telephone number, in full; written down each time."""
    found = known(request, member_id)
    person = persons([found.id]).get(found.id)
    if person is None or not person.phone:
        raise Http404
    audit.note(request, "phone-seen", subject(found.id))
    name = "desk/members/_phone.html" if _partly(request) else "desk/members/phone.html"
    return render(request, name, {"phone": person.phone, "member": found})
