"""What was raised reaches whoever is accountable: once, together, and not in the night."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.mail.backends.smtp import EmailBackend
from pytest_django import Settings

from cloud.desk.alarms.letters import letter
from cloud.desk.alarms.people import recipients
from cloud.desk.models import Staff
from cloud.voice.alarms.delivery import Delivery
from cloud.voice.alarms.models import Hook, Notice, Signal, Watch
from cloud.voice.alarms.outbox import Outbox, put_test
from cloud.voice.alarms.quiet import WAITS
from cloud.voice.alarms.rounds import judge_all
from cloud.voice.alarms.sealing import seal
from cloud.voice.alarms.sending import Undelivered, Webhooks
from cloud.voice.alarms.signing import new_secret
from tests.cloud.alarms.receivers import Mailbox, mail_server, receiver
from tests.cloud.alarms.watched import BADLY, NOW, YESTERDAY, chart, count, days_well, shops, watch
from tests.cloud.desk.staffed import employ

pytestmark = pytest.mark.django_db
NIGHT = NOW.replace(hour=19)
"""22:30 in Tehran."""
MORNING = NOW.replace(day=25, hour=4, minute=30)
"""8:00 in Tehran, the day after."""
BEFORE = YESTERDAY - timedelta(days=1)


class Hours:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        """Begin."""
        self.now = now

    def __call__(self) -> datetime:
        """The time."""
        return self.now


@pytest.fixture
def mina() -> User:
    shops()
    for store in ("ekbatan", "vanak"):
        days_well(BEFORE, store=store)
        count(YESTERDAY, BADLY, store)
    return person("mina")


def person(name: str) -> User:
    made = employ(name, "manager")
    User.objects.filter(pk=made.pk).update(email=f"{name}@club.example")
    made.refresh_from_db()
    return made


def hook(url: str) -> Hook:
    return Hook.objects.create(url=url, secret=seal(new_secret()))


def judged(now: datetime = NOW, *, mail: bool = True) -> int:
    return judge_all(now, chart, Outbox(recipients, mail=mail).put)


def delivery(clock: Hours, patience: float = 5.0) -> Delivery:
    return Delivery(letter, Webhooks(private=True, patience=patience), clock)


@contextmanager
def mailing(settings: Settings, *refused: str) -> Iterator[Mailbox]:
    with mail_server(refused) as box:
        settings.EMAIL_BACKEND = f"{EmailBackend.__module__}.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.DEFAULT_FROM_EMAIL = "club@club.example"
        yield box


def test_all_that_was_raised_for_a_person_is_one_letter(mina: User, settings: Settings) -> None:
    settings.URL = "https://club.example"
    watch(mina, email=True)
    watch(mina, email=True, store_id="vanak")
    watch(person("reza"), email=True, store_id=None)
    with mailing(settings) as box:
        assert judged() == 3
        assert delivery(Hours(NOW)).turn() == 2
        assert delivery(Hours(NOW + timedelta(days=2))).turn() == 0
    assert box.to == ["mina@club.example", "reza@club.example"]
    text = box.letters[0].get_content().replace("\r\n", "\n")
    assert box.letters[0]["From"] == "club@club.example"
    assert [text.count(f"/alarms/{signal.pk}\n") for signal in Signal.objects.order_by("id")] == [1, 1, 0]
    assert "اکباتان" in text


def test_a_letter_is_in_the_language_of_whoever_gets_it(mina: User, settings: Settings) -> None:
    Staff.objects.filter(user=mina).update(language="en")
    watch(mina, email=True)
    with mailing(settings) as box:
        judged()
        delivery(Hours(NOW)).turn()
    (sent,) = box.letters
    assert sent["Subject"] == "Bashgah: alarms (1)"
    said = "CES at Ekbatan fell to 2.5 (2.3 to 2.7, n = 40) on 23 Nov, below the lower limit 5.0."
    assert sent.get_content().startswith(said)


def test_what_is_raised_in_the_night_comes_in_the_morning_in_one_letter(
    mina: User, settings: Settings
) -> None:
    watch(mina, email=True)
    with mailing(settings) as box:
        judged(NIGHT)
        watch(mina, email=True, store_id="vanak")
        judged(NIGHT + timedelta(hours=1))
        clock = Hours(MORNING - timedelta(seconds=1))
        sends = delivery(clock)
        assert sends.turn() == 0
        clock.now = MORNING
        assert sends.turn() == 1
    assert len(box.letters) == 1
    assert Notice.objects.get().signals.count() == 2


def test_without_a_mail_server_or_an_address_no_letter_is_begun(mina: User) -> None:
    watch(mina, email=True)
    judged(mail=False)
    nobody = employ("sara", "manager")
    watch(nobody, email=True, store_id="vanak")
    judged()
    assert Notice.objects.count() == 0


def test_a_refused_letter_is_tried_again_for_a_day_and_then_given_up(mina: User, settings: Settings) -> None:
    watch(mina, email=True)
    clock = Hours(NOW)
    with mailing(settings, "mina@club.example") as box:
        judged()
        sends = delivery(clock)
        for wait in (*WAITS, timedelta(days=9)):
            assert sends.turn() == 0
            clock.now += wait
        assert sends.turn() == 0
    notice = Notice.objects.get()
    assert (notice.attempts, notice.next_try, notice.done_at) == (len(WAITS) + 1, None, None)
    assert "nobody" in notice.problem
    assert len(box.to) == len(WAITS) + 1


def test_a_webhook_goes_on_after_500_and_comes_once(mina: User) -> None:
    with receiver(500, 302, 200) as there:
        watch(mina, hook=hook(there.url))
        watch(mina, hook=Hook.objects.get(), store_id="vanak")
        judged()
        clock = Hours(NOW)
        sends = delivery(clock)
        assert sends.turn() == 0
        assert sends.turn() == 0
        clock.now += WAITS[0]
        assert sends.turn() == 0
        clock.now += WAITS[1]
        assert sends.turn() == 1
        clock.now += timedelta(days=9)
        assert sends.turn() == 0
    assert {had.headers["webhook-id"] for had in there.had} == {Notice.objects.get().name}
    assert len({had.body for had in there.had}) == 1
    assert len({had.headers["webhook-timestamp"] for had in there.had}) == 3
    assert there.had[0].path == "/alarms?shop=1"


def test_a_webhook_says_all_that_was_raised(mina: User, settings: Settings) -> None:
    settings.URL = "https://club.example"
    with receiver() as there:
        watch(mina, hook=hook(there.url))
        judged()
        delivery(Hours(NOW)).turn()
    said: dict[str, Any] = json.loads(there.had[0].body)
    (signal,) = said["data"]["signals"]
    assert (said["type"], said["data"]["accountable"]) == ("alarm.raised", "mina")
    assert {
        name: signal[name] for name in ("index", "scope", "day", "days", "kind", "limit", "value", "n", "url")
    } == {
        "index": "ces",
        "scope": {"store": "ekbatan"},
        "day": "2026-11-23",
        "days": 1,
        "kind": "lower",
        "limit": 5.0,
        "value": 2.5,
        "n": 40,
        "url": f"https://club.example/alarms/{Signal.objects.get().pk}",
    }


def test_a_receiver_that_hangs_holds_up_nobody_for_long(mina: User) -> None:
    with receiver("hang") as hangs, receiver() as well:
        put_test(mina, hook(hangs.url), NOW)
        put_test(mina, hook(well.url), NOW)
        clock = Hours(NOW)
        assert delivery(clock, patience=0.2).turn() == 1
        assert [notice.problem for notice in Notice.objects.order_by("id")] == ["timed out", ""]
        clock.now += WAITS[0]
        assert delivery(clock).turn() == 1
    assert len(well.had) == 1
    assert len(hangs.had) == 2


def test_a_receiver_that_is_not_there_is_tried_again(mina: User) -> None:
    with receiver() as there:
        url = there.url
    put_test(mina, hook(url), NOW)
    assert delivery(Hours(NOW)).turn() == 0
    assert "refused" in Notice.objects.get().problem.lower()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://127.0.0.1:9/", "https://localhost:9/"])
def test_a_private_address_gets_nothing(url: str) -> None:
    with pytest.raises(Undelivered, match=r"not public|only https"):
        Webhooks(private=False)(url, b"{}", {})


def test_two_processes_do_not_send_the_same_message_twice(mina: User) -> None:
    with receiver() as there:
        put_test(mina, hook(there.url), NOW)
        claimed = Notice.objects.get()
        first, second = delivery(Hours(NOW)), delivery(Hours(NOW))
        assert first.turn() + second.turn() == 1
    assert len(there.had) == 1
    assert Notice.objects.get(pk=claimed.pk).attempts == 1


def test_a_secret_sealed_under_another_key_is_said(mina: User, settings: Settings) -> None:
    put_test(mina, hook("http://127.0.0.1:9/"), NOW)
    settings.SECRET_KEY = "another"
    delivery(Hours(NOW)).turn()
    assert "make a new one" in Notice.objects.get().problem


def test_who_became_a_clerk_in_the_night_gets_no_letter(mina: User, settings: Settings) -> None:
    watch(mina, email=True)
    with mailing(settings) as box:
        judged(NIGHT)
        Staff.objects.filter(user=mina).update(role="clerk")
        assert delivery(Hours(MORNING)).turn() == 0
    assert box.letters == []
    assert "not told" in Notice.objects.get().problem


def test_owners_are_told_where_nobody_is_accountable_any_more(mina: User) -> None:
    owner = employ("owner", "owner")
    made = watch(mina)
    assert recipients(made) == [mina]
    Staff.objects.filter(user=mina).update(role="clerk")
    assert recipients(Watch.objects.get(pk=made.pk)) == [owner]
