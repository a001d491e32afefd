"""The people of the club in the database: taken on, changed, locked; used by the pages and the command.

StaffError
├── Taken       somebody has this name
├── BadName     nobody can have it
└── LastOwner   nobody would be left who can give rights
"""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from cloud.desk.access import EVERYWHERE
from cloud.desk.models import Staff
from cloud.desk.people import factor, second
from cloud.desk.people.rights import Post
from cloud.fleet.models import Store

FIRST_FOR: Final = timedelta(days=7)
"""How long a password opens the door that somebody else made up."""


class StaffError(Exception):
    """It cannot be done so; the text says why."""


class Taken(StaffError):
    """Somebody has this name."""


class BadName(StaffError):
    """Nobody can have this name."""


class LastOwner(StaffError):
    """Nobody would be left who can give rights."""


def post_of(staff: Staff) -> Post:
    """What somebody is."""
    return Post(staff.role, frozenset(staff.stores.values_list("id", flat=True)))


def add(name: str, full_name: str, post: Post, now: datetime) -> tuple[Staff, str]:
    """Take somebody on; they, and their first password, which is not kept. Raises Taken, BadName."""
    try:
        User.username_validator(name)
    except ValidationError:
        raise BadName("a user name has letters, digits, and @ . + - _") from None
    with transaction.atomic():
        if User.objects.filter(username__iexact=name).exists():
            raise Taken(f"somebody is called {name} already")
        user = User.objects.create_user(name, first_name=full_name)
        staff = Staff.objects.create(user=user, role=post.role)
        _set_stores(staff, post)
        return staff, give_password(staff, now)


def give_password(staff: Staff, now: datetime) -> str:
    """A first password in place of theirs: to be changed at the next sign-in, and within FIRST_FOR."""
    password = second.new_password()
    with transaction.atomic():
        staff.user.set_password(password)
        staff.user.save(update_fields=("password",))
        staff.first_until = now + FIRST_FOR
        staff.save(update_fields=("first_until",))
        end_sessions(staff)
    return password


def assign(staff: Staff, post: Post) -> None:
    """Give somebody another role, or other stores. Raises LastOwner."""
    with transaction.atomic():
        if post.role != "owner":
            _keep_an_owner(staff)
        staff.role = post.role
        staff.save(update_fields=("role",))
        _set_stores(staff, post)


def lock(staff: Staff) -> None:
    """Let somebody in no more; their sessions end at once. Raises LastOwner."""
    with transaction.atomic():
        _keep_an_owner(staff)
        _activate(staff, active=False)
        end_sessions(staff)


def unlock(staff: Staff) -> None:
    """Let somebody in again."""
    _activate(staff, active=True)


def take_second(staff: Staff) -> None:
    """Take away a second factor that is lost, and what may be open with it."""
    with transaction.atomic():
        factor.take_away(staff)
        end_sessions(staff)


def end_sessions(staff: Staff) -> None:
    """Let none of their sessions go on."""
    Staff.objects.filter(pk=staff.pk).update(era=F("era") + 1)


def _activate(staff: Staff, *, active: bool) -> None:
    staff.user.is_active = active
    staff.user.save(update_fields=("is_active",))


def _set_stores(staff: Staff, post: Post) -> None:
    chosen = () if post.role in EVERYWHERE else post.stores
    staff.stores.set(Store.objects.filter(id__in=chosen))


def _keep_an_owner(staff: Staff) -> None:
    """Lock the owners' rows first: two who demote each other at once must not both succeed."""
    owners = Staff.objects.select_for_update().filter(role="owner").select_related("user").order_by("pk")
    working = {owner.pk for owner in owners if owner.user.is_active}
    if working == {staff.pk}:
        raise LastOwner("this is the last owner: make somebody else an owner first")
