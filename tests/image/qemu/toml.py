"""kiosk.toml as a technician writes it: what the club gave, what is plugged in, a key for the test's ssh."""

from dataclasses import dataclass

from tests.image.qemu.outside import HOST

TOUCHES = "/data/kiosk/touches.sock"
"""Through it the test watches which view is drawn, and where its keys are; it touches through the tablet."""


@dataclass(frozen=True, kw_only=True)
class Toml:
    """`who` is the fragment that head office gives; `public` the line of OpenSSH's of whoever may come in."""

    who: str
    public: str
    inches: int = 7
    reader: str = "em4100:///dev/ttyUSB0"
    ntp: bool = True

    def text(self) -> str:
        """The file."""
        ntp = f'[network]\nntp = ["{HOST}"]\n' if self.ntp else ""
        return (
            f'{self.who}\nreaders = ["{self.reader}"]\nlanguage = "fa"\n'
            f'clock = "{"kernel" if self.ntp else "trusted"}"\n'
            f'[screen]\ninches = {self.inches}\ntouches = "{TOUCHES}"\n{ntp}{ssh(self.public)}'
        )


def keys(text: str) -> list[str]:
    """What a kiosk.toml sets: the keys of its lines that are no comment."""
    return [line.split("=")[0].strip() for line in text.splitlines() if not line.lstrip().startswith("#")]


def ssh(public: str) -> str:
    """The section alone."""
    return f'[ssh]\nkeys = ["{public}"]\n'
