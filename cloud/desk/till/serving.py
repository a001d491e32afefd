"""Whom the till serves: found by a tap, a swipe or a telephone number; joined, and given cards."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from cloud.club import cards, joining
from cloud.club.card_schema import NotTaken
from cloud.club.errors import BadPhone, ClubError, Taken, Unfit, Unknown, Untimely
from cloud.club.models import ACTIVE, LOST, Card
from cloud.club.swiping import NoKey, swiped
from cloud.desk.access import viewer
from cloud.desk.audit import note
from cloud.desk.language import active
from cloud.desk.till import arrivals
from cloud.desk.till.customers import Customer, NotServed, served
from cloud.desk.till.finding import Nobodys, NotFound, of_card, of_phone
from cloud.desk.till.pages import at_till
from cloud.desk.till.refusals import REFUSALS
from cloud.desk.till.shown import shown
from cloud.fleet.models import Till
from mqtt.vocabulary import CardKey, GroupId, MemberId

NOBODY: Final = MemberId("")


class Unserved(ClubError):
    """What is told a clerk in place of a member; `empty` is the card that somebody could join with."""

    def __init__(self, said: str, empty: Customer | None = None) -> None:
        """Say it."""
        super().__init__(said)
        self.empty = empty


@require_POST
@sensitive_post_parameters("card", "phone")
@at_till
def customer(request: HttpRequest, till: Till) -> HttpResponse:
    """The member of a token, a swiped card or a telephone number, with all that the page shows of them."""
    return _answered(request, till, lambda now: _found(request, till, now))


@require_POST
@at_till
def join(request: HttpRequest, till: Till) -> HttpResponse:
    """Somebody becomes a member with the empty card that they tapped or swiped."""
    return _answered(request, till, lambda now: _joined(request, till, now))


@require_POST
@sensitive_post_parameters("card")
@at_till
def card(request: HttpRequest, till: Till) -> HttpResponse:
    """Give the member on the page a card more, put an empty one in a card's place, or block one."""
    return _answered(request, till, lambda now: _changed(request, till, now))


def _answered(request: HttpRequest, till: Till, find: Callable[[datetime], Customer]) -> HttpResponse:
    now = datetime.now(UTC)
    try:
        found = find(now)
    except Unserved as error:
        nobody = {"said": str(error), "empty": error.empty}
        return render(request, "desk/till/_nobody.html", nobody)
    note(request, "member-seen", f"member:{found.member}", store=till.store_id, detail=found.how[:16])
    context = {"customer": found, "shown": shown(found.member, now), "till": till}
    return render(request, "desk/till/_customer.html", context)


@sensitive_variables()
def _found(request: HttpRequest, till: Till, now: datetime) -> Customer:
    if "token" in request.POST:
        found = _served(request, till, now)
        if found.member == NOBODY:
            raise Unserved(_("This card is not known here yet."), found)
        return found
    if "phone" in request.POST:
        return _new(request, till, of_number(request.POST["phone"], till), "phone", now)
    key = named(request.POST.get("card", ""))
    try:
        return _new(request, till, of_card((key,), till), "swipe", now)
    except Nobodys as error:
        raise Unserved(str(error), _new(request, till, NOBODY, key, now)) from None
    except NotFound as error:
        raise Unserved(str(error)) from None


@sensitive_variables()
def named(typed: str) -> CardKey:
    """The CardKey of what was swiped into a page. Raises Unserved, without a digit of it."""
    try:
        return swiped(typed)
    except NotTaken as refused:
        raise Unserved(str(REFUSALS[refused.reason])) from None
    except NoKey:
        raise Unserved(
            _("This cloud was told no club key, so it can name no card: ask head office.")
        ) from None


@sensitive_variables()
def of_number(typed: str, till: Till) -> MemberId:
    """Whose a telephone number is. Raises Unserved."""
    try:
        return of_phone(typed, till)
    except BadPhone:
        said = _("This is no telephone number: type all of its digits, with the operator's.")
    except NotFound as error:
        said = str(error)
    raise Unserved(said)


def _served(request: HttpRequest, till: Till, now: datetime, field: str = "token") -> Customer:
    try:
        return served(request.POST.get(field, ""), till.id, viewer(request).user, now)
    except NotServed as error:
        raise Unserved(str(error)) from None


def _new(request: HttpRequest, till: Till, member: MemberId, how: str, now: datetime) -> Customer:
    return Customer(till.id, member, how, viewer(request).user, now)


@transaction.atomic
def _joined(request: HttpRequest, till: Till, now: datetime) -> Customer:
    found = _served(request, till, now)
    key = _empty(found, till)
    occasion = joining.Occasion(GroupId(till.store.group_id), active(), now)
    try:
        member = joining.join_with_card(key, occasion)
    except Taken:
        raise Unserved(_("This card is somebody's already: take an empty one.")) from None
    except Unfit:
        raise Unserved(_("Nobody can join this club by card alone: ask for a telephone number.")) from None
    note(request, "member-joined", f"member:{member}", store=till.store_id)
    return _new(request, till, member, "joined", now)


def _empty(found: Customer, till: Till) -> CardKey:
    """The card of a token that names no member."""
    if found.member != NOBODY:
        raise Unserved(_("This card is somebody's already: take an empty one."))
    if ":" in found.how:
        return CardKey(found.how)
    keys = arrivals.tapped(till.kiosk_id, found.how) if till.kiosk_id else ()
    if not keys:
        raise Unserved(_("The card is not there any more: ask for it once more."))
    return keys[0]


@transaction.atomic
@sensitive_variables()
def _changed(request: HttpRequest, till: Till, now: datetime) -> Customer:
    found = _served(request, till, now)
    action = request.POST.get("action", "")
    try:
        _change(request, till, found.member, now)
    except Taken:
        raise Unserved(_("This card is somebody's already: take an empty one.")) from None
    except (Unknown, Untimely):
        raise Unserved(_("This cannot be done to that card any more: look at the cards once more.")) from None
    note(request, f"card-{action}", f"member:{found.member}", store=till.store_id)
    return found


@sensitive_variables()
def _change(request: HttpRequest, till: Till, member: MemberId, now: datetime) -> None:
    action = request.POST.get("action", "")
    if action == "issue":
        cards.issue(member, _fresh(request, till, now), now)
    elif action == "replace":
        cards.replace(_own(request, member), _fresh(request, till, now), now)
    elif action == "block":
        cards.lose(_own(request, member), now)
    else:
        raise Unserved(_("There is no such thing to do with a card."))


@sensitive_variables()
def _fresh(request: HttpRequest, till: Till, now: datetime) -> CardKey:
    """The empty card that was swiped, or tapped at the kiosk: then its token came."""
    if "empty" in request.POST:
        return _empty(_served(request, till, now, "empty"), till)
    return named(request.POST.get("card", ""))


def _own(request: HttpRequest, member: MemberId) -> CardKey:
    """One of the member's cards, by its key."""
    own = Card.objects.filter(key=request.POST.get("which", ""), member=member, status__in=(ACTIVE, LOST))
    found = own.values_list("key", flat=True).first()
    if found is None:
        raise Unserved(_("This member has no such card."))
    return CardKey(found)
