"""Run another program, keep what it says, and tell why it failed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from places import LOG, ROOT
from say import Trouble, still_at_it

BEAT = 3.0
"""Seconds between signs of life."""
DISK_FULL = f"the disk is full. Free about 2 GB under {ROOT} and in the folder for temporary files."
NO_TRUST = (
    "a server's certificate is not trusted here. Install ca-certificates; behind a proxy that has one"
    " of its own, name that in PIP_CERT and in apt's settings."
)
NO_NETWORK = (
    "the network cannot be reached. Connect this machine; behind a proxy, set https_proxy and http_proxy."
)
NOT_THE_SAME = (
    "a package is not the one that requirements.lock names. Do not use it; find out who changed it."
)
LOCKED = "another program is installing packages. Let it finish."
FORBIDDEN = f"a folder cannot be written to. See who owns {ROOT}."
CAUSES = {
    r"No space left on device|not have enough free space": DISK_FULL,
    r"CERTIFICATE_VERIFY_FAILED|[Cc]ertificate verif\w+ failed": NO_TRUST,
    r"Temporary failure|Could not resolve|Name or service not known|Network is unreachable": NO_NETWORK,
    r"Failed to establish a new connection|(Could not|Unable to) connect|[Tt]imed out": NO_NETWORK,
    r"DO NOT MATCH THE HASHES": NOT_THE_SAME,
    r"Could not get lock": LOCKED,
    r"Permission denied|Read-only file system": FORBIDDEN,
}
"""What a program's words mean for a person."""


class Failed(Exception):
    """A program ended with an error; `output` is what it said."""

    def __init__(self, command: Sequence[str], output: str) -> None:
        """Keep what is needed to find the cause."""
        super().__init__(" ".join(command))
        self.output = output


def run(*command: str | Path, folder: Path = ROOT) -> str:
    """Run to the end, in English, without questions; its output. Raises Failed."""
    words = [str(word) for word in command]
    with LOG.open("ab+") as log:
        log.write(f"$ {' '.join(words)}\n".encode())
        log.flush()
        begun = log.tell()
        code = _wait(words, log.fileno(), folder)
        log.seek(begun)
        output = log.read().decode(errors="replace")
    if code:
        raise Failed(words, output)
    return output


def explained(failed: Failed, doing: str) -> Trouble:
    """Say in a sentence why a program failed, as far as its words, or those of one before it, tell."""
    cause = _cause(failed.output) or _cause(LOG.read_text(errors="replace"))
    if cause:
        return Trouble(f"{doing} failed: {cause} Then run the same command again. ({LOG} has every word.)")
    last = "\n    ".join(failed.output.strip().splitlines()[-8:])
    return Trouble(f"{doing} failed. The last words of `{failed}`, more of them in {LOG}:\n    {last}")


def _cause(said: str) -> str | None:
    return next((cause for pattern, cause in CAUSES.items() if re.search(pattern, said)), None)


def _wait(words: list[str], output: int, folder: Path) -> int:
    env = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=folder, env=env
    ) as process:
        while True:
            try:
                return process.wait(BEAT)
            except subprocess.TimeoutExpired:
                still_at_it()
