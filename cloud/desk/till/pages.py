"""The pages of a till: the one at which a clerk sells, which till it is, and how tills are set up."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cloud.club.models import Purchase
from cloud.desk.access import may, viewer
from cloud.desk.audit import note
from cloud.desk.stream import row_id
from cloud.desk.till import shown, tills
from cloud.desk.till.finding import is_here
from cloud.fleet import catalogue
from cloud.fleet.models import Kiosk, Store, Till

PAGE: Final = 20
"""Purchases on one page of a history."""
P = ParamSpec("P")


def at_till(
    view: Callable[Concatenate[HttpRequest, Till, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Let a view know at which till it is; who has not chosen one is asked to."""

    @wraps(view)
    def viewed(request: HttpRequest, *args: P.args, **options: P.kwargs) -> HttpResponse:
        till = tills.here(request)
        if till is not None:
            return view(request, till, *args, **options)
        if request.method == "POST":
            return JsonResponse({"said": _("Choose first which till this is.")}, status=409)
        return redirect("till-choose")

    return viewed


@require_safe
@at_till
def sell(request: HttpRequest, till: Till) -> HttpResponse:
    """The clerk's page."""
    context = {"till": till, "rate": catalogue.price(), "me": request.user.pk, "lines": range(3)}
    return render(request, "desk/till/till.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Which of the tills this browser is at."""
    seen = viewer(request)
    found = tills.of(seen)
    if request.method == "POST":
        response = redirect("till")
        tills.choose(response, get_object_or_404(found, id=request.POST.get("till", "")))
        return response
    context = {"tills": found, "here": tills.here(request), "may_set_up": may(seen.role, "till-setup")}
    return render(request, "desk/till/choose.html", context)


class NewTill(forms.Form):
    """A till that is added to a store."""

    store = forms.ModelChoiceField(Store.objects.none(), label=gettext_lazy("Store"), empty_label=None)
    name = forms.CharField(max_length=80, label=gettext_lazy("Name of the till"))


@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The tills of one's stores: add one, name it, pair it with a kiosk beside it."""
    seen = viewer(request)
    form = NewTill(request.POST if "add" in request.POST else None)
    choice = form.fields["store"]
    if isinstance(choice, forms.ModelChoiceField):
        choice.queryset = seen.choice()
        choice.label_from_instance = shown.store_name  # type: ignore[method-assign, assignment]
    if request.method == "POST" and ("add" not in request.POST or form.is_valid()):
        _set_up(request, form)
        return redirect("till-setup")
    found = list(tills.of(seen))
    kiosks = Kiosk.objects.filter(store__in={till.store_id for till in found}).order_by("id")
    rows = [(till, [kiosk for kiosk in kiosks if kiosk.store_id == till.store_id]) for till in found]
    return render(request, "desk/till/setup.html", {"rows": rows, "form": form})


@transaction.atomic
def _set_up(request: HttpRequest, form: NewTill) -> None:
    if "add" in request.POST:
        store, name = form.cleaned_data["store"], form.cleaned_data["name"]
        till = Till.objects.create(id=_new_id(store), store=store, name=name)
        note(request, "till-added", f"till:{till.id}", store=store.id)
        messages.success(request, _("The till was added."))
        return
    found = tills.of(viewer(request)).select_for_update(of=("self",))
    till = get_object_or_404(found, id=request.POST.get("till", ""))
    kiosk = request.POST.get("kiosk", "")
    till.kiosk = get_object_or_404(Kiosk, id=kiosk, store=till.store_id) if kiosk else None
    till.name = " ".join(request.POST.get("name", "").split())[:80] or till.name
    till.save(update_fields=("kiosk", "name"))
    note(request, "till-paired", f"till:{till.id}", store=till.store_id, detail=kiosk)
    messages.success(request, _("The till was changed."))


def _new_id(store: Store) -> str:
    taken = set(Till.objects.filter(store=store).values_list("id", flat=True))
    names = (f"{store.id[:30]}-till-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


@require_safe
@at_till
def history(request: HttpRequest, till: Till, member: str) -> HttpResponse:
    """All that a member bought, with what came back of it, the newest first."""
    if not is_here(member, till):
        raise Http404
    rows = Purchase.objects.filter(member=member).select_related("store").order_by("-id")
    before = row_id(request.GET.get("before", ""))
    page = list((rows if before is None else rows.filter(id__lt=before))[: PAGE + 1])
    note(request, "history-seen", f"member:{member}", store=till.store_id)
    context = {
        "till": till,
        "name": shown.name_of(member),
        "rows": shown.lines(page[:PAGE]),
        "older": page[PAGE - 1].id if len(page) > PAGE else None,
        "at": datetime.now(UTC),
    }
    return render(request, "desk/till/history.html", context)
