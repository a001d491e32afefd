"""A small club, and the web as it runs for real over a database of its own."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.cloud.desk.house import Database, Visitor, Web


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database(tmp_path_factory.mktemp("cloud")).prepare()


@pytest.fixture(scope="session")
def web(database: Database) -> Iterator[Web]:
    web = Web.start(database)
    yield web
    assert web.stop() == 0


@pytest.fixture(scope="session")
def signed_in(web: Web) -> dict[str, str]:
    with closing(Visitor(web.url)) as visitor:
        return visitor.sign_in().cookies


@pytest.fixture
def analyst(web: Web, signed_in: dict[str, str]) -> Iterator[Visitor]:
    with closing(Visitor(web.url, dict(signed_in))) as visitor:
        yield visitor


@pytest.fixture
def stranger(web: Web) -> Iterator[Visitor]:
    with closing(Visitor(web.url)) as visitor:
        yield visitor
