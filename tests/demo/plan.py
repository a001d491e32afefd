"""Where the demo keeps its files, on which ports it listens, and what its programs are told."""

import getpass
import os
import secrets
import shutil
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from cloud.fleet.broker import identity
from cloud.fleet.brokering import conf
from kiosk import catalogue
from kiosk.catalogue import CES, CLI, CSAT, NEEDS, NPS, Joining, Leaving, Redeeming, Survey, Words
from kiosk.pin import sealed
from mqtt.catalogue import Purpose
from mqtt.client import Tls
from mqtt.vocabulary import ClubKey, card_key
from tests.mqtt.ports import free_port
from ui.tray_things import TECHNICIAN

EVERY_KIND = (
    replace(CES, share=0.4),
    replace(CSAT, share=0.25),
    replace(NPS, share=1 / 3),
    replace(CLI[0], share=0.5),
    *CLI[1:],
    NEEDS,
)
"""The built-in questions by chance: two cards of five are asked the first, three of twenty each other."""
OFFERING = replace(
    catalogue.DEFAULT,
    redeeming=Redeeming(rial_per_point=1_000),
    joining=Joining(
        ("card", "phone"),
        Words(
            "شمارهٔ کارت، خریدها و پاسخ‌هایتان را تا وقتی عضو هستید نگه می‌داریم."
            " هر وقت بخواهید همین‌جا از باشگاه بروید تا نامتان پاک شود.",
            "We keep your card, your purchases and your answers for as long as you are a member."
            " Leave here whenever you like, and who you are is erased.",
        ),
        (
            Purpose(
                "contact",
                1,
                Words("می‌پذیرم که باشگاه به شماره‌ام پیامک بفرستد.", "The club may text me on my number."),
            ),
        ),
    ),
    leaving=Leaving(offered=True),
)
"""What the demo's club offers at its kiosks."""
ROOT = Path(__file__).resolve().parents[2]
KIOSK, STORE, GROUP = "tajrish-1", "tajrish", "tehran"
"""The kiosk that runs here, one of those that `python -m cloud seed` makes."""


LONGEST_SOCKET = 107
"""Bytes that the path of a UNIX socket can have (unix(7))."""


class DemoError(Exception):
    """The demo cannot start; the text says what to do."""


