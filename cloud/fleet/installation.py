"""Which life of the cloud's database this is."""

import secrets

from django.db import transaction

from cloud.fleet.models import Installation


def generation() -> str:
    """16 hex digits, made with the database and kept for its life; a kiosk that sees others starts afresh."""
    with transaction.atomic():
        found = Installation.objects.first()
        if found is None:
            found = Installation.objects.create(generation=secrets.token_hex(8))
        return found.generation
