"""A data folder as sync leaves it once a kiosk is enrolled, without a gate."""

import getpass
from pathlib import Path
from typing import Any

import msgspec

from kiosk import identity
from mqtt.enrolment import Enrolled, Key
from mqtt.tls import Tls
from tests.mqtt.pki import Authority

KIOSK, STORE, GROUP = "tajrish-1", "tajrish", "tehran"
SECRET = "00112233445566778899aabbccddeeff"


def enrol(data: Path, authority: Authority, broker: str) -> None:
    """Make the identity of a kiosk whose certificate began yesterday."""
    issued = authority.issue(KIOSK)
    answer = Enrolled(
        KIOSK, STORE, GROUP, broker, issued.certificate, authority.pem, "0" * 64, (Key("1", SECRET),)
    )
    folder = data / identity.FOLDER
    folder.mkdir()
    (folder / identity.ANSWER).write_bytes(msgspec.json.encode(answer))
    (folder / identity.KEY_FILE).touch(mode=0o600)
    (folder / identity.KEY_FILE).write_text(issued.key)


def secure(server: Tls) -> dict[str, Any]:
    """What a broker's configuration says, beside its listener, to let in only who has a certificate."""
    return {
        "cafile": server.authorities,
        "certfile": server.certificate,
        "keyfile": server.key,
        "require_certificate": "true",
        "use_identity_as_username": "true",
        "user": getpass.getuser(),  # as root it would become somebody who may not read these files
    }
