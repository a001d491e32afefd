"""The pages of the club's people: a list, somebody new, and one person."""

from datetime import UTC, datetime
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cloud.desk.access import Viewer, viewer
from cloud.desk.audit import note
from cloud.desk.models import AuditLine, Staff
from cloud.desk.people import factor, staff
from cloud.desk.people.rights import GRANTED, Post
from cloud.desk.people.staff_forms import PersonForm, PostForm
from cloud.desk.people.words import role_name
from cloud.desk.stream import row_id
from cloud.fleet.models import Store

SHOWN: Final = 50
"""People on one page."""
LINES: Final = 10
"""What they did last, on their own page."""


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Those whom one looks after, by name."""
    by, asked = viewer(request), request.GET.get("q", "").strip()[:60]
    rows = _theirs(by).order_by("user__username")
    if asked:
        rows = rows.filter(Q(user__username__icontains=asked) | Q(user__first_name__icontains=asked))
    after = request.GET.get("after", "")
    page = list(rows.filter(user__username__gt=after)[: SHOWN + 1])
    context = {
        "rows": [(row, role_name(row.role)) for row in page[:SHOWN]],
        "more": page[SHOWN - 1].user.username if len(page) > SHOWN else None,
        "asked": asked,
        "self": by.user,
    }
    return render(request, "desk/people/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def staff_add(request: HttpRequest) -> HttpResponseBase:
    """Take somebody on; their first password stands in the answer, once."""
    form = PersonForm(viewer(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.cleaned_data
        with transaction.atomic():
            added, password = staff.add(made["name"], made["full_name"], form.post(), datetime.now(UTC))
            _note(request, "staff-added", added, form.post())
        return _password(request, added, password)
    return render(request, "desk/people/staff_add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def staff_person(request: HttpRequest, user: str) -> HttpResponseBase:
    """One person, and all that can be done about them; 404 for one whom somebody else looks after."""
    by = viewer(request)
    found = _theirs(by).filter(user=row_id(user)).first()
    if found is None:
        raise Http404
    if found.pk == by.user:
        return redirect("account")
    form = PostForm(by, initial={"role": found.role, "stores": [each.id for each in found.stores.all()]})
    if request.method != "POST":
        return _page(request, found, form)
    try:
        return _do(request, found, request.POST.get("do", ""))
    except staff.LastOwner:
        messages.error(request, _("This is the last owner: make somebody else an owner first."))
        return redirect("staff-person", found.pk)


def _do(request: HttpRequest, found: Staff, what: str) -> HttpResponseBase:
    if what == "save":
        return _save(request, found)
    if what == "password":
        with transaction.atomic():
            password = staff.give_password(found, datetime.now(UTC))
            _note(request, "password-given", found)
        return _password(request, found, password)
    if what not in _DEEDS:
        raise Http404
    action, do = _DEEDS[what]
    with transaction.atomic():
        do(found)
        _note(request, action, found)
    messages.success(request, _("Done. It is in force at once."))
    return redirect("staff-person", found.pk)


def _save(request: HttpRequest, found: Staff) -> HttpResponseBase:
    form = PostForm(viewer(request), request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    with transaction.atomic():
        staff.assign(found, form.post())
        _note(request, "staff-changed", found, form.post())
    messages.success(request, _("Done. It is in force at once."))
    return redirect("staff-person", found.pk)


def _page(request: HttpRequest, found: Staff, form: PostForm) -> HttpResponse:
    context = {
        "person": found,
        "role": role_name(found.role),
        "second": factor.has_one(found),
        "form": form,
        "lines": AuditLine.objects.filter(who=found.user.username).order_by("-id")[:LINES],
    }
    return render(request, "desk/people/person.html", context)


def _password(request: HttpRequest, found: Staff, password: str) -> HttpResponse:
    """Shown in the answer itself: a redirect would have to keep it somewhere."""
    context = {"person": found, "password": password, "until": found.first_until}
    return render(request, "desk/people/first_password.html", context)


def _theirs(by: Viewer) -> QuerySet[Staff]:
    found = Staff.objects.filter(role__in=GRANTED.get(by.role, ())).select_related("user")
    if by.stores is not None:
        found = found.filter(stores__in=by.stores).exclude(stores__in=Store.objects.exclude(id__in=by.stores))
    return found.prefetch_related("stores").distinct()


def _note(request: HttpRequest, action: str, found: Staff, post: Post | None = None) -> None:
    post = post or staff.post_of(found)
    said = " ".join((post.role, *sorted(post.stores)))
    store = min(post.stores) if post.stores else ""
    note(request, action, f"user:{found.user.username}"[:120], store=store, detail=said)


_DEEDS: Final = {
    "lock": ("staff-locked", staff.lock),
    "unlock": ("staff-unlocked", staff.unlock),
    "second": ("second-taken", staff.take_second),
}
