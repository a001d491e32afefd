"""The file for wpa_supplicant from kiosk.toml (wpa_supplicant.conf(5)).

Everything that a technician chose is written in hex, which the format takes for names and passphrases alike:
no quote and no line's end in it means anything.
"""

import hashlib
from pathlib import Path
from typing import Final

from kiosk.device.checking import PSK
from kiosk.device.settings import Wifi

PLACE: Final = Path("/run/wpa_supplicant/bashgah.conf")
_HEAD: Final = "update_config=0\ncountry={country}\np2p_disabled=1\n"
_ROUNDS, _BYTES = 4096, 32
"""Of PBKDF2 with SHA-1: IEEE 802.11, J.4.1."""


def file(wifi: Wifi) -> str | None:
    """The text; None where no Wi-Fi is asked for."""
    if not wifi.ssid:
        return None
    lines = [f"ssid={wifi.ssid.encode().hex()}", *(["scan_ssid=1"] if wifi.hidden else []), *_secret(wifi)]
    body = "".join(f"\t{line}\n" for line in lines)
    return f"{_HEAD.format(country=wifi.country)}network={{\n{body}}}\n"


def _secret(wifi: Wifi) -> list[str]:
    """WPA3's SAE wants the passphrase itself, WPA2 only what is derived from it."""
    if not wifi.password:
        return ["key_mgmt=NONE"]
    if PSK.match(wifi.password):
        return ["key_mgmt=WPA-PSK WPA-PSK-SHA256", f"psk={wifi.password.lower()}", "ieee80211w=1"]
    derived = hashlib.pbkdf2_hmac("sha1", wifi.password.encode(), wifi.ssid.encode(), _ROUNDS, _BYTES)
    return [
        "key_mgmt=WPA-PSK WPA-PSK-SHA256 SAE",
        f"psk={derived.hex()}",
        f"sae_password={wifi.password.encode().hex()}",
        "ieee80211w=1",
    ]
