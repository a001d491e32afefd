"""A kiosk is revoked with all that it has, and comes back with a new token only."""

from datetime import timedelta

import pytest

from cloud.fleet import tokens
from cloud.fleet.commands import Unknown
from cloud.fleet.models import Authority, Certificate, EnrolmentToken, Kiosk
from cloud.fleet.revoking import admit, revoke
from mqtt.vocabulary import KioskId
from tests.cloud.kiosks import NOON

pytestmark = pytest.mark.usefixtures("club")

VANAK, TAJRISH = KioskId("vanak-1"), KioskId("tajrish-1")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def certified(club: None) -> None:  # noqa: ARG001 - what it needs
    """Both kiosks have a certificate and a token that waits."""
    issuer = Authority.objects.create(serial="a", pem="", state="current", made_at=NOON, ends_at=NOON)
    for kiosk in (VANAK, TAJRISH):
        tokens.issue(kiosk, "sara", NOON, DAY)
        made = Certificate(serial=kiosk, name=kiosk, kiosk_id=kiosk, issuer=issuer, key_hash="")
        made.begins_at, made.ends_at, made.issued_at = NOON, NOON + DAY, NOON
        made.save(force_insert=True)


def test_with_a_kiosk_its_certificates_and_tokens_are_revoked_and_no_others() -> None:
    revoke(VANAK, NOON)
    assert [kiosk.id for kiosk in Kiosk.objects.filter(revoked_at=NOON)] == [VANAK]
    assert [one.name for one in Certificate.objects.filter(revoked_at=NOON)] == [VANAK]
    assert [one.kiosk_id for one in EnrolmentToken.objects.filter(withdrawn_at=NOON)] == [VANAK]


def test_since_when_a_kiosk_is_revoked_stays_as_it_was() -> None:
    revoke(VANAK, NOON)
    revoke(VANAK, NOON + DAY)
    assert Kiosk.objects.get(id=VANAK).revoked_at == NOON
    assert Certificate.objects.get(name=VANAK).revoked_at == NOON


def test_who_is_admitted_again_has_no_certificate_and_can_be_given_a_token() -> None:
    revoke(VANAK, NOON)
    admit(VANAK, NOON)
    assert Kiosk.objects.get(id=VANAK).revoked_at is None
    assert Certificate.objects.get(name=VANAK).revoked_at == NOON
    assert tokens.waiting(VANAK, NOON).count() == 0
    assert tokens.issue(VANAK, "sara", NOON, DAY)


def test_a_kiosk_that_is_not_there_is_told() -> None:
    for change in (revoke, admit):
        with pytest.raises(Unknown, match="nobody-1"):
            change(KioskId("nobody-1"), NOON)
