"""What the broker, the gate and the cloud's processes find in their folders, as days go by."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from cloud.fleet.authority.certificates import Whom, hosts_of, new_key
from cloud.fleet.authority.issuing import issue
from cloud.fleet.authority.registry import Registry
from cloud.fleet.authority.upkeep import TOLD, Places, Upkeep
from cloud.fleet.brokering.files import ACL, REVOKED, SERVER
from cloud.fleet.models import Certificate, Kiosk
from cloud.fleet.revoking import admit, revoke
from mqtt.vocabulary import BadId, KioskId
from tests.cloud.kiosks import NOON

pytestmark = pytest.mark.usefixtures("club")

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
VANAK = KioskId("vanak-1")
KINDS = 2 * (b"PRIVATE KEY",)
"""Of PEM, at both ends (RFC 7468)."""


class Yard:
    """An authority's upkeep, and the folders that it keeps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.registry = Registry(folder / "authority", "a passphrase of some length")
        self.registry.found(NOON)
        self.upkeep = self.another()

    def another(self, *hosts: str, pid: Path | None = None) -> Upkeep:
        """As after a start."""
        places = Places(
            broker=self.folder / "broker",
            gate=self.folder / "gate",
            broker_hosts=hosts or ("broker.example",),
            gate_hosts=("gate.example",),
            cloud=self.folder / "cloud",
            pid=pid,
        )
        return Upkeep(self.registry, places)

    def acl(self) -> str:
        return (self.folder / "broker" / ACL).read_text()

    def server(self) -> tuple[x509.Certificate, str]:
        """The broker's certificate, and the text of its key."""
        text = (self.folder / "broker" / SERVER).read_text()
        certificate, begin, key = text.partition(f"-----BEGIN {KINDS[0].decode()}")
        return x509.load_pem_x509_certificate(certificate.encode()), begin + key

    def listed(self) -> x509.CertificateRevocationList:
        return x509.load_pem_x509_crl((self.folder / "broker" / REVOKED).read_bytes())

    def all(self) -> dict[Path, bytes]:
        """Everything that lies there, but when the broker was told."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and path.name != TOLD)
        return {path: path.read_bytes() for path in files}

    def told(self) -> str:
        return (self.folder / "broker" / TOLD).read_text()


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    made = Yard(tmp_path)
    made.upkeep.turn(NOON)
    return made


def denied(kiosk: str) -> str:
    return f"user {kiosk}\ntopic deny #\n"


def test_everybody_finds_what_they_need_and_nobody_else_may_read_it(yard: Yard) -> None:
    names = sorted(str(path.relative_to(yard.folder)) for path in yard.all())
    assert [name for name in names if not name.startswith("authority/")] == [
        *(f"broker/{name}" for name in ("acl", "authorities.pem", "revoked.pem", "server.pem")),
        *(f"cloud/{name}.pem" for name in ("authorities", "certificate", "key")),
        *(f"gate/{name}.pem" for name in ("authorities", "certificate", "key")),
    ]
    assert {path.stat().st_mode & 0o777 for path in yard.all()} == {0o600, 0o640}
    assert hosts_of(yard.server()[0]) == {"broker.example"}


def test_while_nothing_changes_nothing_is_written(yard: Yard) -> None:
    before = yard.all()
    for seconds in range(1, 30):
        yard.upkeep.turn(NOON + seconds * SECOND)
    yard.another().turn(NOON)
    assert yard.all() == before
    assert Certificate.objects.count() == 3


def test_servers_get_new_certificates_of_the_same_key_a_month_early(yard: Yard) -> None:
    first, key = yard.server()
    yard.upkeep.turn(NOON + 59 * DAY)
    assert yard.server() == (first, key)
    yard.upkeep.turn(NOON + 61 * DAY)
    second, same = yard.server()
    assert second.not_valid_after_utc > first.not_valid_after_utc
    assert same == key
    counting = Certificate.objects.filter(superseded_at=None)
    assert sorted(counting.values_list("name", flat=True)) == ["broker.club", "cloud.club", "gate.club"]


def test_a_server_that_is_found_elsewhere_gets_another_certificate(yard: Yard) -> None:
    yard.another("broker.example", "10.0.0.1").turn(NOON + SECOND)
    assert hosts_of(yard.server()[0]) == {"broker.example", "10.0.0.1"}


@pytest.mark.parametrize("content", [b"", b"-----BEGIN %b-----\nAA==\n-----END %b-----\n" % KINDS])
def test_a_file_without_a_key_gets_a_new_one_and_the_old_certificate_counts_no_more(
    yard: Yard, content: bytes
) -> None:
    first, _ = yard.server()
    (yard.folder / "broker" / SERVER).write_bytes(content)
    yard.another().turn(NOON + SECOND)
    assert yard.server()[0].serial_number != first.serial_number
    assert yard.listed().get_revoked_certificate_by_serial_number(first.serial_number)


def test_a_key_that_cannot_be_kept_is_certified_for_nobody(yard: Yard) -> None:
    shutil.rmtree(yard.folder / "gate")
    (yard.folder / "gate").symlink_to("/proc/self")  # where nobody makes a file
    for seconds in range(3):
        with pytest.raises(OSError, match="/gate/"):
            yard.another().turn(NOON + seconds * SECOND)
    assert Certificate.objects.count() == 3


def test_lists_are_signed_anew_each_day(yard: Yard) -> None:
    yard.upkeep.turn(NOON + DAY - 10 * SECOND)
    assert yard.listed().last_update_utc == NOON
    yard.upkeep.turn(NOON + DAY)
    assert yard.listed().last_update_utc == NOON + DAY
    assert yard.listed().next_update_utc == NOON + 31 * DAY


def certified(kiosk: str, at: datetime) -> None:
    row = Certificate(serial="abc", name=kiosk, kiosk_id=kiosk, key_hash="", issued_at=at)
    row.issuer = Certificate.objects.all()[0].issuer
    row.begins_at, row.ends_at = at, at + 90 * DAY
    row.save(force_insert=True)


def test_a_revoked_kiosk_is_denied_at_the_next_turn_and_listed(yard: Yard) -> None:
    certified(VANAK, NOON)
    revoke(VANAK, NOON + SECOND)
    yard.upkeep.turn(NOON + SECOND)
    assert denied(VANAK) in yard.acl()
    assert denied("tajrish-1") not in yard.acl()
    assert yard.listed().get_revoked_certificate_by_serial_number(0xABC)
    admit(VANAK, NOON + 2 * SECOND)
    yard.upkeep.turn(NOON + 2 * SECOND)
    assert denied(VANAK) not in yard.acl()
    assert yard.listed().get_revoked_certificate_by_serial_number(0xABC)


def test_who_watches_the_brokers_folder_sees_three_times_that_something_changed(yard: Yard) -> None:
    yard.upkeep.turn(NOON + 20 * SECOND)
    certified(VANAK, NOON)
    revoke(VANAK, NOON + 30 * SECOND)
    seen = []
    for seconds in range(30, 60):
        yard.upkeep.turn(NOON + seconds * SECOND)
        seen.append(yard.told())
    assert list(dict.fromkeys(seen)) == [(NOON + at * SECOND).isoformat() for at in (30, 32, 40)]


def test_a_broker_that_is_away_is_complained_of_once(yard: Yard, caplog: pytest.LogCaptureFixture) -> None:
    upkeep = yard.another(pid=yard.folder / "mosquitto.pid")
    for seconds in range(60):
        upkeep.turn(NOON + seconds * SECOND)
    (yard.folder / "mosquitto.pid").write_text("1\n")
    upkeep.turn(NOON + 60 * SECOND)
    missing, another = (record.getMessage() for record in caplog.records if record.levelname == "WARNING")
    assert "No such file" in missing
    assert "process 1 of" in another


def test_a_fault_in_the_gates_folder_holds_up_no_revocation(yard: Yard) -> None:
    certified(VANAK, NOON)
    revoke(VANAK, NOON + SECOND)
    shutil.rmtree(yard.folder / "gate")
    (yard.folder / "gate").write_text("no folder")
    with pytest.raises(OSError, match="gate"):
        yard.upkeep.turn(NOON + SECOND)
    assert denied(VANAK) in yard.acl()


@pytest.mark.parametrize("name", ["cloud.club", "reader.grafana", "a/b", "#"])
def test_no_kiosk_is_certified_under_a_name_that_is_none_of_a_kiosk(yard: Yard, name: str) -> None:
    Kiosk.objects.create(id=name, store_id="vanak")
    with pytest.raises(BadId):
        issue(yard.registry, Whom("kiosk", name, new_key().public_key()), NOON)
    assert not Certificate.objects.filter(kiosk=name).exists()


@pytest.mark.parametrize("restarted", [False, True])
def test_a_list_of_the_same_second_waits_for_the_next_and_the_rules_do_not(
    yard: Yard, *, restarted: bool
) -> None:
    certified(VANAK, NOON)
    revoke(VANAK, NOON)
    upkeep = yard.another() if restarted else yard.upkeep
    upkeep.turn(NOON + SECOND / 2)
    assert denied(VANAK) in yard.acl()
    assert len(yard.listed()) == 0
    upkeep.turn(NOON + SECOND)
    assert yard.listed().get_revoked_certificate_by_serial_number(0xABC)
    assert yard.listed().last_update_utc == NOON + SECOND


def test_a_kiosk_that_stands_in_another_store_hears_another_group(yard: Yard) -> None:
    Kiosk.objects.filter(id=VANAK).update(store_id="zand")
    yard.upkeep.turn(NOON + 5 * SECOND)
    section = yard.acl().partition("user vanak-1\n")[2].partition("user ")[0]
    assert "groups/shiraz/" in section


def test_a_row_with_a_name_that_is_none_does_not_keep_others_from_being_denied(yard: Yard) -> None:
    Kiosk.objects.create(id="Vanak #", store_id="vanak")
    revoke(VANAK, NOON + SECOND)
    yard.upkeep.turn(NOON + SECOND)
    assert denied(VANAK) in yard.acl()
    assert "#\nuser Vanak" not in yard.acl()


def test_what_somebody_else_changed_is_put_right(yard: Yard) -> None:
    before = yard.acl()
    (yard.folder / "broker" / ACL).write_text("")
    yard.upkeep.turn(NOON + 5 * SECOND)
    assert yard.acl() == before
