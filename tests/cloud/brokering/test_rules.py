"""The list of access rules: what stands in it, and what can never get into it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.fleet.brokering.rules import acl
from mqtt.vocabulary import BadId, GroupId, KioskId

KIOSK, GROUP = KioskId("vanak-1"), GroupId("tehran")


def _sections(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for line in filter(None, text.splitlines()):
        word, rest = line.split(" ", 1)
        if word == "user":
            rules = sections.setdefault(rest, [])
        else:
            assert word == "topic"
            rules.append(rest)
    return sections


def test_a_kiosk_writes_its_own_and_reads_its_own_its_groups_and_everybodys() -> None:
    assert _sections(acl([(KIOSK, GROUP)], [], []))["vanak-1"] == [
        "write club/v1/14/vanak-1/up/#",
        "read club/v1/14/vanak-1/down/#",
        "read club/v1/groups/tehran/members",
        "read club/v1/all/#",
    ]


def test_a_reader_reads_events_and_health_only() -> None:
    assert _sections(acl([], [], ["reader.grafana"]))["reader.grafana"] == [
        "read club/v1/+/+/up/events",
        "read club/v1/+/+/up/health",
    ]


def test_a_revoked_kiosk_is_denied_everything_whether_it_is_still_listed_or_not() -> None:
    for kiosks in ([], [(KIOSK, GROUP)]):
        assert _sections(acl(kiosks, [KIOSK], []))["vanak-1"] == ["deny #"]


def test_the_cloud_writes_nothing_that_kiosks_write() -> None:
    assert not [
        rule for rule in _sections(acl([], [], []))["cloud.club"] if "write" in rule and "/up/" in rule
    ]


def test_the_same_people_make_the_same_text_in_any_order() -> None:
    other = (KioskId("tajrish-1"), GROUP)
    assert acl([(KIOSK, GROUP), other], [], []) == acl([other, (KIOSK, GROUP)], [], [])


@pytest.mark.parametrize(
    "bad", ["#", "+", "a/b", "*", "", "VANAK-1", "vanak-1\ntopic read #", "reader.grafana"]
)
def test_what_is_no_kiosks_name_gets_into_no_rule(bad: str) -> None:
    for kiosks, revoked in (([(KioskId(bad), GROUP)], []), ([], [KioskId(bad)])):
        with pytest.raises(BadId):
            acl(kiosks, revoked, [])


@given(st.text(max_size=50))
def test_no_group_and_no_reader_brings_a_rule_of_its_own(text: str) -> None:
    plain = {"cloud.club", "vanak-1", text}
    for people in (([(KIOSK, GroupId(text))], []), ([(KIOSK, GROUP)], [text])):
        try:
            written = acl(people[0], [], people[1])
        except BadId:
            continue
        assert _sections(written).keys() <= plain
        assert len(written.splitlines()) <= 30
