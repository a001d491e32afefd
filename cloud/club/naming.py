"""By which words a person is found: kept beside the person, and gone with them."""

from collections.abc import Collection

from cloud.club.models import NameWord, Person
from cloud.club.names import name_words

AT_ONCE = 2000
"""Persons whose words are written in one statement."""


def index(person: Person) -> None:
    """Keep the words of a person who is new, or is called something else now; in the caller's transaction."""
    NameWord.objects.filter(person=person).delete()
    index_new([person])


def index_new(persons: Collection[Person]) -> None:
    """The same for persons who have no words yet."""
    NameWord.objects.bulk_create(
        (
            NameWord(person_id=person.member_id, word=word)
            for person in persons
            for word in sorted(name_words(person.given_name, person.family_name))
        ),
        batch_size=AT_ONCE,
    )
