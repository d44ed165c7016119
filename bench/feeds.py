"""Feeds beside views that do less, over real connections, in turns, in one run. See README.md here.

    python bench/feeds.py            SQLite, then PostgreSQL
    python bench/feeds.py here       the database of DATABASE_URL alone

One sync worker of gunicorn on 127.0.0.1 for the portal and one for bare Django, eight connections, five rounds, the
median. It prints figures and never passes or fails.
"""

import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import serving  # noqa: E402
from bench.serving import HELLO, Server, Target, request  # noqa: E402

SIZES = [int(size) for size in os.environ.get("SIZES", "20 200 2000 20000").split()]
FULL = 2000


def seed(count: int) -> None:
    """Fill the database of this process up to so many meetings, told to calendars."""
    from datetime import timedelta

    from django.utils import timezone

    from consult.models import Consultation
    from events import calendar_version, ics
    from events.models import Event

    now = timezone.now().replace(microsecond=0)
    row, _ = Consultation.objects.get_or_create(
        slug="bench",
        defaults={"title": "Bench", "summary": "S", "decided_by": "D", "publish_at": now - timedelta(days=9)},
    )
    there = Event.objects.count()
    wanted = [
        Event(
            consultation=row,
            title=f"Meeting {number} about policing in the borough",
            slug=f"bench-{number}",
            summary="An evening to hear what people of the borough think of the plan. " * 3,
            body="You hear in short what the plan proposes. Then you say what you think.\n\n- one\n- two\n\n" * 2,
            format="online",
            starts_at=now + timedelta(hours=number % 5000),
            ends_at=now + timedelta(hours=number % 5000 + 2),
            publish_at=now - timedelta(days=9),
            public_since=now,
            announced="bench",
        )
        for number in range(there, count)
    ]
    Event.objects.bulk_create(wanted, batch_size=500)
    changed = list(Event.objects.filter(calendar_text="").for_list())
    for event in changed:
        event.calendar_text = ics.entry_text(event)
    Event.objects.bulk_update(changed, ["calendar_text"], batch_size=200)
    calendar_version.rise()


def run() -> None:
    database = serving.begin()
    from django.db import connection

    print(serving.heading(database), flush=True)
    print(f"{'':<34}{'meetings':>9}{'req/s':>9}{'ratio':>8}{'µs of worker':>14}{'ratio':>8}", flush=True)
    with serving.serve("bench.serving:bare()") as idle, serving.serve("bench.feeds_server") as server:
        hello = Target(HELLO, idle, request("/hello/", port=idle.port))
        for size in SIZES:
            seed(size)
            connection.close()
            feed = Target("", server, request("/calendar.ics", port=server.port))
            tag = feed.once()[1]["ETag"]
            again = request("/calendar.ics", port=server.port, If_None_Match=tag)
            targets = [
                hello,
                Target("revalidation of a feed (304)", server, again, status=304),
                Target("hello behind our middleware", server, request("/bench/hello/", port=server.port)),
                Target("one query, cached template", server, request("/bench/one-query/", port=server.port)),
            ]
            report(serving.measure(targets), HELLO, size)
            if size == FULL:
                whole(server)


def report(found: dict[str, tuple[float, float]], base: str, size: int) -> None:
    for name, (rate, spent) in found.items():
        ratio, cost = rate / found[base][0], found[base][1] / spent if spent else 0
        print(f"{name:<34}{size:>9}{rate:>9.0f}{ratio:>8.2f}{spent:>14.0f}{cost:>8.2f}", flush=True)


def whole(server: Server) -> None:
    """The full feed, beside the same made by icalendar at each request."""
    targets = [
        Target("serialised at each request", server, request("/bench/serialised.txt", port=server.port), most=8),
        Target("full feed", server, request("/calendar.ics", port=server.port)),
        Target("full feed, gzip", server, request("/calendar.ics", port=server.port, Accept_Encoding="gzip")),
    ]
    for target in targets:
        print(f"  {target.name}: {len(target.once()[2]) / 1000:.0f} kB", flush=True)
    report(serving.measure(targets), targets[0].name, FULL)
    print(f"  full feed, gzip, first one after a change: {first_after_a_change(targets[2]) * 1000:.0f} ms", flush=True)


def first_after_a_change(target: Target) -> float:
    """Seconds, the median: the body is joined and compressed anew."""
    from django.db import connection

    from events import calendar_version

    times = []
    for _ in range(serving.ROUNDS):
        calendar_version.rise()
        connection.close()
        started = time.perf_counter()
        target.once()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(serving.main(__file__, __doc__, run))
