"""What is asked for an action on a member, checked with words beside each field."""

from datetime import UTC, date, datetime
from typing import Any, Final, cast, get_args

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cloud.club import consents, joining
from cloud.club.arrangement import Agreed, Datum, Details, checked
from cloud.club.card_schema import LONGEST, NotTaken
from cloud.club.decisions import Adjusting, decided
from cloud.club.errors import BadPhone, Unfit
from cloud.club.models import Member
from cloud.club.phones import phone
from cloud.club.swiping import NoKey, swiped
from cloud.desk.access import Viewer
from cloud.desk.explain import REASONS
from cloud.desk.language import active
from cloud.desk.members.days import typed_day
from cloud.desk.members.known import meets
from cloud.desk.members.picture import Picture
from cloud.desk.members.sayings import isolated
from cloud.desk.numerals import number
from cloud.desk.till.refusals import REFUSALS
from cloud.fleet.catalogue import newest
from mqtt.catalogue import read_document
from mqtt.vocabulary import CardKey, Language, MemberId

TAKES: Final = "take"


class ActionForm(forms.Form):
    """A form about a member, for somebody."""

    required_css_class = "required"

    def __init__(self, picture: Picture, who: Viewer, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Know whom it is about."""
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.picture, self.who = picture, who
        self.prepare()
        for name, field in self.fields.items():
            told = " ".join(f"id_{name}_{what}" for what in ("help", "error"))
            field.widget.attrs |= {"aria-describedby": told}

    def prepare(self) -> None:
        """Fit the fields to the member."""


class LanguageForm(ActionForm):
    """In which language kiosks speak to a member."""

    language = forms.ChoiceField(label=_("Language"), choices=(("fa", "فارسی"), ("en", "English")))

    def prepare(self) -> None:
        """Begin with the language there is."""
        self.initial.setdefault("language", self.picture.member.language)


class CardForm(forms.Form):
    """A card that is swiped, or whose number is typed; it goes no further than its CardKey."""

    card = forms.CharField(label=_("Card"), max_length=LONGEST)

    def clean_card(self) -> CardKey:
        """Under which name the club knows it."""
        return card_key_of(str(self.cleaned_data["card"]))


class MemberCardForm(CardForm, ActionForm):
    """A card that is to be a member's."""


class AdjustForm(ActionForm):
    """Points that are given or taken, and why: a reason of a list, since the ledger is never erased."""

    way = forms.ChoiceField(
        label=_("What is to be done"), choices=(("give", _("Add points")), (TAKES, _("Take points off")))
    )
    points = forms.CharField(label=_("How many points"), max_length=20)
    reason = forms.ChoiceField(label=_("Why"), choices=tuple(REASONS.items()))

    def prepare(self) -> None:
        """Say how many there may be."""
        self.most = decided(Adjusting).most(self.who.role)
        told = _("At most %(most)s in your role.") % {"most": number(self.most, 0, active())}
        self.fields["points"].help_text = told
        self.fields["points"].widget.attrs |= {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}

    def clean_points(self) -> int:
        """A whole number in any digits, within the role's limit."""
        typed = str(self.cleaned_data["points"]).replace("\u066c", "").replace(",", "").strip()
        if not typed.isdecimal():
            raise ValidationError(_("Type a whole number of points."))
        points = int(typed)
        if not 1 <= points <= self.most:
            said = _("Your role may move 1 to %(most)s points at once.")
            raise ValidationError(said % {"most": number(self.most, 0, active())})
        return points


class MergeForm(ActionForm):
    """Who is the same person: their cards and points come to this member."""

    other = forms.CharField(label=_("Id of the member who is the same person"), max_length=40)

    def prepare(self) -> None:
        """An id is written from left to right."""
        self.fields["other"].widget.attrs |= {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}

    def clean_other(self) -> MemberId:
        """A member whom the viewer may meet, of the same group, who is another one and still there."""
        here = self.picture.member
        other = Member.objects.filter(id=str(self.cleaned_data["other"]).strip().casefold()).first()
        if other is None or not meets(self.who, other.group_id):
            raise ValidationError(_("There is no such member."))
        if other.id == here.id:
            raise ValidationError(_("These are one member already."))
        if other.left_on is not None or other.merged_into_id is not None:
            raise ValidationError(_("This member has left, or was merged already."))
        if other.group_id != here.group_id:
            raise ValidationError(_("These are members of two groups of stores, which cannot be merged."))
        return MemberId(other.id)


class LeaveForm(ActionForm):
    """That it is wanted."""

    wanted = forms.BooleanField(label=_("The member wants this, and knows that it cannot be undone."))


class DetailsForm(ActionForm):
    """Who a member is, and to what they agree: what the club asks for, and nothing else."""

    given_name = forms.CharField(label=_("Given name"), max_length=60)
    family_name = forms.CharField(label=_("Family name"), max_length=60)
    phone = forms.CharField(label=_("Telephone number"), max_length=40)
    birthday = forms.CharField(
        label=_("Birthday"), max_length=20, help_text=_("Year, month and day: 1370/5/2 or 1991-07-24.")
    )
    email = forms.CharField(label=_("E-mail address"), max_length=254)

    def prepare(self) -> None:
        """Ask what the club asks; what is there already stands in its field, but the number."""
        self.rules = joining.rules()
        for name in get_args(Datum):
            if name in self.rules.asks:
                self.fields[name].required = name in self.rules.needs
            else:
                del self.fields[name]
        self._begin_with_what_is_there()
        self._ask_consents()

    def _begin_with_what_is_there(self) -> None:
        person = self.picture.person
        for name in self.fields:
            if name in {"phone", "email", "birthday"}:
                self.fields[name].widget.attrs |= {"dir": "ltr", "autocomplete": "off"}
            if person is not None and name != "phone":
                self.initial.setdefault(name, getattr(person, name) or "")
        if person is not None and person.phone and "phone" in self.fields:
            self.fields["phone"].required = False
            self.fields["phone"].help_text = _("Empty: it stays %(phone)s.") % {
                "phone": isolated(self.picture.phone)
            }

    def _ask_consents(self) -> None:
        standing = consents.standing(MemberId(self.picture.member.id))
        self.wordings = {
            name: one for name, one in _purposes(self.rules.consents).items() if name not in standing
        }
        for name in self.wordings:
            label = _("Agrees to “%(purpose)s”") % {"purpose": name}
            needed = name in self.rules.consents and self.picture.person is None
            self.fields[f"consent-{name}"] = forms.BooleanField(label=label, required=needed)

    def clean_phone(self) -> str:
        """The number in its one form; that which is there where nothing was typed."""
        typed, person = str(self.cleaned_data["phone"]), self.picture.person
        if not typed.strip():
            return (person.phone if person is not None else None) or ""
        try:
            return phone(typed, self.rules.home)
        except BadPhone:
            raise ValidationError(_("This is no telephone number: type all of its digits.")) from None

    def clean_birthday(self) -> date | None:
        """A day of either calendar."""
        typed = str(self.cleaned_data["birthday"])
        try:
            return typed_day(typed) if typed.strip() else None
        except ValueError:
            raise ValidationError(_("This is no day: type year, month and day.")) from None

    def clean(self) -> dict[str, Any]:
        """All of it as the club keeps it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                checked(self.details(), self.rules, datetime.now(UTC).date())
            except Unfit:
                said = _("A name, the birthday or the address cannot be kept as it was typed.")
                raise ValidationError(said) from None
        return cleaned

    def details(self) -> Details:
        """What was said."""
        return Details(
            **{name: self.cleaned_data[name] for name in get_args(Datum) if name in self.cleaned_data}
        )

    def agreed(self) -> tuple[Agreed, ...]:
        """To what they agreed, in the words that the club uses now."""
        language = cast("Language", self.picture.member.language)
        said = self.cleaned_data
        return tuple(
            Agreed(name, wording, language)
            for name, wording in self.wordings.items()
            if said.get(f"consent-{name}")
        )


def card_key_of(typed: str) -> CardKey:
    """Under which name the club knows what was swiped. Raises ValidationError, without a digit."""
    try:
        return swiped(typed)
    except NotTaken as error:
        raise ValidationError(str(REFUSALS[error.reason])) from None
    except NoKey:
        raise ValidationError(_("No card can be read: this cloud was told no club key.")) from None


def _purposes(needed: tuple[str, ...]) -> dict[str, int]:
    """What can be agreed to, and the wording of each in the newest catalogue; the first where it has none."""
    signed = newest()
    asked = read_document(signed.document).joining.purposes if signed else ()
    return dict.fromkeys(needed, 1) | {one.purpose: one.wording for one in asked}
