"""Whatever a view holds: in both languages, on three panels, in four looks, with bad content."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, product
from typing import TypeVar, get_args

import pytest
from PIL import ImageChops

from kiosk import views as v
from mqtt.down import MAX_ANSWER
from mqtt.vocabulary import Language
from tests.ui.conftest import FAR, Kiosk, standing
from tests.ui.glass import check, check_small, check_whole, texts
from ui import gallery
from ui.figures import digits

T = TypeVar("T")
LONG = "Offer of a very long kind, in many words. " * 10
THAI, EMOJI = "\u0e2a\u0e21\u0e0a\u0e32\u0e22", "\U0001f600\U0001f468\u200d\U0001f469"
WORD = "Donaudampfschifffahrtsgesellschaft" * 12
"""Letters without a place to break them."""


def bad(language: Language, look: v.Look) -> Iterator[v.View]:
    shown = dict(gallery.views(language, look))
    full = shown["welcome"]
    assert isinstance(full, v.Welcome)
    for available in (0, -340, 999_999_999, -999_999_999):
        yield replace(full, available=available, name="", offers=(LONG, LONG, LONG), tier=LONG)
    for name in (EMOJI, WORD, f"a\n\n\n\n{THAI}\nb"):
        yield replace(full, name=name, tier=name, offers=(name, WORD), last_visit=None, offline=True)
    for name, view in shown.items():
        if isinstance(view, v.Ask) and name.startswith("ask"):
            yield replace(view, text=LONG[:400], labels=tuple(label * 3 for label in view.labels))
            yield replace(view, text="", first="", last="", labels=(THAI,) * len(view.labels))
            yield replace(view, text=WORD, first=WORD, last=WORD, labels=(WORD,) * len(view.labels))
    calm, today = full.countdown, gallery.NOW.date()
    huge = v.Line(today, -999_999_999, "a-later-kind")
    for text in (LONG[:MAX_ANSWER], THAI, WORD[:MAX_ANSWER]):
        yield v.Reply(language, "complaint", "a-later-one", today, text, calm, huge, look=look)
    yield v.Talk(language, "line", calm, lines=(huge,) * 5, look=look)
    yield v.Talk(language, "about", calm, ("a-later-one",), look=look)
    yield v.Ticket(language, "WWWWW-WWWWW", 90, calm, look)
    much = v.Offer(999_999_999, 99_999_999_999)
    yield v.Redeem(language, 999_999_999, "toman", calm, (much,) * 6, fewer=True, away=True, look=look)
    yield v.Redeem(language, -340, "rial", calm, chosen=much, left=999_999_999, look=look)
    yield v.Redeemed(language, "WWWWW-WWWWW", much, "toman", 9_999, calm, look)
    for text in (LONG, THAI, WORD):
        yield v.Join(language, "about", calm, text, (text,) * 5, card=True, phone=True, look=look)
    yield v.Join(language, "about", calm, look=look)
    yield v.Join(language, "phone", calm, typed="8" * 15, wrong=True, look=look)
    yield v.Leave(language, "confirm", calm, 999_999_999, look=look)
    yield v.Leave(language, "done", calm, code="WWWWW-WWWWW", look=look)
    for talk, history, redeem in product((False, True), repeat=3):
        leave = not (talk or history or redeem)
        yield replace(full, talk=talk, history=history, redeem=redeem, leave=leave)
    yield v.Attract(language, v.Brand(LONG[:200], LONG[:200], "#000000"), look=look)
    yield v.Attract(language, v.Brand(THAI, THAI, "#FFFFFF"), look=look)
    for text in (LONG, THAI, WORD):
        yield v.Undo(language, 1, calm, text, look)
    yield v.Thanks(language, calm, 999_999_999, look)
    yield v.History(language, (), calm, look)
    yield v.History(language, (huge,) * 9, calm, look, talk=True)


def in_turn(*views: Iterable[T]) -> Iterator[T]:
    """What is shown in each language, in turn, so that one screen shows a view in both."""
    return chain.from_iterable(zip(*views, strict=True))


@pytest.mark.parametrize(("size", "look"), list(product(gallery.SIZES, ("", "-large"))))
def test_every_view_can_be_read_to_its_end_and_touched(size: str, look: str) -> None:
    plain, strong = (
        in_turn(*(gallery.views(language, gallery.LOOKS[each]) for language in get_args(Language)))
        for each in (look, f"{look}-contrast")
    )
    for kiosk in standing(gallery.SIZES[size]):
        for _name, view in chain(plain, strong):
            kiosk.lay_out(view)
            check(kiosk, view)
            check_whole(kiosk, view)
            check_small(kiosk, view)


@pytest.mark.parametrize(("size", "look"), list(product(gallery.SIZES, ("", "-large"))))
def test_bad_content_stays_in_its_place(size: str, look: str) -> None:
    shown = [bad(language, gallery.LOOKS[look]) for language in get_args(Language)]
    for kiosk in standing(gallery.SIZES[size]):
        for view in in_turn(*shown):
            kiosk.lay_out(view)
            check(kiosk, view)


@pytest.mark.parametrize("unseen", ["", " ", THAI, EMOJI])
@pytest.mark.parametrize("language", get_args(Language))
def test_what_no_font_can_draw_leaves_no_empty_place(kiosk: Kiosk, language: Language, unseen: str) -> None:
    full = dict(gallery.views(language))["welcome"]
    assert isinstance(full, v.Welcome)
    plain = replace(full, name="", tier="", next_tier=None, offers=(), last_visit=None)
    still = kiosk.camera.picture(plain)
    strange = replace(plain, name=unseen, tier=unseen, next_tier=v.NextTier(unseen, 5), offers=(unseen,) * 3)
    assert ImageChops.difference(still, kiosk.camera.picture(strange)).getbbox() is None


@pytest.mark.parametrize("kind", ["csat", "cli", "needs"])
@pytest.mark.parametrize("language", get_args(Language))
def test_a_key_whose_word_cannot_be_drawn_shows_its_number(
    kiosk: Kiosk, language: Language, kind: str
) -> None:
    asks = dict(gallery.asks(language, FAR, v.Look()))
    view = replace(asks[kind], labels=(THAI,) * len(asks[kind].values))
    kiosk.show(view)
    numbers = {digits(str(value), language) for value in view.values}
    assert numbers <= {text.text for text in texts(kiosk)}
    kiosk.show(v.Undo(language, 3, FAR, THAI))
    assert digits("3", language) in {text.text for text in texts(kiosk)}
