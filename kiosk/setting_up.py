"""What the screen shows before this kiosk is one of the club's; pure.

Nothing secret comes into a view: of kiosk.toml only places and names of keys, of the identity only the name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Final, get_args

from kiosk.pacing import HOPELESS, LAST, SLOW_LAST, SOON
from kiosk.progress import Progress, Reason
from kiosk.views import EARLIEST, DeviceReason, Look, Mistake, Setup, SetupReason, Touch, Wrong
from mqtt.vocabulary import Language

RIGHT: Final[dict[str, str]] = {
    "store": 'store = "tajrish"',
    "cloud": 'cloud = "https://club.example:8443"',
    "authority": 'authority = "<64 x 0-9 a-f>"',
    "token": 'token = "abcde-fghij-klmno-pqrst-uvwxy"',
    "data": 'data = "/data/kiosk"',
    "readers": 'readers = ["rc522://spi0.0"]',
    "panel": 'panel = "gpio://?green=17&red=27"',
    "language": 'language = "fa"',
    "clock": 'clock = "kernel"',
    "keep_days": "keep_days = 14",
    "journal_bytes": "journal_bytes = 268435456",
    "free_low": "free_low = 209715200",
    "free_least": "free_least = 20971520",
    "kiosk": 'kiosk = "tajrish-1"',
    "group": 'group = "tehran"',
    "broker": 'broker = "mqtts://club.example"',
    "catalogue_key": 'catalogue_key = "<64 x 0-9 a-f>"',
    "club_key": "[club_key]",
    "club_key.id": 'id = "1"',
    "club_key.secret": 'secret = "<32 x 0-9 a-f>"',
    "screen": "[screen]",
    "screen.inches": "inches = 7",
    "screen.window": "window = false",
    "screen.touches": 'touches = ""',
    "screen.speech": "speech = false",
    "technician": "[technician]",
    "technician.cards": 'cards = ["1:<32 x 0-9 a-f>"]',
    "technician.pin": 'pin = "scrypt:..."',
    "network": "[network]",
    "network.address": 'address = "192.168.1.20/24"',
    "network.gateway": 'gateway = "192.168.1.1"',
    "network.dns": 'dns = ["192.168.1.1"]',
    "network.ntp": 'ntp = ["pool.ntp.org"]',
    "wifi": "[wifi]",
    "wifi.ssid": 'ssid = "shop"',
    "wifi.password": 'password = "..."',
    "wifi.country": 'country = "IR"',
    "wifi.hidden": "hidden = false",
    "ssh": "[ssh]",
    "ssh.keys": 'keys = ["ssh-ed25519 AAAA..."]',
}
"""A line for every key, as it would be right."""

LOOK = 1.0
"""Seconds between two looks at what has changed."""
LINGERS, PATIENCE = 4.0, 20.0
"""Seconds for which "secure and online" stays, and for which it is waited for once there is an identity."""
AFRESH = 60.0
"""Seconds after which the screen starts anew where it could not serve anybody: what was wrong may be over."""

_VARIABLE: Final = re.compile(r"(\w+) in the environment: (.*)", re.DOTALL)
_PLACE: Final = re.compile(r"(.+?)(?:, line (\d+))?(?:, key ([\w.]+))?: (.*)", re.DOTALL)
_TOML: Final = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
_KINDS: Final[tuple[tuple[str, Wrong], ...]] = (
    ("brackets within brackets", "syntax"),
    ("far too many digits", "syntax"),
    ("no such file", "no-file"),
    ("with a hidden ending", "hidden-ending"),
    ("is a folder", "folder"),
    ("cannot be read", "unreadable"),
    ("this is another file", "too-long"),
    ("there is nothing in it", "empty"),
    ("UTF-16 without", "utf-16"),
    ("this is not UTF-8", "encoding"),
    ("it has zeros in it", "zeros"),
    ("required field", "missing"),
    ("unknown field", "unknown"),
    ("must not have it", "stray"),
    ("belong together", "pair"),
    ("without its `", "pair"),
    ("wants a `", "pair"),
    ("a quotation mark that", "quotes"),
    ("a comma that", "comma"),
    ("a digit that", "digits"),
    ("an invisible character", "invisible"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands: the name of an enrolled kiosk, what sync has told, and whether the cloud was heard.

    `held`: what keeps the screen from serving shoppers, whoever this kiosk is; `remade`: its data is new.
    """

    progress: Progress | None = None
    kiosk: str = ""
    online: bool = False
    held: SetupReason | None = None
    remade: bool = False


