"""The bill of materials has what CycloneDX demands, and every package."""

import json
from pathlib import Path

import jsonschema
import pytest

from image import bill, wheels
from image.pins import Pin, Pins
from image.release import Release

RELEASE = Release("1.2.3", "abcdef0", 1_700_000_000)
PINNED = Pins((Pin("libc6", "2.41-12+deb13u5", "ab" * 32),), 0)
STATUS = """Package: libc6
Status: install ok installed
Architecture: arm64
Version: 2.41-12+deb13u5
Description: GNU C Library: Shared libraries
 Contains the standard libraries.

Package: zlib1g
Status: install ok installed
Architecture: arm64
Version: 1:1.3.dfsg-1
Description: compression library
"""
COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
License: Zlib
"""
METADATA = """Metadata-Version: 2.4
Name: kiosk_Thing
Version: 1.0
Summary: a thing
License-Expression: MIT
"""
DEMANDED = {
    "type": "object",
    "required": ["bomFormat", "specVersion", "serialNumber", "version", "metadata", "components"],
    "properties": {
        "bomFormat": {"const": "CycloneDX"},
        "specVersion": {"enum": ["1.5", "1.6"]},
        "serialNumber": {"pattern": "^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        "version": {"type": "integer", "minimum": 1},
        "metadata": {
            "properties": {
                "timestamp": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
                "component": {"$ref": "#/$defs/component"},
            }
        },
        "components": {"type": "array", "uniqueItems": True, "items": {"$ref": "#/$defs/component"}},
        "dependencies": {"items": {"required": ["ref"], "properties": {"dependsOn": {"uniqueItems": True}}}},
    },
    "$defs": {
        "component": {
            "required": ["type", "name"],
            "properties": {
                "type": {"enum": ["library", "operating-system"]},
                "name": {"type": "string", "minLength": 1},
                "version": {"type": "string"},
                "purl": {"type": "string", "pattern": "^pkg:(deb|pypi|generic)/"},
                "bom-ref": {"type": "string", "minLength": 1},
                "hashes": {
                    "items": {
                        "required": ["alg", "content"],
                        "properties": {
                            "alg": {"enum": ["SHA-256"]},
                            "content": {"pattern": "^[0-9a-f]{64}$"},
                        },
                    }
                },
                "licenses": {
                    "items": {
                        "required": ["license"],
                        "properties": {"license": {"required": ["name"]}},
                    }
                },
            },
        }
    },
}
"""Of the schema of CycloneDX 1.6 (Ecma-424) what bears on the fields that are used."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    site = wheels.site_packages(tmp_path)
    for name, text in {
        tmp_path / bill.STATUS: STATUS,
        tmp_path / "usr/share/doc/zlib1g/copyright": COPYRIGHT,
        site / "kiosk_thing-1.0.dist-info/METADATA": METADATA,
    }.items():
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_text(text)
    return tmp_path


def test_it_has_what_the_schema_demands(root: Path) -> None:
    jsonschema.validate(bill.document(root, PINNED, RELEASE), DEMANDED)


def test_every_package_is_in_it_with_its_url_hash_and_licence(root: Path) -> None:
    found = {one["name"]: one for one in bill.document(root, PINNED, RELEASE)["components"]}
    assert found["libc6"]["purl"] == "pkg:deb/debian/libc6@2.41-12%2Bdeb13u5?arch=arm64&distro=debian-trixie"
    assert found["libc6"]["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    assert found["zlib1g"]["licenses"] == [{"license": {"name": "Zlib"}}]
    assert found["kiosk_Thing"]["purl"] == "pkg:pypi/kiosk-thing@1.0"
    assert found["kiosk_Thing"]["licenses"] == [{"license": {"name": "MIT"}}]


def test_no_name_of_a_part_is_there_twice(root: Path) -> None:
    document = bill.document(root, PINNED, RELEASE)
    references = [one["bom-ref"] for one in document["components"]]
    assert len(references) == len(set(references))
    assert document["dependencies"][0]["dependsOn"] == references


def test_the_same_image_has_the_same_bill(root: Path, tmp_path: Path) -> None:
    bill.write(root, tmp_path / "1", PINNED, RELEASE)
    bill.write(root, tmp_path / "2", PINNED, RELEASE)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert json.loads((tmp_path / "1").read_text())["metadata"]["component"]["version"] == "1.2.3+abcdef0"
