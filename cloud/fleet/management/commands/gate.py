"""`python -m cloud gate`: where kiosks ask for certificates."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cloud.fleet.gate.server import serve
from cloud.fleet.listening import bound
from cloud.fleet.ready import assert_ready


class Command(BaseCommand):
    help = "Let kiosks ask for certificates over HTTPS on BASHGAH_GATE_HOST and BASHGAH_GATE_PORT."
    requires_system_checks = ()

    def handle(self, *_args: object, **_options: object) -> None:
        assert_ready()
        with bound(settings.GATE_HOST, settings.GATE_PORT, "BASHGAH_GATE") as listening:
            self.stdout.write(f"gate: {settings.GATE_HOST}:{listening.getsockname()[1]}")
            self.stdout.flush()
            try:
                serve(listening, settings.GATE_FILES)
            except OSError as error:
                raise CommandError(
                    f"{settings.GATE_FILES} has no certificate for the gate ({error}): does"
                    " `python -m cloud authority run` write there?"
                ) from None