def _port(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise DemoError(f"{name} is a port, 1 to 65535, not {text!r}")
    return int(text)


@dataclass(frozen=True)
class Plan:
    """One run of the demo; everything in it is new each time but the folder's name."""

    run: Path = ROOT / ".demo"
    broker_port: int = field(default_factory=lambda: _port("BASHGAH_BROKER_PORT", 18830))
    web_port: int = field(default_factory=lambda: _port("BASHGAH_WEB_PORT", 8000))
    days: int = 365
    """Of history; a year, as whoever tries it wants to see."""
    inches: int = 7
    kiosk_id: str = KIOSK
    host: str = "127.0.0.1"
    """Under which name kiosks find broker and gate, both of which listen on 127.0.0.1."""
    kiosk_port: int | None = None
    """Through which port the kiosk reaches the broker; the broker's own where it is None."""
    cloud_port: int = field(default_factory=free_port)
    """Where the cloud's own processes reach the broker."""
    gate_port: int = field(default_factory=free_port)
    """Where kiosks ask for certificates."""
    secure: bool = True
    """Whether the broker takes nobody without a certificate; measurements of other things do without."""
    surveys: tuple[Survey, ...] = (CES,)
    """What the kiosk asks, as often as a card is laid: whoever tries it has only so many cards."""
    password: str = field(default_factory=lambda: secrets.token_urlsafe(9), repr=False)
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(40), repr=False)
    pin: str = field(default_factory=lambda: f"{secrets.randbelow(10**6):06}", repr=False)
    """Of the technician."""
    club_key: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    passphrase: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    """Of the authority's key."""

    @property
    def cloud(self) -> Path:
        """The cloud's folder."""
        return self.run / "cloud"

    @property
    def kiosk(self) -> Path:
        """The kiosk's folder."""
        return self.run / "kiosk"

    @property
    def broker(self) -> Path:
        """The folder of the broker's files and of its process id."""
        return self.run / "broker"

    @property
    def tls(self) -> Tls | None:
        """As whom the cloud's own processes come to the broker."""
        return identity(str(self.cloud / "identity")) if self.secure else None

    @property
    def broker_url(self) -> str:
        """Where they find it."""
        return (
            f"mqtts://127.0.0.1:{self.cloud_port}" if self.secure else f"mqtt://127.0.0.1:{self.broker_port}"
        )

    @property
    def touches(self) -> Path:
        """The socket through which shoppers watch and touch."""
        return self.run / "touches.sock"

    @property
    def devices(self) -> Path:
        """The socket through which cards are laid on readers."""
        return self.run / "devices" / "devices.sock"

    @property
    def pins(self) -> Path:
        """The socket through which the panel's buttons and case are moved."""
        return self.run / "devices" / "pins.sock"

    @property
    def seen(self) -> Path:
        """What the shoppers did and saw, a JSON object a line."""
        return self.run / "seen.jsonl"

    @property
    def address(self) -> str:
        """Where head office looks."""
        return f"http://127.0.0.1:{self.web_port}/"

    def environment(self) -> dict[str, str]:
        """What every program of the demo is told."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "PYTHON": sys.executable,
            "MOSQUITTO": mosquitto(),
            "RUN": str(self.run),
            "DJANGO_SETTINGS_MODULE": "cloud.settings",
            "BASHGAH_CLOUD_DATA": str(self.cloud),
            "BASHGAH_BROKER": self.broker_url,
            "BASHGAH_BROKER_TLS": str(self.cloud / "identity") if self.secure else "",
            "BASHGAH_BROKER_FILES": str(self.broker),
            "BASHGAH_BROKER_PID": str(self.broker / "mosquitto.pid"),
            "BASHGAH_BROKER_PUBLIC": f"mqtts://{self.host}:{self.broker_port}",
            "BASHGAH_GATE_PORT": str(self.gate_port),
            "BASHGAH_GATE_PUBLIC": f"https://{self.host}:{self.gate_port}",
            "BASHGAH_AUTHORITY_SECRET": self.passphrase,
            "BASHGAH_WEB_PORT": str(self.web_port),
            "BASHGAH_SECRET_KEY": self.secret,
            "BASHGAH_SECOND_FACTOR": "optional",
            "BASHGAH_CLUB_KEY": f"1:{self.club_key}",
        }

    def write(self) -> None:
        """Make the folders and the configurations, anew; the kiosk is told by hand who it is."""
        shutil.rmtree(self.run, ignore_errors=True)
        for folder in (self.cloud, self.broker, self.kiosk, self.run / "devices"):
            folder.mkdir(parents=True)
        self.run.chmod(0o700)
        (self.run / "mosquitto.conf").write_text(self._mosquitto_conf(), "utf-8")
        self.write_kiosk(_BY_HAND)
        tireless = tuple(replace(survey, cooldown_days=0.0) for survey in self.surveys)
        catalogue.save(self.kiosk / "catalogue.json", replace(OFFERING, surveys=tireless))

    def write_kiosk(self, who: str) -> None:
        """Write its kiosk.toml, in which `who` says who it is, or where it is to become somebody."""
        (self.run / "kiosk.toml").write_text(self._kiosk_toml(who), "utf-8")

    def check(self) -> None:
        """Raise DemoError, saying what to do, if it cannot run here."""
        if len(str(self.devices)) > LONGEST_SOCKET:
            raise DemoError(
                f"this folder's path is too long for sockets: {ROOT}; check out somewhere shorter"
            )
        for name, port in (("BASHGAH_BROKER_PORT", self.broker_port), ("BASHGAH_WEB_PORT", self.web_port)):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError as error:
                    raise DemoError(
                        f"port {port} is taken ({error.strerror}); stop what listens there,"
                        f" or choose another: make demo {name}={port + 1}"
                    ) from None

    def _mosquitto_conf(self) -> str:
        if not self.secure:
            return _MOSQUITTO.format(port=self.broker_port)
        listening = conf.Listening(
            *(self.broker, self.broker, self.broker_port, "127.0.0.1", self.cloud_port),
            user=getpass.getuser(),
            log="stdout",
        )
        return conf.render(listening)

    def _kiosk_toml(self, who: str) -> str:
        return (who + _KIOSK).format(
            kiosk=self.kiosk_id,
            store=STORE,
            group=GROUP,
            data=self.kiosk,
            port=self.kiosk_port or self.broker_port,
            devices=self.run / "devices",
            key=self.club_key,
            inches=self.inches,
            touches=self.touches,
            pins=self.pins,
            technician=card_key(ClubKey("1", bytes.fromhex(self.club_key)), "em4100", TECHNICIAN),
            pin=sealed(self.pin),
        )


def mosquitto() -> str:
    """The broker's program: on the path, in Debian's place, or unpacked beside the venv."""
    folders = [*os.environ["PATH"].split(":"), "/usr/sbin", str(ROOT / ".tools" / "bin")]
    found = shutil.which("mosquitto", path=":".join(folders))
    if found is None:
        raise DemoError("there is no mosquitto: apt-get install mosquitto")
    return found


_MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_inflight_messages 100
max_queued_messages 10000
max_packet_size 262144
log_dest stdout
log_type error
log_type warning
"""

_BY_HAND = """\
kiosk = "{kiosk}"
store = "{store}"
group = "{group}"
broker = "mqtt://127.0.0.1:{port}"
club_key = {{ id = "1", secret = "{key}" }}
"""
_KIOSK = """\
data = "{data}"
readers = [
    "em4100://{devices}/em4100",
    "rc522+sim://{devices}/rc522.sock",
    "magstripe://{devices}/magstripe",
    "wedge+sim://{devices}/wedge.sock",
]
panel = "mock://{pins}?red=27&green=17&blue=24&buzzer=22&tamper=23&presence=18&buttons=5,6,13,19,26"
language = "fa"
clock = "trusted" # the demo runs on one machine, so its clock is the cloud's clock

[technician]
cards = ["{technician}"]
pin = "{pin}"

[screen]
inches = {inches}
window = true
touches = "{touches}"
"""
