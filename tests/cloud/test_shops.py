"""Stores and kiosks from a document: added, corrected, and never moved or taken away."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cloud.fleet import shops
from cloud.fleet.models import Kiosk, Store

pytestmark = pytest.mark.django_db
DOCUMENT = """{"groups": [{"id": "tehran", "name": "Tehran"}, {"id": "shiraz", "name": "Shiraz"}],
"stores": [{"id": "vanak", "group": "tehran", "fa": "ونک", "en": "Vanak"}], "kiosks": {"vanak-1": "vanak"}}"""


def test_a_document_opens_stores_and_kiosks_and_may_be_read_again(tmp_path: Path) -> None:
    file, said = tmp_path / "shops.json", StringIO()
    file.write_text(DOCUMENT, "utf-8")
    for _ in range(2):
        call_command("shops", str(file), stdout=said)
    assert Kiosk.objects.get(id="vanak-1").store.group_id == "tehran"
    shown = StringIO()
    call_command("shops", "show", stdout=shown)
    assert shops.read(shown.getvalue()) == shops.opened()
    assert set(shops.opened().kiosks) == {"vanak-1"}


def test_a_name_is_corrected_and_what_is_not_named_stays() -> None:
    shops.open_shops(shops.read(DOCUMENT))
    shops.open_shops(
        shops.read('{"stores": [{"id": "vanak", "group": "tehran", "fa": "ونک", "en": "Vanak Square"}]}')
    )
    assert Store.objects.get(id="vanak").name_en == "Vanak Square"
    assert Kiosk.objects.filter(id="vanak-1").exists()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("{", "truncated"),
        ('{"kiosks": {"vanak-1": "zand"}}', "there is no store zand"),
        ('{"kiosks": {"Vanak/#": "vanak"}}', "regex"),
        ('{"kiosks": {"vanak-2\\n": "vanak"}}', "regex"),
        ('{"stores": [{"id": "zand", "group": "mars", "fa": "ز", "en": "Z"}]}', "there is no group mars"),
        ('{"stores": [{"id": "vanak", "group": "shiraz", "fa": "و", "en": "V"}]}', "cannot leave them"),
        (
            '{"stores": [{"id": "z-1", "group": "tehran", "fa": "ز", "en": "Z", "time_zone": "Mars"}]}',
            "no time",
        ),
        ('{"groups": [{"id": "one", "name": "a"}, {"id": "one", "name": "b"}]}', "twice"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(tmp_path: Path, wrong: str, why: str) -> None:
    shops.open_shops(shops.read(DOCUMENT))
    before, file = shops.opened(), tmp_path / "shops.json"
    file.write_text(wrong, "utf-8")
    with pytest.raises(CommandError, match=why):
        call_command("shops", str(file))
    assert shops.opened() == before


def test_a_kiosk_goes_to_no_other_store() -> None:
    shops.open_shops(shops.read(DOCUMENT))
    zand = '{"id": "zand", "group": "shiraz", "fa": "زند", "en": "Zand"}'
    more = f'{{"stores": [{zand}], "kiosks": {{"vanak-1": "zand"}}}}'
    with pytest.raises(shops.BadShops, match="stands in vanak"):
        shops.open_shops(shops.read(more))
    assert not Store.objects.filter(id="zand").exists()
