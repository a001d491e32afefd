"""`python -m cloud staff ...`: the first owner, and what is left when nobody can sign in any more."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.desk.access import EVERYWHERE, ROLES
from cloud.desk.models import AuditLine, Staff
from cloud.desk.people import factor, staff
from cloud.desk.people.rights import Post
from cloud.fleet.models import Store
from cloud.fleet.ready import assert_ready


class Command(BaseCommand):
    help = "Let people of the club sign in: the first owner, and whoever is locked out."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="everybody, with role, stores and state")
        for name, said in (
            ("add", "takes somebody on; prints the first password, once"),
            ("role", "gives somebody another role, or other stores"),
        ):
            made = what.add_parser(name, help=said)
            made.add_argument("name", metavar="NAME")
            made.add_argument("role", choices=ROLES, metavar="ROLE", help=", ".join(ROLES))
            made.add_argument(
                "--store", action="append", default=[], metavar="STORE", help="as often as needed"
            )
        for name, said in (
            ("lock", "lets somebody in no more; their sessions end at once"),
            ("unlock", "lets them in again"),
            ("reset", "takes the second factor away and prints a first password, once"),
        ):
            what.add_parser(name, help=said).add_argument("name", metavar="NAME")

    def handle(self, *_args: object, what: str, **options: Any) -> None:  # noqa: ANN401 - argparse's values
        assert_ready()
        try:
            for line in _DONE[what](options):
                self.stdout.write(line)
        except staff.StaffError as error:
            raise CommandError(str(error)) from None


def _list(_: dict[str, Any]) -> Iterator[str]:
    for row in Staff.objects.select_related("user").order_by("user__username"):
        post = staff.post_of(row)
        marks = ["locked"] * (not row.user.is_active) + ["second factor"] * factor.has_one(row)
        yield "  ".join((row.user.username, row.role, ",".join(sorted(post.stores)) or "-", *marks))


def _add(options: dict[str, Any]) -> Iterator[str]:
    post = _post(options)
    made, password = staff.add(options["name"], "", post, datetime.now(UTC))
    _note("staff-added", made)
    yield f"first password of {options['name']}: {password}"


def _role(options: dict[str, Any]) -> Iterator[str]:
    found = _find(options)
    staff.assign(found, _post(options))
    _note("staff-changed", found)
    yield f"{options['name']} is {options['role']}"


def _lock(options: dict[str, Any]) -> Iterator[str]:
    found = _find(options)
    staff.lock(found)
    _note("staff-locked", found)
    yield f"{options['name']} is locked"


def _unlock(options: dict[str, Any]) -> Iterator[str]:
    found = _find(options)
    staff.unlock(found)
    _note("staff-unlocked", found)
    yield f"{options['name']} is let in again"


def _reset(options: dict[str, Any]) -> Iterator[str]:
    found = _find(options)
    staff.take_second(found)
    password = staff.give_password(found, datetime.now(UTC))
    _note("password-given", found)
    yield f"first password of {options['name']}: {password}"


def _find(options: dict[str, Any]) -> Staff:
    found = Staff.objects.select_related("user").filter(user__username=options["name"]).first()
    if found is None:
        raise CommandError(f"there is nobody called {options['name']}: `staff list` shows everybody")
    return found


def _post(options: dict[str, Any]) -> Post:
    role, stores = options["role"], frozenset(options["store"])
    there = set(Store.objects.filter(id__in=stores).values_list("id", flat=True))
    if stores - there:
        raise CommandError(f"there is no store {', '.join(sorted(stores - there))}")
    if (role in EVERYWHERE) == bool(stores):
        needs = "sees every store: leave --store out" if stores else "needs a --store"
        raise CommandError(f"the role {role} {needs}")
    return Post(role, stores)


def _note(action: str, found: Staff) -> None:
    """Somebody at the machine itself did it, who has no name here."""
    post = staff.post_of(found)
    AuditLine.objects.create(
        at=datetime.now(UTC),
        who="",
        role="",
        action=action,
        subject=f"user:{found.user.username}"[:120],
        store=min(post.stores) if post.stores else "",
        detail="python -m cloud staff",
    )


_DONE: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "list": _list,
    "add": _add,
    "role": _role,
    "lock": _lock,
    "unlock": _unlock,
    "reset": _reset,
}
