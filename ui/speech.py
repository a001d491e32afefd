"""Spoken prompts through espeak-ng, where it is installed; never a name and never a balance."""

import logging
import shutil
import subprocess
import threading
from dataclasses import dataclass

from kiosk.views import (
    Ask,
    History,
    Join,
    Leave,
    Redeem,
    Redeemed,
    Reply,
    Sorry,
    Talk,
    Thanks,
    Ticket,
    Undo,
    View,
    Welcome,
)
from mqtt.vocabulary import Language
from ui.figures import digits
from ui.words import WORDS, Words

PROGRAM = "espeak-ng"
PACE = "140"
"""Words a minute: slower than its own 175, for somebody who hears this voice for the first time."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is said, and in which language; empty: nothing."""

    text: str
    language: Language


def prompt(view: View) -> Prompt:
    """What a view says aloud: what anybody beside it may hear."""
    words = WORDS[view.language]
    match view:
        case Welcome() | History():
            said = words.points
        case Ask(text=text):
            said = text
        case Undo(value=value):
            said = f"{words.your_answer}: {digits(str(value), view.language)}"
        case Thanks():
            said = f"{words.thanks}. {words.thanks_next}"
        case Sorry(reason=reason):
            said = f"{words.sorry[reason].title}. {words.sorry[reason].next}"
        case _:
            said = _title(view, words)
    return Prompt(said, view.language)


def _title(view: View, words: Words) -> str:
    match view:
        case Talk(step=step):
            return words.talk_titles[step]
        case Ticket():
            return words.ticket_title
        case Reply():
            return words.reply_title
        case Redeem():
            asked = words.redeem_ask if view.chosen else words.redeem_title
            return words.moment if view.keeping else asked
        case Redeemed(days=days):
            until = words.coupon_days(days, digits(str(days), view.language))
            return f"{words.redeemed_title}. {until}"
        case Join(step=step):
            return words.join_titles[step]
        case Leave(step=step):
            return words.leave_titles[step]
    return ""  # nobody is there, or a technician, who reads


class Speaker:
    """One prompt at a time, each a process of its own; a thread waits for it, nobody else does."""

    def __init__(self) -> None:
        """Look for the program; where there is none the log says so once and nothing is ever said."""
        self._program = shutil.which(PROGRAM)
        self._changed = threading.Condition()
        self._shown = Prompt("", "fa")
        self._next: Prompt | None = None
        self._speaking: subprocess.Popen[bytes] | None = None
        self._closed = self._program is None
        if self._closed:
            log.warning("speech: %s is not installed; the kiosk stays silent", PROGRAM)
            return
        self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
        self._thread.start()

    def view(self, view: View) -> None:
        """Say what this view has to say, unless that is being said; what was said before it breaks off."""
        said = prompt(view)
        if self._closed or said == self._shown:
            return
        with self._changed:
            self._shown = self._next = said
            self._break_off()
            self._changed.notify()

    def close(self) -> None:
        """Be silent."""
        if self._closed:
            return
        with self._changed:
            self._closed = True
            self._break_off()
            self._changed.notify()
        self._thread.join()

    def _break_off(self) -> None:
        if self._speaking:
            self._speaking.kill()

    def _run(self) -> None:
        while process := self._begun():
            _, errors = process.communicate()
            with self._changed:
                self._speaking = None
            if process.returncode > 0:  # below 0 it was told to stop
                log.warning("speech: %s: %s", PROGRAM, errors.decode(errors="replace").strip())

    def _begun(self) -> "subprocess.Popen[bytes] | None":
        """The next prompt's process, as soon as there is a prompt; None when closed."""
        with self._changed:
            while not self._closed:
                said, self._next = self._next, None
                if said and said.text:
                    self._speaking = self._start(said)
                    return self._speaking
                self._changed.wait()
        return None

    def _start(self, said: Prompt) -> "subprocess.Popen[bytes]":
        words = [self._program or PROGRAM, "-v", said.language, "-s", PACE, "--", said.text]
        nothing, pipe = subprocess.DEVNULL, subprocess.PIPE
        return subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=pipe)  # noqa: S603 - no shell
