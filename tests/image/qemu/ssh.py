"""The way into a guest that kiosk.toml's own `[ssh]` opens: one connection that many commands share."""

import subprocess
from pathlib import Path

from tests.image.qemu.relay import Relay

TRIES_FOR = 90.0
"""Seconds for a first connection: the key exchange is slow under emulation."""

LETS_GO_WITHIN = 10.0


class SshError(Exception):
    """The way in is closed, or what was run there failed; the text has what it said."""


class Ssh:
    """Root's shell in the guest."""

    def __init__(self, port: int, key: Path | None, folder: Path) -> None:
        """`port` on this machine leads to the guest's 22."""
        self._port, self._key, self._control = port, key, folder / "ssh"
        self._relays: list[Relay] = []

    def answers(self) -> bool:
        """Whether it lets in."""
        try:
            return self.run("echo in", TRIES_FOR).strip() == "in"
        except SshError:
            return False

    def run(self, script: str, within: float) -> str:
        """Standard output. Raises SshError for another exit code than 0, and at the end of time."""
        return self._ran("sh -es", script.encode(), within, script)

    def unpack(self, folder: str, tar: bytes, within: float = 120.0) -> None:
        """Make a folder of the guest and unpack an archive into it. Raises SshError."""
        self._ran(f"mkdir -p {folder} && tar -x -C {folder}", tar, within, f"unpacking into {folder}")

    def _ran(self, command: str, content: bytes, within: float, what: str) -> str:
        try:
            done = subprocess.run(
                [*self._words(), "root@127.0.0.1", command],
                input=content, capture_output=True, timeout=within, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise SshError(f"not within {within:.0f} s: {what}") from None
        if done.returncode:
            raise SshError(f"{what}\n{done.stdout.decode()}{done.stderr.decode()}")
        return done.stdout.decode()

    def let_go(self, script: str) -> None:
        """Begin a script after which nothing may answer any more."""
        try:
            self.run(script, LETS_GO_WITHIN)
        except SshError:
            return

    def forward(self, here: Path, there: str) -> None:
        """Lead a UNIX socket of the guest to this machine, until this is closed. Raises OSError."""
        self._relays.append(Relay(here, there, [*self._words(), "root@127.0.0.1"]))

    def close(self) -> None:
        """End the shared connection, if there is one, and what went through it."""
        while self._relays:
            self._relays.pop().close()
        if self._control.exists():
            subprocess.run([*self._words(), "-O", "exit", "guest"], capture_output=True, check=False)

    def _words(self) -> list[str]:
        options = {
            "StrictHostKeyChecking": "no", "UserKnownHostsFile": "/dev/null", "LogLevel": "ERROR",
            "ControlMaster": "auto", "ControlPath": self._control, "ControlPersist": "yes",
            "ConnectTimeout": f"{TRIES_FOR:.0f}", "BatchMode": "yes", "IdentitiesOnly": "yes",
            "ServerAliveInterval": "15", "ServerAliveCountMax": "20",
        }  # fmt: skip
        said = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return ["ssh", "-F", "none", "-p", str(self._port), "-i", str(self._key), *said]
