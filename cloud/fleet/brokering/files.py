"""The broker's files: what it trusts, whom it refuses, who it is, and who may read and write what.

They lie in one folder whose group is the broker's. The server's certificate and its key are one file, so that
no reload can meet the one without the other: only where there was no usable key, a new one lies there alone
for a moment.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cloud.fleet.brokering.checking import check_acl, check_lists, check_server
from cloud.fleet.durable import sync_folder

ACL: Final = "acl"
AUTHORITIES: Final = "authorities.pem"
REVOKED: Final = "revoked.pem"
SERVER: Final = "server.pem"
MODE: Final = 0o640


@dataclass(frozen=True, slots=True)
class Material:
    """What the broker is given, as texts: `acl` of `rules`, all else PEM.

    `authorities` are all that are trusted. `revoked` holds one certificate list (RFC 5280, section 5) for
    each of them: OpenSSL refuses everybody of an authority whose list is missing or past its `nextUpdate`.
    `certificate` is the server's; `key` its private key, without a passphrase.
    """

    acl: str
    authorities: str
    revoked: str
    certificate: str
    key: str

    def __repr__(self) -> str:
        """Without the key."""
        return "Material(...)"


def write(folder: Path, material: Material) -> bool:
    """Put the files in place, each whole or not at all; whether any of them changed.

    Owner and the folder's group may read them, nobody else. Raises OSError; then a later call does the rest.
    Raises BadMaterial, and leaves everything as it is, for what the broker must not be given.
    """
    check_acl(material.acl)
    check_lists(material.authorities, material.revoked)
    check_server(material.certificate, material.key)
    server = f"{material.certificate.rstrip()}\n{material.key.rstrip()}\n"
    texts = {
        AUTHORITIES: material.authorities,
        REVOKED: material.revoked,
        SERVER: server,
        ACL: material.acl,
    }
    changed = [name for name, text in texts.items() if put(folder / name, text.encode())]
    if changed:
        sync_folder(folder)
    return bool(changed)


def put(path: Path, content: bytes) -> bool:
    """Put one file in place, for its owner and the folder's group; whether it changed. Raises OSError."""
    group = path.parent.stat().st_gid
    if path.exists() and path.read_bytes() == content and _is_guarded(path, group):
        return False
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchown(handle, -1, group)
            os.fchmod(handle, MODE)
            file.write(content)
            file.flush()
            os.fsync(handle)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True


def _is_guarded(path: Path, group: int) -> bool:
    now = path.stat()
    return now.st_gid == group and now.st_mode & 0o777 == MODE
