"""The tables of members, persons and cards: made and taken back, with what was there before still there."""

import pytest
from django.core.management import call_command
from django.db import connection

from cloud.club.models import Card, Member, Person
from tests.cloud.conftest import make_club
from tests.cloud.kiosks import CARD, MEMBER


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_taken_back_and_made_again() -> None:
    make_club()
    call_command("migrate", "club", "0003", verbosity=0)
    try:
        assert "club_receipt" not in connection.introspection.table_names()
        with connection.cursor() as cursor:
            cursor.execute("SELECT member_id, given_name FROM club_person")
            assert cursor.fetchall() == [(MEMBER, "مریم")]
    finally:
        call_command("migrate", verbosity=0)
    member, card = Member.objects.get(), Card.objects.get()
    assert (member.id, member.kind, member.left_on) == (MEMBER, "consumer", None)
    assert (card.key, card.status, card.issued_at) == (CARD, "active", None)
    assert Person.objects.get().phone is None
