"""`python -m cloud apikey make NAME`, `list`, `revoke ID`: who may call the HTTP interface."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.api import keys
from cloud.api.models import ApiKey
from cloud.api.scopes import SCOPES
from cloud.fleet.ready import assert_ready

RATE = 20
"""Requests a second that a key may make for long, if nothing else is said."""


Said = dict[str, Any]
"""The options of a word, as argparse has read them."""


class Command(BaseCommand):
    help = "Make a key for an integration (it is shown once), list the keys, or revoke one."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        make = what.add_parser("make", help="print a new key: id, a dot, and the secret")
        make.add_argument("name", help="whose it is, for people")
        make.add_argument("--scope", action="append", default=[], help=", ".join(SCOPES))
        make.add_argument("--store", action="append", default=[], help="a store that it may speak for")
        make.add_argument("--rate", type=int, default=RATE, help="requests a second (%(default)s)")
        what.add_parser("list", help="all keys, without their secrets")
        what.add_parser("revoke", help="end a key at once").add_argument("id")

    def handle(self, *_args: object, what: str, **options: object) -> None:
        assert_ready()
        try:
            {"make": self._make, "list": self._list, "revoke": self._revoke}[what](options)
        except keys.Unknown as error:
            raise CommandError(str(error)) from None

    def _make(self, said: Said) -> None:
        now = datetime.now(UTC)
        self.stdout.write(keys.make(said["name"], said["scope"], said["store"], said["rate"], now))

    def _list(self, _: Said) -> None:
        for key in ApiKey.objects.order_by("made_at").prefetch_related("stores"):
            self.stdout.write(_line(key))

    def _revoke(self, said: Said) -> None:
        keys.revoke(said["id"], datetime.now(UTC))


def _line(key: ApiKey) -> str:
    used = f"used {key.used_at:%Y-%m-%d %H}h" if key.used_at else "never used"
    ended = f"  revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else ""
    stores = ",".join(sorted(store.id for store in key.stores.all()))
    return f"{key.id}  {key.made_at:%Y-%m-%d}  {used:18}  {key.name}  {key.scopes}  {stores}{ended}"
