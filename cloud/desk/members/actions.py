"""What somebody of the shop can do for a member: what is asked, what is told before, and what is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cloud.club import cards, consents, holds, joining, leaving, merging, postings
from cloud.club.account import Cause, Terms
from cloud.club.errors import ClubError
from cloud.club.export import export
from cloud.club.merging import OnHold
from cloud.club.models import Hold, Merge
from cloud.club.recalls import recall
from cloud.desk.access import Role, Viewer, may
from cloud.desk.language import active
from cloud.desk.members.forms import (
    TAKES,
    ActionForm,
    AdjustForm,
    DetailsForm,
    LanguageForm,
    LeaveForm,
    MemberCardForm,
    MergeForm,
)
from cloud.desk.members.picture import Picture, card_of
from cloud.desk.numerals import digits, number
from mqtt.vocabulary import CardKey, MemberId, Points


@dataclass(frozen=True, slots=True)
class Doing:
    """An action that is to be done: for whom, to what, by whom, and what was said of it.

    `once` is the form's own name: what was done under it is not done again.
    """

    picture: Picture
    who: Viewer
    of: Any = None
    data: Mapping[str, Any] = field(default_factory=dict)
    form: ActionForm | None = None
    once: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def member(self) -> MemberId:
        """For whom."""
        return MemberId(self.picture.member.id)

    @property
    def cause(self) -> Cause:
        """Why something is booked."""
        reason, actor = str(self.data.get("reason", "")), self.who.name[:60]
        return Cause(f"desk:{self.member}/{self.once}", self.at, self.at, reason=reason, actor=actor)


Done = str | HttpResponse


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done. `of` finds to what of the member's, if it is to a part of them.

    `refused` is what follows a refusal, which undid all else. `detail` is for the audit log, and says nothing
    personal. A `grave` one cannot be undone; after one that
    `erases` the database's files are gone over. One that is done `at_once` asks nothing again: what is told
    stands beside the field of a card, of which nothing is sent back to a page.
    """

    title: Promise
    told: Callable[[Doing], str]
    do: Callable[[Doing], Done]
    form: type[ActionForm] | None = None
    of: Callable[[Picture, str], Any] | None = None
    detail: Callable[[Doing], str] = lambda _doing: ""
    members: Callable[[Doing], Sequence[str]] = lambda doing: (doing.member,)
    refused: Callable[[Doing, ClubError], None] = lambda _doing, _error: None
    grave: bool = False
    erases: bool = False
    always: bool = False
    at_once: bool = False


def offered(role: Role, picture: Picture) -> frozenset[str]:
    """The actions that a role can do for a member as they are."""
    return frozenset(
        name
        for name, action in ACTIONS.items()
        if may(role, f"member-{name}") and (picture.here or action.always)
    )


def _issue(doing: Doing) -> str:
    cards.issue(doing.member, doing.data["card"], doing.at)
    return _("The member has one more card.")


def _replace(doing: Doing) -> str:
    cards.replace(CardKey(doing.of.key), doing.data["card"], doing.at)
    return _("The new card takes the place of the old one, which is blocked. The member keeps every point.")


def _lose(doing: Doing) -> str:
    cards.lose(CardKey(doing.of.key), doing.at)
    return _("The card is blocked at every kiosk. The member keeps every point.")


def _speak(doing: Doing) -> str:
    joining.speak(doing.member, doing.data["language"])
    return _("Kiosks speak the new language from now on.")


def _details(doing: Doing) -> str:
    if not isinstance(doing.form, DetailsForm):
        raise TypeError("details come from their form")
    joining.add_person(doing.member, doing.form.details(), doing.form.agreed(), doing.at)
    return _("What the member said is kept.")


def _withdraw(doing: Doing) -> str:
    consents.withdraw(doing.member, doing.of, doing.at)
    return _("The consent is withdrawn.")


def _adjust(doing: Doing) -> str:
    points, reason = Points(doing.data["points"]), doing.cause
    if doing.data["way"] == TAKES:
        postings.correct(doing.member, points, reason)
        return _("%(points)s points were taken off.") % {"points": _shown(points)}
    postings.make_good(doing.member, points, reason, Terms(doing.at))
    return _("%(points)s points were added.") % {"points": _shown(points)}


def _told_adjusting(doing: Doing) -> str:
    points, balance = doing.data["points"], doing.picture.balance
    takes = doing.data["way"] == TAKES
    said = {
        "points": _shown(points),
        "before": _shown(balance),
        "after": _shown(balance - points if takes else balance + points),
    }
    if takes:
        return _("%(points)s points are taken off: the balance goes from %(before)s to %(after)s.") % said
    return _("%(points)s points are added: the balance goes from %(before)s to %(after)s.") % said


def _merge(doing: Doing) -> str:
    merged = merging.merge(doing.data["other"], doing.member, doing.at)
    said = {"number": digits(str(merged.pk), active()), "points": _shown(merged.points)}
    return (
        _(
            "They are one member now; %(points)s points came along."
            " Merge %(number)s can be undone until it is confirmed."
        )
        % said
    )


def _call_back(doing: Doing, error: ClubError) -> None:
    if isinstance(error, OnHold):
        recall(doing.data["other"], doing.at)


def _unmerge(doing: Doing) -> str:
    merging.unmerge(doing.of.pk, doing.at)
    return _("The merge is undone: they are two members again.")


def _confirm(doing: Doing) -> str:
    merging.confirm(doing.of.pk, doing.at)
    return _("The merge is for good: one person is left.")


