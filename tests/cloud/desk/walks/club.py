"""A club in empty tables, with what every page needs to show something.

Two groups: the demo's, three stores with forty days of history, and one with a store of which nobody who is
bound to Vanak sees anything.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core import signing
from django.core.management import call_command
from django.db.models import Count

from cloud.club import cards, coupons, holds, joining, leaving, merging, postings, sales
from cloud.club.account import Cause, Terms
from cloud.club.arrangement import Agreed, Details
from cloud.club.joining import Occasion
from cloud.club.models import Coupon, Member, Purchase
from cloud.collector.models import Parked
from cloud.desk.members.picture import draw
from cloud.desk.models import Staff
from cloud.desk.people import sealing, second
from cloud.desk.till.papers import SALT
from cloud.fleet.models import Group, Kiosk, Store, Till, TillDocument
from cloud.voice.alarms.models import Hook, Signal, Watch
from cloud.voice.alarms.sealing import seal
from cloud.voice.models import Ticket
from mqtt.tracking import of_visit
from mqtt.vocabulary import CardKey, GroupId, KioskId, MemberId, Points, VisitId
from tests.cloud.desk.walks.ground import BOUND, CLUB_KEY, HALFWAY, PASSWORD, ROLES
from tests.cloud.desk.walks.machines import furnish

MEMBERS, DAYS = 200, 40
HOME, STORE = "tehran", "vanak"
AWAY, FAR = "shiraz", "zand"
PURPOSE: Final = "marketing"
LINES: Final = [{"id": "1", "product": "tea", "category": "drinks", "quantity": 2, "amount": 480_000}]


def main() -> None:
    """Fill the tables, and print as JSON what addresses are made of."""
    options = (f"--members={MEMBERS}", f"--days={DAYS}", f"--club-key={CLUB_KEY}")
    call_command("seed", *options, stdout=StringIO())
    now = datetime.now(UTC)
    _far_away()
    _employ()
    _part(now)
    furnish(now)
    home = (HOME, STORE)
    whose = {"own": home, "other": (AWAY, FAR), "spare": home, "deeds": home}
    things = {name: _things(number, *where, now) for number, (name, where) in enumerate(whose.items(), 1)}
    json.dump(things, sys.stdout)


def _far_away() -> None:
    group = Group.objects.create(id=AWAY, name="شیراز")
    Store.objects.create(id=FAR, group=group, name_fa="فروشگاه زند", name_en="Zand")
    Kiosk.objects.create(id=f"{FAR}-1", store_id=FAR)


def _employ() -> None:
    password = make_password(PASSWORD)
    for role in ROLES:
        staff = Staff.objects.create(user=User.objects.create(username=role, password=password), role=role)
        staff.stores.set(Store.objects.filter(id=STORE) if role in BOUND else ())
    user = User.objects.create(username=HALFWAY, password=password)
    staff = Staff.objects.create(user=user, role="manager")
    staff.totp_secret = sealing.seal(second.new_secret(), staff.pk, settings.SECRET_KEY)
    staff.save()


def _user(name: str, store: str) -> int:
    """A clerk who never signs in, to be looked at."""
    user = User.objects.create(username=name)
    Staff.objects.create(user=user, role="clerk").stores.set(Store.objects.filter(id=store))
    return user.pk


def _part(now: datetime) -> None:
    """One member leaves, one goes into another, and one message could not be read."""
    here = Member.objects.filter(group=HOME, left_on=None, person__isnull=False).order_by("id")
    ids = [MemberId(each) for each in here.values_list("id", flat=True)[:3]]
    leaving.leave(ids[0], now)
    merging.merge(ids[1], ids[2], now)
    Parked.objects.create(
        topic=f"v1/up/{STORE}-1/events", kiosk=f"{STORE}-1", reason="<b>no</b> JSON", raw=b"", received_at=now
    )


def _things(number: int, group: str, store: str, now: datetime) -> dict[str, str]:
    """A member with a person, two cards, an invoice, a coupon, a ticket, and a till: of one group.

    What is part of a member: a consent, points held for a kiosk, and one who was merged into them.
    """
    member = _member(number, GroupId(group), now)
    till = f"{store}-walks-{number}"
    Till.objects.create(id=till, store_id=store, name=f"Till {number}", kiosk_id=f"{store}-1")
    sales.buy(
        Purchase(
            store_id=store,
            invoice=f"W-{number}",
            member_id=member,
            occurred_at=now - timedelta(hours=1),
            received_at=now,
            lines=LINES,
        )
    )
    code = of_visit(VisitId(f"{number << 40:016x}"))
    made = now - timedelta(days=1)
    coupons.issue(
        Coupon(
            code=code,
            member_id=member,
            store_id=store,
            kiosk=f"{store}-1",
            points=50,
            rial=50_000,
            issued_at=made,
        )
    )
    Ticket.objects.create(
        code=code,
        event=-number,
        member=member,
        store_id=store,
        kind="complaint",
        category="queue",
        opened_at=made,
    )
    cause = Cause(f"walks/{number}", now, now)
    held = holds.hold(member, Points(1), "redemption", KioskId(f"{store}-1"), cause)
    other = joining.join_with_card(CardKey(f"1:{number + 20:032x}"), Occasion(GroupId(group), "fa", made))
    merged = merging.merge(other, member, now)
    till_document = _sold(number, till, member, now)
    watch, signal, hook = _watched(store, now)
    return {
        "document": till_document,
        "token": signing.dumps(till_document, salt=SALT),
        "alarm-watch.number": watch,
        "alarm-signal.number": signal,
        "alarm-handle.number": signal,
        "alarm-hook.number": hook,
        "member_id": member,
        "user": str(_user(f"former-{number}", store)),
        "card_ref": draw(Member.objects.get(pk=member)).cards[-1].ref,
        "purpose": PURPOSE,
        "merge": str(merged.pk),
        "hold": str(held.pk),
        "index": "ces",
        "name": "side",
        "group": group,
        "store": store,
        "kiosk": f"{store}-1",
        "till": till,
        "member": member,
        "card": f"1:{number:032x}",
        "coupon": code,
        "ticket": code,
        "invoice": f"W-{number}",
        "purchase": str(Purchase.objects.get(store=store, invoice=f"W-{number}").pk),
    }


def _sold(number: int, till: str, member: MemberId, now: datetime) -> str:
    """What a till's page sold: its document's number."""
    receipt = {"lines": [{"name": "tea", "amount": 480_000}], "total": 480_000, "coupon": 0, "points": 0}
    more = {"points_rial": 0, "pay": 480_000, "earned": 48, "left": 500}
    return TillDocument.objects.create(
        number=f"00000000-0000-4000-8000-00000000000{number}",
        kind="sale",
        till_id=till,
        clerk="clerk",
        member=member,
        invoice=f"W-{number}",
        said="{}",
        receipt=receipt | more,
        at=now,
    ).number


def _watched(store: str, now: datetime) -> tuple[str, str, str]:
    """A watch over a store, what it raised, and an address that is told of it."""
    hook = Hook.objects.create(url=f"https://{store}.example/hook", secret=seal("s" * 40))
    person = User.objects.get(username="store-manager")
    day = (now - timedelta(days=1)).date()
    watch = Watch.objects.create(
        index="ces", store_id=store, below=5.5, accountable=person, hook=hook, since=day - timedelta(days=30)
    )
    figures = {"value": 4.9, "low": 4.6, "high": 5.2, "n": 61, "first_value": 4.9, "first_n": 61}
    signal = Signal.objects.create(
        watch=watch, day=day, wording=1, kind="below", limit=5.5, raised_at=now, **figures
    )
    return str(watch.pk), str(signal.pk), str(hook.pk)


def _member(number: int, group: GroupId, now: datetime) -> MemberId:
    """One with as long a history as there is in the group, who says who they are, and gets two more cards."""
    said = Details("مریم", "رستگار", f"+98912123456{number}")
    member = _liveliest(number, group) or joining.join_with_card(
        CardKey(f"1:{number + 30:032x}"), Occasion(group, "fa", now - timedelta(days=9))
    )
    joining.add_person(member, said, (Agreed(PURPOSE, 1, "fa"),), now)
    for card in (number, number + 10):
        cards.issue(member, CardKey(f"1:{card:032x}"), now - timedelta(days=9))
    postings.make_good(member, Points(500), Cause(f"walks/present/{number}", now, now), Terms(now))
    return member


def _liveliest(number: int, group: GroupId) -> MemberId | None:
    here = Member.objects.filter(group=group, left_on=None, merged_into=None, person__isnull=False)
    busy = here.annotate(entries=Count("entry")).order_by("-entries", "id").values_list("id", flat=True)
    return next((MemberId(each) for each in busy[number : number + 1]), None)
