"""`make api-fuzz`: schemathesis against the running interface, FUZZ_EXAMPLES=500 an operation, SEED=1."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.cloud.api.house import Served, served
from tests.cloud.desk.house import ROOT

DEFAULTS = {"FUZZ_EXAMPLES": 500, "SEED": 1}


def fuzz(to: Served, examples: int, seed: int | None = None) -> subprocess.CompletedProcess[str]:
    """What schemathesis says of the interface: exit code 0 if no answer is outside its description.

    Without a seed it does the same each time.
    """
    chance = ("--seed", str(seed)) if seed is not None else ("--generation-deterministic",)
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        *("run", f"{to.web.url}api/v1/openapi.json", "--header", f"Authorization: Bearer {to.key}"),
        *("--max-examples", str(examples), *chance),
        *("--checks", "all", "--mode", "all", "--no-color"),
    ]
    hooks = os.environ | {"SCHEMATHESIS_HOOKS": "tests.cloud.api.hooks", "PYTHONPATH": str(ROOT)}
    # it leaves notes where it runs
    return subprocess.run(command, cwd=to.club.folder, env=hooks, capture_output=True, text=True, check=False)


def main() -> int:
    """Run it as long as the environment says; what it found is printed."""
    examples, seed = (int(os.environ.get(name) or default) for name, default in DEFAULTS.items())
    with tempfile.TemporaryDirectory(prefix="bashgah-api-") as folder, served(Path(folder)) as to:
        done = fuzz(to, examples, seed)
    print(done.stdout, done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
