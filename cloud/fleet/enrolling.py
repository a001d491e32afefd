"""What a technician takes to a new kiosk."""

from cryptography import x509
from django.conf import settings

from cloud.fleet.authority.certificates import fingerprint
from cloud.fleet.models import Authority, Kiosk
from cloud.fleet.tokens import BadToken
from mqtt.vocabulary import KioskId


def fragment(kiosk: KioskId, token: str) -> str:
    """The lines of `kiosk.toml` that make a device this kiosk. Raises BadToken where there is no authority.

    `authority` is the fingerprint by which the device knows the gate, before it trusts anybody.
    """
    current = Authority.objects.filter(state="current").first()
    if current is None:
        raise BadToken("there is no authority yet: run `python -m cloud authority init`")
    lines = {
        "store": Kiosk.objects.get(id=kiosk).store_id,
        "cloud": settings.GATE_PUBLIC,
        "authority": fingerprint(x509.load_pem_x509_certificate(current.pem.encode())),
        "token": token,
    }
    return "".join(f'{name} = "{value}"\n' for name, value in lines.items())
