"""Which kiosks somebody wants to see, as the address says it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from cloud.desk.access import Viewer, viewer
from cloud.desk.fleet.needs import WORST
from cloud.desk.fleet.standing import conditions, standing
from cloud.desk.stream import row_id
from cloud.fleet.models import Kiosk

LONGEST: Final = 40
"""Letters of a name that are looked for."""
PAGES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A need, a store, a part of a name (each may be empty: all), and the page, from 1 on."""

    who: Viewer
    need: str
    store: str
    name: str
    page: int

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        """As the address says it. Raises Http404 for a store that is not theirs to see."""
        who, said = viewer(request), request.GET
        store, need = said.get("store", ""), said.get("need", "")
        if store and not who.choice().filter(id=store).exists():
            raise Http404
        page = min(max(row_id(said.get("page", "")) or 1, 1), PAGES)
        name = said.get("q", "").strip().casefold()[:LONGEST]
        return cls(who, need if need in WORST else "", store, name, page)

    def there(self, now: datetime) -> QuerySet[Kiosk]:
        """The kiosks of the store and the name, whatever they need."""
        found = theirs(self.who, standing(now))
        if self.store:
            found = found.filter(store=self.store)
        return found.filter(id__contains=self.name) if self.name else found

    def chosen(self, now: datetime) -> QuerySet[Kiosk]:
        """Those of them that are to be listed."""
        every = self.there(now)
        return every.filter(conditions(now)[self.need]) if self.need else every  # type: ignore[index]

    def query(self, **instead: object) -> str:
        """The same for an address, with something else in it; a page has to be said anew."""
        said = {"need": self.need, "store": self.store, "q": self.name} | instead
        return urlencode({name: value for name, value in said.items() if value})


def theirs(who: Viewer, kiosks: QuerySet[Kiosk]) -> QuerySet[Kiosk]:
    """Those that somebody sees."""
    return kiosks if who.stores is None else kiosks.filter(store__in=who.stores)


def find(request: HttpRequest, kiosk: str) -> Kiosk:
    """A kiosk that whoever asks may see. Raises Http404."""
    every = theirs(viewer(request), Kiosk.objects.select_related("store", "touchpoint"))
    found = every.filter(id=kiosk).first()
    if found is None:
        raise Http404
    return found
