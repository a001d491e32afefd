"""Every word of the technician's screen and its keypad, in both languages, out of `ui/locale`.

A catalogue of its own, `technician.po`: what a shopper reads and what a technician reads share few words.
A new word is said here in English, as in `words.py`, and the same tests look after it.
"""

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from kiosk.views import CheckName, Says, TechnicianPage
from mqtt.vocabulary import Language
from ui.words import LOCALE

DOMAIN = "technician"
Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class TechnicianWords:
    """One language's words; `{}` takes a value that is already in the language's way.

    `says` tells how a line stands; `advice` what to do about one that is not good, where the view does
    not say.
    """

    pin: str
    pin_why: str
    pin_wrong: str
    pin_tries: str
    pin_locked: str
    pin_checking: str
    cancel: str
    enter: str
    erase: str
    title: str
    done: str
    back: str
    all_good: str
    wrong: str
    looking: str
    read_only: str
    pages: dict[TechnicianPage, str]
    panel_why: str
    touch_why: str
    touch_done: str
    ticket_title: str
    ticket_why: str
    restart_ask: str
    restart_why: str
    restart: str
    checks: dict[CheckName, str]
    says: dict[Says, str]
    advice: dict[Says, str]
    patterns: dict[str, str]
    units: dict[str, str]


def _read(language: Language) -> TechnicianWords:
    _ = gettext.translation(DOMAIN, LOCALE, [language]).gettext
    return TechnicianWords(
        pin=_("Technician's PIN"),
        pin_why=_("Type the PIN, then OK."),
        pin_wrong=_("That was not the PIN."),
        pin_tries=_("That was not the PIN. Tries left: {}"),
        pin_locked=_("Too many wrong PINs. Try again in {}."),
        pin_checking=_("Checking…"),
        cancel=_("Cancel"),
        enter=_("OK"),
        erase=_("Erase"),
        title=_("Technician's page"),
        done=_("Leave"),
        back=_("Back"),
        all_good=_("Everything is fine"),
        wrong=_("Errors: {}, warnings: {}"),
        looking=_("Looking…"),
        read_only=_("to read only"),
        pages=_pages(_),
        panel_why=_("Touch a name: lamp and buzzer play it."),
        touch_why=_("Draw over every square. Left: {}"),
        touch_done=_("Every square felt the finger."),
        ticket_title=_("Health ticket"),
        ticket_why=_(
            "Any phone's camera reads it, without an app and without a network. Nobody's "
            "name or number is in it."
        ),
        restart_ask=_("Restart the kiosk?"),
        restart_why=_("The screen goes dark for some seconds. What was kept stays."),
        restart=_("Restart now"),
        checks=_checks(_),
        says=_says(_),
        advice=_advice(_),
        patterns=_patterns(_),
        units=_units(_),
    )


def _pages(_: Say) -> dict[TechnicianPage, str]:
    return {
        "checks": _("Status"),
        "panel": _("Lamp, buzzer"),
        "touch": _("Touch test"),
        "ticket": _("Health ticket"),
        "restart": _("Restart"),
    }


def _checks(_: Say) -> dict[CheckName, str]:
    return {
        "technician": _("Technician"),
        "reader": _("Card reader"),
        "panel": _("Lamp, buzzer"),
        "network": _("Network"),
        "identity": _("Identity"),
        "broker": _("Club's server"),
        "queue": _("Waiting to be sent"),
        "disk": _("Disk"),
        "card": _("Memory card"),
        "watchdog": _("Watchdog"),
        "journal": _("Journal"),
        "clock": _("Clock"),
        "temperature": _("Temperature"),
        "power": _("Power supply"),
        "software": _("Software"),
        "image": _("System"),
        "catalogue": _("Catalogue"),
        "members": _("Members"),
    }


