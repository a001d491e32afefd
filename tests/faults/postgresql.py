"""The cloud's database as a PostgreSQL of the run's own, seen from outside."""

import secrets
import shutil
import subprocess
from pathlib import Path

import psycopg

from tests.cloud.postgres import Cluster, ask, binaries
from tests.faults.database import AGAIN, Rows


class Postgresql:
    """A database in a cluster under a folder; its copy is a dump."""

    kind = "postgresql"

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder, self._cluster = folder, Cluster(folder)
        self._cluster.start()
        self._url = self._cluster.make()

    def environment(self) -> dict[str, str]:
        return {"BASHGAH_CLOUD_DATA": str(self._folder), "BASHGAH_DATABASE": self._url}

    def ask(self, *queries: str) -> list[Rows]:
        with psycopg.connect(self._url, autocommit=True) as database:
            database.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return [database.execute(query.encode()).fetchall() for query in queries]

    def copy(self) -> None:
        self._run("pg_dump", "--format=custom", "--compress=0", f"--file={self._dump}", self._url)

    def put_back(self) -> None:
        name = self._url.rsplit("/", 1)[1]
        ask(self._cluster.url("postgres"), f"DROP DATABASE {name} WITH (FORCE)")
        ask(self._cluster.url("postgres"), f"CREATE DATABASE {name}")
        self._run("pg_restore", f"--dbname={self._url}", str(self._dump))
        ask(self._url, AGAIN.format(secrets.token_hex(8)))

    def close(self) -> None:
        self._cluster.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _dump(self) -> Path:
        return self._folder / "copy.dump"

    def _run(self, program: str, *words: str) -> None:
        found = binaries()
        assert found
        subprocess.run([str(found / program), *words], check=True)
