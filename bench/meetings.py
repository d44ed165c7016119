"""The list, the month, the places and the page of a meeting beside views that do less, in turns, in one run.

    python bench/meetings.py            SQLite, then PostgreSQL
    python bench/meetings.py here       the database of DATABASE_URL alone

One sync worker of gunicorn on 127.0.0.1 for the portal and one for bare Django, eight connections, five rounds, the
median. It prints figures and never passes or fails. Meetings stand one a day, half of them over.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import serving  # noqa: E402
from bench.serving import HELLO, Target, request  # noqa: E402

if TYPE_CHECKING:
    from consult.models import Consultation
    from events.models import Event, Venue

SIZES = [int(size) for size in os.environ.get("SIZES", "20 20000").split()]
A_DAY = 1  # so that a month holds about as many at each size


def seed(count: int) -> None:
    """So many published meetings, half over and half to come, a third of them with limited places."""
    from django.utils import timezone

    from events.models import Event

    now = timezone.now().replace(second=0, microsecond=0)
    begun = now - timedelta(days=9)
    plan, halls = surroundings(begun, now + timedelta(days=9))
    Event.objects.all().delete()
    first = now - timedelta(days=count / A_DAY / 2)
    rows = [
        Event(
            consultation=plan,
            title=f"Meeting {number} about policing in the borough",
            slug=f"bench-{number}",
            summary="An evening to hear what people of the borough think of the plan. " * 3,
            body="You hear in short what the plan proposes. Then you say what you think.\n\n- one\n- two\n\n" * 2,
            format=["online", "in_person", "hybrid"][number % 3],
            venue=halls[number % 4] if number % 3 else None,
            starts_at=first + timedelta(days=number / A_DAY),
            ends_at=first + timedelta(days=number / A_DAY, hours=2),
            publish_at=begun,
            languages="English and Somali" if number % 50 == 0 else "",
            takes_registrations=number % 3 == 0,
            capacity=30 if number % 3 == 0 else None,
        )
        for number in range(count)
    ]
    add_to(Event.objects.bulk_create(rows, batch_size=500), begun)


def surroundings(opens: datetime, closes: datetime) -> "tuple[Consultation, list[Venue]]":
    from consult.models import Consultation
    from events.models import Venue

    words = {"title": "Bench", "summary": "S", "decided_by": "D", "publish_at": opens, "closes_at": closes}
    plan, _ = Consultation.objects.get_or_create(slug="bench", defaults=words)
    where = {"postcode": "SE1 0LL", "address": "1 High Street"}
    boroughs = ("lambeth", "barnet", "camden", "sutton")
    halls = [Venue.objects.get_or_create(name=f"Hall {each}", borough=each, **where)[0] for each in boroughs]
    return plan, halls


def add_to(rows: "list[Event]", at: datetime) -> None:
    """How to join, what is provided, three bookings where places are limited; each tenth has moved."""
    from events.models import AccessProvision, EventChange, JoinDetails, Registration

    joining = {"provider": "zoom", "url": "https://us06web.zoom.us/j/81545869151", "visibility": "public"}
    booked = {"state": "confirmed", "created_at": at}
    people = [f"{number}@example.org" for number in range(3)]
    moved = {"kind": "moved", "reason": "A larger room.", "changed_at": at}
    for model, made in (
        (JoinDetails, [JoinDetails(event=row, **joining) for row in rows if row.format != "in_person"]),
        (AccessProvision, [AccessProvision(event=row, kind=kind) for row in rows for kind in ("bsl", "step_free")]),
        (EventChange, [EventChange(event=row, **moved) for row in rows if row.pk % 10 == 0]),
        (Registration, [Registration(event=row, email=to, **booked) for row in rows if row.capacity for to in people]),
    ):
        model.objects.bulk_create(made, batch_size=500)


REFERENCE = "one query, cached template"
# A session that does not exist: nothing is sent from memory, and nobody is signed in.
ANEW = {"Cookie": "session=none"}


def pages() -> dict[str, tuple[str, dict[str, str]]]:
    """Name -> path and headers."""
    from django.utils import timezone

    from events.models import Event
    from events.months import Month

    coming = Event.objects.upcoming()
    page, limited = (coming.filter(capacity=capacity).first() for capacity in (None, 30))
    assert page
    assert limited
    paths = {
        "page of a meeting": page.get_absolute_url(),
        "page, limited places": limited.get_absolute_url(),
        "list": "/events/",
        "list, narrowed": "/events/?borough=lambeth&format=hybrid",
        "list, last page": "/events/?page=999",
        "past meetings": "/events/?when=past",
        "month": f"/events/month/{Month.of(timezone.localdate())}/",
        "where": "/events/where/",
    }
    made = ("page of a meeting", "list", "list, last page", "month", "where")
    return {
        REFERENCE: ("/bench/one-query/", {}),
        "one query in our frame": ("/bench/in-frame/", {}),
        **{name: (path, {}) for name, path in paths.items()},
        "list, with free places": ("/events/?free=on", {}),  # always made anew
        **{f"{name}, made anew": (paths[name], ANEW) for name in made},
    }


def queries(path: str, headers: dict[str, str]) -> int:
    """How many a page asks of the database, the second time that it is asked for."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"} | headers)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def run() -> None:
    database = serving.begin()
    from django.db import connection

    print(serving.heading(database))
    print(
        f"{'':<30}{'meetings':>9}{'queries':>9}{'req/s':>8}{'of hello':>10}{'of one query':>14}{'of fewest':>11}",
        flush=True,
    )
    fewest: dict[str, float] = {}
    with serving.serve("bench.serving:bare()") as idle, serving.serve("bench.meetings_server") as server:
        hello = Target(HELLO, idle, request("/hello/", port=idle.port))
        for size in SIZES:
            seed(size)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
            paths = pages()
            asked = {name: queries(*each) for name, each in paths.items() if not each[0].startswith("/bench/")}
            connection.close()
            targets = [
                Target(name, server, request(path, port=server.port, **headers))
                for name, (path, headers) in paths.items()
            ]
            found = serving.measure([hello, *targets])
            base, reference = found[HELLO][0], found[REFERENCE][0]
            for name, (rate, _) in found.items():
                fewest.setdefault(name, rate / base)  # beside hello of the same round: machines have their moods
                print(
                    f"{name:<30}{size:>9}{asked.get(name, ''):>9}{rate:>8.0f}{rate / base:>10.2f}"
                    f"{rate / reference:>14.2f}{rate / base / fewest[name]:>11.2f}",
                    flush=True,
                )
            print()


if __name__ == "__main__":
    sys.exit(serving.main(__file__, __doc__, run))
