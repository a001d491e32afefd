"""What a root says of itself: os-release, as the fleet's page shows it."""

from pathlib import Path

from image.release import Release


def write(root: Path, release: Release) -> None:
    """Debian's words, and which image this is (os-release(5))."""
    debian = (root / "usr/lib/os-release").read_text()
    place = root / "etc/os-release"
    place.unlink(missing_ok=True)
    place.write_text(f"{debian}IMAGE_ID=bashgah\nIMAGE_VERSION={release}\n")
