"""What occasions earn beside what is booked already: rules and limits as the tables have them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

from cloud.club.account import lock
from cloud.club.earning import earn, earn_next, limits, sources
from cloud.club.occasions import Occasion
from cloud.club.rules import Credit, Rules, Versions
from cloud.fleet.rows import Into, among, insert

_BUDGETS = 0x62756467657473
"""The advisory lock under which one at a time spends budgets."""
_BOOKED = "SELECT source_key FROM club_entry WHERE source_key {}"
_PLACES = "SELECT limit_key FROM club_entry WHERE limit_key {}"
_USED = "SELECT key, SUM(amount) FROM club_limituse WHERE key {} GROUP BY key"
_USES = Into("club_limituse", ("key", "source_key", "amount"), "ON CONFLICT (key, source_key) DO NOTHING")

Judged = tuple[Rules, Occasion]
"""An occasion with the rules that decide it."""


def judged(versions: Versions, occasions: Iterable[Occasion]) -> list[Judged]:
    """Each occasion with the rules that decide it."""
    return [(versions.at(one.decided_at), one) for one in occasions]


def grant(occasions: Sequence[Judged]) -> list[Credit]:
    """What to book, in the caller's transaction: an occasion that earned before earns nothing more.

    Where limits have to be counted, nobody else counts those of the same members, or any budget, before
    that transaction ends.
    """
    if all(rules.plain for rules, _ in occasions):
        return [credit for rules, one in occasions for credit in earn(rules, one, {})]
    with connection.cursor() as cursor:
        _lock(cursor, occasions)
        names = {name for rules, one in occasions for name in sources(rules, one)}
        booked = {name for (name,) in among(cursor, _BOOKED, names)}
        used = _used(cursor, {key for rules, one in occasions for key in limits(rules, one)})
    fresh = [(rules, one) for rules, one in occasions if booked.isdisjoint(sources(rules, one))]
    return [credit for rules, one in fresh for credit in earn_next(rules, one, used)]


def foresee(rules: Rules, occasion: Occasion) -> list[Credit]:
    """What an occasion would earn, with the limits as they are used so far; nothing is kept for it."""
    with connection.cursor() as cursor:
        used = _used(cursor, set(limits(rules, occasion)))
    return earn(rules, occasion, used)


def note_uses(granted: Iterable[Credit]) -> None:
    """Write down what booked credits took of the limits, in the caller's transaction."""
    rows = [(key, credit.source_key, amount) for credit in granted for key, amount in credit.uses]
    with connection.cursor() as cursor:
        insert(cursor, _USES, rows)


def _lock(cursor: CursorWrapper, occasions: Sequence[Judged]) -> None:
    budgets = any(rule.limits.budget for rules, _ in occasions for rule in rules.each)
    if budgets and connection.vendor != "sqlite":
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_BUDGETS,))
    lock({one.member for _, one in occasions})


def _used(cursor: CursorWrapper, keys: Collection[str]) -> Counter[str]:
    used = Counter({key: int(amount) for key, amount in among(cursor, _USED, keys)})
    for (key,) in among(cursor, _PLACES, keys):
        # a rule that counts today may have had a single place yesterday
        used[key] = max(used[key], 1)
    return used
