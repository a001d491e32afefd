"""A PostgreSQL of the tests' own: a cluster in a scratch folder, on 127.0.0.1, gone at the end."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from tests.mqtt.ports import free_port

HOMES = Path("/usr/lib/postgresql")
USER = "club"
NOBODY = 65534
"""The servers refuse to run as root."""
STARTS_WITHIN = 30.0
CONF = """
listen_addresses = '127.0.0.1'
fsync = on
synchronous_commit = on
log_min_messages = fatal
"""


def binaries() -> Path | None:
    """The folder with initdb of the newest PostgreSQL there is."""
    found = [place.parent for place in HOMES.glob("*/bin/initdb")]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


class Cluster:
    """A server with its files; every database in it is a new one."""

    def __init__(self, folder: Path) -> None:
        found = binaries()
        assert found, f"no initdb in {HOMES}/*/bin"
        self.port = free_port()
        self._bin, self._data, self._folder = found, folder / "data", folder
        self._numbers = count()
        self._server: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY, NOBODY)

    def start(self) -> None:
        """Make the files and start the server on them."""
        self._run(
            "initdb", "--no-sync", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C"
        )
        conf = f"{CONF}port = {self.port}\nunix_socket_directories = '{self._folder}'\n"
        (self._data / "postgresql.auto.conf").write_text(conf)
        # it ends with whoever started it, even one that is killed
        command = [*_unprivileged("--pdeathsig=QUIT"), str(self._bin / "postgres"), "-D", str(self._data)]
        self._server = subprocess.Popen(command, cwd=self._folder, stderr=subprocess.DEVNULL)
        end = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            assert time.monotonic() < end, "PostgreSQL did not start"
            assert self._server.poll() is None, "PostgreSQL did not start"

    def stop(self) -> None:
        """End the server at once."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()
            self._server = None

    def url(self, name: str) -> str:
        """Where a database is."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def make(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        ask(self.url("postgres"), f"CREATE DATABASE {name}")
        return self.url(name)

    def _answers(self) -> bool:
        program = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"]
        return subprocess.run(program, check=False).returncode == 0

    def _run(self, program: str, *options: str) -> None:
        command = [*_unprivileged(), str(self._bin / program), "-D", str(self._data), *options]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@cache
def cluster() -> Cluster:
    """The one of this test run, started when it is first needed."""
    folder = Path(tempfile.mkdtemp(prefix="bg-pg-"))
    made = Cluster(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(made.stop)
    made.start()
    return made


def ask(url: str, question: str) -> list[tuple[Any, ...]]:
    """Say something to a database; what it answers."""
    with psycopg.connect(url, autocommit=True) as database:
        cursor = database.execute(question)
        return cursor.fetchall() if cursor.description else []


def dump(url: str) -> bytes:
    """All that is in a database, as text."""
    program = binaries()
    assert program, f"no pg_dump in {HOMES}/*/bin"
    return subprocess.run([program / "pg_dump", url], check=True, capture_output=True).stdout


def _unprivileged(*options: str) -> list[str]:
    if os.geteuid() != 0:
        return ["setpriv", *options] if options else []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *options]
