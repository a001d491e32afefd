"""The page of an action: what is asked, then what will happen, then it is done, once."""

import re
import secrets
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cloud.club.account import lock
from cloud.club.errors import ClubError
from cloud.desk import audit
from cloud.desk.access import viewer
from cloud.desk.members.actions import ACTIONS, Action, Doing, Done
from cloud.desk.members.forms import ActionForm
from cloud.desk.members.known import known, note_look, subject
from cloud.desk.members.picture import Picture, draw
from cloud.desk.members.refusals import refusal
from cloud.desk.models import AuditLine
from cloud.fleet.scrubbing import scrub

PATIENCE: Final = 2.0
"""Seconds that taking what was erased out of the files may wait for those who read."""
_ONCE: Final = re.compile(r"[0-9a-f]{16}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, member_id: str, action: str) -> HttpResponse:
    """Do something for a member, who is looked at by it; asked first, and asked again whether it is meant."""
    picture, asked = draw(known(request, member_id)), ACTIONS[action]
    with transaction.atomic():
        note_look(request, member_id)
    if not (picture.here or asked.always):
        messages.error(request, _("Nothing can be done for this member any more."))
        return redirect("member", member_id)
    if "sure" in request.POST and not asked.always and _is_done(action, member_id, _once(request)):
        messages.success(request, _("It was done already."))
        return redirect("member", member_id)
    of = _part(asked, picture, request)
    form = _form(asked, picture, request)
    doing = Doing(picture, viewer(request), of, {}, form, _once(request))
    if request.method != "POST" or (form is not None and not form.is_valid()):
        return _ask(request, action, doing, sure=form is None or asked.at_once)
    said = form.cleaned_data if form is not None else {}
    doing = Doing(picture, viewer(request), of, said, form, _once(request))
    return _do(request, action, doing) if "sure" in request.POST else _ask(request, action, doing, sure=True)


def _part(action: Action, picture: Picture, request: HttpRequest) -> Any:  # noqa: ANN401 - the action knows
    if action.of is None:
        return None
    named = request.POST if request.method == "POST" else request.GET
    part = action.of(picture, named.get("of", ""))
    if part is None:
        raise Http404
    return part


def _form(action: Action, picture: Picture, request: HttpRequest) -> ActionForm | None:
    if action.form is None:
        return None
    return action.form(picture, viewer(request), request.POST if request.method == "POST" else None)


def _once(request: HttpRequest) -> str:
    said = request.POST.get("once", "")
    return said if _ONCE.fullmatch(said) else secrets.token_hex(8)


def _ask(request: HttpRequest, name: str, doing: Doing, *, sure: bool, problem: str = "") -> HttpResponse:
    action, form = ACTIONS[name], doing.form
    context = {
        "name": name,
        "action": action,
        "picture": doing.picture,
        "member": doing.picture.member,
        "form": form,
        "of": request.POST.get("of", request.GET.get("of", "")),
        "once": doing.once,
        "told": action.told(doing) if sure else "",
        "kept": () if not sure or form is None or action.at_once else _kept(request, form),
        "problem": problem,
    }
    return render(request, "desk/members/action.html", context)


def _kept(request: HttpRequest, form: ActionForm) -> list[tuple[str, str]]:
    """What was typed, for the next step."""
    return [(name, request.POST[name]) for name in form.fields if name in request.POST]


def _do(request: HttpRequest, name: str, doing: Doing) -> HttpResponse:
    try:
        done = _done(request, name, doing)
    except ClubError as error:
        ACTIONS[name].refused(doing, error)
        return _ask(request, name, doing, sure=True, problem=refusal(error))
    if ACTIONS[name].erases and not scrub(patience=PATIENCE):
        messages.warning(request, _("Somebody reads the database: its log is emptied in a while."))
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, done)
    return redirect("member", doing.member)


@transaction.atomic
def _done(request: HttpRequest, name: str, doing: Doing) -> Done:
    action = ACTIONS[name]
    lock(action.members(doing))
    if not action.always and _is_done(name, doing.member, doing.once):
        return _("It was done already.")
    done, detail = action.do(doing), f"{action.detail(doing)} #{doing.once}".strip()
    audit.note(request, f"member-{name}", subject(doing.member), store=_store(doing), detail=detail)
    return done


def _is_done(name: str, member: str, once: str) -> bool:
    done = AuditLine.objects.filter(subject=subject(member), action=f"member-{name}")
    return done.filter(detail__endswith=f"#{once}").exists()


def _store(doing: Doing) -> str:
    stores = doing.who.stores or ()
    return next(iter(stores)) if len(stores) == 1 else ""
