"""What the generated club's shop answers to tickets."""

from collections.abc import Mapping

from mqtt.vocabulary import Language, TicketKind

LETTERS: Mapping[tuple[TicketKind, Language], str] = {
    (
        "complaint",
        "fa",
    ): "از اینکه خریدتان خوب نبود متأسفیم. موضوع را با فروشگاه پیگیری کردیم و پنجاه امتیاز به شما دادیم.",
    (
        "complaint",
        "en",
    ): "We are sorry that it went wrong. We took it up with the store, and gave you 50 points.",
    ("suggestion", "fa"): "از پیشنهادتان سپاسگزاریم؛ آن را با همکاران فروشگاه در میان گذاشتیم.",
    ("suggestion", "en"): "Thank you for your suggestion; we passed it on to the store.",
    ("praise", "fa"): "از لطف شما سپاسگزاریم؛ پیامتان را به همکارانمان رساندیم.",
    ("praise", "en"): "Thank you for your kind words; our colleagues have read them.",
}
"""By what was told, and in which language."""