def _says(_: Say) -> dict[Says, str]:
    return {
        "nobody-set-up": _("no card is set up yet"),
        "reader-up": _("{}: ready"),
        "reader-tapped": _("{}: last card {} ago"),
        "reader-starting": _("{}: has not answered yet"),
        "reader-down": _("{}: down ({})"),
        "no-readers": _("none is named"),
        "panel-wired": _("wired"),
        "panel-mock": _("simulated, no pin is wired"),
        "panel-lost": _("cannot be had"),
        "routed": _("through {}"),
        "no-route": _("{} has a link but no route"),
        "no-link": _("no cable and no Wi-Fi"),
        "identity-none": _("none, kiosk.toml is written by hand"),
        "identity-lasts": _("{}, for {} more"),
        "identity-ends": _("{}, for only {} more"),
        "identity-ended": _("{}: the certificate has ended"),
        "identity-damaged": _("its files are damaged"),
        "identity-revoked": _("{} has been shut out"),
        "identity-refused": _("{} is refused by the server"),
        "heard": _("answered {} ago"),
        "heard-late": _("silent for {}"),
        "not-heard": _("no connection"),
        "broker-foreign": _("it is not the club's"),
        "queue-empty": _("nothing"),
        "queue-waits": _("events: {}, the oldest {}"),
        "queue-stuck": _("events kept back: {}, the oldest {}"),
        "disk-free": _("{} free"),
        "disk-low": _("only {} free"),
        "disk-full": _("full: only {} free"),
        "card-sound": _("in order, {}"),
        "card-mended": _("was mended at this start, {}"),
        "card-remade": _("its data was made anew, times: {}"),
        "watchdog-armed": _("restarts a frozen system after {}"),
        "watchdog-off": _("not armed"),
        "journal-takes": _("writes, {}"),
        "journal-refuses": _("does not write, {}"),
        "clock-set": _("{}, set by the network"),
        "clock-moved": _("{}, set by the network; moved by {}"),
        "clock-unsure": _("{}, not set by the network"),
        "clock-wrong": _("{}, which is wrong"),
        "clock-held": _("{}, to which no certificate fits"),
        "cool": _("{}"),
        "warm": _("{}, warm"),
        "hot": _("{}, hot"),
        "power-enough": _("enough"),
        "power-low": _("the voltage is low"),
        "running": _("Bashgah {}, Python {}, Kivy {}"),
        "image-is": _("{}"),
        "catalogue-is": _("version {}"),
        "catalogue-built-in": _("the built-in one"),
        "members-are": _("version {}"),
    }


def _advice(_: Say) -> dict[Says, str]:
    return {
        "nobody-set-up": _(
            "Run python -m kiosk card and python -m kiosk pin, and put both lines into "
            "[technician] of kiosk.toml."
        ),
        "reader-starting": _("Wait some seconds; if it stays so, restart the kiosk."),
        "no-readers": _("Write the reader's address into readers of kiosk.toml."),
        "panel-lost": _(
            "Read the kiosk's log; compare the wires and panel in kiosk.toml with the panel's guide."
        ),
        "no-route": _("Look at the router or switch: it gives this machine no address."),
        "no-link": _("Push the network cable home at both ends, or join the Wi-Fi again."),
        "identity-none": _("For a desk only: enrol the kiosk before it goes into a shop."),
        "identity-ends": _("It is renewed by itself; check that the kiosk reaches cloud of kiosk.toml."),
        "identity-ended": _(
            "It is renewed by itself once the kiosk reaches cloud of kiosk.toml and its clock is right."
        ),
        "identity-damaged": _("Have head office issue a new token, and write it into kiosk.toml."),
        "identity-revoked": _("Ask head office why. A new token lets the kiosk in again."),
        "identity-refused": _(
            "Tell head office; a new token, written into kiosk.toml, makes a new certificate."
        ),
        "broker-foreign": _(
            "Tell head office: another server answers, or the club's own certificate is wrong."
        ),
        "heard-late": _("Wait a minute; then look at the shop's Internet. Cards are read all the same."),
        "not-heard": _("Check the network, and broker in kiosk.toml. Events are kept and sent later."),
        "queue-stuck": _("Check network and server. Nothing is lost, but head office does not know it yet."),
        "disk-low": _(
            "Connect the network: what is sent makes room. If it stays, a larger card. Delete nothing."
        ),
        "disk-full": _(
            "Connect the network now, then a larger card. Until there is room no question is asked."
        ),
        "card-mended": _("The power was cut. If it comes again and again, change the memory card."),
        "card-remade": _("Events were lost. Change the memory card, and look at the power supply."),
        "watchdog-off": _("A frozen system stays frozen. Write the image anew, or change the kiosk."),
        "journal-refuses": _("Check the free space and the memory card, then restart the kiosk."),
        "clock-unsure": _("Check the network, which sets the clock; the events' times are put right later."),
        "clock-held": _("Connect the network, which sets the clock; if it is right, tell head office."),
        "clock-wrong": _("Connect the network or set the clock by hand; its battery may be empty."),
        "warm": _("Clear the air vents and keep the kiosk out of the sun."),
        "hot": _("Switch the kiosk off to cool down; check its fan and air vents."),
        "power-low": _("Use the original 5 V supply and a short cable: low voltage spoils the memory card."),
    }


def _patterns(_: Say) -> dict[str, str]:
    return {
        "welcome": _("Welcome"),
        "thanks": _("Thanks"),
        "offline": _("Offline"),
        "refused": _("Card refused"),
        "payment-card": _("Payment card"),
        "identify": _("Which kiosk"),
        "alarm": _("Alarm"),
    }


def _units(_: Say) -> dict[str, str]:
    return {
        "second": _("{} s"),
        "minute": _("{} min"),
        "hour": _("{} h"),
        "day": _("{} days"),
        "KiB": _("{} KB"),
        "MiB": _("{} MB"),
        "GiB": _("{} GB"),
        "degrees": _("{} °C"),
    }


WORDS: dict[Language, TechnicianWords] = {language: _read(language) for language in get_args(Language)}
"""Sentences that are too long for one line of a screen take two."""
