"""`python -m cloud authority`: the club's own certificate authority, made, run, shown and replaced."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.fleet.authority import rotating, wiring
from cloud.fleet.authority.answering import Answers
from cloud.fleet.authority.certificates import fingerprint
from cloud.fleet.authority.identities import Process, keep
from cloud.fleet.authority.keyfiles import BadKeyFile
from cloud.fleet.authority.loop import Loop
from cloud.fleet.authority.registry import NoAuthority
from cloud.fleet.authority.upkeep import Upkeep
from cloud.fleet.models import Authority, Certificate
from cloud.fleet.presence import InUse, alone
from cloud.fleet.ready import assert_ready
from cloud.fleet.signing import BadKey
from cloud.fleet.stop import Stop
from mqtt.identity import role
from mqtt.vocabulary import BadId

Said = dict[str, Any]
"""The options of a word, as argparse has read them."""
TROUBLE = (NoAuthority, BadKeyFile, BadKey, BadId, rotating.NotYet, OSError)


class Command(BaseCommand):
    help = "The club's own certificate authority: make it, run it, show it, certify a tool, replace it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("init", help="make the authority's key and certificate, once; prints its fingerprint")
        what.add_parser("run", help="answer the gate, and keep everybody's certificates and lists fresh")
        what.add_parser("show", help="the authorities, and how many certificates count")
        certificate = what.add_parser("certificate", help="make or renew the identity of a tool: reader.NAME")
        certificate.add_argument("name")
        certificate.add_argument("--out", type=Path, required=True, metavar="FOLDER")
        rotate = what.add_parser("rotate", help="let another authority follow: begin, then switch, then end")
        rotate.add_argument("step", choices=["begin", "switch", "end"])
        rotate.add_argument("--anyway", action="store_true", help="though somebody is shut out by it")

    def handle(self, *_args: object, what: str, **options: object) -> None:
        assert_ready()
        words: dict[str, Callable[[Said], None]] = {
            "init": self._init,
            "run": self._run,
            "show": self._show,
            "certificate": self._certificate,
            "rotate": self._rotate,
        }
        try:
            words[what](options)
        except TROUBLE as error:
            raise CommandError(str(error)) from None

    def _init(self, _: Said) -> None:
        self.stdout.write(_print(wiring.registry().found(_now())))

    def _run(self, _: Said) -> None:
        registry = wiring.registry()
        answers = Answers(registry, wiring.offer())
        registry.issuer(registry.current())
        stop = Stop()
        try:
            with alone(settings.AUTHORITY):
                Loop(answers, Upkeep(registry, wiring.places())).run(stop)
        except InUse:
            raise CommandError(f"another authority runs on {settings.AUTHORITY}") from None

    def _show(self, _: Said) -> None:
        for row in Authority.objects.order_by("made_at"):
            count = Certificate.objects.filter(issuer=row, superseded_at=None, revoked_at=None).count()
            lasts = f"{row.made_at:%Y-%m-%d} to {row.ends_at:%Y-%m-%d}"
            self.stdout.write(f"{row.state:8}  {lasts}  {_print(row)}  {count} certificates")

    def _certificate(self, said: Said) -> None:
        if role(said["name"]) != "reader":
            raise CommandError("only head office's tools get one so, as reader.NAME; kiosks are enrolled")
        keep(wiring.registry(), Process("reader", said["name"]), said["out"], _now())
        self.stdout.write(f"{said['out']}: authorities.pem, certificate.pem, key.pem of {said['name']}")

    def _rotate(self, said: Said) -> None:
        if said["step"] == "begin":
            row = rotating.begin(wiring.registry(), _now())
        else:
            step = {"switch": rotating.switch, "end": rotating.end}[said["step"]]
            row = step(_now(), anyway=said["anyway"])
        self.stdout.write(f"{Authority.objects.get(serial=row.serial).state}: {_print(row)}")


def _print(row: Authority) -> str:
    return fingerprint(x509.load_pem_x509_certificate(row.pem.encode()))


def _now() -> datetime:
    return datetime.now(UTC)
