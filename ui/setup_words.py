"""Every word of the screen before a kiosk is enrolled, in both languages, out of `ui/locale`.

A catalogue of its own, `setup.po`, as the technician's: a new word is said here in English, and the same
tests look after it. `docs/runbook.md` has a line for each of these troubles.
"""

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from kiosk.views import SetupReason, SetupStep, Wrong
from mqtt.vocabulary import Language
from ui.words import LOCALE, Trouble

DOMAIN = "setup"
Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class SetupWords:
    """One language's words; `{}` takes a value that is already in the language's way.

    `steps` names each step, `doing` tells a technician what to do while it lasts.
    """

    title: str
    wrong_title: str
    line: str
    place: str
    right: str
    reread: str
    start: Trouble
    step: str
    since: str
    steps: dict[SetupStep, str]
    doing: dict[SetupStep, str]
    online: str
    named: str
    again: str
    corrected: str
    code: str
    wrongs: dict[Wrong, Trouble]
    reasons: dict[SetupReason, Trouble]
    remade: str


def _read(language: Language) -> SetupWords:
    _ = gettext.translation(DOMAIN, LOCALE, [language]).gettext
    return SetupWords(
        title=_("Setting up this kiosk"),
        wrong_title=_("kiosk.toml has a mistake"),
        line=_("Line {}"),
        place=_("Line {}: {}"),
        right=_("Right would be, for example:"),
        reread=_("Mend it here, or switch off and use a laptop."),
        start=Trouble(
            _("The kiosk is starting"),
            _("If this stays for more than a minute, switch the kiosk off and on again."),
        ),
        step=_("Step {} of {}: {}"),
        since=_("since {}"),
        steps=_steps(_),
        doing=_doing(_),
        online=_("Secure and online"),
        named=_("This kiosk is {}"),
        again=_("It tries again by itself, within {}."),
        corrected=_("It goes on once kiosk.toml is mended: on a laptop with the kiosk off, or here."),
        code=_("For head office: {}"),
        wrongs=_wrongs(_),
        reasons={**_own(_), **_token(_), **_others(_), **_device(_)},
        remade=_("This card's data was lost and is made anew. Enrol again."),
    )


def _steps(_: Say) -> dict[SetupStep, str]:
    return {
        "waiting-for-time": _("Right time"),
        "making-key": _("This kiosk's own key"),
        "asking-authority": _("The club's authority"),
        "enrolling": _("Enrolling with the club"),
        "enrolled": _("Enrolled"),
    }


def _doing(_: Say) -> dict[SetupStep, str]:
    return {
        "waiting-for-time": _("The network sets the clock. Nothing is to be done."),
        "making-key": _("This takes a moment."),
        "asking-authority": _("The kiosk looks whether the server is the club's."),
        "enrolling": _("The club signs. This may take a minute."),
        "enrolled": _("The kiosk connects to the club."),
    }


def _wrongs(_: Say) -> dict[Wrong, Trouble]:
    return {**_files(_), **_lines(_)}


def _files(_: Say) -> dict[Wrong, Trouble]:
    utf8 = _("In Notepad choose Save as, and there the encoding UTF-8.")
    return {
        "no-file": Trouble(_("There is no such file"), _("Put kiosk.toml there, as the runbook shows it.")),
        "hidden-ending": Trouble(
            _("The file has a hidden ending"),
            _("Windows does not show .txt: have it show endings, and call the file kiosk.toml."),
        ),
        "folder": Trouble(
            _("There is a folder of this name"), _("Remove it, and put the file kiosk.toml in its place.")
        ),
        "unreadable": Trouble(
            _("The file cannot be read"), _("Check the memory card, and who may read the file.")
        ),
        "too-long": Trouble(
            _("This is another file"), _("It is far too long. Put kiosk.toml there, as the runbook shows it.")
        ),
        "empty": Trouble(
            _("Nothing is filled in"),
            _("Write store, cloud, authority and token. Lines that begin with # do not count."),
        ),
        "utf-16": Trouble(_("The file is saved as UTF-16"), utf8),
        "encoding": Trouble(_("The file is not saved as UTF-8"), utf8),
        "zeros": Trouble(
            _("The file is damaged"), _("Write it anew, and remove the card safely. Or change the card.")
        ),
    }


