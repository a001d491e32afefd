"""What is done to the system: one function a fault, in a table; each says in words what it did."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults import destroyed
from tests.faults.dying import POINTS
from tests.faults.kiosk import Clock, Kiosk
from tests.faults.proxy import Mode
from tests.faults.world import CLOUD, GLANCE, SMALL, World

COPIED = 0.8
"""How often a journal is copied when its generator has been killed and there is no copy."""
LIVES = 8.0
"""Seconds after which a collector that did not come to its failpoint is replaced."""
LIKELY = (3, 1, 1, 1)
"""How often each point of :data:`POINTS` is chosen: dying before the commit is what costs events."""
STEPS: tuple[Clock, ...] = ("right", "unset")
DIES = 0.5
"""How likely a collector with a failpoint dies each time that it comes there."""


def kill_generator(world: World) -> str:
    """Kill what records; its journal may be copied, to be put back later."""
    kiosk = _any(world)
    kiosk.kill()
    copied = not kiosk.copied and world.rng.random() < COPIED
    if copied:
        kiosk.keep_copy()
    _while(world, 0, 0.4)
    world.generate(kiosk)
    return f"{kiosk.name}{', journal copied' if copied else ''}"


def kill_sync(world: World) -> str:
    """Kill what sends."""
    kiosk = _any(world)
    kiosk.sync.kill()
    _while(world, 0, 0.8)
    kiosk.sync.start()
    return kiosk.name


def kill_broker(world: World) -> str:
    """Kill the broker; it keeps nothing."""
    world.broker.kill()
    _while(world, 0, 0.8)
    world.broker.start()
    return ""


def kill_collector(world: World) -> str:
    """Kill a collector."""
    collector = world.rng.choice(world.cloud)
    collector.kill()
    _while(world, 0, 0.8)
    collector.start()
    return collector.name


def kill_worker(world: World) -> str:
    """Kill poster and dispatcher."""
    world.worker.kill()
    _while(world, 0, 0.8)
    world.worker.start()
    return ""


def failpoint(world: World) -> str:
    """Let a collector die around its commit; another takes over."""
    collector, point = world.rng.choice(world.cloud), world.rng.choices(POINTS, LIKELY)[0]
    # killed, its shards would wait for their lease to run out
    collector.stop()
    process = collector.start(command=("tests.faults.dying", point, str(DIES)))
    end = time.monotonic() + LIVES
    while collector.process is process and time.monotonic() < end:
        world.wait(GLANCE)
    alive = collector.process is process
    if alive:
        collector.kill()
        collector.start()
    return f"{collector.name} {point}{', lived on' if alive else ''}"


def cut(world: World) -> str:
    """Cut connections, and let none through for a while."""
    return _at_door(world, "cut", 0.1, 2.0)


def hole(world: World) -> str:
    """Swallow all that is sent; those who talk are never told."""
    return _at_door(world, "hole", 0.1, 2.0)


def delay(world: World) -> str:
    """Bring everything late."""
    return _at_door(world, "delay", 1.0, 3.0)


def stall(world: World) -> str:
    """Bring nothing for a while, and then all of it."""
    return _at_door(world, "stall", 0.5, 4.0)


def full_queue(world: World) -> str:
    """Let the broker drop what it has acknowledged, for want of room."""
    return _moody(world, "cramped")


def store_deleted(world: World) -> str:
    """Kill a broker that keeps its messages on disk, and delete them."""
    said = _moody(world, "stored")
    world.broker.forget()
    return said


def restore_cloud(world: World) -> str:
    """Put the cloud's database back to an older copy."""
    for program in (*world.cloud, world.worker):
        program.kill()
    world.to_come_back |= destroyed.collected(world.database)
    gone = _destroyed(world, world.put_back, *world.kiosks.values())
    for program in (*world.cloud, world.worker):
        program.start()
    return f"{gone} destroyed" if gone else ""


