"""The club's own processes: their keys and certificates in folders, renewed long before they end."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import load_pem_x509_certificate

from cloud.fleet.authority.certificates import DAYS, Whom, hosts_of, key_hash, new_key
from cloud.fleet.authority.issuing import held, issue
from cloud.fleet.authority.registry import Registry, chain
from cloud.fleet.broker import AUTHORITIES, CERTIFICATE, KEY
from cloud.fleet.brokering.files import put
from cloud.fleet.models import Certificate
from mqtt.identity import Role

EARLY: Final = 3
"""A third of its days before a certificate ends, there is a new one."""
_KEY: Final = re.compile(r"-----BEGIN (PRIVATE KEY)-----.+?-----END \1-----\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Process:
    """Who needs a certificate, and under which names or addresses it is found if it is a server."""

    role: Role
    name: str
    hosts: tuple[str, ...] = ()


def identity(registry: Registry, process: Process, key_file: Path, now: datetime) -> tuple[Certificate, str]:
    """Its certificate and its private key as PEM: the key of `key_file` for as long as it is there.

    Raises NoAuthority, BadKeyFile, OSError.
    """
    key, text = _key(key_file)
    row = held(process.name)
    if row is None or not _lasts(registry, process, row, key_hash(key.public_key()), now):
        row = issue(registry, Whom(process.role, process.name, key.public_key(), process.hosts), now)
    return row, text


def keep(registry: Registry, process: Process, folder: Path, now: datetime) -> None:
    """See that a folder has what a process needs for TLS.

    Raises NoAuthority, BadKeyFile, OSError.
    """
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    row, key = identity(registry, process, folder / KEY, now)
    # the key first: who reads in between finds no certificate without its key
    for name, text in ((KEY, key), (CERTIFICATE, row.pem), (AUTHORITIES, chain())):
        put(folder / name, text.encode())


def _key(path: Path) -> tuple[ec.EllipticCurvePrivateKey, str]:
    """That in a file, whatever else is in it; a new one where there is none that can be used.

    A new one is in its place before anything is certified: one that could not be kept would be made, and the
    last one's certificate revoked, again and again.
    """
    found = _KEY.search(path.read_text("ascii", "replace")) if path.exists() else None
    try:
        key = load_pem_private_key(found[0].encode(), None) if found else None
    except ValueError:
        key = None
    if not found or not isinstance(key, ec.EllipticCurvePrivateKey):
        made = new_key()
        text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        put(path, text)
        return made, text.decode()
    return key, found[0]


def _lasts(registry: Registry, process: Process, row: Certificate, key: str, now: datetime) -> bool:
    left, whole = row.ends_at - now, timedelta(days=DAYS[process.role])
    return (
        row.key_hash == key
        and row.issuer_id == registry.current().serial
        and left > whole / EARLY
        and hosts_of(load_pem_x509_certificate(row.pem.encode())) == set(process.hosts)
    )
