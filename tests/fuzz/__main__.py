"""`make fuzz`: atheris tries every target of tests/fuzz/targets.py, FUZZ_SECONDS in all; 1 if one broke."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS, Target

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
CACHE = ROOT / ".cache/fuzz"
SECONDS = 60
LONGEST_INPUT = 600
"""Bytes: more than two of the longest swipes."""


def main() -> int:
    """How many targets broke, as an exit code."""
    seconds = max(1, int(os.environ.get("FUZZ_SECONDS", SECONDS)) // len(TARGETS))
    library = atheris()
    broken = [name for name, target in TARGETS.items() if not fuzzed(name, target, seconds, library)]
    print("broken: " + ", ".join(broken) if broken else f"{len(TARGETS)} targets, nothing found")
    return bool(broken)


def atheris() -> Path:
    """The folder that atheris is in, fetched if it is not there yet or another one is asked for now."""
    pinned = REQUIREMENTS.read_text()
    stamp = CACHE / "atheris.txt"
    library = CACHE / "atheris"
    if not stamp.is_file() or stamp.read_text() != pinned:
        install(library)
        stamp.write_text(pinned)
    return library


def install(library: Path) -> None:
    """Fetch atheris by its hash. Ends the program with a sentence where there is none for this machine."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
    hashed = ["--require-hashes", "--only-binary", ":all:", "--requirement", str(REQUIREMENTS)]
    library.mkdir(parents=True, exist_ok=True)
    if subprocess.run([*pip, *hashed, "--target", str(library)], check=False).returncode:
        raise SystemExit("make fuzz needs atheris, whose wheel is for Python 3.11 on x86_64")


def fuzzed(name: str, target: Target, seconds: int, library: Path) -> bool:
    """Whether nothing was found; if something was, libFuzzer's words are told and the input is kept."""
    corpus = CACHE / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    done = subprocess.run(
        command(name, corpus, seconds),
        cwd=ROOT,
        env=environment(library),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    print(f"{name}: {_inputs(done.stdout)} inputs" if done.returncode == 0 else done.stdout, flush=True)
    return done.returncode == 0


def _inputs(said: str) -> str:
    """How many inputs libFuzzer says that it tried."""
    tried = re.search(r"number_of_executed_units: *(\d+)", said)
    return tried[1] if tried else "no"


def command(name: str, corpus: Path, seconds: int) -> list[str]:
    """The harness, told where to begin and when to end."""
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST_INPUT}", f"-artifact_prefix={CACHE}/{name}-"]
    quiet = ["-verbosity=0", "-print_final_stats=1"]
    return [sys.executable, "-m", "tests.fuzz.harness", name, *options, *quiet, str(corpus)]


def environment(library: Path) -> dict[str, str]:
    """This process's, with atheris to be found."""
    paths = [str(library), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


if __name__ == "__main__":
    sys.exit(main())
