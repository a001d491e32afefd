"""`python -m cloud shops FILE|show`: groups, their stores, and the kiosks in them."""

from cloud.fleet import shops
from cloud.fleet.documents import DocumentCommand


class Command(DocumentCommand):
    help = "Say which stores and kiosks there are and which stores share members, or show it."
    refused = shops.BadShops

    def take(self, text: str) -> None:
        shops.open_shops(shops.read(text))

    def shown(self) -> str:
        return shops.written(shops.opened())
