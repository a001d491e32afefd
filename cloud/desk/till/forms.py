"""What a clerk types of a sale, checked field by field; and of it what names the document's content."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from cloud.club.occasions import Line
from cloud.desk.till.typed import NotANumber, latin, whole
from mqtt.tracking import parse
from mqtt.vocabulary import BadCode, CouponCode

MOST_LINES: Final = 50
_INVOICE: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")
_LONG: Final = re.compile(r"[0-9]{12}")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WORD: Final = 60
_ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Sale:
    """An invoice as it was typed. `wanted` points are to be spent, None: all that help.

    `shown` is what the page said is to be paid, None where it could not say.
    """

    document: str
    typed_at: datetime
    invoice: str
    lines: tuple[Line, ...]
    wanted: int | None
    coupon: CouponCode | None
    shown: int | None

    @property
    def total(self) -> int:
        """In Rial."""
        return sum(line.amount for line in self.lines)

    def said(self, member: str) -> str:
        """All that makes it this document and no other, of a member."""
        content = (member, self.typed_at, self.invoice, self.lines, self.wanted, self.coupon or "")
        return msgspec.json.encode(content).decode()


class SaleForm(forms.Form):
    """A sale, or what there is of it while it is typed."""

    document = forms.UUIDField()
    typed_at = forms.IntegerField(min_value=0, max_value=2**42)
    invoice = forms.CharField(required=False, max_length=40)
    amount = forms.CharField(required=False, max_length=40)
    points = forms.CharField(required=False, max_length=40)
    coupon = forms.CharField(required=False, max_length=40)
    shown = forms.IntegerField(required=False, min_value=0)

    def __init__(self, data: QueryDict) -> None:
        """Read what was sent."""
        super().__init__(data)
        self._names, self._amounts = data.getlist("line_name"), data.getlist("line_amount")

    def clean_invoice(self) -> str:
        """A till's own number; empty for one that is made here."""
        number = latin(self.cleaned_data["invoice"].strip())
        if number and not _INVOICE.fullmatch(number):
            raise forms.ValidationError(_("An invoice number has Latin letters, digits, dots and dashes."))
        if _LONG.search(number):
            raise forms.ValidationError(_("So many digits in a row could be a card: use a shorter number."))
        return number

    def clean_points(self) -> int | None:
        """How many points are to be spent; None for all."""
        typed = self.cleaned_data["points"].strip()
        return None if typed == _ALL else _number(typed) if typed else 0

    def clean_coupon(self) -> CouponCode | None:
        """A coupon's code, with its check character right."""
        typed = self.cleaned_data["coupon"].strip()
        try:
            return CouponCode(parse(typed)) if typed else None
        except BadCode:
            raise forms.ValidationError(
                _("Type the code again: a character of it is wrong, or two are swapped.")
            ) from None

    def clean(self) -> dict[str, Any]:
        """The lines, which are the amount alone where none were typed."""
        cleaned = self.cleaned_data
        amount = self._amount(cleaned.get("amount", "").strip())
        cleaned["lines"] = self._lines() or ((Line("1", amount),) if amount else ())
        together = sum(line.amount for line in cleaned["lines"])
        if not cleaned["lines"] and not self.has_error("amount") and not self.has_error("lines"):
            self.add_error("amount", _("Type the amount of the invoice in Rial."))
        elif amount and together != amount:
            self.add_error("amount", _("The lines do not add up to this amount."))
        return cleaned

    @property
    def sale(self) -> Sale:
        """What was typed, once it is valid."""
        data = self.cleaned_data
        typed_at = datetime.fromtimestamp(data["typed_at"] / 1000, UTC)
        wanted, shown = data["points"], data["shown"]
        document = str(data["document"])
        return Sale(document, typed_at, data["invoice"], data["lines"], wanted, data["coupon"], shown)

    @property
    def said(self) -> dict[str, str]:
        """What is wrong, by field, in words."""
        return {field: " ".join(map(str, errors)) for field, errors in self.errors.items()}

    def _amount(self, typed: str) -> int:
        try:
            return _number(typed) if typed else 0
        except forms.ValidationError as error:
            self.add_error("amount", error)
            return 0

    def _lines(self) -> tuple[Line, ...]:
        pairs = list(zip(self._names, self._amounts, strict=False))[: MOST_LINES + 1]
        typed = [(name.strip(), amount.strip()) for name, amount in pairs if name.strip() or amount.strip()]
        try:
            return tuple(_line(number, *pair) for number, pair in enumerate(_few(typed), 1))
        except forms.ValidationError as error:
            self.add_error("amount", error)
            return ()


def _few(typed: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(typed) > MOST_LINES:
        raise forms.ValidationError(_("These are more lines than one invoice takes here."))
    return typed


def _line(number: int, name: str, amount: str) -> Line:
    if len(name) > _WORD or _UNSEEN.search(name) or _LONG.search(latin(name)):
        raise forms.ValidationError(_("A line's name is at most 60 characters, all of them visible."))
    return Line(str(number), _number(amount), product=name)


def _number(typed: str) -> int:
    try:
        return whole(typed)
    except NotANumber:
        raise forms.ValidationError(_("Type a whole number, in Persian or Latin digits.")) from None
