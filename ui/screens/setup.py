"""Before this kiosk is one of the club's: a mistake in kiosk.toml, the way to go, or what is in the way."""

from typing import ClassVar, Literal

from kivy.properties import BooleanProperty, ObjectProperty, OptionProperty, StringProperty

from kiosk.views import SETUP_STEPS, Setup, SetupStep
from ui import figures, technician_figures
from ui.figures import digits, isolated
from ui.screens.paged import Page, Paged
from ui.setup_words import WORDS
from ui.widgets import Row

SIGNS = {"done": "check", "now": "clock", "held": "warning", "coming": ""}
"""How a step stands, by its sign."""


class StepRow(Row):
    """One step: its sign, and its name."""

    state = OptionProperty("coming", options=list(SIGNS))
    sign = StringProperty("")
    title = StringProperty("")


class SetupPage(Page[Setup]):
    """What all pages have."""

    told = ObjectProperty(WORDS["fa"], rebind=True)

    def show(self, view: Setup) -> None:
        """Take the language's words first."""
        self.told = WORDS[view.language]
        super().show(view)


class MistakePage(SetupPage):
    """Where the mistake is, as large as a metre away asks for, and what would be right."""

    title = StringProperty("")
    place = StringProperty("")
    advice = StringProperty("")
    example = StringProperty("")
    right = StringProperty("")
    file = StringProperty("")

    def fill(self, view: Setup) -> None:
        """Put the mistake into words."""
        mistake = view.mistake
        if mistake is None:
            return
        trouble = self.told.wrongs[mistake.wrong]
        self.title, self.advice = trouble.title, trouble.next
        self.example, self.right = mistake.right, self.told.right if mistake.right else ""
        key = isolated(mistake.variable or mistake.key) if mistake.variable or mistake.key else ""
        line = digits(str(mistake.line), view.language) if mistake.line else ""
        self.place = (
            self.told.place.format(line, key)
            if line and key
            else self.told.line.format(line)
            if line
            else key or isolated(mistake.file)
        )
        self.file = mistake.file if line or key else ""


class StepsPage(SetupPage):
    """The steps, and what to do while the one that is being done lasts."""

    remade = StringProperty("")
    advice = StringProperty("")
    since = StringProperty("")
    ready = BooleanProperty(defaultvalue=False)
    named = StringProperty("")

    def fill(self, view: Setup) -> None:
        """Mark each step."""
        rows = self.ids.rows
        for _ in SETUP_STEPS[len(rows.children) :]:
            rows.add_widget(StepRow())
        for row, step in zip(reversed(rows.children), SETUP_STEPS, strict=True):
            row.language, row.title = view.language, self.told.steps[step]
            row.state = _state(step, view)
            row.sign = SIGNS[row.state]
        self.ready = view.online
        self.named = self.told.named.format(isolated(view.kiosk)) if view.kiosk else ""
        self.advice = _advice(view)
        self.remade = self.told.remade if view.remade else ""
        self.since = "" if view.remade else _since(view)  # there is room for one of them


class HeldPage(SetupPage):
    """What is in the way, and what to do."""

    remade = BooleanProperty(defaultvalue=False)
    step = StringProperty("")
    title = StringProperty("")
    advice = StringProperty("")
    again = StringProperty("")
    code = StringProperty("")

    def fill(self, view: Setup) -> None:
        """Put the reason into words."""
        if view.reason is None:
            return
        trouble, words = self.told.reasons[view.reason], self.told
        self.remade = view.remade
        # there is room for one of them
        self.step = words.remade if view.remade else " · ".join(filter(None, (_step(view), _since(view))))
        self.title, self.advice = trouble.title, trouble.next
        self.again = _again(view)
        self.code = words.code.format(isolated(view.reason))


class SetupScreen(Paged[Setup]):
    """Three pages; there is nothing on them to be touched but how they are read."""

    pages: ClassVar = {"mistake": MistakePage, "steps": StepsPage, "held": HeldPage}

    def turned_to(self, view: Setup) -> str:
        """By what is to be said."""
        return "mistake" if view.mistake else "held" if view.reason else "steps"


def _state(step: SetupStep, view: Setup) -> Literal["done", "now", "coming"]:
    if view.step is None:
        return "coming"
    here, now = SETUP_STEPS.index(step), SETUP_STEPS.index(view.step)
    return "done" if here < now or view.kiosk else "now" if here == now else "coming"


def _again(view: Setup) -> str:
    """When it is tried again; empty where that depends on whoever reads it."""
    words = WORDS[view.language]
    if view.again is not None:
        return words.again.format(isolated(technician_figures.span(view.again, view.language)))
    return words.corrected if view.step else ""


def _step(view: Setup) -> str:
    """Which of how many; empty for what is in the way of all."""
    if view.step is None:
        return ""
    words = WORDS[view.language]
    counted = (SETUP_STEPS.index(view.step) + 1, len(SETUP_STEPS))
    return words.step.format(*(digits(str(each), view.language) for each in counted), words.steps[view.step])


def _advice(view: Setup) -> str:
    words = WORDS[view.language]
    if view.online:
        return words.online
    return words.doing[view.step] if view.step else f"{words.start.title}. {words.start.next}"


def _since(view: Setup) -> str:
    if view.since is None:
        return ""
    time = figures.clock_time(view.since.astimezone(), view.language)
    return WORDS[view.language].since.format(isolated(time))
