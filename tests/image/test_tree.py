"""The root, a twin's or the card's: nothing of one machine, of one shop or of the build is in it."""

import re
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from image import build, overlay, stages
from image.places import OUT
from image.recipe import ARCHES
from image.release import release
from image.wheels import site_packages
from tests.image.twin.tree import missing

SITE = str(site_packages(Path()))
SECRET = re.compile(rb"-----BEGIN[A-Z ]*PRIVATE" + rb" KEY-----|club_key\s*=|\btoken\s*=\s*\"[A-Z0-9]{5}-")
TEXT = (".toml", ".conf", ".json", ".network", ".service", ".key", ".pem", ".env", ".cfg", ".list")


@pytest.fixture(params=ARCHES, scope="module")
def kept(request: pytest.FixtureRequest) -> Path:
    """The tar of one architecture's root."""
    if request.param == "amd64" and not missing():
        return build.root("amd64")
    tar = stages.kept(request.param)
    stamp = stages.stamp_of(tar)
    if not stamp.exists() or stamp.read_text().split()[0] != str(release()):
        pytest.skip(f"no {tar.name} of this commit: sudo make image-root ARCH={request.param}")
    return tar


@pytest.fixture(scope="module")
def tree(kept: Path) -> Iterator[Mapping[str, tarfile.TarInfo]]:
    """Its members by name, `etc/passwd`."""
    with tarfile.open(kept) as archive:
        yield {member.name.removeprefix("./"): member for member in archive}


@pytest.fixture(scope="module")
def texts(kept: Path) -> dict[str, bytes]:
    """Its settings, by name."""
    with tarfile.open(kept) as archive:
        return {
            member.name.removeprefix("./"): file.read()
            for member in archive
            if member.isfile()
            and (
                member.name.startswith("./etc/")
                or re.match(r"./opt/.*/bin/", member.name)
                or member.name.endswith(TEXT)
            )
            and (file := archive.extractfile(member))
        }


def test_it_has_no_name_and_no_key_of_its_own(
    tree: Mapping[str, tarfile.TarInfo], texts: Mapping[str, bytes]
) -> None:
    assert texts["etc/machine-id"] == b""
    found = [
        name
        for name in tree
        if re.search(
            r"ssh_host_|random-seed|credential\.secret|authorized_keys$|wpa_supplicant.*\.conf$", name
        )
        and not name.startswith(("usr/share/", "usr/lib/"))
        and tree[name].isfile()
        and not name.endswith(".service.d/bashgah.conf")
    ]
    assert found == []


def test_no_secret_is_in_its_settings(texts: Mapping[str, bytes]) -> None:
    assert [
        name for name, text in texts.items() if SECRET.search(text) and not name.startswith("usr/share/doc")
    ] == []


def test_nobody_has_a_password(texts: Mapping[str, bytes]) -> None:
    fields = [line.split(":") for line in texts["etc/shadow"].decode().splitlines()]
    assert [name for name, password, *_ in fields if not password.startswith(("!", "*"))] == []


def test_its_logs_caches_and_lists_are_empty(tree: Mapping[str, tarfile.TarInfo]) -> None:
    places = ("var/log/", "var/cache/apt/", "var/lib/apt/lists/", "tmp/", "run/", "var/tmp/", "dev/")
    assert [name for name, member in tree.items() if name.startswith(places) and member.isfile()] == []


def test_no_trace_of_the_machine_that_made_it(texts: Mapping[str, bytes]) -> None:
    here = str(OUT.parent).encode()
    assert [name for name, text in texts.items() if here in text] == []


def test_every_module_is_compiled_for_good(kept: Path) -> None:
    """The flags of a pyc (PEP 552) are 1: by hash, and not looked at again."""
    wrong, seen = [], 0
    with tarfile.open(kept) as archive:
        for member in archive:
            if member.name.endswith(".pyc") and (file := archive.extractfile(member)):
                seen += 1
                if file.read(8)[4:] != b"\x01\0\0\0":
                    wrong.append(member.name)
    assert (wrong[:5], seen > 1000) == ([], True)


def test_the_kiosk_is_there_and_the_cloud_is_not(tree: Mapping[str, tarfile.TarInfo]) -> None:
    assert f"{SITE}/kiosk/__main__.py" in tree
    assert [name for name in tree if name.startswith((f"{SITE}/cloud/", f"{SITE}/django/"))] == []
    assert f"{SITE}/persian_admin/static/persian_admin/fonts/Estedad-Regular.ttf" in tree


def test_what_the_table_names_lies_there(tree: Mapping[str, tarfile.TarInfo]) -> None:
    assert [copy.place for copy in overlay.OVERLAY if copy.place.lstrip("/") not in tree] == []


def test_it_says_which_image_it_is(texts: Mapping[str, bytes]) -> None:
    assert re.search(
        rb"^IMAGE_ID=bashgah\nIMAGE_VERSION=\d+\.\d+\.\d+\+[0-9a-f]{7}", texts["etc/os-release"], re.MULTILINE
    )
