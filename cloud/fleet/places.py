"""Units, touchpoints, and where each kiosk stands, as one document that a person writes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from django.db import transaction

from cloud.fleet.models import Kiosk, Touchpoint, Unit
from mqtt.shapes import Id

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class BadPlaces(Exception):
    """Why a document says nothing that could be done."""


class OneUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the organisation, by its names in Persian and in English."""

    id: Id
    fa: Name
    en: Name


class OneTouchpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where customers meet the club, and the unit that answers for it."""

    id: Id
    unit: Id
    fa: Name
    en: Name


class Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them; `kiosks` says at which touchpoint a kiosk stands, and one that is not in it at none."""

    units: tuple[OneUnit, ...] = ()
    touchpoints: tuple[OneTouchpoint, ...] = ()
    kiosks: dict[str, Id] = {}


def read(text: str) -> Places:
    """What a document says. Raises BadPlaces."""
    try:
        places = msgspec.json.decode(text, type=Places)
    except msgspec.DecodeError as error:
        raise BadPlaces(str(error)) from None
    wrong = next(_wrong(places), None)
    if wrong:
        raise BadPlaces(wrong)
    return places


@transaction.atomic
def arrange(places: Places) -> None:
    """Let it be so, for what was answered before too; what is not named is taken away. Raises BadPlaces."""
    strange = places.kiosks.keys() - set(Kiosk.objects.values_list("id", flat=True))
    if strange:
        raise BadPlaces(f"there is no kiosk {min(strange)}")
    for unit in places.units:
        Unit.objects.update_or_create(id=unit.id, defaults={"name_fa": unit.fa, "name_en": unit.en})
    for each in places.touchpoints:
        names = {"name_fa": each.fa, "name_en": each.en, "unit_id": each.unit}
        Touchpoint.objects.update_or_create(id=each.id, defaults=names)
    Kiosk.objects.exclude(id__in=places.kiosks).update(touchpoint=None)
    for kiosk, touchpoint in places.kiosks.items():
        Kiosk.objects.filter(id=kiosk).update(touchpoint=touchpoint)
    Touchpoint.objects.exclude(id__in=[one.id for one in places.touchpoints]).delete()
    Unit.objects.exclude(id__in=[one.id for one in places.units]).delete()


def arranged() -> Places:
    """How it is."""
    units = Unit.objects.order_by("id").values_list("id", "name_fa", "name_en")
    touchpoints = Touchpoint.objects.order_by("id").values_list("id", "unit_id", "name_fa", "name_en")
    kiosks = Kiosk.objects.exclude(touchpoint=None).order_by("id").values_list("id", "touchpoint_id")
    return Places(
        tuple(OneUnit(*unit) for unit in units),
        tuple(OneTouchpoint(*touchpoint) for touchpoint in touchpoints),
        {kiosk: str(touchpoint) for kiosk, touchpoint in kiosks},
    )


def written(places: Places) -> str:
    """A document, as a person can change it."""
    return msgspec.json.format(msgspec.json.encode(places)).decode()


def _wrong(places: Places) -> Iterator[str]:
    units, touchpoints = [one.id for one in places.units], [one.id for one in places.touchpoints]
    yield from (f"the unit {one} is there twice" for one in twice(units))
    yield from (f"the touchpoint {one} is there twice" for one in twice(touchpoints))
    for one in places.touchpoints:
        if one.unit not in units:
            yield f"the touchpoint {one.id} is of the unit {one.unit}, which is not among the units"
    for kiosk, touchpoint in places.kiosks.items():
        if touchpoint not in touchpoints:
            yield f"the kiosk {kiosk} stands at {touchpoint}, which is not among the touchpoints"


def twice(ids: Iterable[str]) -> list[str]:
    """Those that are there more than once."""
    return [one for one, times in Counter(ids).items() if times > 1]
