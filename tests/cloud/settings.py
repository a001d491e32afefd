"""The cloud's settings as the tests run them: a database file of their own, fixed secrets."""

import os
import tempfile

os.environ.setdefault("BASHGAH_SECRET_KEY", "only for tests")
os.environ.setdefault("BASHGAH_SECOND_FACTOR", "optional")
os.environ.setdefault("BASHGAH_CLUB_KEY", f"1:{'5a' * 16}")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if (
    os.environ.get("BASHGAH_TESTS_OF") != WORKER
):  # each of pytest-xdist's workers, and what it starts, has its own
    os.environ |= {
        "BASHGAH_TESTS_OF": WORKER,
        "BASHGAH_CLOUD_DATA": tempfile.mkdtemp(prefix="bashgah-tests-"),
    }

if os.environ.get("BASHGAH_TEST_DATABASE") == "postgresql":
    from tests.cloud.postgres import cluster

    os.environ["BASHGAH_DATABASE"] = cluster().url("postgres")

from cloud.settings import *  # noqa: E402, F403 - it reads what is set above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""Quick ones: that cloud.settings has slow ones is seen where the processes run for real."""
