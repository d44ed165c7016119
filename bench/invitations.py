"""How much of tests/events/invitations/ is read, by field, and how the cost grows. Prints figures; fails on nothing.

    .venv/bin/python bench/invitations.py

**Recall**: of the values that should be read, how many are. **Precision**: of the values that are read, how many should
be. A value is compared whole; warnings by kind. Meetings are paired in order, so one that is missed or invented in
the middle of a text spoils those behind it. The texts steered the making of the reader, so these figures flatter it.
"""

import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from events.invitations import read
from tests.events.invitation_corpus import FIELDS, Case, cases, whole

UNITS = {
    "digits": "1234567890", "blanks": " ", "letters": "a", "days": "13/01/2022 ", "weekdays": "Mon ",
    "times": "6-7.30pm ", "half tags": "<a ",
    "links": "https://zoom.us/j/98765432101 ", "IDs": "Meeting ID: 815 4586 9151 ",
    "meetings": "Thursday 13 January 2022 6pm https://zoom.us/j/98765432101 Passcode: 369100\n",
}  # fmt: skip
SIZES = (100_000, 200_000, 400_000)


def values(draft: dict[str, Any], field: str) -> Counter[str]:
    value = draft.get(field)
    return Counter(value if isinstance(value, list) else [value] if value is not None else [])


def compare(case: Case, totals: dict[str, Counter[str]]) -> bool:
    """Adds one text to the totals; returns whether it was read exactly."""
    got = [whole(draft.as_json()) for draft in read(case.text, case.now)]
    for at in range(max(len(got), len(case.expected))):
        mine, wanted = (drafts[at] if at < len(drafts) else {} for drafts in (got, case.expected))
        for field in FIELDS:
            a, b = values(mine, field), values(wanted, field)
            totals[field] += Counter(read=a.total(), wanted=b.total(), right=(a & b).total())
    return got == case.expected


def accuracy() -> None:
    totals: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    corpus = cases()
    wrong = [case.name for case in corpus if not compare(case, totals)]
    meetings = sum(len(case.expected) for case in corpus)
    print(f"{len(corpus)} texts with {meetings} meetings; {len(corpus) - len(wrong)} read exactly")
    print(f"{'field':12} {'wanted':>6} {'recall':>7} {'precision':>9}")
    for field, count in totals.items():
        recall, precision = (count["right"] / (count[name] or 1) for name in ("wanted", "read"))
        print(f"{field:12} {count['wanted']:6} {recall:7.3f} {precision:9.3f}")
    print("not exactly:", ", ".join(wrong) or "none")


def seconds(text: str) -> float:
    started = time.process_time()
    read(text, datetime(2022, 1, 4, tzinfo=UTC))
    return time.process_time() - started


def growth() -> None:
    print(
        f"\n{'a text of':12} "
        + " ".join(f"{size // 1000:>5} kB" for size in SIZES)
        + "   last by the one before (2 is linear)"
    )
    for name, unit in UNITS.items():
        taken = [seconds((unit * (size // len(unit) + 1))[:size]) for size in SIZES]
        print(f"{name:12} " + " ".join(f"{t:6.2f} s" for t in taken) + f"   {taken[-1] / (taken[-2] or 1):.1f}")


if __name__ == "__main__":
    accuracy()
    growth()
