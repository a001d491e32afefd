"""`kiosk.toml` and the environment as one frozen object; nothing else on the kiosk reads either."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_origin

import msgspec

from drivers import panel_url
from drivers.reader import reader_name
from kiosk import toml_file
from kiosk.addresses import check_token, parse_gate
from kiosk.device.settings import Network, Ssh, Wifi
from kiosk.errors import ConfigError
from kiosk.mistakes import Place
from kiosk.pin import FORM
from mqtt.shapes import Key as CardName
from mqtt.tls import Tls
from mqtt.vocabulary import ClubKey, GroupId, KioskId, Language, StoreId

PREFIX = "BASHGAH_KIOSK"

_ONLY_ENROLLED = {"cloud", "authority", "token"}
_ONLY_BY_HAND = ("kiosk", "group", "club_key", "catalogue_key")
_STRAY = "the cloud says it at enrolment; a kiosk.toml with `cloud`, `authority` or `token` must not have it"

_EMPTY = "there is nothing in it; write store, cloud, authority and token into it"

S = TypeVar("S", bound=msgspec.Struct)
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


class Shared(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a kiosk.toml says of the device itself, however the kiosk comes to its name."""

    data: str
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
    network: Network = Network()
    wifi: Wifi = Wifi()
    ssh: Ssh = Ssh()
    """These three are for the SD image, whose root follows them; elsewhere the system has its own."""

    def __post_init__(self) -> None:
        """Refuse a reader and a panel that no driver is for."""
        for url in self.readers:
            _known("readers", reader_name, url)
        _known("panel", panel_url.parse, self.panel)

    def path(self, name: str) -> Path:
        """A file in the data folder."""
        return Path(self.data) / name

    def shared(self) -> dict[str, Any]:
        """These fields alone, by name."""
        return {name: getattr(self, name) for name in Shared.__struct_fields__}


