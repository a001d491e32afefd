"""`make mutants`: breaks the code in named ways, one at a time in a copy, and sees a test fail each time."""

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 180.0


@dataclass(frozen=True)
class Mutant:
    """In `file`, `old` becomes `new`; `test` (pytest's words) must fail."""

    name: str
    file: str
    old: str
    new: str
    test: str


MUTANTS = (
    Mutant(
        "whoever has a key may do everything",
        "cloud/api/guard.py",
        "        if self.scope not in key.scopes.split():",
        "        if False:",
        "tests/cloud/api/test_keys.py -k another_scope",
    ),
    Mutant(
        "a key sees the members of every group",
        "cloud/api/members.py",
        '    return Member.objects.filter(group__in=cast("QuerySet[Store]", groups))',
        "    return Member.objects.all()",
        "tests/cloud/api/test_members.py -k to_no_other",
    ),
    Mutant(
        "an idempotency key stands for any request",
        "cloud/api/idempotency.py",
        "    if before.request != ask.request:",
        "    if False:",
        "tests/cloud/api/test_idempotency.py -k another_request",
    ),
    Mutant(
        "what was refused half way stays",
        "cloud/api/idempotency.py",
        "    with _alone_here(ask), transaction.atomic():",
        "    with _alone_here(ask):",
        "tests/cloud/api/test_idempotency.py -k half_way",
    ),
    Mutant(
        "the collector acknowledges before the commit",
        "cloud/collector/collector.py",
        "            replies = storage.store(batch, now, self._generation)\n",
        "            replies = storage.store(batch, now, self._generation)\n"
        "            self._acknowledge(batch, replies)\n",
        "tests/cloud/test_collector.py -k before_the_commit",
    ),
    Mutant(
        "the collector skips the chain check",
        "cloud/collector/streams.py",
        "    if not _follow(mark.chain, fresh):",
        "    if False:",
        "tests/cloud/test_storage.py -k fork",
    ),
    Mutant(
        "rows behind a gap are taken",
        "cloud/collector/streams.py",
        "    if first > mark.upto + 1:",
        "    if False:",
        "tests/cloud/test_storage.py -k gap",
    ),
    Mutant(
        "a redelivered batch is stored again",
        "cloud/collector/streams.py",
        "known, fresh = rows[: mark.upto + 1 - first], rows[mark.upto + 1 - first :]",
        "known, fresh = rows[:0], rows",
        "tests/cloud/test_storage.py -k 'sent_again or overlap'",
    ),
    Mutant(
        "a visit is credited twice",
        "cloud/club/earning.py",
        '"day": _day,',
        '"day": lambda rule, occasion: f"{rule}/{occasion.source}",',
        "tests/cloud/test_poster.py -k 'second_visit or limit'",
    ),
    Mutant(
        "an undone answer still counts",
        "cloud/voice/counts.py",
        "given.undone = (given.name, False) in withdrawn",
        "given.undone = False",
        "tests/cloud/test_poster.py -k undone",
    ),
    Mutant(
        "a flagged answer still counts",
        "cloud/voice/counts.py",
        "            if not (given.undone or given.flagged):",
        "            if not given.undone:",
        "tests/cloud/test_flagged.py -k 'does_not_count or never_counts'",
    ),
    Mutant(
        "a flag leaves an answer in that counts already",
        "cloud/voice/counts.py",
        "                    self._counts[cell] -= 1",
        "                    self._counts[cell] -= 0",
        "tests/cloud/test_flagged.py -k counts_already",
    ),
    Mutant(
        "a store does not hear whom another one asked",
        "cloud/collector/pages.py",
        "asked=lately.get(member, ()),",
        "asked=(),",
        "tests/cloud/test_asked.py -k not_asked_by_another",
    ),
    Mutant(
        "an older impression takes the newest one's place",
        "cloud/club/asked.py",
        "WHERE (excluded.at, excluded.event) >",
        "WHERE (excluded.at, excluded.event) <>",
        "tests/cloud/test_asked.py -k older",
    ),
    Mutant(
        "the journal does not flush",
        "kiosk/journal.py",
        "PRAGMA synchronous = FULL",
        "PRAGMA synchronous = OFF",
        "tests/kiosk/test_journal.py -k flushing",
    ),
    Mutant(
        "the screen confirms before the disk has",
        "kiosk/session.py",
        "                self._recorder.record(tuple((fact, stamp) for fact in facts), done)",
        "                done and done(True)\n"
        "                self._recorder.record(tuple((fact, stamp) for fact in facts))",
        "tests/kiosk/test_session.py -k in_the_file",
    ),
    Mutant(
        "sync believes any acknowledgement backwards",
        "kiosk/window.py",
        "        if upto <= self.acked:\n            return False\n",
        "",
        "tests/kiosk/test_window.py tests/kiosk/test_sync.py -k backwards",
    ),
    Mutant(
        "the replica passes over missing rows",
        "kiosk/members.py",
        "        if batch.after > (0 if anew else self.reached):\n            return False\n",
        "",
        "tests/kiosk/test_members.py -k gap",
    ),
    Mutant(
        "held members count before they are written",
        "kiosk/members.py",
        "        self._held.append(batch)\n",
        "        self._held.append(batch)\n        self._set(version=str(batch.to))\n",
        "tests/kiosk/test_feed.py -k do_not_count",
    ),
    Mutant(
        "a foreign shard is let in",
        "mqtt/topics.py",
        "    if match[1] != shard(kiosk):",
        "    if False:",
        "tests/mqtt/test_topics.py",
    ),
    Mutant(
        "a UID's check byte is not checked",
        "drivers/iso14443.py",
        " or reduce(xor, part) != 0:",
        ":",
        "tests/drivers/test_iso14443.py -k checksum",
    ),
    Mutant(
        "a card's number stands in its repr",
        "drivers/reader.py",
        'return f"<Card {self.kind} {len(self.identity)} bytes>"',
        'return f"<Card {self.kind} {self.identity.hex()}>"',
        "tests/drivers/test_open_reader.py -k repr",
    ),
    Mutant(
        "a refusal tells the last four digits",
        "kiosk/session.py",
        "                self._take(visit.Refused(reason))",
        "                self._take(visit.Refused(reason))\n"
        '                print("refused ****0619", flush=True)',
        "tests/flow/test_payment_card.py -k no_digit",
    ),
    Mutant(
        "a bank's card is taken by its first digits",
        "drivers/payment.py",
        "    if _is_payment(swipe):",
        "    if False:",
        "tests/drivers/test_payment.py -k one_sign",
    ),
    Mutant(
        "a track's check is passed over",
        "drivers/tracks.py",
        "if rest[:1] == check_character(number, text[:end]) else []",
        "if rest[:1] else []",
        "tests/drivers/test_tracks.py -k 'flipped or another_track'",
    ),
    Mutant(
        "the balance stays in memory after the visit",
        "ui/stage.py",
        "            self.screen.clear()\n        self.screen = screen",
        "            pass\n        self.screen = screen",
        "tests/ui/test_privacy.py",
    ),
    Mutant(
        "an interval forgets its n",
        "cloud/voice/indices.py",
        "stdtrit(n - 1,",
        "stdtrit(1_000_000,",
        "tests/cloud/desk/test_indices.py",
    ),
)


