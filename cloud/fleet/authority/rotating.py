"""One authority follows another without anybody being shut out: everybody trusts the next before it signs."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from cloud.fleet import commands
from cloud.fleet.authority.registry import NoAuthority, Registry
from cloud.fleet.models import Authority, Certificate, EnrolmentToken
from mqtt.identity import CLOUD

ASKED: Final = timedelta(days=30)
"""How long kiosks have to fetch what they are to trust; later they do so when their certificate is due."""
SHOWN: Final = 20


class NotYet(Exception):
    """Somebody would be shut out; the text says who."""


@transaction.atomic
def begin(registry: Registry, now: datetime) -> Authority:
    """Make the next authority, and have every kiosk fetch it. Raises NotYet, NoAuthority, BadKeyFile."""
    registry.current()
    if Authority.objects.filter(state__in=("next", "former")).exists():
        raise NotYet("a rotation is under way: go on with `authority rotate switch` or `end`")
    made = registry.prepare(now)
    _have_all_renewed(now)
    return made


@transaction.atomic
def switch(now: datetime, *, anyway: bool) -> Authority:
    """Let the next one sign; the current one stays trusted. Raises NotYet, NoAuthority."""
    following = _the("next", "begin")
    _assert_nobody(behind(following, now), anyway=anyway)
    Authority.objects.filter(state="current").update(state="former")
    Authority.objects.filter(serial=following.serial).update(state="current")
    _have_all_renewed(now)
    return following


@transaction.atomic
def end(now: datetime, *, anyway: bool) -> Authority:
    """Let nobody trust the former one any more. Raises NotYet, NoAuthority."""
    former = _the("former", "switch")
    _assert_nobody(still_under(former, now), anyway=anyway)
    Authority.objects.filter(serial=former.serial).update(state="retired")
    return former


def behind(following: Authority, now: datetime) -> list[str]:
    """Who does not trust the next authority yet: kiosks that were told before it was made, and tokens."""
    live = _live(now).filter(issued_at__lt=following.made_at)
    waiting = EnrolmentToken.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=now)
    return [
        *live.order_by("name").values_list("name", flat=True),
        *(f"the token of {kiosk}" for kiosk in waiting.order_by("kiosk").values_list("kiosk", flat=True)),
    ]


def still_under(former: Authority, now: datetime) -> list[str]:
    """Whose certificate is still the former authority's."""
    return list(_live(now).filter(issuer=former).order_by("name").values_list("name", flat=True))


def _live(now: datetime) -> QuerySet[Certificate]:
    """What counts and has not ended, of kiosks and readers: other processes get theirs by themselves."""
    return Certificate.objects.filter(superseded_at=None, revoked_at=None, ends_at__gt=now).exclude(
        name__in=("broker.club", "gate.club", CLOUD)
    )


def _have_all_renewed(now: datetime) -> None:
    for kiosk in _live(now).exclude(kiosk=None).values_list("name", flat=True):
        commands.give(kiosk, "renew", ASKED, now)


def _the(state: str, step: str) -> Authority:
    found = Authority.objects.filter(state=state).first()
    if found is None:
        raise NoAuthority(f"there is no {state} authority: `authority rotate {step}` comes first")
    return found


def _assert_nobody(who: list[str], *, anyway: bool) -> None:
    if who and not anyway:
        more = f" and {len(who) - SHOWN} more" if len(who) > SHOWN else ""
        raise NotYet(
            f"{len(who)} would be shut out: {', '.join(who[:SHOWN])}{more}; --anyway does it all the same"
        )
