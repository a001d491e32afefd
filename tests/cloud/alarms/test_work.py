"""The worker's part: beside its loop, every hour, and as a command."""

import io
import json
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from cloud.club.decisions import decided
from cloud.collector.beside import Beside
from cloud.desk.alarms.wording import sentence
from cloud.desk.alarms.work import HOURLY, Alarms, judge
from cloud.fleet.mail import mail
from cloud.voice.alarms.judging import INDICES
from cloud.voice.alarms.models import Signal
from cloud.voice.alarms.quiet import QuietHours
from tests.cloud.alarms.watched import BADLY, count, days_well, shops, watch
from tests.cloud.desk.staffed import employ


def yesterday() -> date:
    """In the stores, now: a run of tests may go on past midnight."""
    return (datetime.now(UTC) + timedelta(hours=3.5)).date() - timedelta(days=1)


@pytest.fixture
def mina(db: None) -> User:  # noqa: ARG001 - what it needs
    shops()
    return employ("mina", "manager")


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("alarms", *arguments, stdout=out)
    return out.getvalue()


def test_a_bad_day_is_judged_by_the_real_control_chart(mina: User) -> None:
    watch(mina)
    days_well(yesterday() - timedelta(days=1))
    count(yesterday(), BADLY)
    assert judge(datetime.now(UTC)) == 1
    signal = Signal.objects.get()
    assert signal.kind == "lower"
    assert signal.value == 2.5 < signal.limit < 5.5


def test_a_club_that_is_as_always_has_no_alarm(mina: User) -> None:
    watch(mina)
    days_well(yesterday())
    assert judge(datetime.now(UTC)) == 0


@pytest.mark.django_db(transaction=True)
def test_the_worker_judges_at_once_and_then_every_hour() -> None:
    shops()
    watch(employ("mina", "manager"))
    days_well(yesterday() - timedelta(days=2))
    count(yesterday() - timedelta(days=1), BADLY)
    now = 0.0
    alarms = Alarms(lambda: now)
    alarms.turn()
    assert Signal.objects.count() == 1
    count(yesterday(), BADLY)
    now = HOURLY.total_seconds() - 1
    alarms.turn()
    assert Signal.objects.count() == 1
    now += 1
    alarms.turn()
    assert Signal.objects.count() == 2


def test_a_job_beside_the_loop_is_begun_when_due_and_never_twice_at_once() -> None:
    go, now, done = threading.Event(), 0.0, []

    def job() -> None:
        go.wait(10)
        done.append(now)

    beside = Beside(job, 5, lambda: now)
    assert beside.turn()
    now = 6
    assert not beside.turn()
    go.set()
    beside.wait(10)
    assert beside.turn()
    beside.wait(10)
    now = 10.9
    assert not beside.turn()
    assert done == [6, 6]


def test_the_command_judges_and_lists_what_is_not_closed(mina: User) -> None:
    watch(mina)
    days_well(yesterday() - timedelta(days=1))
    count(yesterday(), BADLY)
    assert said("judge") == "alarms raised: 1\n"
    assert said("judge") == "alarms raised: 0\n"
    (line,) = said("list").splitlines()
    assert line.startswith(f"{Signal.objects.get().pk} open, mina: CES at Ekbatan fell to 2.5 (")
    Signal.objects.update(state="closed")
    assert said("list") == ""


@pytest.mark.django_db
def test_the_command_shows_and_takes_the_quiet_hours(tmp_path: Path) -> None:
    assert json.loads(said("quiet")) == {"since": 21, "until": 8}
    file = tmp_path / "quiet.json"
    file.write_text('{"since": 22, "until": 7}', "utf-8")
    said("quiet", str(file))
    assert decided(QuietHours) == QuietHours(22, 7)
    file.write_text('{"since": 25, "until": 7}', "utf-8")
    with pytest.raises(CommandError, match="quiet-hours"):
        said("quiet", str(file))


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("kind", ["below", "above", "lower", "upper", "run"])
@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("days", [1, 7])
def test_every_kind_of_every_index_has_its_sentence(
    mina: User, index: str, kind: str, language: str, days: int
) -> None:
    of = watch(mina, index=index, store_id=None, unit_id="sales")
    figures = {"value": -3.5, "low": -9.0, "high": 2.0, "limit": 1.0}
    signal = Signal(watch=of, day=yesterday(), days=days, kind=kind, n=1200, **figures)
    with override(language):
        told = sentence(signal)
    assert "%(" not in told
    assert "None" not in told
    assert ("Sales" in told) == (language == "en")
    assert ("in the week until " in told or "در هفتهٔ منتهی به " in told) == (days == 7)


def test_a_figure_that_reads_like_its_limit_gets_a_decimal_more(mina: User) -> None:
    figures = {"value": 4.58, "low": 4.0, "high": 5.1, "limit": 4.64}
    with override("en"):
        told = sentence(Signal(watch=watch(mina), day=yesterday(), kind="lower", n=36, **figures))
    assert "fell to 4.58 (4.00 to 5.10, n = 36)" in told
    assert told.endswith("below the lower limit 4.64.")


def test_an_end_that_reads_like_the_threshold_gets_a_decimal_more(mina: User) -> None:
    figures = {"value": 5.02, "low": 4.6, "high": 5.46, "limit": 5.5}
    with override("en"):
        told = sentence(Signal(watch=watch(mina), day=yesterday(), kind="below", n=59, **figures))
    assert "fell to 5.02 (4.60 to 5.46, n = 59)" in told


@pytest.mark.parametrize(
    ("url", "port", "starts", "sealed"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp://club:p%40ss@mail.example", 587, True, False),
        ("smtp://club:p%40ss@mail.example:2525", 2525, True, False),
        ("smtps://club:p%40ss@mail.example", 465, False, True),
    ],
)
def test_a_mail_server_is_one_address(url: str, port: int, starts: bool, sealed: bool) -> None:  # noqa: FBT001
    made = mail(url)
    assert (made["EMAIL_HOST"], made["EMAIL_PORT"]) == ("mail.example", port)
    assert (made["EMAIL_USE_TLS"], made["EMAIL_USE_SSL"]) == (starts, sealed)
    assert made["EMAIL_HOST_PASSWORD"] == ("p@ss" if "@mail" in url else "")


@pytest.mark.parametrize("url", ["mail.example:25", "http://mail.example", "smtp://", "smtp://a:secret@b:x"])
def test_an_address_that_is_no_mail_servers_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        mail(url)
    assert "secret" not in str(refused.value)


def test_without_an_address_nothing_is_sent() -> None:
    assert "dummy" in str(mail("")["EMAIL_BACKEND"])
