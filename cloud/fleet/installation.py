"""Which life of the cloud's database this is."""

import secrets

from django.db import transaction

from cloud.fleet.models import Installation


def generation() -> str:
    """16 hex digits, made with the database and kept for its life; a kiosk that sees others starts afresh."""
    with transaction.atomic():
        found = Installation.objects.first()
        if found is None:
            # of two processes that start at once, both get the first one's
            found, _ = Installation.objects.get_or_create(id=1, defaults={"generation": secrets.token_hex(8)})
        return found.generation