def _lines(_: Say) -> dict[Wrong, Trouble]:
    return {
        "syntax": Trouble(
            _("This line is not understood"),
            _(
                "A quotation mark or a bracket may be missing, here or in the line above;"
                " or this key stands twice."
            ),
        ),
        "quotes": Trouble(
            _("These quotation marks are wrong"),
            _('Type the straight ", not “ ” or « ».'),
        ),
        "comma": Trouble(_("This comma is wrong"), _("Type , on an English keyboard.")),
        "digits": Trouble(_("These digits are wrong"), _("Type 0 to 9 on an English keyboard.")),
        "invisible": Trouble(
            _("Something invisible is in this line"),
            _("Delete the whole line, and type it anew on an English keyboard."),
        ),
        "missing": Trouble(_("This line is missing"), _("Add it.")),
        "unknown": Trouble(
            _("No such key is known"),
            _("Mend or remove it. Lines of no section go above the first [ ]."),
        ),
        "stray": Trouble(
            _("This key does not belong here"), _("Remove the line: the club says it at enrolment.")
        ),
        "pair": Trouble(_("Two lines belong together"), _("One of them is missing. The runbook says which.")),
        "value": Trouble(_("This value is wrong"), _("Correct it.")),
    }


def _own(_: Say) -> dict[SetupReason, Trouble]:
    return {
        "no-token": Trouble(
            _("There is no token"), _("Have head office issue one, and write it into kiosk.toml.")
        ),
        "no-network": Trouble(
            _("The club's server does not answer"),
            _("Check cable or Wi-Fi, and cloud in kiosk.toml."),
        ),
        "wrong-authority": Trouble(
            _("The server is not the club's"),
            _("Compare authority in kiosk.toml with head office. If it is right, somebody else answers."),
        ),
        "wrong-name": Trouble(
            _("The server has another name"),
            _("Write cloud into kiosk.toml exactly as head office says it."),
        ),
        "clock": Trouble(
            _("The clock is not right"),
            _("Connect the network, which sets it. If it is right, tell head office."),
        ),
        "disk": Trouble(
            _("The memory card takes nothing"),
            _("Switch the kiosk off and on. If this stays, write the image to another card."),
        ),
        "bad-answer": Trouble(
            _("Whoever answers is not the club's gate"), _("Compare cloud in kiosk.toml with head office.")
        ),
        "bad-identity": Trouble(
            _("This kiosk's identity is damaged"),
            _("Have head office issue a new token, and write it into kiosk.toml."),
        ),
    }


def _token(_: Say) -> dict[SetupReason, Trouble]:
    anew = _("Have head office issue a new token, and write it into kiosk.toml.")
    return {
        "token-unknown": Trouble(
            _("The token is not known"), _("Compare it with the paper, group by group.")
        ),
        "token-used": Trouble(_("The token was used before"), anew),
        "token-expired": Trouble(_("The token is too old"), anew),
        "token-withdrawn": Trouble(_("The token was withdrawn"), anew),
        "token-store": Trouble(
            _("The token is for another store"),
            _("Correct store in kiosk.toml, or have a token issued for this store."),
        ),
    }


def _others(_: Say) -> dict[SetupReason, Trouble]:
    refused = Trouble(
        _("The club refuses this request"),
        _("Tell head office the code below. A new token makes a new key."),
    )
    return {
        "request-malformed": refused,
        "request-name": refused,
        "request-key": refused,
        "request-signature": refused,
        "certificate-unknown": refused,
        "certificate-revoked": Trouble(
            _("This kiosk's certificate was revoked"),
            _("Ask head office why; then have a new token issued."),
        ),
        "kiosk-revoked": Trouble(_("Head office has shut this kiosk out"), _("Ask head office why.")),
        "too-many": Trouble(_("Too many attempts"), _("Leave the kiosk alone; it goes on by itself.")),
    }


def _device(_: Say) -> dict[SetupReason, Trouble]:
    return {
        "card-too-small": Trouble(
            _("The memory card is too small"),
            _("Switch the kiosk off. Write the image to a card of 4 GB or more."),
        ),
        "card-broken": Trouble(
            _("The memory card is broken"),
            _("It takes nothing. Switch the kiosk off, write the image to another card, and enrol again."),
        ),
        "no-graphics": Trouble(
            _("The picture is made without the graphics chip"),
            _("Write the image anew. If this stays, change the kiosk, and tell head office."),
        ),
    }


WORDS: dict[Language, SetupWords] = {language: _read(language) for language in get_args(Language)}
