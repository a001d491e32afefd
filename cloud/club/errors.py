"""What the club refuses, as errors whose text tells a person what to do and repeats nothing personal."""


class ClubError(Exception):
    """The base of every error of this folder.

    ClubError
    ├── BadPhone    a text is no telephone number
    ├── Unfit       data, or a club's own document, are not what they should be
    ├── Taken       a card or a telephone number cannot be used for this membership
    ├── Unknown     there is no such member (NoMember), card or merge
    ├── Otherwise   a document was sent before and said something else
    ├── NotEnough   more points than can be spent
    ├── NoKey       this cloud was told no club key: it cannot name a card
    └── Untimely    it cannot be done to one in this state: left, merged, lost already, ended (HoldEnded)
    """


class BadPhone(ClubError, ValueError):
    """A text is no telephone number."""


class Unfit(ClubError, ValueError):
    """Data that are missing, not asked for or not of their form."""


class Taken(ClubError):
    """A card or a telephone number cannot be used for this membership; not said why, nor whose it is."""


class Unknown(ClubError, LookupError):
    """There is no such member, card or merge."""


class Untimely(ClubError):
    """It cannot be done to a member, card or merge in this state."""