class ByHand(Shared, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kiosk.toml that says itself who the kiosk is: for a desk and for tests, without TLS."""

    kiosk: Id
    store: Id
    group: Id
    broker: Annotated[str, msgspec.Meta(pattern="^mqtt://")]
    club_key: Key
    catalogue_key: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""


class ToEnrol(Shared, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kiosk.toml that says where to become one of the club's; the rest is in :mod:`kiosk.identity`.

    `cloud` is the gate, `https://host[:port]`. `authority` is the SHA-256 of the authority's certificate
    (DER), in hex. `token` is empty once it has been used and erased.
    """

    store: Id
    cloud: str
    authority: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    token: str = ""
    broker: Annotated[str, msgspec.Meta(pattern=r"^(mqtts://|\Z)")] = ""
    """Where this kiosk finds the broker, if elsewhere than the cloud says: behind a shop's own gateway."""

    def __post_init__(self) -> None:
        """Refuse an address or a token that cannot be one, without saying the token."""
        Shared.__post_init__(self)
        parse_gate(self.cloud)
        if self.token:
            check_token(self.token)

    def __repr__(self) -> str:
        """Keep the token out of logs."""
        return f"ToEnrol(store={self.store!r}, cloud={self.cloud!r})"


class Config(Shared, frozen=True, kw_only=True):
    """Everything that makes this kiosk this kiosk. `tls` is None where the broker is spoken to in clear."""

    kiosk: str
    store: str
    group: str
    broker: str
    keys: tuple[ClubKey, ...]
    """The club's: the first names cards, the others are still known."""
    catalogue_key: str = ""
    """Under it head office signs the catalogue (Ed25519, hex); empty: none is taken from the cloud."""
    tls: Tls | None = None
    cloud: str = ""
    """The gate that renews its certificate, `https://host[:port]`; empty where it has none."""

    @property
    def key(self) -> ClubKey:
        """The club key under which cards are named."""
        return self.keys[0]

    @property
    def place(self) -> tuple[KioskId, StoreId, GroupId]:
        """Who, where, among which."""
        return KioskId(self.kiosk), StoreId(self.store), GroupId(self.group)


def load(path: Path, environment: Mapping[str, str]) -> Config | ToEnrol:
    """Read `path`; `BASHGAH_KIOSK_<KEY>` (`BASHGAH_KIOSK_SCREEN_INCHES`) overrides. Raises ConfigError.

    The file is in one of two forms, :class:`ByHand` or :class:`ToEnrol`: what belongs to the one is an error
    in the other. By hand it is complete; to be enrolled, `kiosk.identity.completed` makes a Config of it.
    """
    text = toml_file.read(path).text
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(Place(path, text, {}, ToEnrol).misread(error)) from None
    is_empty = not document
    overridden = _override(document, ByHand, PREFIX, environment)
    overridden |= _override(document, ToEnrol, PREFIX, environment)
    by_hand = document.keys() & {*_ONLY_BY_HAND} and not document.keys() & _ONLY_ENROLLED
    form: type[ByHand | ToEnrol] = ByHand if by_hand else ToEnrol
    place = Place(path, text, overridden, form)
    if form is ToEnrol and (stray := [key for key in document if key in _ONLY_BY_HAND]):
        raise ConfigError(place.said(stray[:1], _STRAY))
    try:
        found = msgspec.convert(document, form, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_EMPTY}" if is_empty else place.explain(str(error))) from None
    return _by_hand(found) if isinstance(found, ByHand) else found


def screen(path: Path, environment: Mapping[str, str]) -> Screen:
    """What can be known of `[screen]` from a kiosk.toml that is wrong."""
    return section(path, environment, "screen", Screen)


def section(path: Path, environment: Mapping[str, str], name: str, shape: type[S]) -> S:
    """A section of a kiosk.toml that may be wrong elsewhere; the default where it is wrong itself."""
    written = _whatever(path).get(name)
    found: dict[str, Any] = dict(written) if isinstance(written, dict) else {}
    _override(found, shape, f"{PREFIX}_{name.upper()}", environment)
    try:
        return msgspec.convert(found, shape, strict=False)
    except msgspec.ValidationError:
        return shape()


def token(path: Path, environment: Mapping[str, str]) -> tuple[str, Path | None]:
    """The token in a kiosk.toml that may be wrong elsewhere, or empty; and the data folder, if it says it."""
    document = _whatever(path)
    data = environment.get(f"{PREFIX}_DATA") or document.get("data")
    found = document.get("token")
    return found if isinstance(found, str) else "", Path(data) if isinstance(data, str) else None


def _whatever(path: Path) -> dict[str, Any]:
    """What is there, by key; nothing where it cannot be read, as where tomllib itself gives up."""
    try:
        return tomllib.loads(toml_file.read(path).text)
    except (ValueError, RecursionError):
        return {}


def _known(key: str, parse: Callable[[str], object], url: str) -> None:
    try:
        parse(url)
    except ValueError as error:
        raise ValueError(f"`{key}`: {error}") from None


def _by_hand(found: ByHand) -> Config:
    return Config(
        **found.shared(),
        kiosk=found.kiosk,
        store=found.store,
        group=found.group,
        broker=found.broker,
        keys=(ClubKey(found.club_key.id, bytes.fromhex(found.club_key.secret)),),
        catalogue_key=found.catalogue_key,
    )


def _override(
    document: dict[str, Any], shape: type[msgspec.Struct], prefix: str, environment: Mapping[str, str]
) -> dict[str, str]:
    """Write what the environment says into `document`; give back which key came from which variable."""
    found: dict[str, str] = {}
    for field in msgspec.structs.fields(shape):
        name = f"{prefix}_{field.name.upper()}"
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            section = document.get(field.name, {})
            if isinstance(section, dict) and (inner := _override(section, field.type, name, environment)):
                document[field.name], found = section, found | inner
        elif name in environment:
            text = environment[name]
            document[field.name] = text.split() if get_origin(field.type) is tuple else text
            found[field.name] = name
    return found
