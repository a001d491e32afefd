"""Who may read and write what on the broker: Mosquitto's list of access rules (mosquitto.conf(5), acl_file).

Everybody has a section of his own and no rule holds for all, as a `pattern` would: a name that stands
nowhere may do nothing, however good its certificate. Mosquitto matches no rule's wildcard against a topic
that begins with `$`.
"""

from collections.abc import Iterable, Iterator
from typing import Final, get_args

from mqtt.identity import CLOUD, role
from mqtt.topics import BOOT, CATALOGUE, GROUP_FILTER, ROOT, Down, Up, group_members, shard, up_filter
from mqtt.vocabulary import BadId, GroupId, KioskId, checked_id

LOG: Final = "$SYS/broker/log/+"
"""Where Mosquitto tells what it refused; only the cloud may read it."""
_CLOUD: Final = (
    *(f"read {up_filter(what)}" for what in get_args(Up)),
    *(f"write {ROOT}/+/+/down/{what}" for what in get_args(Down)),
    f"write {GROUP_FILTER}",
    f"write {CATALOGUE}",
    f"write {BOOT}",
    f"read {LOG}",
)
_READER: Final = (f"read {up_filter('events')}", f"read {up_filter('health')}")
_NOTHING: Final = ("deny #",)


def acl(kiosks: Iterable[tuple[KioskId, GroupId]], revoked: Iterable[KioskId], readers: Iterable[str]) -> str:
    """The whole list: sorted, so that the same people make the same text. A revoked kiosk may do nothing.

    Raises BadId for a name that is no kiosk's, group's or reader's: nothing unchecked gets into the file.
    """
    gone = set(revoked)
    sections = {CLOUD: _CLOUD}
    sections |= {_checked(name, "reader"): _READER for name in sorted(readers)}
    sections |= {_checked(kiosk, "kiosk"): _kiosk(kiosk, group) for kiosk, group in sorted(kiosks)}
    sections |= {_checked(kiosk, "kiosk"): _NOTHING for kiosk in sorted(gone)}
    return "\n".join(line for name, rules in sections.items() for line in _section(name, rules))


def _kiosk(kiosk: KioskId, group: GroupId) -> tuple[str, ...]:
    own = f"{ROOT}/{shard(kiosk)}/{kiosk}"
    return (
        f"write {own}/up/#",
        f"read {own}/down/#",
        f"read {group_members(GroupId(checked_id(group)))}",
        f"read {ROOT}/all/#",
    )


def _checked(name: str, wanted: str) -> str:
    if role(name) != wanted:
        raise BadId(f"{name[:64]!r} is no name of a {wanted}")
    return name


def _section(name: str, rules: Iterable[str]) -> Iterator[str]:
    yield f"user {name}"
    for rule in rules:
        yield f"topic {rule}"
    yield ""
