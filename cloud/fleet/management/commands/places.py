"""`python -m cloud places FILE|show`: units, touchpoints, and at which of them each kiosk stands."""

from cloud.fleet import places
from cloud.fleet.documents import DocumentCommand


class Command(DocumentCommand):
    help = "Say which units and touchpoints there are and where each kiosk stands, or show it."
    refused = places.BadPlaces

    def take(self, text: str) -> None:
        places.arrange(places.read(text))

    def shown(self) -> str:
        return places.written(places.arranged())