Found = Mistake | Standing


def mistake(error: str) -> Mistake:
    """The text of a ConfigError, which has file, line and key in it, as what a screen can say."""
    if inside := _VARIABLE.fullmatch(error):
        return Mistake("", "value", variable=inside[1])
    place = _PLACE.fullmatch(error)
    file, line, key, what = place.groups("") if place else ("", "", "", error)
    if toml := _TOML.search(what):
        return Mistake(file, "syntax", int(toml[1] or 0))
    wrong: Wrong = next((kind for words, kind in _KINDS if words in what), "value")
    right = _nearest(key) if wrong == "unknown" else "" if wrong == "stray" else RIGHT.get(key, "")
    return Mistake(file, wrong, int(line or 0), key, right)


def setup(found: Found, language: Language, look: Look) -> Setup:
    """The one view."""
    if isinstance(found, Mistake):
        return Setup(language, found, look=look)
    told = found.progress
    if found.held:
        again = None if found.held in get_args(DeviceReason) else AFRESH
        return Setup(language, reason=found.held, again=again, look=look)
    if found.kiosk:
        return Setup(language, step="enrolled", kiosk=found.kiosk, online=found.online, look=look)
    if told is None:
        return Setup(language, remade=found.remade, look=look)
    return Setup(
        language,
        step=told.step,
        reason=told.reason,
        again=_again(told.reason) if told.reason else None,
        since=_moment(told.since),
        remade=found.remade,
        look=look,
    )


def _again(reason: Reason) -> float | None:
    return None if reason in HOPELESS else LAST if reason in SOON else SLOW_LAST


def _moment(wall: float) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(wall, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment if moment >= EARLIEST else None


def _nearest(key: str) -> str:
    """The known key of the same section that looks most like it.

    None for a key that is known in another section: it stands in the wrong place, and is spelt right.
    """
    section, _, said = key.rpartition(".")
    if said in {name.rpartition(".")[2] for name in RIGHT}:
        return ""
    known = {
        name.rpartition(".")[2]: line for name, line in RIGHT.items() if name.rpartition(".")[0] == section
    }
    return next((known[name] for name in get_close_matches(said, known, 1)), "")


class SettingUp:
    """Takes what was found and what a finger says, and has it shown. One thread calls it."""

    def __init__(
        self, found: Found, language: Language, changed: Callable[[Setup], None], go_on: Callable[[], None]
    ) -> None:
        """`go_on` is called once, when this kiosk can serve shoppers."""
        self._found, self._language, self._look = found, language, Look()
        self._changed, self._go_on = changed, go_on
        self._leaves_at: float | None = None

    @property
    def view(self) -> Setup:
        """What is to be on the screen."""
        return setup(self._found, self._language, self._look)

    def take(self, found: Found | None, now: float) -> None:
        """What was found at `now`, seconds of a monotonic clock; None: nothing is in the way any more."""
        if found is None:
            self._go_on()
            return
        before, self._found = self._found, found
        if found != before:
            self._changed(self.view)
        self._plan(found, now)

    def touch(self, touch: Touch) -> None:
        """The language and the look can be changed; there is nothing else here for anybody."""
        if touch.what == "language":
            self._language = "en" if self._language == "fa" else "fa"
        elif touch.what in ("large", "contrast"):
            self._look = self._look.turned(touch.what)
        else:
            return
        self._changed(self.view)

    def _plan(self, found: Found, now: float) -> None:
        if isinstance(found, Mistake) or not (found.kiosk or found.held):
            self._leaves_at = None
            return
        wanted = now + (AFRESH if found.held else LINGERS if found.online else PATIENCE)
        self._leaves_at = wanted if self._leaves_at is None else min(self._leaves_at, wanted)
        if now >= self._leaves_at:
            self._go_on()
