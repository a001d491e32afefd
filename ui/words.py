"""Every word of the screens, in both languages, out of `ui/locale`; what a shop can change is in the view.

A new word is a field here, said in English, and its translations in both `kiosk.po`; then
`msgfmt -o kiosk.mo kiosk.po` in each folder. Tests find what is missing and what is left over.
"""

import gettext
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from kiosk.views import JoinStep, LeaveStep, SorryReason, TalkStep
from mqtt.vocabulary import Language

LOCALE = Path(__file__).with_name("locale")
DOMAIN = "kiosk"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, and what to do next."""

    title: str
    next: str


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; `{}` takes a value that is already in the language's digits."""

    catalogue: gettext.NullTranslations
    other_language: str
    tap_card: str
    tap_why: str
    no_reader: str
    no_reader_next: str
    larger: str
    hello: str
    hello_all: str
    points: str
    points_owed: str
    pending: str
    held: str
    as_of: str
    as_of_day: str
    offline: str
    last_visit: str
    history: str
    history_title: str
    more: str
    more_title: str
    back: str
    go_on: str
    skip: str
    your_answer: str
    undo: str
    thanks: str
    thanks_next: str
    done: str
    understood: str
    toman: str
    rial: str
    sorry: dict[SorryReason, Trouble]
    reasons: dict[str, str]
    other_reason: str
    near_days: tuple[str, ...]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    talk: str
    talk_titles: dict[TalkStep, str]
    kinds: dict[str, str]
    categories: dict[str, str]
    wrong: str
    ticket_title: str
    ticket_code: str
    reply_waits: str
    reply_title: str
    reply_to: str
    better: str
    yes: str
    no: str
    close: str
    moment: str
    membership: str
    redeem: str
    redeem_title: str
    redeem_ask: str
    redeem_gone: str
    redeem_away: str
    redeem_away_none: str
    redeem_none: str
    money_off: str
    take: str
    redeemed_title: str
    join: str
    join_titles: dict[JoinStep, str]
    join_agree: str
    join_card: str
    join_number: str
    number_why: str
    number_wrong: str
    joined_card: str
    joined_number: str
    leave: str
    leave_titles: dict[LeaveStep, str]
    leave_erased: str
    leave_kept: str
    leave_confirm: str
    leave_stay: str
    left_code: str
    left_why: str

    def days_ago(self, days: int, shown: str) -> str:
        """So many days ago; `shown` is the number in the language's digits."""
        return self.catalogue.ngettext("{} day ago", "{} days ago", days).format(shown)

    def expiring(self, points: int, shown: str, day: str) -> str:
        """What lapses, and on which day."""
        return self.catalogue.ngettext("{} point until {}", "{} points until {}", points).format(shown, day)

    def next_tier(self, points: int, shown: str, name: str) -> str:
        """How far the next rank is."""
        return self.catalogue.ngettext("{} point to {}", "{} points to {}", points).format(shown, name)

    def earned(self, points: int, shown: str) -> str:
        """What an answer was worth."""
        return self.catalogue.ngettext(
            "{} point for your answer", "{} points for your answer", points
        ).format(shown)

    def answered_within(self, days: int, shown: str) -> str:
        """When the shop answers, and where that can be read."""
        return self.catalogue.ngettext(
            "We answer within {} day. Tap your card here to read it.",
            "We answer within {} days. Tap your card here to read it.",
            days,
        ).format(shown)

    def have(self, points: int, shown: str) -> str:
        """What there is to spend."""
        return self.catalogue.ngettext("You have {} point", "You have {} points", points).format(shown)

    def cost(self, points: int, shown: str) -> str:
        """What something costs."""
        return self.catalogue.ngettext("for {} point", "for {} points", points).format(shown)

    def remain(self, points: int, shown: str) -> str:
        """What will be left of them."""
        return self.catalogue.ngettext("{} point will be left", "{} points will be left", points).format(
            shown
        )

    def coupon_days(self, days: int, shown: str) -> str:
        """Where a coupon is good for something, and until when."""
        return self.catalogue.ngettext(
            "Show it at the till within {} day. A photo of it will do.",
            "Show it at the till within {} days. A photo of it will do.",
            days,
        ).format(shown)

    def give_up(self, points: int, shown: str) -> str:
        """What who leaves goes without."""
        return self.catalogue.ngettext(
            "You give up your {} point.", "You give up your {} points.", points
        ).format(shown)

    def chosen(self, code: str) -> str:
        """What somebody tells the shop, or what it is about; one word for all that is not known here."""
        return {**self.kinds, **self.categories}.get(code, self.categories["other"])

    def reason(self, code: str) -> str:
        """Why points moved; one word for all codes that are not known here."""
        return self.reasons.get(code, self.other_reason)