def restore_journal(world: World) -> str:
    """Put a kiosk's journal back to an older copy; copies of the cloud are void: they lack what it lost."""
    kiosk = world.rng.choice([kiosk for kiosk in world.kiosks.values() if kiosk.copied])
    kiosk.kill()
    kiosk.sync.kill()
    world.copied = False
    gone = _destroyed(world, kiosk.put_back, kiosk)
    world.put_back_ever.add(kiosk.name)
    seen = _to_be_noticed(world, kiosk)
    world.generate(kiosk)
    # the longer sync is away, the more of the lost sequences are taken by other events
    _while(world, 0, 2.5)
    kiosk.sync.start()
    return f"{kiosk.name}, {gone} destroyed{'' if seen else ', not to be noticed'}"


def disk_full(world: World) -> str:
    """Leave a kiosk's disk without a byte."""
    world.disk.fill()
    _while(world, 0.5, 2.5)
    world.disk.free()
    return SMALL


def step_clock(world: World) -> str:
    """Step a kiosk's clock back to before it was set, or set it."""
    kiosk, to = _any(world), world.rng.choice(STEPS)
    kiosk.tell(to)
    return f"{kiosk.name} {to}"


@dataclass(frozen=True)
class Fault:
    """A fault, how often it is chosen against the others, and whether it can be done now."""

    do: Callable[[World], str]
    weight: float
    possible: Callable[[World], bool] = lambda _: True

    @property
    def name(self) -> str:
        """As it is counted."""
        return self.do.__name__


FAULTS = (
    Fault(kill_generator, 2),
    Fault(kill_sync, 2),
    Fault(kill_broker, 1.5),
    Fault(kill_collector, 1.5),
    Fault(kill_worker, 1),
    Fault(failpoint, 3),
    Fault(cut, 1.5),
    Fault(hole, 0.7),
    Fault(delay, 0.7),
    Fault(stall, 0.7),
    Fault(full_queue, 1),
    Fault(store_deleted, 0.7),
    Fault(restore_cloud, 3, lambda world: world.copied),
    Fault(restore_journal, 3, lambda world: any(kiosk.copied for kiosk in world.kiosks.values())),
    Fault(disk_full, 1, lambda world: world.shrinking and world.disk.there),
    Fault(step_clock, 1),
)


def choose(world: World) -> Fault:
    """The next fault."""
    possible = [fault for fault in FAULTS if fault.name not in world.without and fault.possible(world)]
    return world.rng.choices(possible, [fault.weight for fault in possible])[0]


def _any(world: World) -> Kiosk:
    return world.rng.choice(list(world.kiosks.values()))


def _while(world: World, least: float, most: float) -> None:
    """Leave it so for a while; what was killed stays dead."""
    world.wait(world.rng.uniform(least, most))


def _destroyed(world: World, put_back: Callable[[], None], *kiosks: Kiosk) -> int:
    """Put something back, and note which confirmed events were in a file before and are in none now."""
    journals = [kiosk.data for kiosk in kiosks]
    confirmed = {name for kiosk in kiosks for name in world.truth.confirmed_by(kiosk.name)}
    missing = destroyed.gone(confirmed, world.database, journals)
    put_back()
    gone = destroyed.gone(confirmed, world.database, journals) - missing
    world.truth.destroy(gone)
    return len(gone)


def _to_be_noticed(world: World, kiosk: Kiosk) -> bool:
    """Whether the cloud has rows that the journal has no longer; the kiosk must find out, and say so."""
    highest = destroyed.held(kiosk.data).highest
    back = [epoch for epoch in highest if destroyed.upto(world.database, kiosk.name, epoch) > highest[epoch]]
    world.restarted += [(kiosk.name, epoch) for epoch in back]
    return bool(back)


def _at_door(world: World, mode: Mode, least: float, most: float) -> str:
    name = world.rng.choice((*world.kiosks, CLOUD, CLOUD))
    world.proxy.set(name, mode)
    _while(world, least, most)
    world.proxy.set(name, "pass")
    return name


def _moody(world: World, mood: str) -> str:
    world.broker.kill()
    world.broker.start(mood)
    _while(world, 1.0, 2.5)
    world.broker.kill()
    world.broker.start()
    return ""
