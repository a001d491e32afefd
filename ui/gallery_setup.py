"""The screen before a kiosk is enrolled as the gallery draws it: mistakes, steps, what holds it up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from kiosk import views as v
from kiosk.views import Look, Mistake, Setup
from mqtt.vocabulary import Language

FILE = "/etc/bashgah/kiosk.toml"


def views(language: Language, look: Look, now: datetime) -> Iterator[tuple[str, v.View]]:
    """By name; `now` is the time that the kiosk's clock shows."""
    for name, mistake in (
        ("value", Mistake(FILE, "value", 5, "cloud", 'cloud = "https://club.example:8443"')),
        ("unknown", Mistake(FILE, "unknown", 13, "screen.inch", "inches = 7")),
        ("syntax", Mistake(FILE, "syntax", 4)),
        ("quotes", Mistake(FILE, "quotes", 4, "store", 'store = "tajrish"')),
        ("digits", Mistake(FILE, "digits", 9, "network.address", 'address = "192.168.1.20/24"')),
        ("ending", Mistake(FILE, "hidden-ending")),
        ("empty", Mistake(FILE, "empty")),
        ("none", Mistake(FILE, "no-file")),
        ("variable", Mistake("", "value", variable="BASHGAH_KIOSK_SCREEN_INCHES")),
    ):
        yield f"setup-mistake-{name}", Setup(language, mistake, look=look)
    yield "setup", Setup(language, look=look)
    step = Setup(language, step="asking-authority", since=now, look=look)
    yield "setup-step", step
    yield "setup-time", replace(step, step="waiting-for-time", since=None)
    yield "setup-enrolled", replace(step, step="enrolled", since=None, kiosk="tajrish-1")
    yield "setup-online", replace(step, step="enrolled", since=None, kiosk="tajrish-1", online=True)
    held = replace(step, step="enrolling", reason="token-used")
    yield "setup-token", held
    yield "setup-network", replace(held, step="asking-authority", reason="no-network", again=60.0)
    yield "setup-authority", replace(held, step="asking-authority", reason="wrong-authority", again=60.0)
    yield "setup-clock", replace(held, step="waiting-for-time", reason="clock", again=60.0, since=None)
    yield "setup-refused", replace(held, reason="request-key", again=900.0)
    yield "setup-remade", replace(held, step="making-key", reason="no-token", remade=True)
    yield "setup-remade-step", replace(step, remade=True)
    device = Setup(language, reason="card-too-small", look=look)
    yield "setup-card-full", replace(device, reason="disk", again=60.0)
    yield "setup-card-small", device
    yield "setup-card-broken", replace(device, reason="card-broken")
    yield "setup-no-graphics", replace(device, reason="no-graphics")
