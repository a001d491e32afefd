"""The files of settings: every variable that the cloud reads, each in the documents, and secrets apart."""

import re
import subprocess
from pathlib import Path

from tests.cloud.processes import ROOT
from tests.systemd.locked import part
from tests.systemd.places import CLOUD, OPERATIONS

VARIABLE = re.compile(r"^(BASHGAH_\w+)=", re.MULTILINE)
READ = re.compile(r"""environ(?:\.get\(|\[)\s*["'](BASHGAH_\w+)""")


def named(file: Path) -> set[str]:
    return set(VARIABLE.findall(file.read_text()))


def all_named() -> set[str]:
    return set().union(*(named(file) for file in (CLOUD / "etc").glob("*.env")))


def test_every_variable_that_the_cloud_reads_stands_in_a_file_of_settings() -> None:
    read = {name for file in (ROOT / "cloud").rglob("*.py") for name in READ.findall(file.read_text())}
    assert read
    assert read - all_named() == set()


def test_the_documents_explain_every_variable_of_the_files() -> None:
    text = "".join(file.read_text() for file in (OPERATIONS, OPERATIONS.with_name("alarms.md")))
    explained = set(re.findall(r"`(BASHGAH_\w+)`", text))
    assert all_named() - explained == set()


def test_what_everybody_may_read_holds_no_secret() -> None:
    secret = {name for name in all_named() if "SECRET" in name or "CLUB_KEY" in name} - {
        "BASHGAH_NEWEST_CLUB_KEY"
    }
    assert secret - {"BASHGAH_SECRET_KEY", "BASHGAH_CLUB_KEY", "BASHGAH_AUTHORITY_SECRET"} == set()
    assert named(CLOUD / "etc/cloud.env") & secret == set()


def test_a_shell_reads_of_the_files_what_systemd_reads() -> None:
    for file in (CLOUD / "etc").glob("*.env"):
        script = f"set -eu; set -a; . {file}; env"
        done = subprocess.run(["/bin/sh", "-c", script], env={}, capture_output=True, text=True, check=True)
        seen = {line for line in done.stdout.splitlines() if line.startswith("BASHGAH_")}
        lines = (line for line in file.read_text().splitlines() if VARIABLE.match(line))
        assert seen == {line.replace("'", "") for line in lines}, file.name


def test_a_hosts_lock_is_the_clouds_part_of_the_projects() -> None:
    assert (CLOUD / "requirements.lock").read_text() == part("cloud"), "run `make lock`"


def test_the_scripts_are_what_a_shell_understands() -> None:
    for name, shell in (("install", "bash"), ("bashgah", "sh")):
        subprocess.run([shell, "-n", CLOUD / name], check=True)
