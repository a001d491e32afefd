"""Benchmark rows of one boot: time by stage, and memory once it shows Attract."""

import re
from typing import Any

from tests.image.qemu.guest import Guest

SLOWEST = 8
SERVICES = ("bashgah-screen", "bashgah-sync")
STAGES = re.compile(r"([\d.]+min )?([\d.]+)(ms|s) \((\w+)\)")


def boot(guest: Guest, attract_at: float) -> dict[str, Any]:
    """Seconds in kernel, initrd and user space; the slowest units; the uptime when Attract was flipped."""
    said = guest.run("systemd-analyze time | head -1")
    blame = guest.run(f"systemd-analyze blame --no-pager | head -{SLOWEST}").splitlines()
    return {
        **stages(said),
        "attract": round(attract_at, 1),
        "slowest": [line.strip() for line in blame],
        "chain": guest.run("systemd-analyze critical-chain --no-pager bashgah-screen.service || true"),
    }


def stages(said: str) -> dict[str, float]:
    """`Startup finished in 2.5s (kernel) + 1min 3.1s (userspace) = ...` -> seconds by stage."""
    found = {}
    for minutes, value, unit, stage in STAGES.findall(said):
        whole = 60 * float(minutes.removesuffix("min ") or 0)
        found[stage] = round(whole + float(value) * (0.001 if unit == "ms" else 1), 2)
    return found


def memory(guest: Guest) -> dict[str, int]:
    """MiB: of the whole machine, and of both processes (PSS, proc(5))."""
    lines = (line.split() for line in guest.run("cat /proc/meminfo").splitlines())
    found = {line[0][:-1]: int(line[1]) >> 10 for line in lines if line[0] in {"MemTotal:", "MemAvailable:"}}
    for service in SERVICES:
        script = f"awk '/^Pss:/ {{print $2}}' /proc/$(systemctl show -P MainPID {service})/smaps_rollup"
        found[service] = int(guest.run(script)) >> 10
    return found
