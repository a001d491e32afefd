"""The versions of the earning rules as they are stored: published, read once, and looked for again."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max

from cloud.club.models import RuleSet
from cloud.club.rule_files import BadRules, read
from cloud.club.rules import NONE, Rules, Versions

DEFAULT = Path(__file__).with_name("default_rules.json")
"""The first version: 10 points for the first visit of a store-local day."""
LEAD = timedelta(minutes=1)
"""So much later than it is published a version is in force at the soonest.

What happens from then on is posted by processes that know the version, so that posting again decides alike.
"""
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_read = lru_cache(maxsize=8)(read)


class RuleSets:
    """What the versions say, for as long as somebody posts."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._newest: int | None = None
        self._versions = Versions()

    def look(self) -> Versions:
        """The versions; read again only where there is a new one. Raises BadRules."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT MAX(version) FROM club_ruleset")
            (newest,) = cursor.fetchone()
        if newest != self._newest:
            self._versions = Versions(
                (row.active_from, read(row.document, row.version)) for row in RuleSet.objects.all()
            )
            self._newest = newest
        return self._versions


def in_force(moment: datetime) -> Rules:
    """The rules that decide what happened then, by one question: for whoever asks once. Raises BadRules.

    Another process's new version is seen at once; the same document is not read twice in a process.
    """
    then = RuleSet.objects.filter(active_from__lte=moment).order_by("-version")
    found = then.values_list("document", "version").first()
    return _read(*found) if found else NONE


def publish(text: str, by: str, now: datetime, active_from: datetime | None = None) -> int:
    """Store a document as the next version, in force from a moment on (as soon as can be); the version.

    Raises BadRules, also where the moment is too early.
    """
    read(text, 0)
    soonest = now + LEAD
    if active_from is not None and active_from < soonest:
        raise BadRules(
            f"rules cannot be in force before {soonest:%Y-%m-%dT%H:%M:%S%z}: what happened is decided."
            " Name a later moment, or none"
        )
    with transaction.atomic():
        newest = RuleSet.objects.aggregate(newest=Max("version"))["newest"] or 0
        made = RuleSet(newest + 1, text, now, by, active_from or soonest)
        made.save(force_insert=True)
    return made.version


def seed_default() -> None:
    """Store the first version, in force since ever, where there is none."""
    if not RuleSet.objects.exists():
        text = DEFAULT.read_text("utf-8")
        RuleSet.objects.create(
            version=1, document=text, made_at=datetime.now(UTC), made_by="bashgah", active_from=_ALWAYS
        )
