"""Mosquitto's configuration, made of the one template that demo, tests and production have."""

from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

TEMPLATE: Final = Path(__file__).with_name("mosquitto.conf")
"""A link to `systemd/mosquitto/mosquitto.conf`; in an installed package the file itself."""


class BadSetting(ValueError):
    """A setting that would be more than one word of a line in the configuration."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the broker listens, and what it does with what it says and keeps.

    `folder` has the files of :mod:`cloud.fleet.brokering.files`. Kiosks and readers come to `port` on `host`,
    the club's own processes to `cloud_port` on `cloud_host`: nobody else may reach that one, since there a
    client chooses its own client id. `state` is where the broker writes its process id and, with
    `persistence`, what it keeps; `log` is one of mosquitto.conf's `log_dest`, of one word or `file PATH`.
    """

    folder: Path
    state: Path
    port: int = 8883
    host: str = "0.0.0.0"  # noqa: S104 - kiosks come from everywhere
    cloud_port: int = 8884
    cloud_host: str = "127.0.0.1"
    user: str = "mosquitto"
    persistence: bool = False
    log: str = "stderr"
    connections: int = 20_000


def render(listening: Listening) -> str:
    """The configuration's text. Raises BadSetting for what would not stay one word."""
    values = {
        "folder": str(listening.folder),
        "state": str(listening.state),
        "port": str(listening.port),
        "host": listening.host,
        "cloud_port": str(listening.cloud_port),
        "cloud_host": listening.cloud_host,
        "user": listening.user,
        "persistence": str(listening.persistence).lower(),
        "connections": str(listening.connections),
    }
    bad = [name for name, value in values.items() if not value or value.split() != [value]]
    if bad or len(listening.log.splitlines()) != 1:
        raise BadSetting(f"not one word: {', '.join(bad) or 'log'}")
    return Template(TEMPLATE.read_text("utf-8")).substitute(values, log=listening.log)
