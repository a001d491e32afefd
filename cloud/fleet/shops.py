"""Which stores and kiosks a club has, and which stores share members, as one document that a person writes.

It only adds, and corrects names: what was collected from a store or a kiosk stays theirs for ever, so neither
is taken away, and none goes over to another group or store.
"""

from typing import Annotated
from zoneinfo import available_timezones

import msgspec
from django.db import transaction

from cloud.fleet.models import Group, Kiosk, Store
from cloud.fleet.places import Name, twice
from mqtt.shapes import Id


class BadShops(Exception):
    """Why a document says nothing that could be done."""


class OneGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stores that share members."""

    id: Id
    name: Name


class OneStore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shop, its names in Persian and in English, and the time zone (IANA) of its days."""

    id: Id
    group: Id
    fa: Name
    en: Name
    time_zone: Annotated[str, msgspec.Meta(max_length=40)] = "Asia/Tehran"


class Shops(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them; `kiosks` says in which store each kiosk stands."""

    groups: tuple[OneGroup, ...] = ()
    stores: tuple[OneStore, ...] = ()
    kiosks: dict[Id, Id] = {}


def read(text: str) -> Shops:
    """What a document says. Raises BadShops."""
    try:
        shops = msgspec.json.decode(text, type=Shops)
    except msgspec.DecodeError as error:
        raise BadShops(str(error)) from None
    for what in (shops.groups, shops.stores):
        for name in twice(one.id for one in what):
            raise BadShops(f"{name} is there twice")
    strange = [store.time_zone for store in shops.stores if store.time_zone not in available_timezones()]
    if strange:
        raise BadShops(f"there is no time zone {strange[0]}")
    return shops


@transaction.atomic
def open_shops(shops: Shops) -> None:
    """Let it be so; what is not named stays as it is. Raises BadShops, and then nothing is done."""
    for group in shops.groups:
        Group.objects.update_or_create(id=group.id, defaults={"name": group.name})
    for store in shops.stores:
        _open(store)
    for kiosk, place in shops.kiosks.items():
        _stands(kiosk, place)


def opened() -> Shops:
    """How it is."""
    names = ("id", "group_id", "name_fa", "name_en", "time_zone")
    groups = Group.objects.order_by("id").values_list("id", "name")
    stores = Store.objects.order_by("id").values_list(*names)
    kiosks = Kiosk.objects.order_by("id").values_list("id", "store_id")
    return Shops(
        tuple(OneGroup(*group) for group in groups), tuple(OneStore(*store) for store in stores), dict(kiosks)
    )


def written(shops: Shops) -> str:
    """A document that says this."""
    return msgspec.json.format(msgspec.json.encode(shops), indent=2).decode()


def _open(store: OneStore) -> None:
    if not Group.objects.filter(id=store.group).exists():
        raise BadShops(f"{store.id}: there is no group {store.group}")
    names = {"name_fa": store.fa, "name_en": store.en, "time_zone": store.time_zone}
    row, new = Store.objects.get_or_create(id=store.id, defaults=names | {"group_id": store.group})
    if row.group_id != store.group:
        raise BadShops(f"{store.id} shares its members with group {row.group_id}, and cannot leave them")
    if not new:
        Store.objects.filter(id=store.id).update(**names)


def _stands(kiosk: str, store: str) -> None:
    if not Store.objects.filter(id=store).exists():
        raise BadShops(f"{kiosk}: there is no store {store}")
    row, _ = Kiosk.objects.get_or_create(id=kiosk, defaults={"store_id": store})
    if row.store_id != store:
        raise BadShops(f"{kiosk} stands in {row.store_id}: what comes to another store is another kiosk")
