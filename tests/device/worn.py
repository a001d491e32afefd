"""In a small machine: the note goes to a card that says it wrote and did not; what came of it is printed."""

from pathlib import Path

from kiosk.device import making
from kiosk.device.making import Note
from tests.powercuts.mapper import WornDisk, load


def main() -> None:
    load("dm-mod", "dm-flakey")
    disk = WornDisk(Path("/dev/ubda"))
    try:
        making.write(disk.NODE, Note(making=True))
    except OSError as error:
        print(f"found out: {error}")
    else:
        print("it is believed")
    disk.close()


if __name__ == "__main__":
    main()
