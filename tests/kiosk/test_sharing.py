"""What two users of one group share: of what mode their files and folders are."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.cradle import Cradle
from kiosk.journal import Journal, JournalReader
from kiosk.marks import Marks
from tests.faults.world import ROOT

UMASK = 0o007
"""Of screen and sync, as their units set it."""
MAKERS = {
    "journal": "from kiosk.journal import Journal; made = Journal(path)",
    "replica": "from kiosk.members import Replica; made = Replica(path)",
    "marks": "from kiosk.marks import Marks; made = Marks(path)",
    "members": "from kiosk.members import Members; made = Members(path); made.heard_at()",
}


@pytest.mark.parametrize("who", MAKERS)
def test_whoever_makes_a_database_makes_it_for_the_group(tmp_path: Path, who: str) -> None:
    path = tmp_path / "some.db"
    look = "print(sorted(oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()))"
    program = f"from pathlib import Path; path = Path({str(path)!r}); {MAKERS[who]}; {look}"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, umask=UMASK, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.strip("[]\n").split(", ")) == {"'0o660'"}


def test_the_folder_of_an_identity_stays_the_groups(tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    cradle = Cradle(tmp_path)
    cradle.key()
    assert cradle.folder.stat().st_mode & 0o7777 == stat.S_ISGID | 0o750


def test_a_second_connection_leaves_the_first_its_locks(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    first = Journal(path)
    JournalReader(path).close()
    Marks(path).close()
    # another process that ends takes the log away if it believes itself the last
    other = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT 1 FROM row'); db.close()"
    )
    subprocess.run([sys.executable, "-c", other, path], check=True)
    assert path.with_name("some.db-wal").exists()
    first.close()
