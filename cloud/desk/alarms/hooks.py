"""The addresses that are told by webhook: added, given another secret, paused."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cloud.desk.alarms.forms import HookForm
from cloud.desk.alarms.watches import context
from cloud.desk.audit import note
from cloud.voice.alarms.models import Hook
from cloud.voice.alarms.sealing import seal
from cloud.voice.alarms.signing import new_secret


@never_cache
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add an address; its secret is shown by this answer and by nothing else."""
    form = HookForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/alarms/watches.html", context(hook_form=form))
    secret = new_secret()
    with transaction.atomic():
        hook = Hook.objects.create(url=form.cleaned_data["url"], secret=seal(secret))
        note(request, "alarm-hook-added", f"alarm-hook:{hook.pk}")
    return _told(request, hook, secret)


@never_cache
@require_POST
def renew(request: HttpRequest, number: int) -> HttpResponse:
    """Give an address another secret; the one before is worth nothing from now on."""
    hook, secret = get_object_or_404(Hook, pk=number), new_secret()
    with transaction.atomic():
        Hook.objects.filter(pk=hook.pk).update(secret=seal(secret))
        note(request, "alarm-hook-secret", f"alarm-hook:{hook.pk}")
    return _told(request, hook, secret)


@require_POST
def pause_hook(request: HttpRequest, number: int) -> HttpResponse:
    """Tell an address nothing more, or tell it again."""
    hook = get_object_or_404(Hook, pk=number)
    hook.enabled = request.POST.get("on") == "1"
    with transaction.atomic():
        hook.save(update_fields=("enabled",))
        note(request, "alarm-hook-on" if hook.enabled else "alarm-hook-off", f"alarm-hook:{hook.pk}")
    return redirect("alarm-watches")


def _told(request: HttpRequest, hook: Hook, secret: str) -> HttpResponse:
    return render(request, "desk/alarms/secret.html", {"hook": hook, "secret": secret})
