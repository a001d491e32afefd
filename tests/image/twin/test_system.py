"""The image's system, booted: what runs, who may do what, who can reach it, and what is written."""

import os
import re
import socket
from collections.abc import Iterator

import pytest

from tests.image.twin import scan
from tests.image.twin.machine import BY_HAND, SCREEN, SYNC, Twin, booted
from tests.image.twin.wire import Wire
from tests.kiosk.enrolling import until

PYTHON = "/opt/bashgah/.venv/bin/python"
EXPOSED_AT_MOST = 15
"""Tenths of systemd's level, of 100."""
CHANGES = ("/data", "/run", "/var/lib/systemd")
"""Where files change; the last is a folder of /data."""
PSEUDO = {
    *("full", "null", "random", "tty", "urandom", "zero", "ptmx", "pts", "shm", "mqueue", "hugepages"),
    *("char", "core", "fd", "stderr", "stdin", "stdout", "log"),
}
"""What a service without devices finds in /dev (systemd.exec(5), PrivateDevices): no hardware."""
CALL = "import socket; socket.create_connection(('{}', {}), 5).sendall(b'here')"


@pytest.fixture(scope="module", autouse=True)
def twin(wire: Wire) -> Iterator[Twin]:
    with booted(BY_HAND + wire.toml, wire=wire) as twin:
        yield twin


def same_unit(twin: Twin, unit: str, program: str) -> str:
    """What a Python program says that runs as a service does, in all but its own program."""
    text = twin.run(f"systemctl cat {unit}") + (
        "[Service]\nType=oneshot\nRestart=no\nWatchdogSec=0\nRuntimeDirectory=\nNotifyAccess=none\n"
        "RestartForceExitStatus=\nExecStart=\nStandardOutput=truncate:/run/probe\nStandardError=inherit\n"
        f'ExecStart={PYTHON} -c "{program}"\n'
    )
    twin.adds("probe.service", text)
    twin.run("systemctl daemon-reload; systemctl start probe.service || true")
    return twin.run("cat /run/probe")


def test_it_reaches_running_with_no_failed_unit(twin: Twin) -> None:
    assert twin.run("systemctl is-system-running").strip() == "running"
    assert twin.run("systemctl list-units --state=failed,not-found --no-legend --plain 'bashgah-*'") == ""
    assert twin.run("systemctl --failed --no-legend --plain") == ""


def test_screen_and_sync_run_each_as_a_user_of_its_own_who_cannot_log_in(twin: Twin) -> None:
    for name in (SCREEN, SYNC):
        assert twin.shown(name, "ActiveState") == "active"
        assert twin.run(f"ps -o user:20= -p {twin.shown(name, 'MainPID')}").strip() == name
        assert re.search(r":/\S*nologin$", twin.run(f"getent passwd {name}").strip())
        assert twin.run(f"getent shadow {name}").split(":")[1].startswith("!")


def test_only_the_screen_is_in_the_groups_of_devices(twin: Twin) -> None:
    def groups(name: str) -> set[str]:
        numbers = twin.run(f"grep ^Groups: /proc/{twin.shown(name, 'MainPID')}/status").split()[1:]
        return {twin.run(f"getent group {number}").split(":")[0] for number in numbers}

    devices = {"video", "render", "input", "dialout", "spi", "gpio", "bashgah-wedge"}
    assert groups(SCREEN) >= devices | {"bashgah"}
    assert groups(SYNC) == {"bashgah", SYNC}


def test_nobody_has_a_password(twin: Twin) -> None:
    shadow = [line.split(":") for line in twin.run("cat /etc/shadow").splitlines()]
    assert [name for name, password, *_ in shadow if not password.startswith(("!", "*"))] == []


@pytest.mark.parametrize(
    ("place", "owned"),
    [
        ("/data", "755 root:root"),
        ("/data/kiosk", "2770 root:bashgah"),
        ("/data/system", "755 root:root"),
        ("/run/bashgah", "755 root:root"),
        ("/run/bashgah/device.json", "644 root:root"),
    ],
)
def test_a_folder_belongs_to_whom_it_must(twin: Twin, place: str, owned: str) -> None:
    assert twin.run(f"stat -c '%a %U:%G' {place}").strip() == owned


