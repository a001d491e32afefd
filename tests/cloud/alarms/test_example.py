"""The receiver of docs/examples understands what is sent, and nothing else."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cloud.voice.alarms.sending import Undelivered, Webhooks
from cloud.voice.alarms.signing import headers, new_secret
from tests.cloud.desk.house import ROOT
from tests.mqtt.ports import free_port

SECRET = new_secret()
BODY = (
    b'{"type": "alarm.raised", "data": {"signals": [{"index": "ces", "scope": {"store": "ekbatan"},'
    b' "day": "2026-11-20", "days": 7, "value": 4.8, "url": "https://club.example/alarms/7"}]}}'
)
SAID = "ces of ekbatan in the week until 2026-11-20: 4.8 (https://club.example/alarms/7)"
send = Webhooks(private=True)


@pytest.fixture
def receiver() -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, ROOT / "docs/examples/alarms.py", str(port)],
        env=os.environ | {"BASHGAH_WEBHOOK_SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    url = f"http://127.0.0.1:{port}/"
    with process:
        yield url, process
        process.kill()


def given(url: str, body: bytes, said: dict[str, str]) -> str:
    """Send it as soon as somebody listens; what was wrong."""
    until = datetime.now(UTC) + timedelta(seconds=10)
    while True:
        try:
            send(url, body, said)
        except Undelivered as error:
            if "refused" in str(error).lower() and datetime.now(UTC) < until:
                continue
            return str(error)
        return ""


def test_the_example_takes_what_is_signed_once(receiver: tuple[str, "subprocess.Popen[str]"]) -> None:
    url, process = receiver
    said = headers(SECRET, "msg_1", datetime.now(UTC), BODY)
    assert given(url, BODY, said) == ""
    assert given(url, BODY, said) == ""
    assert given(url, BODY, headers(SECRET, "msg_2", datetime.now(UTC), BODY)) == ""
    process.kill()
    assert process.stdout is not None
    assert process.stdout.read().splitlines() == [SAID, SAID]


def test_the_example_refuses_what_is_not_the_clubs(receiver: tuple[str, "subprocess.Popen[str]"]) -> None:
    url, _ = receiver
    now = datetime.now(UTC)
    said = headers(SECRET, "msg_1", now, BODY)
    assert "401" in given(url, BODY + b" ", said)
    assert "401" in given(url, BODY, said | {"webhook-id": "msg_2"})
    assert "401" in given(url, BODY, headers(new_secret(), "msg_1", now, BODY))
    assert "401" in given(url, BODY, headers(SECRET, "msg_1", now - timedelta(minutes=6), BODY))
    assert "401" in given(url, BODY, {})
