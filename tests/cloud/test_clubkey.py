"""A club key as people write it."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from cloud.club.clubkey import club_key, configured
from mqtt.vocabulary import ClubKey

SECRET = "5a" * 16


def test_a_club_key_is_its_id_and_its_bytes() -> None:
    assert club_key(f"1:{SECRET}") == configured(f"1:{SECRET}") == ClubKey("1", bytes.fromhex(SECRET))


def test_without_a_text_there_is_no_key() -> None:
    assert configured("") is None


@pytest.mark.parametrize("text", [SECRET, f"ID:{SECRET}", f"1:{SECRET[:-2]}", f"1:{SECRET}x", "1:", ":"])
def test_what_is_no_key_is_refused_without_its_secret(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="BASHGAH_CLUB_KEY: a club key is ID:HEX") as refused:
        configured(text)
    assert "5a5a" not in str(refused.value)