def _read(language: Language) -> Words:
    catalogue = gettext.translation(DOMAIN, LOCALE, [language])
    _ = catalogue.gettext
    return Words(
        catalogue,
        other_language=_("the other language, in its own words"),
        tap_card=_("Tap your card"),
        tap_why=_("to see your points"),
        no_reader=_("The card reader does not answer"),
        no_reader_next=_("Please tell the cashier. Your points are safe."),
        larger=_("Larger"),
        hello=_("Hello, {}"),
        hello_all=_("Welcome"),
        points=_("Your points"),
        points_owed=_("Points you owe"),
        pending=_("{} on the way"),
        held=_("{} elsewhere"),
        as_of=_("as of {}"),
        as_of_day=_("as of {}, {}"),
        offline=_("offline"),
        last_visit=_("Last visit"),
        history=_("History"),
        history_title=_("Your last movements"),
        more=_("and {} more"),
        more_title=_("For you"),
        back=_("Back"),
        go_on=_("Continue"),
        skip=_("Skip"),
        your_answer=_("Your answer"),
        undo=_("Change answer"),
        thanks=_("Thank you"),
        thanks_next=_("See you again soon"),
        done=_("Done"),
        understood=_("OK"),
        toman=_("{} Toman"),
        rial=_("{} Rial"),
        sorry=_troubles(catalogue),
        reasons=_reasons(catalogue),
        other_reason=_("Correction"),
        near_days=(_("today"), _("yesterday")),
        weekdays=_weekdays(catalogue),
        months=_months(catalogue),
        talk=_("Talk to us"),
        talk_titles={
            "kind": _("What do you want to tell us?"),
            "about": _("What is it about?"),
            "line": _("Which line is wrong?"),
            "keeping": _("One moment"),
        },
        kinds={"complaint": _("A complaint"), "suggestion": _("A suggestion"), "praise": _("Praise")},
        categories=_categories(catalogue),
        wrong=_("A line is wrong"),
        ticket_title=_("We have it"),
        ticket_code=_("Your tracking code"),
        reply_waits=_("The shop has answered you"),
        reply_title=_("The shop's answer"),
        reply_to=_("{}, you told us: {}"),
        better=_("Is it better now?"),
        yes=_("Yes"),
        no=_("No"),
        close=_("Close"),
        moment=_("One moment"),
        membership=_("Your membership"),
        redeem=_("Spend points"),
        redeem_title=_("What would you like for your points?"),
        redeem_ask=_("Do you want this coupon?"),
        redeem_gone=_("What you chose is not there any more."),
        redeem_away=_("Without word from head office, this much can be had."),
        redeem_away_none=_("Head office does not answer. Your points are safe; please try again later."),
        redeem_none=_("There is nothing for your points just now."),
        money_off=_("{} off"),
        take=_("Yes, take it"),
        redeemed_title=_("Your coupon is ready"),
        join=_("Join the club"),
        join_titles={
            "about": _("Become a member"),
            "phone": _("Your mobile number"),
            "keeping": _("One moment"),
            "done": _("You are a member now"),
        },
        join_agree=_("By joining you agree to this:"),
        join_card=_("With this card alone"),
        join_number=_("With my phone number"),
        number_why=_("With it your points are found again if the card is lost."),
        number_wrong=_("This is not a mobile number. Please look at it once more."),
        joined_card=_("From now on you earn points with this card."),
        joined_number=_("Your number is kept. From now on you earn points."),
        leave=_("Leave the club"),
        leave_titles={
            "confirm": _("Do you want to leave the club?"),
            "keeping": _("One moment"),
            "done": _("You have left the club"),
        },
        leave_erased=_("Your name and number are erased."),
        leave_kept=_("Your movements stay without a name, because the law asks for the books."),
        leave_confirm=_("Yes, leave"),
        leave_stay=_("I stay"),
        left_code=_("Your receipt"),
        left_why=_("Take a photo of this page: it proves that you left."),
    )


def _troubles(catalogue: gettext.NullTranslations) -> dict[SorryReason, Trouble]:
    _ = catalogue.gettext
    return {
        "unknown": Trouble(
            _("We do not know this card"), _("Show it to the cashier, who will register it for you.")
        ),
        "blocked": Trouble(
            _("This card is not active"), _("Please tell the cashier, who can give you a new one.")
        ),
        "unreadable": Trouble(_("The card could not be read"), _("Try once more, a little slower.")),
        "two-cards": Trouble(_("Two cards at once"), _("Please hold only one card to the reader.")),
        "payment-card": Trouble(
            _("This is a payment card"), _("We keep nothing of it. Please use your club card.")
        ),
        "not-ours": Trouble(
            _("This is not a club card"), _("Use your club card, or ask the cashier for one.")
        ),
        "not-kept": Trouble(
            _("What you said could not be kept"), _("Your points are safe. Please tell the cashier.")
        ),
        "out-of-service": Trouble(
            _("This kiosk is out of service"), _("Your points are safe. Please tell the cashier.")
        ),
    }


def _categories(catalogue: gettext.NullTranslations) -> dict[str, str]:
    _ = catalogue.gettext
    return {
        "staff": _("Staff"),
        "goods": _("Goods"),
        "prices": _("Prices"),
        "waiting": _("Waiting"),
        "points": _("Points and card"),
        "other": _("Something else"),
    }


def _reasons(catalogue: gettext.NullTranslations) -> dict[str, str]:
    _ = catalogue.gettext
    return {
        "visit": _("Visit"),
        "answer": _("Your answer"),
        "earn": _("Purchase"),
        "redeem": _("Reward"),
        "redeem_return": _("Reward returned"),
        "clawback": _("Purchase returned"),
        "expire": _("Expired"),
        "adjust": _("Correction"),
        "transfer": _("Transfer"),
        "referral": _("Referral"),
        "goodwill": _("Gift"),
    }


def _weekdays(catalogue: gettext.NullTranslations) -> tuple[str, ...]:
    _ = catalogue.gettext
    return (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )


def _months(catalogue: gettext.NullTranslations) -> tuple[str, ...]:
    _ = catalogue.gettext
    return (
        _("Farvardin"),
        _("Ordibehesht"),
        _("Khordad"),
        _("Tir"),
        _("Mordad"),
        _("Shahrivar"),
        _("Mehr"),
        _("Aban"),
        _("Azar"),
        _("Dey"),
        _("Bahman"),
        _("Esfand"),
    )


WORDS: dict[Language, Words] = {language: _read(language) for language in get_args(Language)}
