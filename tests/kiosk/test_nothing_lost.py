"""Whatever happens to kiosk, network and cloud: what was confirmed and not destroyed is stored once."""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.kiosk.model import Collector
from tests.kiosk.world import World


class NothingLost(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.journals: list[Path] = []
        self.replicas: list[Path] = []
        self.collectors: list[Collector] = []

    @rule(count=st.integers(1, 5))
    def record(self, count: int) -> None:
        self.world.record(count)

    @rule()
    def record_much(self) -> None:
        self.world.record(250)

    @rule()
    def record_what_is_refused(self) -> None:
        self.world.record(1, poison=True)

    @rule(turns=st.integers(1, 4))
    def talk(self, turns: int) -> None:
        for _ in range(turns):
            self.world.send()
            self.world.deliver(1000)
            self.world.answer(1000)

    @rule()
    def settle(self) -> None:
        self.world.settle()

    @rule()
    def send(self) -> None:
        self.world.send()

    @rule(count=st.integers(1, 4))
    def deliver(self, count: int) -> None:
        self.world.deliver(count)

    @rule(count=st.integers(1, 4))
    def answer(self, count: int) -> None:
        self.world.answer(count)

    @rule()
    def keep(self) -> None:
        self.world.keep()

    @rule()
    def press(self) -> None:
        self.world.press()

    @rule(seconds=st.sampled_from([1.0, 3.0, 40.0, 70.0]))
    def wait(self, seconds: float) -> None:
        self.world.wait(seconds)

    @rule()
    def lose_sent(self) -> None:
        self.world.lose_sent()

    @rule()
    def lose_acks(self) -> None:
        self.world.lose_acks()

    @rule()
    def reconnect(self) -> None:
        self.world.reconnect()

    @rule()
    def crash_screen(self) -> None:
        self.world.crash_screen()

    @rule()
    def crash_sync(self) -> None:
        self.world.crash_sync()

    @rule()
    def copy_journal(self) -> None:
        self.journals.append(self.world.copy_journal())

    @precondition(lambda self: self.journals)
    @rule(which=st.integers(0, 9), with_sync=st.booleans())
    def restore_journal(self, which: int, with_sync: bool) -> None:  # noqa: FBT001 - drawn
        self.world.restore_journal(self.journals[which % len(self.journals)], with_sync=with_sync)

    @rule()
    def copy_replica(self) -> None:
        self.replicas.append(self.world.copy_replica())

    @precondition(lambda self: self.replicas)
    @rule(which=st.integers(0, 9))
    def restore_replica(self, which: int) -> None:
        self.world.restore_replica(self.replicas[which % len(self.replicas)])

    @rule()
    def copy_collector(self) -> None:
        self.collectors.append(self.world.copy_collector())

    @precondition(lambda self: self.collectors)
    @rule(which=st.integers(0, 9))
    def restore_collector(self, which: int) -> None:
        self.world.restore_collector(self.collectors[which % len(self.collectors)])

    @invariant()
    def nothing_is_lost_or_doubled_so_far(self) -> None:
        self.world.check()

    def teardown(self) -> None:
        try:
            self.world.settle()
            self.world.check()
            assert self.world.truth <= self.world.in_cloud().keys()
            assert max(self.world.in_cloud().values(), default=1) == 1
        finally:
            self.world.close()


TestNothingLost = NothingLost.TestCase
TestNothingLost.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
