"""The pages of the alarms: whose they are, what they say, and what can be done."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from cloud.club.decisions import decided
from cloud.desk.access import Role
from cloud.desk.models import AuditLine
from cloud.voice.alarms.judging import INDICES
from cloud.voice.alarms.models import Hook, Notice, Signal, Watch
from cloud.voice.alarms.outbox import put_test
from cloud.voice.alarms.quiet import QuietHours
from cloud.voice.alarms.sealing import seal, unseal
from tests.cloud.alarms.watched import FRIDAY, NOW, YESTERDAY, shops, watch
from tests.cloud.desk.staffed import employ

pytestmark = pytest.mark.django_db
HOSTILE = "\u202e<script>alert(1)</script>"
SAID = "CES at Ekbatan fell to 4.8 (4.5 to 5.1, n = 62) on 23 Nov, below the lower limit 5.2."
Enter = Callable[..., Client]


@pytest.fixture
def mina() -> User:
    shops()
    return employ("mina", "manager")


@pytest.fixture
def signal(mina: User) -> Signal:
    return raise_one(watch(mina))


@pytest.fixture
def enter() -> Enter:
    def entered(role: Role, *stores: str, name: str = "") -> Client:
        client = Client()
        client.cookies["django_language"] = "en"
        client.force_login(User.objects.filter(username=name).first() or employ(name or role, role, *stores))
        return client

    return entered


def raise_one(of: Watch, back: int = 0) -> Signal:
    return Signal.objects.create(
        watch=of,
        day=YESTERDAY - timedelta(days=back),
        wording=1,
        kind="lower",
        limit=5.2,
        value=4.8,
        low=4.5,
        high=5.1,
        n=62,
        first_value=4.8,
        first_n=62,
        raised_at=NOW,
    )


def text(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return unescape(response.content.decode())


def handled(client: Client, signal: Signal, state: str, note: str = "") -> int:
    answer = client.post(reverse("alarm-handle", args=(signal.pk,)), {"state": state, "note": note})
    return int(answer.status_code)


def form(person: User, **said: object) -> dict[str, object]:
    plain = {"index": "ces", "scope": "store:ekbatan", "accountable": person.pk, "limits": "on"}
    return {name: value for name, value in (plain | said).items() if value is not None}


def actions() -> list[str]:
    return list(AuditLine.objects.order_by("id").values_list("action", flat=True))


def test_an_alarm_is_a_sentence_with_somebody_accountable(signal: Signal, enter: Enter) -> None:
    for name, args in (("alarms", ()), ("alarm-signal", (signal.pk,))):
        said = text(enter("manager", name="mina"), name, *args)
        assert SAID in said
        assert "mina" in said


@pytest.mark.parametrize("index", INDICES)
def test_an_alarm_leads_to_the_figures_of_its_day(mina: User, enter: Enter, index: str) -> None:
    signal = raise_one(watch(mina, index=index))
    client = enter("manager", name="mina")
    (link,) = re.findall(r'href="(/experience/[^"]+)"', text(client, "alarm-signal", signal.pk))
    assert "since=2026-11-23&until=2026-11-23&store=ekbatan" in link
    assert client.get(link).status_code == 200


def test_an_alarm_of_a_week_says_so_and_leads_to_the_figures_of_that_week(mina: User, enter: Enter) -> None:
    signal = raise_one(watch(mina))
    Signal.objects.update(day=FRIDAY, days=7)
    client = enter("manager", name="mina")
    said = text(client, "alarm-signal", signal.pk)
    assert SAID.replace("on 23 Nov", "in the week until 20 Nov") in said
    (link,) = re.findall(r'href="(/experience/[^"]+)"', said)
    assert "since=2026-11-14&until=2026-11-20&store=ekbatan" in link
    assert client.get(link).status_code == 200
    client.cookies["django_language"] = "fa"
    said = text(client, "alarm-signal", signal.pk)
    assert "CES در اکباتان در هفتهٔ منتهی به ۲۹ آبان به ۴٫۸ افت کرد" in said  # noqa: RUF001 - Persian


def test_an_alarm_in_persian_has_the_persian_day_and_digits(signal: Signal, enter: Enter) -> None:
    client = enter("manager", name="mina")
    client.cookies["django_language"] = "fa"
    said = text(client, "alarm-signal", signal.pk)
    assert "CES در اکباتان در ۲ آذر به ۴٫۸ افت کرد" in said  # noqa: RUF001 - Persian


@pytest.mark.parametrize(
    ("role", "stores", "statuses"),
    [
        *(("owner", (), (200, 200)), ("analyst", (), (200, 200)), ("manager", (), (200, 200))),
        *(("store-manager", ("ekbatan",), (200, 404)), ("store-manager", ("vanak",), (404, 200))),
        *(("clerk", ("ekbatan",), (403, 403)), ("fleet", (), (403, 403))),
    ],
)
def test_everybody_sees_the_alarms_of_their_stores(
    signal: Signal, enter: Enter, role: Role, stores: tuple[str, ...], statuses: tuple[int, int]
) -> None:
    other = raise_one(watch(signal.watch.accountable, store_id="vanak"))
    client = enter(role, *stores)
    found = [client.get(reverse("alarm-signal", args=(each.pk,))).status_code for each in (signal, other)]
    assert tuple(found) == statuses


def test_a_store_manager_does_not_see_the_chains(signal: Signal, enter: Enter) -> None:
    chain = raise_one(watch(signal.watch.accountable, store_id=None))
    client = enter("store-manager", "ekbatan")
    assert client.get(reverse("alarm-signal", args=(chain.pk,))).status_code == 404
    assert "of the whole chain" not in text(client, "alarms")


@pytest.mark.parametrize("number", ["0", "999", "9" * 30])
def test_an_alarm_that_is_not_there_is_not_found(signal: Signal, enter: Enter, number: str) -> None:
    assert enter("owner").get(f"/alarms/{number}").status_code == 404
    assert signal.pk != int(number)


@pytest.mark.parametrize("role", ["analyst", "store-manager", "clerk", "fleet"])
def test_watches_are_set_up_by_owners_and_managers_only(signal: Signal, enter: Enter, role: Role) -> None:
    client = enter(role, "ekbatan")
    hook = Hook.objects.create(url="https://a.example/", secret=seal("whsec_x"))
    for name, args in (
        *(("alarm-watches", ()), ("alarm-watch-new", ()), ("alarm-watch", (signal.watch_id,))),
        *(("alarm-watch-pause", (signal.watch_id,)), ("alarm-watch-test", (signal.watch_id,))),
        *(("alarm-offer", ()), ("alarm-quiet", ()), ("alarm-hook-new", ())),
        *(("alarm-hook-secret", (hook.pk,)), ("alarm-hook-pause", (hook.pk,))),
    ):
        assert client.post(reverse(name, args=args)).status_code == 403, name


def test_an_alarm_is_acknowledged_then_closed_with_notes(signal: Signal, enter: Enter) -> None:
    client = enter("manager", name="mina")
    assert handled(client, signal, "acknowledged", "one till was shut") == 302
    assert handled(client, signal, "closed", HOSTILE) == 302
    signal.refresh_from_db()
    assert (signal.state, signal.by, signal.note) == ("closed", "mina", f"one till was shut\n{HOSTILE}")
    assert actions() == ["alarm-acknowledged", "alarm-closed"]
    assert AuditLine.objects.filter(subject=f"alarm:{signal.pk}", store="ekbatan").count() == 2
    assert "<script>alert" not in client.get(reverse("alarm-signal", args=(signal.pk,))).content.decode()


def test_what_somebody_else_has_done_is_not_done_again(signal: Signal, enter: Enter) -> None:
    one, two = enter("owner"), enter("manager", name="mina")
    handled(one, signal, "closed")
    assert handled(two, signal, "closed") == handled(two, signal, "acknowledged") == 302
    signal.refresh_from_db()
    assert (signal.state, signal.by) == ("closed", "owner")
    assert actions() == ["alarm-closed"]
    assert "Somebody else has done that already." in text(two, "alarm-signal", signal.pk)


def test_who_is_not_accountable_may_look_only(signal: Signal, enter: Enter) -> None:
    assert handled(enter("store-manager", "ekbatan"), signal, "closed") == 403
    assert handled(enter("analyst"), signal, "closed") == 403
    assert handled(enter("store-manager", "vanak", name="other"), signal, "closed") == 404
    assert 'name="state"' not in text(enter("analyst", name="analyst"), "alarm-signal", signal.pk)


def test_an_accountable_store_manager_handles_their_own(mina: User, enter: Enter) -> None:
    assert mina.is_active
    sara = employ("sara", "store-manager", "ekbatan")
    signal = raise_one(watch(sara))
    assert handled(enter("store-manager", name="sara"), signal, "acknowledged") == 302
    assert Signal.objects.get().state == "acknowledged"


@pytest.mark.parametrize("state", ["", "open", HOSTILE])
def test_a_state_that_is_none_is_not_found(signal: Signal, enter: Enter, state: str) -> None:
    assert handled(enter("owner"), signal, state) == 404


def test_a_note_that_is_too_long_changes_nothing(signal: Signal, enter: Enter) -> None:
    client = enter("owner")
    handled(client, signal, "closed", "x" * 1001)
    assert Signal.objects.get().state == "open"
    assert "too long" in text(client, "alarm-signal", signal.pk)


def test_open_alarms_are_counted_beside_their_entry(signal: Signal, enter: Enter) -> None:
    client = enter("store-manager", "ekbatan")
    raise_one(watch(signal.watch.accountable, store_id="vanak"))
    assert '<b class="badge">1' in text(client, "alarms")
    handled(enter("owner"), signal, "acknowledged")
    assert 'class="badge"' not in text(client, "alarms")


def test_alarms_come_by_pages_the_newest_first(mina: User, enter: Enter) -> None:
    made = watch(mina)
    numbers = [raise_one(made, back).pk for back in range(35)][::-1]
    client = enter("owner")
    first = text(client, "alarms")
    second = text(client, "alarms", query=f"?state=open&before={numbers[29]}")
    assert f"before={numbers[29]}" in first
    for page, mine in ((first, numbers[:30]), (second, numbers[30:])):
        assert [number for number in numbers if f'href="/alarms/{number}"' in page] == mine


@pytest.mark.parametrize(
    "query", [f"?state={HOSTILE}", "?before=x", "?before=" + "9" * 40, "?state=&before=-1"]
)
def test_an_address_that_makes_no_sense_shows_what_is_open(signal: Signal, enter: Enter, query: str) -> None:
    assert SAID in text(enter("owner"), "alarms", query=query)
    assert signal.state == "open"


def test_nothing_watched_and_nothing_raised_are_said(mina: User, enter: Enter) -> None:
    client = enter("owner")
    assert "Nothing is watched yet" in text(client, "alarms")
    watch(mina)
    assert "No alarm is open." in text(client, "alarms")
    assert "No alarm was closed yet." in text(client, "alarms", query="?state=closed")


def test_late_answers_are_marked(signal: Signal, enter: Enter) -> None:
    Signal.objects.update(value=5.3, low=5.0, high=5.6, n=90, changed_at=NOW, stands=False)
    said = text(enter("owner"), "alarm-signal", signal.pk)
    assert "it was raised at 4.8 (n = 62). With them it would not have been raised." in said


def test_a_club_without_watches_is_offered_some(mina: User, enter: Enter) -> None:
    client = enter("owner")
    assert "Begin with these" in text(client, "alarm-watches")
    for _ in range(2):
        client.post(reverse("alarm-offer"), {"accountable": mina.pk})
    made = Watch.objects.order_by("id").values_list("index", "store", "accountable__username", "limits")
    assert sorted(made, key=str) == sorted(
        ((index, store, "mina", True) for index in ("ces", "nps") for store in (None, "ekbatan", "vanak")),
        key=str,
    )
    assert actions() == ["alarm-watch-added"] * 6


def test_the_offer_needs_somebody_who_sees_the_chain(mina: User, enter: Enter) -> None:
    client, sara = enter("owner"), employ("sara", "store-manager", "ekbatan")
    answer = client.post(reverse("alarm-offer"), {"accountable": sara.pk})
    assert "Select a valid choice" in answer.content.decode()
    assert not Watch.objects.exists()
    assert mina.is_active


def test_a_watch_is_added_changed_paused_and_goes_on(mina: User, enter: Enter) -> None:
    client = enter("owner")
    answer = client.post(reverse("alarm-watch-new"), form(mina, below="\u06f4\u066b\u06f5"))
    assert answer.status_code == 302
    made = Watch.objects.get()
    assert (made.store_id, made.below, made.above, made.limits) == ("ekbatan", 4.5, None, True)
    client.post(
        reverse("alarm-watch", args=(made.pk,)), form(mina, scope="unit:sales", limits=None, above="6")
    )
    made.refresh_from_db()
    assert (made.store_id, made.unit_id, made.below, made.above, made.limits) == (
        None,
        "sales",
        None,
        6,
        False,
    )
    for on in ("0", "1"):
        client.post(reverse("alarm-watch-pause", args=(made.pk,)), {"on": on})
        made.refresh_from_db()
        assert made.enabled == (on == "1")
    assert actions() == ["alarm-watch-added", "alarm-watch-changed", "alarm-watch-off", "alarm-watch-on"]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"limits": None}, "Choose signals of the control chart"),
        ({"below": "0.5"}, "This index lies between 1 and 7."),
        ({"index": "nps", "below": "-101"}, "This index lies between -100 and 100."),
        ({"below": HOSTILE}, "Enter a number."),
        ({"above": "nan"}, "Enter a number."),
        ({"scope": "store:nowhere"}, "Select a valid choice"),
        ({"scope": HOSTILE}, "Select a valid choice"),
        ({"index": "x" * 5000}, "Select a valid choice"),
        ({"accountable": "0"}, "Select a valid choice"),
        ({"accountable": None}, "This field is required."),
        ({"email": "on"}, "No mail server is set up"),
        ({"hook": "77"}, "Select a valid choice"),
    ],
)
def test_a_watch_that_makes_no_sense_is_refused_in_words(
    mina: User, enter: Enter, said: dict[str, object], problem: str
) -> None:
    answer = enter("owner").post(reverse("alarm-watch-new"), form(mina, **said))
    assert answer.status_code == 200
    assert problem in unescape(answer.content.decode())
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Watch.objects.exists()


def test_nobody_is_accountable_for_what_they_do_not_see(mina: User, enter: Enter) -> None:
    client, sara = enter("owner"), employ("sara", "store-manager", "ekbatan")
    clerk = employ("ali", "clerk", "ekbatan")
    for scope, person in (("chain", sara), ("store:vanak", sara), ("store:ekbatan", clerk)):
        client.post(reverse("alarm-watch-new"), form(person, scope=scope))
    assert not Watch.objects.exists()
    client.post(reverse("alarm-watch-new"), form(sara))
    assert Watch.objects.get().accountable == sara
    assert mina.is_active


def test_mail_needs_an_address(mina: User, enter: Enter, settings: Settings) -> None:
    settings.MAIL = True
    client = enter("owner")
    answer = client.post(reverse("alarm-watch-new"), form(mina, email="on"))
    assert "No e-mail address is known" in answer.content.decode()
    User.objects.filter(pk=mina.pk).update(email="mina@club.example")
    client.post(reverse("alarm-watch-new"), form(mina, email="on"))
    assert Watch.objects.get().email


def test_the_secret_of_an_address_is_shown_once(mina: User, enter: Enter) -> None:
    client = enter("owner")
    answer = client.post(reverse("alarm-hook-new"), {"url": "https://shop.example/alarms"})
    hook = Hook.objects.get()
    secret = unseal(hook.secret)
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert secret not in text(client, "alarm-watches")
    again = client.post(reverse("alarm-hook-secret", args=(hook.pk,)))
    hook.refresh_from_db()
    assert unseal(hook.secret) in again.content.decode()
    assert secret not in again.content.decode()
    assert actions() == ["alarm-hook-added", "alarm-hook-secret"]
    assert not AuditLine.objects.filter(detail__contains="whsec").exists()
    assert mina.is_active


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "This field is required."),
        ("http://shop.example/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https://user:password@shop.example/", "Leave user name and password out"),
        ("https://shop.example/\r\nX: y", "https://"),
        (HOSTILE, "https://"),
        ("https://shop.example/" + "x" * 500, "at most 500"),
        ("https://there.example/", "there already"),
    ],
)
def test_an_address_that_cannot_be_told_is_refused(mina: User, enter: Enter, url: str, problem: str) -> None:
    Hook.objects.create(url="https://there.example/", secret=seal("whsec_x"))
    answer = enter("owner").post(reverse("alarm-hook-new"), {"url": url})
    assert problem in unescape(answer.content.decode())
    assert Hook.objects.count() == 1
    assert mina.is_active


def test_a_test_is_put_into_the_outbox_and_its_fate_is_shown(mina: User, enter: Enter) -> None:
    client = enter("owner")
    made = watch(mina, hook=Hook.objects.create(url="https://shop.example/", secret=seal("whsec_x")))
    client.post(reverse("alarm-watch-test", args=(made.pk,)))
    assert (Notice.objects.get().test, Notice.objects.get().hook) == (True, made.hook)
    assert "waiting" in text(client, "alarm-watches")
    Notice.objects.update(attempts=1, problem="the answer was 500")
    assert "the answer was 500" in text(client, "alarm-watches")
    Notice.objects.update(next_try=None, done_at=NOW)
    assert "delivered" in text(client, "alarm-watches")


def test_where_messages_go_is_shown_only_to_who_sets_it_up(signal: Signal, enter: Enter) -> None:
    hook = Hook.objects.create(url="https://shop.example/key", secret=seal("whsec_x"))
    put_test(signal.watch.accountable, hook, NOW).signals.add(signal)
    assert "shop.example/key" in text(enter("owner"), "alarm-signal", signal.pk)
    assert "shop.example" not in text(enter("analyst"), "alarm-signal", signal.pk)


def test_quiet_hours_are_the_clubs_to_choose(mina: User, enter: Enter) -> None:
    client = enter("manager", name="mina")
    client.post(reverse("alarm-quiet"), {"since": "22", "until": "9"})
    assert decided(QuietHours) == QuietHours(22, 9)
    client.post(reverse("alarm-quiet"), {"since": "24", "until": "-1"})
    client.post(reverse("alarm-quiet"), {})
    assert decided(QuietHours) == QuietHours(22, 9)
    assert actions() == ["quiet-hours"]
    assert mina.is_active


def test_a_paused_address_is_not_chosen_any_more(mina: User, enter: Enter) -> None:
    client = enter("owner")
    hook = Hook.objects.create(url="https://shop.example/", secret=seal("whsec_x"))
    client.post(reverse("alarm-hook-pause", args=(hook.pk,)), {"on": "0"})
    assert "https://shop.example/" not in text(client, "alarm-watch-new")
    client.post(reverse("alarm-hook-pause", args=(hook.pk,)), {"on": "1"})
    assert "https://shop.example/" in text(client, "alarm-watch-new")
    assert mina.is_active
