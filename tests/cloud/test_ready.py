"""A process of the cloud that cannot be trusted with events does not start, and says why."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cloud.processes import ROOT, Cloud

COMMANDS = ("collector", "worker", "seed", "audit")


def refused(cloud: Cloud, command: str, **environment: str) -> str:
    options = ["--club-key", f"1:{'0' * 32}"] if command == "seed" else []
    done = subprocess.run(
        [sys.executable, "-m", "cloud", command, *options],
        env=cloud.environment | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    return done.stderr


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path, "mqtt://127.0.0.1:1", database="")


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_secret_no_command_starts(cloud: Cloud, command: str) -> None:
    assert "BASHGAH_SECRET_KEY is empty: set it" in refused(cloud, command, BASHGAH_SECRET_KEY="")


def test_without_tables_it_says_how_to_make_them(cloud: Cloud) -> None:
    assert "python -m cloud migrate" in refused(cloud, "collector")


def test_without_a_folder_it_names_the_database(cloud: Cloud, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert f"{missing}/cloud.db" in refused(cloud, "worker", BASHGAH_CLOUD_DATA=str(missing))


def test_a_database_that_forgets_is_refused(cloud: Cloud, tmp_path: Path) -> None:
    settings = tmp_path / "careless.py"
    settings.write_text(
        "from cloud.settings import *\n"
        "DATABASES['default']['OPTIONS']['init_command'] = 'PRAGMA synchronous=OFF'\n"
        "DATABASES['default']['OPTIONS']['timeout'] = 0\n"
    )
    told = refused(cloud, "collector", DJANGO_SETTINGS_MODULE="careless", PYTHONPATH=str(tmp_path))
    assert "busy_timeout, journal_mode, synchronous cannot be trusted" in told
