"""`kiosk.toml` and the environment as one frozen object; nothing else on the kiosk reads either."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin

import msgspec

from kiosk.errors import ConfigError
from kiosk.pin import FORM
from mqtt.shapes import Key as CardName
from mqtt.vocabulary import ClubKey, GroupId, KioskId, Language, StoreId

PREFIX = "BASHGAH_KIOSK"

Id = Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{3,40}$")]


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[club_key]`: the secret under which the club's cards are known; `secret` in hex, 16 bytes at least."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9]{1,8}$")]
    secret: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{2}){16,64}$")]

    def __repr__(self) -> str:
        """Keep the secret out of logs."""
        return f"Key(id={self.id!r})"


class Screen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[screen]`: the touch panel's diagonal in inches; `window` draws it as a window on a desk.

    `touches` is the path of a socket through which a program may watch and touch (demo and tests); empty
    for none. `speech` reads questions and advice out, where espeak-ng is installed.
    """

    inches: Literal[7, 10] = 7
    window: bool = False
    touches: str = ""
    speech: bool = False


class Technician(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[technician]`: the CardKeys of technicians' cards, and the PIN that goes with them, as scrypt made it.

    `python -m kiosk card` and `python -m kiosk pin` print both. Empty: nobody is set up yet.
    """

    cards: tuple[CardName, ...] = ()
    pin: Annotated[str, msgspec.Meta(pattern=rf"{FORM}|^\Z")] = ""

    def __post_init__(self) -> None:
        """Refuse a card without a PIN, and a PIN without a card."""
        if bool(self.cards) != bool(self.pin):
            raise ValueError("`cards` and `pin` belong together: one of them is missing")

    def __repr__(self) -> str:
        """Keep the PIN's hash out of logs: six digits are soon tried."""
        return f"Technician(cards={len(self.cards)})"


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that makes this kiosk this kiosk."""

    kiosk: Id
    store: Id
    group: Id
    data: str
    broker: Annotated[str, msgspec.Meta(pattern="^mqtt://")]
    club_key: Key
    catalogue_key: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""
    """Under it head office signs the catalogue (Ed25519, hex); empty: none is taken from the cloud."""
    readers: tuple[str, ...] = ()
    panel: str = "mock://"
    language: Language = "fa"
    clock: Literal["trusted", "kernel"] = "kernel"
    """`kernel`: the time is sure when the kernel says that NTP has set it; `trusted`: it always is."""
    keep_days: Annotated[float, msgspec.Meta(ge=0, le=3650)] = 14.0
    """For how long acknowledged events are kept, for a cloud that was put back to a backup."""
    journal_bytes: Annotated[int, msgspec.Meta(ge=2**20)] = 256 * 2**20
    """Above this, acknowledged events go before their time; no others do."""
    free_low: Annotated[int, msgspec.Meta(ge=0)] = 200 * 2**20
    """They do so too when the disk has fewer bytes left than this."""
    free_least: Annotated[int, msgspec.Meta(ge=0)] = 20 * 2**20
    """With fewer bytes left than this, no question is asked: its answer might not be kept."""
    screen: Screen = Screen()
    technician: Technician = Technician()

    @property
    def key(self) -> ClubKey:
        """The club key, as `card_key` wants it."""
        return ClubKey(self.club_key.id, bytes.fromhex(self.club_key.secret))

    @property
    def place(self) -> tuple[KioskId, StoreId, GroupId]:
        """Who, where, among which."""
        return KioskId(self.kiosk), StoreId(self.store), GroupId(self.group)

    def path(self, name: str) -> Path:
        """A file in the data folder."""
        return Path(self.data) / name


def load(path: Path, environment: Mapping[str, str]) -> Config:
    """Read `path`; `BASHGAH_KIOSK_<KEY>` (`BASHGAH_KIOSK_SCREEN_INCHES`) overrides. Raises ConfigError."""
    text = _read(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from None
    overridden = _override(document, Config, PREFIX, environment)
    try:
        return msgspec.convert(document, Config, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(_explain(str(error), path, text, overridden)) from None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; docs/runbook.md shows one to start from") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from None


def _override(
    document: dict[str, Any], shape: type[msgspec.Struct], prefix: str, environment: Mapping[str, str]
) -> dict[str, str]:
    """Write what the environment says into `document`; give back which key came from which variable."""
    found: dict[str, str] = {}
    for field in msgspec.structs.fields(shape):
        name = f"{prefix}_{field.name.upper()}"
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            found |= _override(document.setdefault(field.name, {}), field.type, name, environment)
        elif name in environment:
            text = environment[name]
            document[field.name] = text.split() if get_origin(field.type) is tuple else text
            found[field.name] = name
    return found


def _explain(error: str, path: Path, text: str, overridden: Mapping[str, str]) -> str:
    """Turn `Expected `str`, got `int` - at `$.screen.inches`` into file, line, key and what is wrong."""
    what, _, where = error.partition(" - at `$")
    unknown = re.search(r"(?:unknown|required) field `(\w+)`", what)
    keys = [*re.findall(r"[a-z_]\w*", where), *(unknown.groups() if unknown else ())]
    key = ".".join(keys)
    if keys and keys[-1] in overridden:
        return f"{overridden[keys[-1]]} in the environment: {what}"
    line = _line_of(text, keys)
    place = f"{path}, line {line}" if line else f"{path}"
    known = f" (known keys: {', '.join(_known(keys))})" if "unknown field" in what else ""
    return f"{place}, key {key}: {what}{known}"


def _known(keys: list[str]) -> tuple[str, ...]:
    sections = {"club_key": Key, "screen": Screen, "technician": Technician}
    return sections.get(keys[0], Config).__struct_fields__ if len(keys) > 1 else Config.__struct_fields__


def _line_of(text: str, keys: list[str]) -> int | None:
    """The line on which `a.b` is set: `b =` after `[a]`, else the line of `[a]`; None if it is nowhere."""
    section, best = "", None
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[\s*([\w.]+)\s*\]", line):
            section = head[1]
            best = number if section == keys[0] else best
        elif (at := re.match(r"\s*(\w+)\s*=", line)) and [*filter(None, [section]), at[1]] == keys:
            return number
    return best
