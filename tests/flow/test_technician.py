"""The technician, from the card on a real reader's line to the drawn screen, and the event in the cloud."""

from tests.flow.conftest import WITHIN, Club
from ui.tray_things import TECHNICIAN


def test_a_technicians_card_and_pin_open_the_screen_and_head_office_gets_to_know(club: Club) -> None:
    before = club.screen.drawn
    club.devices.present("em4100", TECHNICIAN)
    assert club.screen.wait_for("Pin", timeout=WITHIN, after=before)
    club.devices.take_away("em4100")
    for digit in club.plan.pin:
        club.touch(f"digit-{digit}", "Pin")
    club.touch("enter", "Technician")
    club.touch("ticket", "Technician")
    club.touch("back", "Technician")
    club.touch("done", "Attract")
    found = club.settled()
    assert found["posted"] == found["journalled"]
