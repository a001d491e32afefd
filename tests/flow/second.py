"""A second kiosk of the store, new from the box, with processes of its own."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from drivers.simulated.remote import Devices
from kiosk.members import Members
from mqtt.vocabulary import KioskId
from tests.demo.programs import running
from tests.demo.steps import enrol
from tests.faults.proxy import Proxy
from tests.flow.conftest import WITHIN, Club, Stand, until
from ui.remote_client import Screen

OTHER = KioskId("tajrish-2")


@contextmanager
def another(club: Club, program: str = "kiosk") -> Iterator[tuple[Stand, Proxy]]:
    """A second kiosk of the store, new from the box, behind a door of its own."""
    with ExitStack() as stack:
        proxy = Proxy(club.plan.broker_port, [OTHER])
        stack.callback(proxy.close)
        port = proxy.doors[OTHER].port
        place = replace(club.plan, run=club.plan.run / "2", kiosk_id=OTHER, kiosk_port=port)
        place.write()
        enrol(club.plan, place)
        programs = ("devices", "sync", "screen")
        stack.enter_context(running(place, programs, club.plan.run / "log", KIOSK_PROGRAM=program))
        screen = stack.enter_context(Screen(place.touches))
        assert screen.wait_for("Attract", timeout=WITHIN)
        members = Members(place.kiosk / "replica.db")
        stack.callback(members.close)
        stand = Stand(place, screen, Devices(place.devices), members)
        until(lambda: stand.row(club.cards("em4100")[0]), "the members at the second kiosk")
        until(stand.members.heard_at, "word from the cloud")
        yield stand, proxy


def go(stand: Stand) -> None:
    """From the balance to the idle screen."""
    stand.touch("continue", "Ask")
    stand.touch("skip", "Thanks")
    stand.touch("done", "Attract")
