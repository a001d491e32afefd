"""`python -m cloud approle ROLE`: let a role of PostgreSQL run the cloud without being the ledger's owner."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from cloud.collector.roles import RoleRefused, confine
from cloud.fleet.ready import assert_ready


class Command(BaseCommand):
    help = (
        "Give a role of PostgreSQL what the cloud's processes need; of the ledger it can neither change nor"
        " drop anything. To be said by the tables' owner, and again after each migrate and restore."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="one that can log in and owns nothing")

    def handle(self, *_args: object, role: str, **_options: object) -> None:
        assert_ready()
        try:
            confine(role)
        except RoleRefused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{role} can run the cloud: put it into BASHGAH_DATABASE of its processes")
