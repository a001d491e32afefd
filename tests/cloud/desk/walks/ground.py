"""The ground that is walked on: one club, one web process with its log, and who is signed in there."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.cloud.desk.house import ROOT, Database, Visitor, Web
from tests.cloud.prepared import migrated
from tests.once import copy

PASSWORD: Final = "right"
CLUB_KEY: Final = f"1:{'5a' * 16}"
OWNER: Final = "owner"
ROLES: Final = (OWNER, "analyst", "manager", "store-manager", "clerk", "fleet")
"""As the issue names them; each is also the name of a user."""
HALFWAY: Final = "halfway"
"""A manager who has shown a password, and no code yet."""
BOUND: Final = frozenset({"store-manager", "clerk"})
"""Roles that see Vanak only."""
SELLING: Final = frozenset({OWNER, "store-manager", "clerk"})
"""Roles that have a till before them."""
SEED: Final = "import django; django.setup(); from tests.cloud.desk.walks.club import main; main()"
NAMES: Final = "names.json"
"""What the club's making told: of what addresses are made."""
COMPLAINTS: Final = ("Traceback", " ERROR ", " CRITICAL ", "Internal Server Error")
"""What a log must not say of a request, however mad."""

Names = Mapping[str, Mapping[str, str]]
"""By `own` and `other`: what stands in addresses, by the name of the part."""


class House(Database):
    """A database whose web knows the key under which cards are known."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which the cloud's processes find this database."""
        return super().environment | {"BASHGAH_CLUB_KEY": CLUB_KEY}


@dataclass(frozen=True)
class Ground:
    """The running web, its club, its log, and the cookies of each role's user."""

    web: Web
    names: Names
    log: Path
    cookies: Mapping[str, dict[str, str]]
    excused: list[str] = field(default_factory=list)

    def visitor(self, role: str = "") -> Visitor:
        """Somebody of a role, who goes on with what the last one of it was given; or nobody in particular."""
        return Visitor(self.web.url, self.cookies[role] if role else {})

    def complaints(self) -> list[str]:
        """The lines of the log that tell of a request which was not foreseen."""
        whole = self.log.read_text("utf-8")
        for meant in self.excused:
            whole = whole.replace(meant, "")
        return [line for line in whole.splitlines() if any(each in line for each in COMPLAINTS)]

    @contextmanager
    def broken(self, table: str) -> Iterator[Callable[[], str]]:
        """Take a table away for a while; what is logged meanwhile is given, and excused."""
        before = len(self.log.read_text("utf-8"))
        self._rename(table, f"{table}_away")
        try:
            yield lambda: self.log.read_text("utf-8")[before:]
        finally:
            self._rename(f"{table}_away", table)
            self.excused.append(self.log.read_text("utf-8")[before:])

    def _rename(self, table: str, name: str) -> None:
        with (
            closing(sqlite3.connect(self.web.database.folder / "cloud.db", timeout=10)) as database,
            database,
        ):
            database.execute(f"ALTER TABLE {table} RENAME TO {name}")


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Make the club in a folder, serve it, and sign everybody in; at the end the web stops."""
    copy("walked-club", _made, folder)
    house, log, names = House(folder), folder / "web.log", json.loads((folder / NAMES).read_text("utf-8"))
    with log.open("w") as lines:
        web = Web.start(house, stderr=lines)
        try:
            cookies = {name: _signed_in(web, name, names["own"]["till"]) for name in (*ROLES, HALFWAY)}
            yield Ground(web, names, log, cookies)
        finally:
            web.stop()


def _made(folder: Path) -> None:
    migrated(folder)
    with (folder / NAMES).open("w") as told:
        command = [sys.executable, "-c", SEED]
        subprocess.run(command, env=House(folder).environment, cwd=ROOT, check=True, stdout=told)


def _signed_in(web: Web, name: str, till: str) -> dict[str, str]:
    with closing(Visitor(web.url)) as visitor:
        visitor.get("/login").read()
        answer = visitor.post("/login", {"username": name, "password": PASSWORD})
        assert answer.status == 302, f"{name} cannot sign in: {answer.status}"
        if name in SELLING:
            assert visitor.post("/till/choose", {"till": till}).status == 302
        return visitor.cookies
