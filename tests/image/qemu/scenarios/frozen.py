"""A system that stands still: the hardware watchdog resets it, and it comes back by itself."""

from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.scenarios.enrolled import enrolled
from tests.image.qemu.stand import BOOTS_WITHIN, Stand

NAME = "frozen"
WATCHDOG = "/sys/class/watchdog/watchdog0"
FREEZE = """mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
for server in /sys/kernel/debug/sched/fair_server/cpu*/runtime; do echo 0 >$server; done
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
for cpu in $(seq 0 $(($(nproc) - 1))); do
    setsid chrt -f 99 taskset -c $cpu sh -c 'while :; do :; done' </dev/null >/dev/null 2>&1 &
done"""
"""Nothing but two real-time loops runs any more, systemd neither: from 6.12 on a kernel keeps some time of
each processor for ordinary programs (its fair server), which has to go too."""
RESETS_WITHIN = 180.0


def run(stand: Stand) -> dict[str, Any]:
    """Freeze it, and wait."""
    with stand.on(enrolled(stand), NAME) as guest:
        guest.comes_in()
        names = ("identity", "state", "timeout")
        armed = dict(zip(names, (guest.run(f"cat {WATCHDOG}/{name}").strip() for name in names), strict=True))
        assert armed["state"] == "active", armed
        assert inside.report(guest).get("watchdog"), inside.report(guest)
        epoch, count = inside.journalled(guest)
        stand.say(f"hardware watchdog: {armed}; freezing")
        guest.ssh.let_go(FREEZE)
        froze = guest.age
        event = guest.qmp.wait_for("WATCHDOG", RESETS_WITHIN)
        assert event is not None, "no watchdog bit"
        bitten = guest.age - froze
        stand.say(f"WATCHDOG {event['data']} {bitten:.0f} s after it froze")
        assert guest.qmp.wait_for("RESET", 30.0) is not None
        guest.ssh.close()
        back = guest.comes_in(BOOTS_WITHIN) - froze - bitten
        told = inside.running(guest)
        after = inside.journalled(guest)
        assert after[0] == epoch, (epoch, after)
        assert after[1] >= count, (count, after)
        inside.settled(guest, "after")
    return {"armed": armed, "reset_after": round(bitten, 1), "back_after": round(back, 1), **told}
