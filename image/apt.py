"""Debian's packages for the card: from this machine's own mirror, with lists and a cache of our own.

This machine's apt says where the mirror is, and through which proxy; its lists, its packages and its suite
are left as they are. What comes is verified against Debian's keys, and then against the lock's SHA-256.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from image.errors import Trouble
from image.pins import Pin
from image.places import CACHE, DEBS
from image.recipe import COMPONENTS, HEADERS, SUITE, Arch, packages
from image.run import run

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
URI = re.compile(r"^'[^']+' (\S+)_(\S+)_\w+\.deb \d+ SHA256:([0-9a-f]{64})$", re.MULTILINE)
KNOWN = re.compile(r"^ *(\S+) \| +(\S+) +\|", re.MULTILINE)


class Apt:
    """apt for one architecture. Raises Trouble wherever it fails."""

    def __init__(self, arch: Arch) -> None:
        """Nothing is asked yet."""
        self.arch = arch
        self.folder = CACHE / f"apt-{arch}"

    def update(self) -> None:
        """Fetch what the mirror has."""
        for name in ("lists/partial", "archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").write_text("")
        (self.folder / "sources.list").write_text(sources(of_this_machine(CACHE / "apt-machine/lists")))
        # else it goes on with an older list, or without one, where a mirror does not answer
        run("apt-get", *self._options(), "-o", "APT::Update::Error-Mode=any", "-q", "update")

    def newest(self) -> tuple[Pin, ...]:
        """What the recipe comes to with the packages that the mirror has now."""
        said = self._uris("install", "?essential", *packages(self.arch)) + self._uris("download", HEADERS)
        pins = [Pin(name, unquote(version), sha256) for name, version, sha256 in URI.findall(said)]
        if len(pins) != len(said.splitlines()):
            raise Trouble(f"apt says more than packages: {said[:300]}")
        return tuple(sorted(pins))

    def _uris(self, *words: str) -> str:
        return run("apt-get", *self._options(), "-qq", "--print-uris", *words)

    def fetch(self, pins: Iterable[Pin]) -> None:
        """Have each of these in DEBS."""
        DEBS.mkdir(parents=True, exist_ok=True)
        names = [f"{pin.name}={pin.version}" for pin in pins]
        if names:
            run("apt-get", *self._options(), "-q", "download", *names, cwd=DEBS)

    def lacking(self, pins: Sequence[Pin]) -> tuple[Pin, ...]:
        """Those that the mirror has no longer."""
        said = run("apt-cache", *self._options(), "madison", *(pin.name for pin in pins))
        known = set(KNOWN.findall(said))
        return tuple(pin for pin in pins if (pin.name, pin.version) not in known)

    def _options(self) -> list[str]:
        settings = {
            "APT::Architecture": self.arch,
            "APT::Architectures": self.arch,
            "APT::Install-Recommends": "false",
            "APT::Sandbox::User": "root",
            "Acquire::ForceHash": "SHA256",
            "Acquire::Languages": "none",
            "Dir::State::Lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder,
            "Dir::Cache::Archives": self.folder / "archives",
            "Dir::Etc::SourceList": self.folder / "sources.list",
            "Dir::Etc::SourceParts": "-",
            "Dir::Etc::Preferences": "-",
            "Dir::Etc::PreferencesParts": "-",
        }
        return _words(settings)


def sources(lines: str) -> str:
    """The card's suite on the mirrors that `lines` name: `URI suite component`. Raises Trouble."""
    found = [line.split() for line in lines.splitlines()]
    main, own = next(((uri, suite) for uri, suite, _ in found if "-" not in suite), ("", ""))
    security = next((uri for uri, suite, _ in found if suite.endswith("-security")), "")
    if not main:
        raise Trouble("apt names no mirror of Debian here; as root: apt-get update")
    if not security:
        raise Trouble(
            "apt names no mirror of Debian's security updates here, and the card would lack them;"
            f" as root: add `deb {main.rstrip('/')}-security {own}-security main`"
            " (or where your mirror has them) to /etc/apt/sources.list; apt-get update"
        )
    wanted = [(main, SUITE), (main, f"{SUITE}-updates"), (security, f"{SUITE}-security")]
    components = " ".join(COMPONENTS)
    return "".join(f"deb [signed-by={KEYRING}] {uri} {suite} {components}\n" for uri, suite in wanted)


def of_this_machine(lists: Path) -> str:
    """A line `URI suite component` for each part of Debian that this machine's apt names. Raises Trouble.

    Asked with lists of our own, in `lists`: the machine's may lack what its sources name, as on a new one.
    """
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    own = _words({"Acquire::Languages": "none", "APT::Sandbox::User": "root", "Dir::State::Lists": lists})
    run("apt-get", *own, "-q", "update")
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    return run("apt-get", *own, "indextargets", "--format", form, "Created-By: Packages", "Origin: Debian")


def _words(settings: Mapping[str, object]) -> list[str]:
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def file_of(pin: Pin, folder: Path = DEBS) -> Path | None:
    """Its .deb, if it lies there."""
    version = pin.version.replace(":", "%3a")
    return next(iter(folder.glob(f"{pin.name}_{version}_*.deb")), None)
