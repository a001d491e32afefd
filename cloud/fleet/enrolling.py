"""What a technician takes to a new kiosk."""

from cryptography import x509
from django.conf import settings

from cloud.fleet.authority import certificates
from cloud.fleet.models import Authority, Kiosk


def fragment(kiosk: Kiosk, token: str) -> str:
    """The lines of `kiosk.toml` that make a device this kiosk."""
    lines = {
        "store": kiosk.store_id,
        "cloud": settings.GATE_PUBLIC,
        "authority": fingerprint(),
        "token": token,
    }
    return "".join(f'{name} = "{value}"\n' for name, value in lines.items())


def fingerprint() -> str:
    """By which a device knows the gate before it trusts anybody; empty where there is no authority yet."""
    current = Authority.objects.filter(state="current").first()
    return certificates.fingerprint(x509.load_pem_x509_certificate(current.pem.encode())) if current else ""
