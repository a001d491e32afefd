"""The cloud's database as a PostgreSQL of the run's own, seen from outside."""

import shutil
import tempfile
from pathlib import Path

import psycopg

from tests.cloud.postgres import Cluster
from tests.faults.database import Rows


class Postgresql:
    """A database in a cluster under a folder."""

    kind = "postgresql"

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        # the server, which is not root, could not enter the folder of the run
        self._files = Path(tempfile.mkdtemp(prefix="bg-faults-pg-"))
        self._cluster = Cluster(self._files)
        self._cluster.start()
        self._url = self._cluster.make()

    def environment(self) -> dict[str, str]:
        return {"BASHGAH_CLOUD_DATA": str(self._folder), "BASHGAH_DATABASE": self._url}

    def ask(self, *queries: str) -> list[Rows]:
        with psycopg.connect(self._url, autocommit=True) as database:
            database.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return [database.execute(query.encode()).fetchall() for query in queries]

    def close(self) -> None:
        self._cluster.stop()
        shutil.rmtree(self._files, ignore_errors=True)
