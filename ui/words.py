"""Every word of the screens, in both languages. What a shop can change comes with the view."""

from dataclasses import dataclass

from kiosk.views import SorryReason
from mqtt.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, and what to do next."""

    title: str
    next: str


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; `{}` takes a value that is already in the language's digits."""

    other_language: str
    tap_card: str
    tap_why: str
    no_reader: str
    no_reader_next: str
    hello: str
    points: str
    points_owed: str
    as_of: str
    as_of_day: str
    offline: str
    last_visit: str
    go_on: str
    skip: str
    your_answer: str
    undo: str
    thanks: str
    thanks_next: str
    done: str
    understood: str
    sorry: dict[SorryReason, Trouble]
    near_days: tuple[str, ...]
    days_ago: str
    weekdays: tuple[str, ...] = ()
    months: tuple[str, ...] = ()


WORDS: dict[Language, Words] = {
    "fa": Words(
        other_language="English",
        tap_card="کارت خود را نزدیک کنید",
        tap_why="تا امتیازتان را ببینید",
        no_reader="کارت‌خوان پاسخ نمی‌دهد",
        no_reader_next="لطفاً به صندوق‌دار بگویید؛ امتیاز شما محفوظ است.",
        hello="سلام، {}",
        points="امتیاز شما",
        points_owed="امتیازی که بدهکارید",
        as_of="تا ساعت {}",
        as_of_day="تا ساعت {}، {}",
        offline="بدون اتصال",
        last_visit="آخرین مراجعه",
        go_on="ادامه",
        skip="پاسخ نمی‌دهم",
        your_answer="پاسخ شما",
        undo="تغییر پاسخ",
        thanks="سپاسگزاریم",
        thanks_next="به امید دیدار دوباره",
        done="پایان",
        understood="متوجه شدم",
        sorry={
            "unknown": Trouble(
                "این کارت را نمی‌شناسیم",
                "کارت را به صندوق‌دار نشان دهید تا برایتان ثبت کند.",
            ),
            "blocked": Trouble(
                "این کارت غیرفعال است",
                "لطفاً به صندوق‌دار بگویید تا کارت المثنی بدهد.",
            ),
            "unreadable": Trouble(
                "کارت خوانده نشد",
                "یک بار دیگر و کمی آرام‌تر امتحان کنید.",
            ),
            "two-cards": Trouble(
                "دو کارت با هم نزدیک شد",
                "لطفاً فقط یک کارت را نزدیک کنید.",
            ),
            "payment-card": Trouble(
                "این کارت بانکی است",
                "چیزی از آن نگه نمی‌داریم. لطفاً کارت باشگاه را بکشید.",
            ),
            "not-ours": Trouble(
                "این کارتِ باشگاه نیست",
                "کارت باشگاه خود را بیاورید، یا از صندوق‌دار بگیرید.",
            ),
            "out-of-service": Trouble(
                "این دستگاه فعلاً کار نمی‌کند",
                "امتیاز شما محفوظ است. لطفاً به صندوق‌دار بگویید.",
            ),
        },
        near_days=("امروز", "دیروز"),
        days_ago="{} روز پیش",
        weekdays=("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
        months=(
            "فروردین",
            "اردیبهشت",
            "خرداد",
            "تیر",
            "مرداد",
            "شهریور",
            "مهر",
            "آبان",
            "آذر",
            "دی",
            "بهمن",
            "اسفند",
        ),
    ),
    "en": Words(
        other_language="فارسی",
        tap_card="Tap your card",
        tap_why="to see your points",
        no_reader="The card reader does not answer",
        no_reader_next="Please tell the cashier. Your points are safe.",
        hello="Hello, {}",
        points="Your points",
        points_owed="Points you owe",
        as_of="as of {}",
        as_of_day="as of {}, {}",
        offline="offline",
        last_visit="Last visit",
        go_on="Continue",
        skip="Skip",
        your_answer="Your answer",
        undo="Change answer",
        thanks="Thank you",
        thanks_next="See you again soon",
        done="Done",
        understood="OK",
        sorry={
            "unknown": Trouble(
                "We do not know this card",
                "Show it to the cashier, who will register it for you.",
            ),
            "blocked": Trouble(
                "This card is not active",
                "Please tell the cashier, who can give you a new one.",
            ),
            "unreadable": Trouble(
                "The card could not be read",
                "Try once more, a little slower.",
            ),
            "two-cards": Trouble(
                "Two cards at once",
                "Please hold only one card to the reader.",
            ),
            "payment-card": Trouble(
                "This is a payment card",
                "We keep nothing of it. Please use your club card.",
            ),
            "not-ours": Trouble(
                "This is not a club card",
                "Use your club card, or ask the cashier for one.",
            ),
            "out-of-service": Trouble(
                "This kiosk is out of service",
                "Your points are safe. Please tell the cashier.",
            ),
        },
        near_days=("today", "yesterday"),
        days_ago="{} days ago",
    ),
}
