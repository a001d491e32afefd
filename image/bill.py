"""The bill of materials: CycloneDX 1.6 in JSON, of every Debian and Python package that the root holds.

The specification is Ecma-424; package URLs are as the purl specification writes `deb` and `pypi`.
"""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

from image import wheels
from image.pins import Pins
from image.recipe import SUITE
from image.release import Release

Component = dict[str, Any]
STATUS = "var/lib/dpkg/status"
LICENSE = re.compile(r"^License: *(\S.*)$", re.MULTILINE)
"""In a copyright file of Debian's machine-readable form (DEP-5)."""


def write(root: Path, file: Path, pinned: Pins, made: Release) -> None:
    """Write it."""
    file.write_text(json.dumps(document(root, pinned, made), indent=1, ensure_ascii=False) + "\n")


def document(root: Path, pinned: Pins, made: Release) -> Component:
    """All of it, the same whenever the same is in the image."""
    components = [*debian(root, pinned), *python(root)]
    name = f"pkg:generic/bashgah-image@{made}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(made.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "operating-system",
                "bom-ref": name,
                "name": "bashgah-image",
                "version": str(made),
                "purl": name,
            },
        },
        "components": components,
        "dependencies": [{"ref": name, "dependsOn": [one["bom-ref"] for one in components]}],
    }


def debian(root: Path, pinned: Pins) -> Iterator[Component]:
    """What dpkg has installed, with the SHA-256 of the .deb."""
    hashes = {(pin.name, pin.version): pin.sha256 for pin in pinned.packages}
    for stanza in (root / STATUS).read_text().split("\n\n"):
        if stanza.strip():
            fields = HeaderParser().parsestr(stanza)
            sha256 = hashes.get((fields["Package"], fields["Version"]), "")
            yield _of_debian(fields, _debian_licenses(root, fields["Package"]), sha256)


def python(root: Path) -> Iterator[Component]:
    """What lies in the venv, with what its metadata says."""
    for metadata in sorted(wheels.site_packages(root).glob("*.dist-info/METADATA")):
        fields = HeaderParser().parsestr(metadata.read_text("utf-8"))
        purl = f"pkg:pypi/{re.sub(r'[-_.]+', '-', fields['Name']).lower()}@{quote(fields['Version'])}"
        yield _component(fields["Name"], fields["Version"], purl, _python_licenses(fields), fields["Summary"])


def _of_debian(fields: Message, licenses: list[str], sha256: str) -> Component:
    name, version = fields["Package"], fields["Version"]
    place = f"arch={fields['Architecture']}&distro=debian-{SUITE}"
    purl = f"pkg:deb/debian/{quote(name)}@{quote(version, safe='')}?{place}"
    summary = fields["Description"].splitlines()[0]
    hashes = {"hashes": [{"alg": "SHA-256", "content": sha256}]} if sha256 else {}
    return _component(name, version, purl, licenses, summary) | hashes


def _component(name: str, version: str, purl: str, licenses: list[str], summary: str | None) -> Component:
    found: Component = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if summary:
        found["description"] = summary
    if licenses:
        found["licenses"] = [{"license": {"name": license_}} for license_ in licenses]
    return found


def _debian_licenses(root: Path, name: str) -> list[str]:
    file = root / f"usr/share/doc/{name}/copyright"
    text = file.read_text("utf-8", errors="replace") if file.exists() else ""
    return sorted({found.strip() for found in LICENSE.findall(text)})


def _python_licenses(fields: Message) -> list[str]:
    said = fields["License-Expression"] or fields["License"] or ""
    return [said.splitlines()[0].strip()] if said.strip() else _classified(fields)


def _classified(fields: Message) -> list[str]:
    lines = fields.get_all("Classifier", [])
    return sorted({line.rsplit(" :: ", 1)[1] for line in lines if line.startswith("License :: ")})
