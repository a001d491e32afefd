"""The set-up on a machine whose package manager is a stand-in: what it asks for, and what a person reads."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

NOBODY = 65534
MISSING = ("mosquitto_sub", "chromium", "Xvfb", "xdotool", "git", "ssh-keygen", "qemu-io")
PACKAGES = "mosquitto-clients chromium xvfb xdotool git openssh-client qemu-utils"
"""What the target `test` needs of the system beyond the demo's needs, which whoever runs this has."""
NOTES = 'echo "$*" >>"$0.calls"'
BRINGS = f"""
for name in {" ".join(MISSING)}; do
    echo "#!/bin/sh" >"${{0%/*}}/$name"
    /bin/chmod +x "${{0%/*}}/$name"
done"""
SUDO = '[ "$1" = -n ] && shift; exec "$@"'
NO_SUDO = "echo 'sudo: a password is required' >&2; exit 1"


@dataclass(frozen=True)
class House:
    """A checkout with only the set-up and an empty lock, owned by an ordinary user; and the PATH it sees."""

    root: Path
    path: Path

    def program(self, name: str, script: str = "exit 0") -> None:
        (self.path / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.path / name).chmod(0o755)

    def start(self, target: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*as_nobody(), python(), self.root / ".ci/setup", target],
            env={"PATH": str(self.path), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def set_up(self, target: str) -> subprocess.CompletedProcess[str]:
        with self.start(target) as process:
            out, err = process.communicate()
        return subprocess.CompletedProcess(target, process.returncode, out, err)

    def calls(self, program: str) -> list[str]:
        return (self.path / f"{program}.calls").read_text().splitlines()


def as_nobody() -> list[str]:
    """What to write before a command, so that even root runs it as an ordinary user."""
    if os.geteuid() != 0:
        return []
    return ["/usr/bin/setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def python() -> str:
    """The system's Python, since nobody may look into root's own folders."""
    return "/usr/bin/python3" if os.geteuid() == 0 else sys.executable


@pytest.fixture
def house(root: Path) -> Iterator[House]:
    # not tmp_path: an ordinary user may not enter root's
    with tempfile.TemporaryDirectory(prefix="a house ") as folder:
        house = House(Path(folder) / "the club", Path(folder) / "bin")
        shutil.copytree(root / ".ci", house.root / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
        (house.root / "requirements.lock").write_text("# nothing\n")
        house.path.mkdir()
        for program in ("mosquitto", "dpkg-deb", "true"):
            house.program(program)
        house.program("env", 'exec /usr/bin/env "$@"')
        if os.geteuid() == 0:
            for path in (Path(folder), *Path(folder).rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        yield house


def test_without_root_the_exact_line_is_said_and_nothing_is_installed(house: House) -> None:
    house.program("apt-get", NOTES)
    house.program("sudo", NO_SUDO)
    done = house.set_up("test")
    assert done.returncode == 1
    assert f"sudo apt-get install --no-install-recommends {PACKAGES}\n" in done.stderr
    assert not (house.path / "apt-get.calls").exists()
    assert not (house.root / ".venv").exists()


def test_a_system_without_apt_is_told_what_is_missing(house: House) -> None:
    done = house.set_up("test")
    assert done.returncode == 1
    assert f"Debian's {PACKAGES}" in done.stderr


def test_with_sudo_it_installs_what_is_missing_makes_a_venv_and_is_silent_ever_after(house: House) -> None:
    house.program("apt-get", f"{NOTES}; {BRINGS}")
    house.program("sudo", SUDO)
    first = house.set_up("test")
    assert (first.returncode, first.stderr) == (0, "")
    assert house.calls("apt-get")[-1].endswith(f"install --no-install-recommends {PACKAGES}")
    again = house.set_up("test")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    python = str(house.root / ".venv/bin/python")
    path = subprocess.run(
        [python, "-c", "import sys; print(*sys.path, sep='\\n')"], capture_output=True, text=True, check=True
    )
    assert str(house.root) in path.stdout.splitlines()


def test_another_checkouts_venv_is_left_as_it_is_where_a_link_leads_to_it(house: House) -> None:
    house.program("apt-get", f"{NOTES}; {BRINGS}")
    house.program("sudo", SUDO)
    theirs = house.root.parent / "theirs"
    theirs.mkdir()
    (theirs / "kept").touch()
    (house.root / ".venv").symlink_to(theirs)
    assert house.set_up("test").returncode == 0
    assert (theirs / "kept").exists()
    assert not (house.root / ".venv").is_symlink()


def test_servers_are_not_started_when_their_package_is_installed(house: House) -> None:
    first = 'for word; do case "$word" in DPkg::Path=*) first=${word#*=}; esac; done; first=${first%%:*}'
    tries = '"$first/invoke-rc.d" mosquitto start && "$first/deb-systemd-invoke" start mosquitto.service'
    enables = '"$first/deb-systemd-helper" --quiet was-enabled mosquitto.service; [ $? -ne 1 ]'
    house.program("apt-get", f'{first}; {tries} || exit; {enables} || : >"$0.quiet"')
    house.program("sudo", SUDO)
    house.set_up("test")
    assert (house.path / "apt-get.quiet").exists()


def test_lists_of_packages_that_are_too_old_are_fetched_anew(house: House) -> None:
    old = 'echo "E: Unable to locate package chromium"; exit 100'
    updates = 'case "$*" in *update) : >"$0.new"; exit;; esac'
    house.program("apt-get", f'{NOTES}; {updates}; [ -e "$0.new" ] || {{ {old}; }}')
    house.program("sudo", SUDO)
    house.set_up("test")
    assert [call.split()[-1] for call in house.calls("apt-get")][-2:] == ["update", "qemu-utils"]


def test_what_apt_did_not_bring_after_all_is_named(house: House) -> None:
    house.program("apt-get")
    house.program("sudo", SUDO)
    done = house.set_up("test")
    assert done.returncode == 1
    assert f"still not found: {', '.join(MISSING)}" in done.stderr


@pytest.mark.parametrize(
    ("said", "explained"),
    [
        ("Err:1 Temporary failure resolving 'mirror'", "the network cannot be reached"),
        ("dpkg: error: No space left on device", "the disk is full"),
        ("E: Could not get lock /var/lib/dpkg/lock", "another program is installing packages"),
        ("E: something never heard of", "E: something never heard of"),
    ],
)
def test_a_failure_says_what_to_do(house: House, said: str, explained: str) -> None:
    house.program("apt-get", f'echo "{said}"; exit 100')
    house.program("sudo", SUDO)
    done = house.set_up("test")
    assert done.returncode == 1
    assert explained in done.stderr
    assert "setup.log" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_set_up_waits_for_the_first(house: House) -> None:
    lock = house.root / ".cache/setup.lock"
    house.program("sudo", NO_SUDO)
    assert house.set_up("test").returncode == 1
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = house.start("test")
        assert second.stdout is not None
        assert "waiting" in second.stdout.readline()
        assert second.poll() is None
    second.communicate()
    assert second.returncode == 1


def test_a_target_that_is_none_is_refused(house: House) -> None:
    done = house.set_up("everything")
    assert (done.returncode, done.stdout) == (2, "")
    assert "venv|demo|bench|test" in done.stderr
