"""How a question is worded and what its values are called: as published, or as kiosks begin."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from cloud.desk.language import active
from cloud.fleet.models import CatalogueVersion
from cloud.voice import loyalty
from mqtt.catalogue import Survey, read_document
from mqtt.vocabulary import BadMessage, Language

FIRST: Final = 1
"""The wording with which every kiosk begins."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A question's text in the active language, and the words of its values where they have some."""

    text: str
    labels: dict[int, str]


def worded(question: str, wording: int | None) -> Worded:
    """How it is asked in that wording; empty where that is not known any more."""
    asked = loyalty.ASKED[0] if question == loyalty.QUESTION else question
    newest = CatalogueVersion.objects.order_by("-version").values_list("version", flat=True).first()
    for survey in _surveys(newest or 0):
        if (survey.question, survey.wording) == (asked, wording):
            return Worded(survey.text[active()], _labels(survey, active()))
    return _first(asked) if wording == FIRST else Worded("", {})


@lru_cache(maxsize=4)
def _surveys(newest: int) -> tuple[Survey, ...]:
    """Every wording that was published up to a version, the newest first."""
    found: dict[tuple[str, int], Survey] = {}
    documents = CatalogueVersion.objects.filter(version__lte=newest).order_by("-version")
    for document in documents.values_list("document", flat=True):
        try:
            surveys = read_document(document).surveys
        except BadMessage:  # of another release
            continue
        for survey in surveys:
            found.setdefault((survey.question, survey.wording), survey)
    return tuple(found.values())


def _labels(survey: Survey, language: Language) -> dict[int, str]:
    """From the worst value to the best, as the catalogue has them."""
    step = 1 if survey.scale.worst < survey.scale.best else -1
    return {survey.scale.worst + step * n: label[language] for n, label in enumerate(survey.labels)}


def _first(question: str) -> Worded:
    text = {
        "ces": _("This shop made it easy for me to get done what I came for."),
        "csat": _("How satisfied are you with your purchase today?"),
        "nps": _("How likely are you to recommend us to friends or colleagues?"),
        "cli-recommend": _("How willing are you to recommend us to your friends and acquaintances?"),
        "needs": _("What would you like us to offer you next?"),
    }
    needs = (
        _("Discounts on what I usually buy"),
        _("News of new products"),
        _("Free products or prizes"),
        _("Services such as free delivery"),
    )
    labels = dict(enumerate(needs, 1)) if question == "needs" else {}
    return Worded(text.get(question, ""), labels)
