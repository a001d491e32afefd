"""PostgreSQL's part of backup and restore: pg_dump, pg_restore and psql, which come with the server."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import connection

from cloud.fleet.backup import QUEUE, BackupError, Say

HOMES = Path("/usr/lib/postgresql")
_PLACES = {
    "PGHOST": "HOST",
    "PGPORT": "PORT",
    "PGUSER": "USER",
    "PGPASSWORD": "PASSWORD",
    "PGDATABASE": "NAME",
}
_EMPTY = """
BEGIN;
DO $$ DECLARE what text; BEGIN
  FOR what IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE 'DROP TABLE IF EXISTS ' || what || ' CASCADE';
  END LOOP;
  FOR what IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
    EXECUTE 'DROP FUNCTION IF EXISTS ' || what || ' CASCADE';
  END LOOP;
END $$;
"""


def dump(to: Path, say: Say) -> None:
    """Bring the database as it is at this moment into one file, and check it. Raises BackupError."""
    say("pg_dump")
    kept = f"--exclude-table-data={QUEUE}"
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", kept, f"--file={to}")
    listed = _run("pg_restore", "--list", str(to))
    if " TABLE DATA public fleet_installation " not in listed:
        raise BackupError("pg_dump has left out the tables: may this user read them?")


def size() -> int:
    """Bytes that a backup takes at most: pg_dump leaves indices out and packs the rest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def put_in_place(work: Path, generation: str) -> None:
    """Let the dump be the database, under a new generation: in one transaction, or not at all.

    Raises BackupError.
    """
    command = [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    renewed = f"UPDATE public.fleet_installation SET generation = '{generation}';\nCOMMIT;\n"  # noqa: S608 - our own hex digits
    with subprocess.Popen(command, env=_environment(), stdin=subprocess.PIPE, stderr=subprocess.PIPE) as psql:  # noqa: S603 - a program of the server's package
        assert psql.stdin
        try:
            psql.stdin.write(_EMPTY.encode())
            psql.stdin.flush()
            script = [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(work)]
            whole = subprocess.run(script, stdout=psql.stdin, check=False).returncode == 0  # noqa: S603 - likewise
            # without its end the transaction comes to nothing
            _, said = psql.communicate(renewed.encode() if whole else b"")
        except BrokenPipeError:
            whole, said = False, psql.stderr.read() if psql.stderr else b""
    if not whole or psql.returncode:
        raise BackupError(f"the database is as it was: {said.decode(errors='replace').strip()}")


def _run(name: str, *options: str) -> str:
    done = subprocess.run(  # noqa: S603 - likewise
        [_program(name), *options], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{name}: {done.stderr.strip()}")
    return done.stdout


def _environment() -> Mapping[str, str]:
    told = settings.DATABASES["default"]
    return os.environ | {name: str(told[key]) for name, key in _PLACES.items() if told.get(key)}


def _program(name: str) -> str:
    """The newest there is: an old pg_dump refuses a newer server."""
    homes = sorted(HOMES.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(homes[-1]) if homes else shutil.which(name)
    if found is None:
        raise BackupError(f"there is no {name}: apt-get install postgresql-client")
    return found