def main() -> int:
    """Try the mutants whose names hold the given words, or all; 1 if one survives."""
    chosen = [each for each in MUTANTS if all(word in each.name for word in sys.argv[1:])]
    with tempfile.TemporaryDirectory(prefix="bg-") as folder:
        tree = _copy(Path(folder))
        survived = [each for each in chosen if not _killed(tree, each)]
    print(f"{len(chosen) - len(survived)} of {len(chosen)} mutants killed", flush=True)
    return 1 if survived else 0


def _copy(folder: Path) -> Path:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return folder


def _killed(tree: Path, mutant: Mutant) -> bool:
    file = tree / mutant.file
    whole = file.read_text("utf-8")
    if whole.count(mutant.old) != 1:
        print(f"STALE     {mutant.name}: {mutant.file} does not hold its text once", flush=True)
        return False
    began = time.monotonic()
    file.write_text(whole.replace(mutant.old, mutant.new), "utf-8")
    killed, what = _test(tree, mutant.test)
    file.write_text(whole, "utf-8")
    word = "killed  " if killed else "SURVIVED"
    print(f"{word}  {mutant.name} ({time.monotonic() - began:.0f} s): {what}", flush=True)
    return killed


def _test(tree: Path, words: str) -> tuple[bool, str]:
    """Whether a test failed, and pytest's word on it."""
    command = f'"{sys.executable}" -m pytest -q -x -p no:cacheprovider {words}'
    try:
        done = subprocess.run(
            command, shell=True, cwd=tree, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        return True, f"no test ended within {TIMEOUT:.0f} s"
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    return done.returncode == 1, failed[0].split(" - ")[0] if failed else done.stdout.strip()[-200:]


if __name__ == "__main__":
    sys.exit(main())
