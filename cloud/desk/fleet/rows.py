"""The kiosks of a page, with all that is told of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from cloud.collector.models import Parked
from cloud.desk.fleet.needs import Need, Standing
from cloud.desk.fleet.wording import need_name
from cloud.desk.live import kiosks
from cloud.fleet.models import Kiosk, KioskHealth

RELATED = ("store", "touchpoint", "kioskhealth")
"""What a row needs, to be fetched with the kiosks."""


@dataclass(frozen=True, slots=True)
class Row:
    """A kiosk, how it stands, and its times in its store's zone; `today` is the day that it is there."""

    kiosk: Kiosk
    said: KioskHealth | None
    standing: Standing
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The day that it is at the kiosk's store."""
        return self.standing.now.astimezone(self.zone).date()

    @property
    def words(self) -> Sequence[str]:
        """What it needs, in the active language."""
        return [need_name(need, enrolled=self.standing.ends is not None) for need in self.needs]

    @property
    def needs(self) -> Sequence[Need]:
        """The same by its names."""
        return self.standing.needs

    @property
    def heard(self) -> datetime | None:
        """When it last said anything."""
        return self.standing.kiosk.heard

    @property
    def last_tap(self) -> datetime | None:
        """When a card was last tapped."""
        return self.said.last_tap.astimezone(self.zone) if self.said and self.said.last_tap else None

    @property
    def days(self) -> int | None:
        """Whole days until the certificate ends, below 0 since; None without one."""
        ends = self.standing.ends
        return None if ends is None else (ends - self.standing.now).days

    @property
    def ended(self) -> int:
        """Whole days since it ended."""
        return 0 if self.standing.ends is None else (self.standing.now - self.standing.ends).days

    @property
    def certified(self) -> bool:
        """Whether its certificate is good for long yet."""
        return self.days is not None and not {"ended", "ending"}.intersection(self.needs)

    @property
    def readers(self) -> Sequence[tuple[str, bool]]:
        """The readers, and whether they answer."""
        return sorted(self.said.readers.items(), key=lambda each: (each[1], each[0])) if self.said else ()

    @property
    def down(self) -> Sequence[str]:
        """Those that do not."""
        return [name for name, up in self.readers if not up]


def rows(found: QuerySet[Kiosk], now: datetime) -> list[Row]:
    """Kiosks (of `standing.standing`) as they are shown."""
    there = list(found.select_related(*RELATED))
    parked = _parked(there)
    return [_row(kiosk, parked.get(kiosk.id, 0), now) for kiosk in there]


def _parked(there: Iterable[Kiosk]) -> dict[str, int]:
    some = [kiosk.id for kiosk in there if getattr(kiosk, "has_parked", False)]
    found = Parked.objects.filter(kiosk__in=some).order_by().values_list("kiosk") if some else None
    return {} if found is None else dict(found.annotate(Count("id")))


def _row(kiosk: Kiosk, parked: int, now: datetime) -> Row:
    zone = ZoneInfo(kiosk.store.time_zone)
    said: KioskHealth | None = getattr(kiosk, "kioskhealth", None)
    there = kiosks.Kiosk.of(kiosk.id, said, getattr(kiosk, "seen", None), parked, now.astimezone(zone))
    ends, refused = getattr(kiosk, "ends", None), bool(getattr(kiosk, "was_refused", False))
    return Row(kiosk, said, Standing(there, now, kiosk.revoked_at is not None, ends, refused), zone)
