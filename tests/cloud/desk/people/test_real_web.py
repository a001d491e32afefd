"""The web as it runs: signing in with a code, being locked meanwhile, and what TLS changes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cloud.desk.house import ROOT, Database, Visitor, Web
from tests.cloud.desk.people.factors import code, codes_on, secret_on

PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


@dataclass
class Guarded(Database):
    """A club whose owners must show a code."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"BASHGAH_SECOND_FACTOR": "required"}

    def cloud(self, *words: str) -> str:
        """What a command says."""
        command = [sys.executable, "-m", "cloud", *words]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, check=True, capture_output=True)
        return done.stdout.decode()


@dataclass
class Encrypted(Guarded):
    """The same behind a proxy that ends TLS."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"BASHGAH_HTTPS": "1"}


@contextmanager
def running(database: Database) -> Iterator[Web]:
    web = Web.start(database)
    try:
        yield web
    finally:
        web.stop()


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Guarded:
    made = Guarded(tmp_path_factory.mktemp("guarded"))
    made.prepare()
    return made


def test_an_owner_comes_in_with_a_code_and_is_out_when_locked(club: Guarded) -> None:
    password = club.cloud("staff", "add", "boss", "owner").split()[-1]
    with running(club) as web, closing(Visitor(web.url)) as boss:
        boss.get("/login").read()
        boss.post("/login", {"username": "boss", "password": password})
        assert boss.get("/").response.headers["Location"] == "/second?next=%2F"
        secret = secret_on(boss.get("/second/setup").read())
        assert len(codes_on(boss.post("/second/setup", {"code": code(secret)}).read())) == 10
        assert boss.get("/").response.headers["Location"].startswith("/account/password")
        new = {
            "old_password": password,
            "new_password1": "four plum lanterns",
            "new_password2": "four plum lanterns",
        }
        assert boss.post("/account/password", new).status == 302
        assert boss.get("/staff").status == 200
        club.cloud("staff", "lock", "boss")
        assert boss.get("/staff").status == 302
        assert boss.get("/stream").status == 401
        assert "locked" in club.cloud("staff", "list")


def test_behind_tls_cookies_are_the_hosts_alone_and_the_browser_stays_there(tmp_path: Path) -> None:
    database = Encrypted(tmp_path)
    database.prepare()
    with running(database) as web, closing(Visitor(web.url)) as visitor:
        answer = visitor.get("/login", PROXY)
        answer.read()
        assert answer.response.headers["Strict-Transport-Security"] == "max-age=31536000"
        form = {
            "username": "hq",
            "password": "right",
            "csrfmiddlewaretoken": visitor.cookies["__Host-csrftoken"],
        }
        origin = f"https://{web.url.split('/')[2]}"
        done = visitor.post("/login", form, PROXY | {"Origin": origin})
        assert done.status == 302
        cookies = done.response.headers.get_all("Set-Cookie", [])
        assert any(each.startswith("__Host-sessionid=") for each in cookies)
        assert all("Secure" in each and "HttpOnly" in each and "SameSite=Lax" in each for each in cookies)
        assert "203.0.113.7" in database.addresses()


def test_without_a_proxy_nobody_says_from_where_they_come(club: Guarded) -> None:
    with running(club) as web, closing(Visitor(web.url)) as visitor:
        visitor.get("/login").read()
        visitor.post("/login", {"username": "hq", "password": "wrong"}, PROXY)
        assert "203.0.113.7" not in club.addresses()


@pytest.mark.parametrize("file", ["desk/desk.css", "desk/people.js", "htmx/htmx-2.min.js"])
def test_a_static_file_is_what_it_says_and_for_these_pages_only(web: Web, file: str) -> None:
    with closing(Visitor(web.url)) as visitor:
        headers = visitor.get(f"/static/{file}").response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
