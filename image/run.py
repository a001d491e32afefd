"""Run the system's programs; what they say goes to a log, and the end of it to the person when one fails."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from image.errors import Trouble
from image.places import LOG

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LAST_LINES = 12


def run(
    *words: str | Path, env: Mapping[str, str] | None = None, text: str | None = None, cwd: Path | None = None
) -> str:
    """Run to the end, with `text` as its input; its standard output. Raises Trouble."""
    command = [str(word) for word in words]
    environment = os.environ | {"LC_ALL": "C.UTF-8", "PATH": f"{os.environ.get('PATH', '')}:{PATH}"}
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("ab") as log:
        log.write(f"$ {' '.join(command)[:2000]}\n".encode())
        log.flush()
        begun = log.tell()
        done = subprocess.run(  # noqa: S603 - the system's own programs
            command, input=text, stdout=subprocess.PIPE, stderr=log, text=True, check=False,
            cwd=cwd, env=environment | dict(env or {}),
        )  # fmt: skip
        log.write(done.stdout.encode())
    if done.returncode:
        raise Trouble(_explained(command, done.returncode, begun))
    return done.stdout


def _explained(command: list[str], code: int, begun: int) -> str:
    with LOG.open("rb") as log:
        log.seek(begun)
        said = log.read().decode(errors="replace").strip().splitlines()[-LAST_LINES:]
    last = "\n    ".join(said)
    return (
        f"`{' '.join(command)[:200]}` ended with {code}. Its last words, more of them in {LOG}:\n    {last}"
    )
