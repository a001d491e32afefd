"""`make looks BASE=commit`: which screens look different from that commit's, drawn on this machine by both.

It exits with 0 whatever changed: that is for a person to like or not. The pictures side by side are in
`.bench/looks`.
"""

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from tests.demo.plan import ROOT
from tests.looks.compare import Difference, compared

OUT = ROOT / ".bench/looks"
WIDTH = 480
GAP = 8


class NoSuchCommit(Exception):
    """The base is nothing that git knows; the text is git's."""


@dataclass(frozen=True)
class Change:
    """A view that looks different, or is only on one side (`difference` None)."""

    name: str
    before: Path | None
    after: Path | None
    difference: Difference | None = None


def changes(before: Path, after: Path) -> Iterator[Change]:
    """What changed between two folders of pictures, by name."""
    old, new = ({path.name: path for path in sorted(folder.glob("*.png"))} for folder in (before, after))
    for name in sorted(old.keys() | new.keys()):
        if name in old and name in new:
            with Image.open(old[name]) as one, Image.open(new[name]) as other:
                difference = compared(one, other, moves="attract" in name)
            if difference.share:
                yield Change(name, old[name], new[name], difference)
        else:
            yield Change(name, old.get(name), new.get(name))


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """The tree of a commit in a folder of its own, for as long as it is needed. Raises NoSuchCommit."""
    with tempfile.TemporaryDirectory(prefix="looks-") as folder:
        packed = Path(folder) / "tree.tar"
        words = ["git", "archive", f"--output={packed}", commit]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoSuchCommit(done.stderr.strip())
        with tarfile.open(packed) as tree:
            tree.extractall(Path(folder) / "tree", filter="data")
        yield Path(folder) / "tree"


def drawn(tree: Path, out: Path) -> "subprocess.Popen[bytes]":
    """Begin to draw every view of a tree with this machine's fonts and GL."""
    words = [sys.executable, "-m", "ui.gallery", str(out), "--every"]
    return subprocess.Popen(words, cwd=tree, stdout=subprocess.DEVNULL)


def sheet(found: list[Change]) -> Image.Image:
    """Before, after and difference of each change, a row each."""
    rows = [_row(change) for change in found]
    page = Image.new("RGB", (3 * WIDTH + 4 * GAP, sum(row.height + GAP for row in rows) + GAP), "#D9DCE1")
    top = GAP
    for row in rows:
        page.paste(row, (GAP, top))
        top += row.height + GAP
    return page


def _row(change: Change) -> Image.Image:
    where = change.difference and ImageOps.colorize(change.difference.where, "white", "#9B1C1C")
    images = [_opened(change.before), _opened(change.after), where]
    small = [image and image.resize((WIDTH, image.height * WIDTH // image.width)) for image in images]
    row = Image.new("RGB", (3 * WIDTH + 2 * GAP, max(image.height for image in small if image)), "#D9DCE1")
    for column, image in enumerate(small):
        if image:
            row.paste(image, (column * (WIDTH + GAP), 0))
    return row


def _opened(path: Path | None) -> Image.Image | None:
    return Image.open(path).convert("RGB") if path else None


def told(change: Change) -> str:
    """One line for a person."""
    if change.difference is None:
        return f"{change.name}: {'gone' if change.after is None else 'new'}"
    return f"{change.name}: {100 * change.difference.share:.2f} % of it, at most {change.difference.most:.0%}"


def main() -> int:
    """Exit code: 0 compared, 1 a side could not be drawn, 2 no such commit."""
    base = sys.argv[1] if len(sys.argv) > 1 else "main"
    try:
        with checked_out(base) as tree, tempfile.TemporaryDirectory(prefix="looks-") as folder:
            before, after = Path(folder) / "before", Path(folder) / "after"
            # at the same time, so that both idle screens show the same minute
            if any([drawing.wait() for drawing in (drawn(tree, before), drawn(ROOT, after))]):  # noqa: C419
                print("looks: one of the two could not be drawn; its words are above", file=sys.stderr)
                return 1
            _tell(list(changes(before, after)), base, len(list(after.glob("*.png"))))
    except NoSuchCommit as unknown:
        print(f"looks: {unknown}", file=sys.stderr)
        return 2
    return 0


def _tell(found: list[Change], base: str, views: int) -> None:
    for change in found:
        print(f"looks: {told(change)}")
    print(f"looks: {len(found)} of {views} pictures look different from {base}")
    if found:
        OUT.mkdir(parents=True, exist_ok=True)
        sheet(found).save(OUT / "changed.png")
        print(f"looks: {OUT / 'changed.png'}: before, after, where")


if __name__ == "__main__":
    sys.exit(main())
