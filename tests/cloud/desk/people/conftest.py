"""Two stores of one group and one of another, and passwords that are hashed quickly."""

import pytest

from cloud.fleet.models import Group, Store


@pytest.fixture(autouse=True)
def shops(db: None) -> None:  # noqa: ARG001 - what it needs
    group = Group.objects.create(id="tehran", name="Tehran")
    for store, name in {"tajrish": "تجریش", "vanak": "ونک", "ekbatan": "اکباتان"}.items():
        Store.objects.create(id=store, group=group, name_fa=name, name_en=store.title())