def _export(doing: Doing) -> HttpResponse:
    answer = HttpResponse(export(doing.member), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{doing.member}.json"'
    return answer


def _leave(doing: Doing) -> str:
    receipt = leaving.leave(doing.member, doing.at)
    said = {
        "code": receipt.code,
        "erased": number(sum(receipt.erased.values()), 0, active()),
        "kept": number(sum(receipt.kept.values()), 0, active()),
    }
    return (
        _(
            "The member has left. Receipt: %(code)s. Erased: %(erased)s things about the person;"
            " kept without a name: %(kept)s entries, consents and cards."
        )
        % said
    )


def _write_off(doing: Doing) -> str:
    holds.write_off(doing.of.pk, doing.cause)
    return _("The hold is written off: its points count as spent.")


def _release(doing: Doing) -> str:
    holds.release(doing.of.pk, doing.at)
    return _("The hold is released: its points can be spent again.")


def _shown(points: int) -> str:
    return number(points, 0, active())


def _merge_of(picture: Picture, text: str) -> Merge | None:
    return next((one for one in picture.merges if str(one.pk) == text), None)


def _hold_of(picture: Picture, text: str) -> Hold | None:
    return next((one for one in picture.holds if str(one.pk) == text), None)


def _consent_of(picture: Picture, text: str) -> str | None:
    standing = (one.purpose for one in picture.consents if one.withdrawn_at is None)
    return next((purpose for purpose in standing if purpose == text), None)


ACTIONS: Final[dict[str, Action]] = {
    "issue": Action(
        gettext_lazy("Issue a card"),
        lambda _doing: _("An empty card becomes one more card of this member. Swipe it."),
        _issue,
        MemberCardForm,
        at_once=True,
    ),
    "replace": Action(
        gettext_lazy("Replace a card"),
        lambda _doing: _(
            "An empty card takes the place of this one, which is blocked. Every point stays."
            " Swipe the new card."
        ),
        _replace,
        MemberCardForm,
        of=lambda picture, text: card_of(picture.ids, text),
        at_once=True,
    ),
    "lost": Action(
        gettext_lazy("Block a lost card"),
        lambda _doing: _(
            "Nobody is served with this card any more, at any kiosk. The points stay."
            " Give the member another card afterwards."
        ),
        _lose,
        of=lambda picture, text: card_of(picture.ids, text),
    ),
    "language": Action(
        gettext_lazy("Change the language"),
        lambda _doing: _("Kiosks speak this language to the member from the next tap on."),
        _speak,
        LanguageForm,
        detail=lambda doing: str(doing.data["language"]),
    ),
    "details": Action(
        gettext_lazy("Say who the member is"),
        lambda _doing: _(
            "This is kept of the member, in place of what was there. Points, cards and the id stay."
        ),
        _details,
        DetailsForm,
    ),
    "withdraw": Action(
        gettext_lazy("Withdraw a consent"),
        lambda doing: _("The member no longer agrees to “%(purpose)s”.") % {"purpose": doing.of},
        _withdraw,
        of=_consent_of,
        detail=lambda doing: str(doing.of),
    ),
    "adjust": Action(
        gettext_lazy("Adjust points"),
        _told_adjusting,
        _adjust,
        AdjustForm,
        detail=lambda doing: f"{doing.data['way']} {doing.data['points']}: {doing.data['reason']}",
    ),
    "merge": Action(
        gettext_lazy("Merge with another member"),
        lambda doing: (
            _(
                "The cards and points of %(other)s come to this member."
                " It can be undone until it is confirmed."
            )
            % {"other": doing.data["other"]}
        ),
        _merge,
        MergeForm,
        detail=lambda doing: str(doing.data["other"]),
        members=lambda doing: (doing.member, doing.data["other"]),
        refused=_call_back,
    ),
    "unmerge": Action(
        gettext_lazy("Undo a merge"),
        lambda _doing: _("The cards and points that came go back; what was spent meanwhile does not."),
        _unmerge,
        of=_merge_of,
        detail=lambda doing: str(doing.of.pk),
        members=lambda doing: (doing.of.kept_id, doing.of.gone_id),
    ),
    "confirm": Action(
        gettext_lazy("Confirm a merge"),
        lambda _doing: _("One person is left, and the merge cannot be undone any more."),
        _confirm,
        of=_merge_of,
        detail=lambda doing: str(doing.of.pk),
        members=lambda doing: (doing.of.kept_id, doing.of.gone_id),
        grave=True,
        erases=True,
    ),
    "export": Action(
        gettext_lazy("Export the member's data"),
        lambda _doing: _(
            "A file with all that the club knows of the member, for the member: keep it from others."
        ),
        _export,
        always=True,
    ),
    "leave": Action(
        gettext_lazy("Let the member leave"),
        lambda _doing: _(
            "Name, telephone number and birthday are erased, cards are nobody's,"
            " and points cannot be spent any more. Entries stay without a name."
        ),
        _leave,
        LeaveForm,
        grave=True,
        erases=True,
    ),
    "write-off": Action(
        gettext_lazy("Write a hold off"),
        lambda doing: (
            _("The kiosk is lost: its %(points)s points count as spent.")
            % {"points": _shown(doing.of.points)}
        ),
        _write_off,
        of=_hold_of,
        detail=lambda doing: f"{doing.of.points}",
        grave=True,
    ),
    "release": Action(
        gettext_lazy("Release a hold"),
        lambda doing: (
            _(
                "%(points)s points can be spent elsewhere. If the kiosk spent them already,"
                " they are spent twice."
            )
            % {"points": _shown(doing.of.points)}
        ),
        _release,
        of=_hold_of,
        detail=lambda doing: f"{doing.of.points}",
    ),
}
"""By the name that their page has behind `member-`."""
