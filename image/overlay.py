"""What is laid over Debian's packages: the units and settings of `systemd/kiosk`, and what is on at boot.

A table and nothing else: :mod:`image.apply` follows it, in the order of its parts here.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Folder:
    """An empty folder of root's, such as a place to mount at."""

    place: str
    mode: int = 0o755


@dataclass(frozen=True)
class Copy:
    """A file: `source` in the checkout, `place` from the root of the card's system (`/etc/...`)."""

    source: str
    place: str
    mode: int = 0o644


@dataclass(frozen=True)
class Link:
    """A symbolic link at `place`; what was there goes."""

    place: str
    target: str


_KIOSK: Final = "systemd/kiosk"
_SYSTEM: Final = "/etc/systemd/system"
_UNITS: Final = (
    "bashgah-data.service",
    "bashgah-setup.service",
    "bashgah-screen.service",
    "bashgah-sync.service",
    "bashgah-erase.path",
    "bashgah-erase.service",
    "var-lib-systemd.mount",
)


def _unit(name: str) -> Copy:
    return Copy(f"{_KIOSK}/units/{name}", f"{_SYSTEM}/{name}")


def _drop_in(source: str, unit: str) -> Copy:
    return Copy(f"{_KIOSK}/units/{source}", f"{_SYSTEM}/{unit}.d/bashgah.conf")


def _setting(source: str, place: str) -> Copy:
    return Copy(f"{_KIOSK}/etc/{source}", f"/etc/{place}")


FOLDERS: Final[tuple[Folder, ...]] = (Folder("/data"), Folder("/boot/firmware"), Folder("/etc/bashgah"))
OVERLAY: Final[tuple[Copy, ...]] = (
    *(_unit(name) for name in _UNITS),
    _drop_in("process.conf", "bashgah-screen.service"),
    _drop_in("process.conf", "bashgah-sync.service"),
    _drop_in("ssh.conf", "ssh.service"),
    _drop_in("wpa_supplicant.conf", "wpa_supplicant@.service"),
    _drop_in("local-fs.conf", "local-fs.target"),
    Copy(f"{_KIOSK}/bashgah.sysusers", "/usr/lib/sysusers.d/bashgah.conf"),
    Copy(f"{_KIOSK}/bashgah.tmpfiles", "/usr/lib/tmpfiles.d/bashgah.conf"),
    Copy("systemd/udev/70-bashgah-wedge.rules", "/etc/udev/rules.d/70-bashgah-wedge.rules"),
    _setting("60-bashgah.rules", "udev/rules.d/60-bashgah.rules"),
    _setting("fstab", "fstab"),
    _setting("journald.conf", "systemd/journald.conf.d/bashgah.conf"),
    _setting("logind.conf", "systemd/logind.conf.d/bashgah.conf"),
    _setting("modules.conf", "modules-load.d/bashgah.conf"),
    _setting("networkd.conf", "systemd/networkd.conf.d/bashgah.conf"),
    _setting("resolved.conf", "systemd/resolved.conf.d/bashgah.conf"),
    _setting("sshd.conf", "ssh/sshd_config.d/bashgah.conf"),
    _setting("sysctl.conf", "sysctl.d/60-bashgah.conf"),
    _setting("system.conf", "systemd/system.conf.d/bashgah.conf"),
    _setting("timesyncd.conf", "systemd/timesyncd.conf.d/10-bashgah.conf"),
    Copy(f"{_KIOSK}/initramfs/hook", "/etc/initramfs-tools/hooks/bashgah", 0o755),
    Copy(f"{_KIOSK}/initramfs/card", "/etc/initramfs-tools/scripts/local-top/bashgah-card", 0o755),
    Copy(f"{_KIOSK}/initramfs/machine-id", "/etc/initramfs-tools/scripts/local-bottom/bashgah-id", 0o755),
)
LINKS: Final[tuple[Link, ...]] = (
    Link("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"),
    Link("/var/lib/dbus/machine-id", "/etc/machine-id"),
    # the shops': cooldowns, the day of a visit and the clock on the screen are of their place
    Link("/etc/localtime", "/usr/share/zoneinfo/Asia/Tehran"),
    # consoles and ways in that systemd would make by itself
    Link("/etc/systemd/system-generators/systemd-getty-generator", "/dev/null"),
    Link("/etc/systemd/system-generators/systemd-ssh-generator", "/dev/null"),
    Link("/etc/systemd/system-generators/systemd-gpt-auto-generator", "/dev/null"),
)

ENABLED: Final[tuple[str, ...]] = (
    *(name for name in _UNITS),
    "systemd-networkd.service",
    "systemd-resolved.service",
    "systemd-timesyncd.service",
    "ssh.service",
)
"""Units that `systemctl enable` is told of, after everything lies in its place."""
DISABLED: Final[tuple[str, ...]] = (
    "e2scrub_reap.service",
    "systemd-networkd-wait-online.service",
    "systemd-pstore.service",
    "remote-fs.target",
)
"""Units that Debian's packages enabled by themselves."""
MASKED: Final[tuple[str, ...]] = (
    # no console, and no key that restarts
    "getty.target",
    "getty@.service",
    "serial-getty@.service",
    "console-getty.service",
    "container-getty@.service",
    "getty-static.service",
    "autovt@.service",
    "ctrl-alt-del.target",
    "emergency.service",
    "rescue.service",
    "debug-shell.service",
    "systemd-ask-password-console.path",
    "systemd-ask-password-wall.path",
    # sshd starts in one way, and makes no keys but those of kiosk.toml's asking
    "ssh.socket",
    "sshd-keygen.service",
    # chores of a system that is written to
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "fstrim.timer",
    "systemd-firstboot.service",
    "systemd-machine-id-commit.service",
    # a keyboard is nothing to a screen, and Wi-Fi has a service for each radio
    "wpa_supplicant.service",
    "systemd-rfkill.service",
    "systemd-rfkill.socket",
    "systemd-backlight@.service",
    # what another's call over D-Bus would start
    "systemd-hostnamed.service",
    "systemd-hostnamed.socket",
    "systemd-localed.service",
    "systemd-timedated.service",
)
"""Units that nothing may start."""
REMOVED: Final[tuple[str, ...]] = ("/etc/ssh/ssh_host_*",)
"""Files of Debian's packages that the card shall not have, as patterns; a folder goes with what is in it."""
