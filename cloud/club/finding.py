"""Members by what somebody knows of them: the beginnings of words of their name, or a telephone number."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from django.db import connection

from cloud.club.models import Person
from cloud.club.names import BEYOND
from mqtt.vocabulary import MemberId

SHORTEST: Final = 2
"""Characters that one of the words has to have: fewer find half the club."""
WORDS: Final = 5
"""Words that are looked at; more add nothing."""
OFTEN: Final = 1000
"""So many times is often: there is no need to count on."""

# PostgreSQL's own operators compare as a language does, these by characters, as the index does
_OPERATORS: Final = {
    "sqlite": {"from": ">=", "below": "<", "after": ">", "order": "w.word, w.person_id"},
    "postgresql": {
        "from": "~>=~",
        "below": "~<~",
        "after": "~>~",
        "order": "w.word USING ~<~, w.person_id USING ~<~",
    },
}
_RANGE: Final = "w.word {from} %s AND w.word {below} %s"
_ONCE: Final = (
    "NOT EXISTS (SELECT 1 FROM club_nameword o"
    " WHERE o.person_id = w.person_id AND o.word {from} %s AND o.word {below} w.word)"
)
"""The first of a person's words that begins so: who has two of them is found once."""
_OTHER: Final = (
    "EXISTS (SELECT 1 FROM club_nameword o"
    " WHERE o.person_id = w.person_id AND o.word {from} %s AND o.word {below} %s)"
)
_AFTER: Final = "w.word {from} %s AND (w.word <> %s OR w.person_id {after} %s)"
_IN: Final = "EXISTS (SELECT 1 FROM club_member m WHERE m.id = w.person_id AND m.group_id IN ({}))"


class Place(NamedTuple):
    """Up to where a list was shown: a word, and whose it is."""

    word: str
    member: MemberId


def by_phone(number: str) -> MemberId | None:
    """Whose a telephone number in E.164 is."""
    found = Person.objects.filter(phone=number).values_list("member", flat=True).first()
    return None if found is None else MemberId(found)


def by_name(
    words: Sequence[str], most: int, *, groups: Collection[str] | None = None, after: Place | None = None
) -> list[Place]:
    """Whose name has a word for each of these beginnings, in the order of the words found; at most so many.

    `words` are those of `names.typed_words`, one of them with :data:`SHORTEST` characters or more. Only
    members of `groups`, if they are given. Raises ValueError without such a word.
    """
    long_enough = [word for word in words if len(word) >= SHORTEST][:WORDS]
    if not long_enough:
        raise ValueError("no word is long enough to be looked for")
    first = min(long_enough, key=_frequency) if len(long_enough) > 1 else long_enough[0]
    others = [word for word in words if word != first][:WORDS]
    conditions = [*_beginnings(first, others), *_within(groups, after)]
    where = " AND ".join(condition for condition, _ in conditions)
    values = [value for _, some in conditions for value in some]
    operators = _OPERATORS[connection.vendor]
    query = f"SELECT w.word, w.person_id FROM club_nameword w WHERE {where} ORDER BY {{order}}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{query.format_map(operators)} LIMIT %s", (*values, most))
        return [Place(word, MemberId(member)) for word, member in cursor.fetchall()]


def _frequency(word: str) -> int:
    """How often a beginning is there, up to :data:`OFTEN`: the rarest is looked through, others looked up."""
    some = f"SELECT 1 FROM club_nameword w WHERE {_RANGE} LIMIT {OFTEN}"  # noqa: S608 - of this code only
    query = f"SELECT COUNT(*) FROM ({some}) found"  # noqa: S608 - likewise
    with connection.cursor() as cursor:
        cursor.execute(query.format_map(_OPERATORS[connection.vendor]), (word, word + BEYOND))
        (times,) = cursor.fetchone()
    return int(times)


def _beginnings(first: str, others: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield _RANGE, (first, first + BEYOND)
    yield _ONCE, (first,)
    yield from ((_OTHER, (word, word + BEYOND)) for word in others)


def _within(groups: Collection[str] | None, after: Place | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    if groups is not None:
        # of no groups, nobody
        yield _IN.format(", ".join(["%s"] * len(groups)) or "NULL"), tuple(groups)
    if after is not None:
        yield _AFTER, (after.word, after.word, after.member)