def test_what_either_makes_the_other_can_use(twin: Twin) -> None:
    until((twin.data / "kiosk/sync.db").exists, "sync has its journal")
    found = twin.run("find /data/kiosk -mindepth 1 -not -group bashgah -o -type f -not -perm -060 -print")
    assert found == ""


def test_systemd_finds_nothing_wrong_with_any_unit(twin: Twin) -> None:
    done = twin.tried(
        "systemd-analyze verify --man=no --recursive-errors=yes default.target bashgah-erase.path"
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", [SCREEN, SYNC])
def test_a_service_is_hardly_exposed(twin: Twin, name: str) -> None:
    done = twin.tried(f"systemd-analyze security --no-pager --threshold={EXPOSED_AT_MOST} {name}.service")
    print(done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stdout[-300:]


def test_nothing_listens(twin: Twin) -> None:
    assert twin.run("ss -Hltn") == ""
    assert twin.run("ss -Hlun | grep -vE '[:%][a-z0-9]*:?(68|546) ' || true") == ""


def test_from_outside_no_port_answers(wire: Wire) -> None:
    until(lambda: scan.refuses(wire.inside), "its network is up")
    assert scan.open_ports(wire.inside) == []


def test_no_console_waits_for_anybody(twin: Twin) -> None:
    processes = twin.run("ps -eo comm=").split()
    assert {"agetty", "getty", "login", "sulogin", "sshd"}.isdisjoint(processes)
    assert twin.run("systemctl list-units --all --no-legend --plain '*getty*.service' 'ssh.socket'") == ""


def test_root_cannot_be_written_to(twin: Twin) -> None:
    assert "ro" in twin.run("findmnt -no OPTIONS /").strip().split(",")
    assert "Read-only file system" in twin.tried("touch /etc/anything").stdout


def test_everything_that_changes_is_on_data_or_in_memory(twin: Twin) -> None:
    kept = []
    for line in twin.run("findmnt -rno TARGET,FSTYPE,OPTIONS").splitlines():
        place, kind, options = line.split()
        if "rw" in options.split(",") and kind in {"ext4", "xfs", "btrfs", "vfat", "overlay"}:
            kept.append(place)
    assert [place for place in kept if not place.startswith((*CHANGES, "/proc/"))] == []


def test_the_screen_has_no_network(twin: Twin, wire: Wire) -> None:
    until(lambda: scan.refuses(wire.inside), "its network is up")
    with socket.create_server((wire.outside, 0)) as server:
        call = CALL.format(wire.outside, server.getsockname()[1])
        assert "not supported" in same_unit(twin, SCREEN, call)
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()
        server.settimeout(20)
        same_unit(twin, SYNC, call)
        with server.accept()[0] as link:
            assert link.recv(9) == b"here"


def test_sync_finds_no_device(twin: Twin) -> None:
    look = "import os; print(*sorted(os.listdir('/dev')))"
    twin.run("mknod -m 666 /dev/ttyUSB0 c 188 0")
    assert "ttyUSB0" in same_unit(twin, SCREEN, look).split()
    [listed] = [line for line in same_unit(twin, SYNC, look).splitlines() if "urandom" in line]
    assert set(listed.split()) <= PSEUDO


def test_a_card_on_its_reader_makes_a_visit(twin: Twin) -> None:
    with twin.screen() as screen:
        assert screen.wait_for("Attract", timeout=60)
        before = twin.journalled()
        twin.tap(screen, "Sorry")
        until(lambda: twin.journalled() > before, "it is journalled")


def test_the_systems_root_is_as_it_was_flashed(twin: Twin) -> None:
    def stamps() -> dict[str, int]:
        return {
            os.path.join(folder, name): os.lstat(os.path.join(folder, name)).st_ctime_ns  # noqa: PTH118
            for folder, folders, files in os.walk(twin.root)
            for name in (*folders, *files)
        }

    begun = twin.folder.stat().st_ctime_ns
    assert [path for path, changed in stamps().items() if changed > begun] == []
    assert "Read-only file system" not in twin.run("journalctl -o cat -b | grep -v anything")
