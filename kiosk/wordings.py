"""The questions of a kiosk to which head office has said nothing yet, each in its first wording."""

from mqtt.catalogue import Branch, Survey, Words
from mqtt.events import Scale

CES = Survey(
    question="ces",
    wording=1,
    text=Words(
        "فروشگاه ما انجام کارم را برایم آسان کرد.",
        "This shop made it easy for me to get done what I came for.",
    ),
    first=Words("کاملاً مخالفم", "Strongly disagree"),
    last=Words("کاملاً موافقم", "Strongly agree"),
    scale=Scale(worst=1, best=7),
)
CSAT = Survey(
    question="csat",
    wording=1,
    text=Words("از خرید امروز چقدر راضی هستید؟", "How satisfied are you with your purchase today?"),
    first=Words("خیلی ناراضی", "Very dissatisfied"),
    last=Words("بسیار راضی", "Very satisfied"),
    scale=Scale(worst=1, best=5),
    kind="csat",
    labels=(
        Words("خیلی ناراضی", "Very dissatisfied"),
        Words("ناراضی", "Dissatisfied"),
        Words("خنثی", "Neutral"),
        Words("راضی", "Satisfied"),
        Words("بسیار راضی", "Very satisfied"),
    ),
)
NPS = Survey(
    question="nps",
    wording=1,
    text=Words(
        "احتمال اینکه ما را به دوستان یا همکارانتان توصیه کنید چقدر است؟",
        "How likely are you to recommend us to friends or colleagues?",
    ),
    first=Words("اصلاً", "Not at all"),
    last=Words("حتماً", "Certainly"),
    scale=Scale(worst=0, best=10),
    kind="nps",
)
_WILLING = (
    Words("اصلاً تمایل ندارم", "Not willing at all"),
    Words("تمایل ندارم", "Not willing"),
    Words("کمی بی‌میلم", "Rather not"),
    Words("کمی تمایل دارم", "Somewhat willing"),
    Words("تمایل دارم", "Willing"),
    Words("بسیار تمایل دارم", "Very willing"),
)
"""From the worst, stored as 6, to the best, stored as 1."""


def _cli(question: str, text: Words, *, then: str = "", opens: bool = False) -> Survey:
    """One of the three questions of the loyalty index; whatever is answered, the next follows."""
    return Survey(
        question=question,
        wording=1,
        text=text,
        first=_WILLING[0],
        last=_WILLING[-1],
        scale=Scale(worst=6, best=1),
        kind="cli",
        labels=_WILLING,
        then=(Branch(1, 6, then),) if then else (),
        opens=opens,
    )


CLI = (
    _cli(
        "cli-recommend",
        Words(
            "چقدر تمایل دارید ما را به دوستان و آشنایان خود پیشنهاد کنید؟",
            "How willing are you to recommend us to your friends and acquaintances?",
        ),
        then="cli-buy-again",
        opens=True,
    ),
    _cli(
        "cli-buy-again",
        Words(
            "چقدر تمایل دارید در آینده از ما خرید کنید؟",
            "How willing are you to buy from us in the future?",
        ),
        then="cli-try-others",
    ),
    _cli(
        "cli-try-others",
        Words(
            "چقدر تمایل دارید از سایر محصولات و خدمات ما استفاده کنید؟",
            "How willing are you to use our other products and services?",
        ),
    ),
)
NEEDS = Survey(
    question="needs",
    wording=1,
    text=Words(
        "دوست دارید از این پس چه چیزی به شما پیشنهاد کنیم؟", "What would you like us to offer you next?"
    ),
    first=Words("گزینهٔ نخست", "First choice"),
    last=Words("گزینهٔ آخر", "Last choice"),
    scale=Scale(worst=1, best=4),
    kind="needs",
    labels=(
        Words("تخفیف خریدهای همیشگی‌ام", "Discounts on what I usually buy"),
        Words("معرفی محصولات تازه", "News of new products"),
        Words("محصول رایگان یا جایزه", "Free products or prizes"),
        Words("خدمات، مثل ارسال رایگان", "Services such as free delivery"),
    ),
)
