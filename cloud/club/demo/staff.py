"""Who works for the generated club: somebody of each role beside the owner, whose name is asked for."""

from typing import Final, NamedTuple


class Employee(NamedTuple):
    """A user name, a name, a role, and the stores of a role that has some."""

    user: str
    name: str
    role: str
    stores: tuple[str, ...] = ()


MANAGER: Final = "manager"

STAFF: Final = (
    Employee(MANAGER, "آرش کیانی", "manager"),
    Employee("analyst", "کاوه مرادی", "analyst"),
    Employee("tajrish", "مریم صادقی", "store-manager", ("tajrish",)),
    Employee("clerk", "سارا احمدی", "clerk", ("tajrish",)),
    Employee("fleet", "بهرام نوری", "fleet"),
)
