"""The demo's own set-up, with a line for each step, and waiting until everything is up."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests.demo.plan import ROOT, DemoError, Plan
from ui.remote_client import Screen

ALLOWANCES = '{"most": 100, "percent": 50}'
"""Of a member's points a kiosk may spend so many without a network."""
UP_WITHIN = 90.0
"""Seconds from the start until every part answers."""


def seed(plan: Plan) -> None:
    """Make the database and the club in the plan's folders. Raises DemoError."""
    with _step("database"):
        cloud(plan, "migrate", "--verbosity", "0")
    with _step(f"a club: 3 stores, 5,000 members, {plan.days} days of history"):
        _shown(
            plan,
            "seed",
            "--days",
            str(plan.days),
            "--club-key",
            f"1:{plan.club_key}",
            "--cards",
            str(plan.run / "cards.json"),
            "--user",
            "hq",
            f"--password={plan.password}",  # it may begin with a dash
            "--staff",
        )
        _decide(plan)


def prepare(plan: Plan, fill: Callable[[Plan], None] = seed) -> None:
    """Make the folders, the database and the club; `fill` puts it there another way. Raises DemoError."""
    with _step("configuration"):
        plan.write()
    fill(plan)
    if plan.secure:
        with _step("the club's authority, and a token for the kiosk"):
            cloud(plan, "authority", "init")
            enrol(plan, plan)


def enrol(club: Plan, plan: Plan) -> None:
    """Let the kiosk of a plan become one of a club's: its kiosk.toml gets a token that is good once."""
    told = plan.run / "token.toml"
    cloud(club, "enrol", plan.kiosk_id, "--toml", str(told))
    broker = f'broker = "mqtts://127.0.0.1:{plan.kiosk_port}"\n' if plan.kiosk_port else ""
    plan.write_kiosk(told.read_text("utf-8") + broker)
    told.unlink()


def _decide(plan: Plan) -> None:
    """Let kiosks that are cut off spend some of a member's points."""
    decision = plan.run / "allowances.json"
    decision.write_text(ALLOWANCES, "utf-8")
    cloud(plan, "hold", "allowances", str(decision))


def wait_until_up(plan: Plan, programs: "subprocess.Popen[bytes]") -> None:
    """Wait for the web page and the kiosk's first screen. Raises DemoError."""
    with _step("waiting for the web page and the kiosk's first screen"), Screen(plan.touches) as screen:
        end = time.monotonic() + UP_WITHIN
        while not (_answers(plan.address) and screen.wait_for("Attract", timeout=0.2)):
            if programs.poll() is not None:
                raise DemoError("a program could not be started; the lines above say why")
            if time.monotonic() > end:
                raise DemoError(f"not everything is up after {UP_WITHIN:.0f} s; the lines above say why")


def cloud(plan: Plan, *words: str) -> str:
    """Run one of the cloud's commands; what it printed. Raises DemoError."""
    done = subprocess.run(
        [sys.executable, "-m", "cloud", *words],
        env=plan.environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoError(f"cloud {words[0]} failed: {_tail(done.stderr.splitlines())}")
    return done.stdout


def _shown(plan: Plan, *words: str) -> None:
    """The same for what takes long: it shows its own progress meanwhile."""
    command = [sys.executable, "-m", "cloud", *words]
    done = subprocess.run(command, env=plan.environment(), cwd=ROOT, check=False)
    if done.returncode:
        raise DemoError(f"cloud {words[0]} failed; the lines above say why")


def _tail(lines: Sequence[str]) -> str:
    return "\n".join(lines[-5:])


@contextmanager
def _step(what: str) -> Iterator[None]:
    print(f"demo: {what} ...", flush=True)
    began = time.monotonic()
    yield
    print(f"demo: ... {time.monotonic() - began:.1f} s", flush=True)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
