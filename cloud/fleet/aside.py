"""The database in threads beside a loop: what it does not take is tried again, and no connection is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from logging import Logger

from django.db import InterfaceError, OperationalError, connection


@contextmanager
def aside(log: Logger, what: str) -> Iterator[None]:
    """For one turn of a job that is done again; where the database is away, it is said that `what` waits."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        log.error("%s for the database: %s", what, error)  # noqa: TRY400 - the text says all
    finally:
        connection.close()
