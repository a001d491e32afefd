"""From counted answers to a letter and a webhook, by the worker as it runs for real."""

import subprocess
import sys
from pathlib import Path

from tests.cloud.alarms.receivers import mail_server, receiver
from tests.cloud.processes import ROOT, Cloud, wait_for
from tests.mqtt.broker import Broker

WATCHED = """
from datetime import UTC, datetime, timedelta
import django
django.setup()
from zoneinfo import ZoneInfo
from django.contrib.auth.models import User
from cloud.club.decisions import decide, written
from cloud.voice.alarms.models import Hook
from cloud.voice.alarms.quiet import QuietHours
from cloud.voice.alarms.sealing import seal
from cloud.voice.alarms.signing import new_secret
from tests.cloud.alarms.watched import BADLY, count, days_well, watch
from tests.cloud.desk.staffed import employ
decide(QuietHours, written(QuietHours(0, 0)))
mina = employ("mina", "manager")
User.objects.update(email="mina@club.example")
hook = Hook.objects.create(url="{url}", secret=seal(new_secret()))
watch(mina, store_id="vanak", email=True, hook=hook)
day = datetime.now(ZoneInfo("Asia/Tehran")).date() - timedelta(days=1)
days_well(day - timedelta(days=1), store="vanak")
count(day, BADLY, "vanak")
"""


class Mailing(Cloud):
    """The cloud with a mail server, and leave to tell this machine."""

    port = 0

    @property
    def environment(self) -> dict[str, str]:
        """As any, and where letters go."""
        ours = {"BASHGAH_SMTP": f"smtp://127.0.0.1:{self.port}", "BASHGAH_MAIL_FROM": "club@club.example"}
        return super().environment | ours | {"BASHGAH_WEBHOOK_PRIVATE": "1"}


def test_the_worker_tells_whoever_is_accountable(tmp_path: Path, broker: Broker) -> None:
    cloud = Mailing(tmp_path, broker.url)
    cloud.prepare()
    with receiver(500) as there, mail_server() as box:
        cloud.port = box.port
        said = WATCHED.replace("{url}", there.url)
        subprocess.run([sys.executable, "-c", said], check=True, env=cloud.environment, cwd=ROOT)
        cloud.worker()
        wait_for(lambda: box.letters and len(there.had) > 1, "a letter, and a webhook after one that failed")
        cloud.stop()
    assert "vanak" in box.letters[0].get_content()
    assert len({had.headers["webhook-id"] for had in there.had}) == 1
    assert cloud.ask("SELECT COUNT(*) FROM voice_signal") == [(1,)]
