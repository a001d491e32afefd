"""A foreign stick, flashed with the same image, and a keyboard: neither changes anything."""

from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.hardware import Hardware
from tests.image.qemu.scenarios.enrolled import enrolled
from tests.image.qemu.stand import BOOTS_WITHIN, Stand

NAME = "strangers"
KEYS = ("ret", "a", "esc", "f1", "tab", "menu", "meta_l")
CHORDS = (
    ("ctrl", "alt", "f2"),
    ("ctrl", "alt", "delete"),
    ("alt", "sysrq", "b"),
    ("ctrl", "c"),
    ("alt", "f4"),
)
"""What somebody with a keyboard tries: another console, a restart, the kernel's own keys, an end."""


def run(stand: Stand) -> dict[str, Any]:
    """Both are there from the start; then everything is typed."""
    card, stick = enrolled(stand), stand.card(f"{NAME}-stick")
    with stand.on(card, NAME, Hardware(stick=stick.path, keyboard=True)) as guest:
        guest.comes_in()
        with inside.watching(guest) as screen:
            assert screen.wait_for("Attract", timeout=BOOTS_WITHIN), screen.notice
            sources = guest.run("for at in / /boot/firmware /data; do findmnt -no SOURCE $at; done").split()
            assert sources == ["/dev/vda2", "/dev/vda1", "/dev/vda3"], sources
            assert "sda" in guest.run("ls /sys/block"), "the stick is not there"
            booted, drawn = guest.run("cat /proc/sys/kernel/random/boot_id"), screen.drawn
            for key in KEYS:
                guest.qmp.key(key)
            for chord in CHORDS:
                guest.qmp.chord(*chord)
            inside.settled(guest, "after")
            assert guest.run("cat /proc/sys/kernel/random/boot_id") == booted, "it was started again"
            assert screen.drawn == drawn, screen.notice
        found = {"mounted": sources, "active": guest.run("cat /sys/class/tty/tty0/active").strip()}
        found |= inside.state(guest)
    stick.remove()
    stand.say(f"a stick with the same labels and a keyboard: {found}")
    return found
