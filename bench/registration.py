"""200 people for 50 places over 16 connections, against gunicorn, on SQLite and on PostgreSQL.

    python bench/registration.py            SQLite, then PostgreSQL
    python bench/registration.py here       the database of DATABASE_URL alone

Each person opens the form, asks for a place, opens the link of the letter and presses the button, as a browser would:
with cookies, CSRF tokens and redirects. Prints what came of it and how long it took; exits with 1 where a place was
given twice or not at all, the list is out of order, or any page was an error. Then both POSTs of a booking, each until
it is committed, beside the form of bare Django that inserts one row: one sync worker each, eight connections, in turns.
Listens on 127.0.0.1 only.
"""

import http.client
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import serving  # noqa: E402
from bench.serving import HELLO, Target  # noqa: E402

if TYPE_CHECKING:
    from events.models import Event, Registration

PEOPLE, PLACES, CONNECTIONS, WORKERS = 200, 50, 16, 4
PLAIN = "form of bare Django, one insert (POST)"
SOME = 160  # are confirmed in a round: each can be once
ROOMY = 30_000  # places where only the time is measured
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PERSON = {"name": "Ada", "places": "1", "access_needs": "", "consent": "on"}


@dataclass
class Visitor:
    """One connection that is kept open, with its cookies; notes how long each page took and what it answered."""

    port: int
    answers: Counter[int] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.cookies: dict[str, str] = {}

    def ask(self, name: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Returns status, body, and where it leads."""
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.port}",
            }
        started = time.perf_counter()
        self.connection.request("GET" if form is None else "POST", path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        self.times.setdefault(name, []).append((time.perf_counter() - started) * 1000)
        self.answers[response.status] += 1
        for cookie in response.headers.get_all("Set-Cookie") or []:
            key, value = cookie.split(";")[0].split("=", 1)
            self.cookies[key] = value
        return response.status, text, response.headers.get("Location", "")

    def press(self, name: str, path: str, typed: dict[str, str]) -> tuple[int, str, str]:
        """Open a page with a form and send it."""
        _, text, _ = self.ask(f"open {name}", path)
        token = CSRF.search(text)
        return self.ask(name, path, typed | {"csrfmiddlewaretoken": token[1] if token else ""})


def meeting(slug: str, places: int) -> "Event":
    from django.utils import timezone

    from consult.models import Consultation
    from events.models import Event

    now = timezone.now()
    consultation, _ = Consultation.objects.get_or_create(
        slug="c", defaults={"title": "C", "summary": "S", "publish_at": now, "opens_at": now}
    )
    return Event.objects.create(
        consultation=consultation, title="Workshop", slug=slug, summary="S", format="online", publish_at=now,
        starts_at=now + timedelta(days=9), takes_registrations=True, capacity=places,
    )  # fmt: skip


def run() -> bool:
    database = serving.begin()
    is_right = rush(database)
    beside_a_plain_form(database)
    print("\nExactly as promised." if is_right else "\nNOT as promised: see above.", flush=True)
    return is_right


def rush(database: str) -> bool:
    """200 people at once. Returns whether all came out exactly right."""
    from django.utils import timezone

    from consult.models import Letter
    from events import links
    from events.models import Registration

    now = timezone.now()
    event = meeting("workshop", PLACES)

    def person(number: int) -> Visitor:
        visitor = Visitor(server.port)
        typed = PERSON | {"email": f"p{number}@example.org"}
        status, _, _ = visitor.press("ask", "/events/workshop/book/", typed)
        if status == 302:
            row = Registration.objects.select_related("event").get(email=typed["email"])
            _, _, then = visitor.press("confirm", links.path(links.CONFIRM, row), {})
            if then:
                visitor.ask("own page", then)
        visitor.connection.close()
        return visitor

    threads = ["--workers", str(WORKERS), "--worker-class", "gthread", "--threads", "4"]
    with serving.serve("consult.wsgi", *threads) as server:
        started = time.perf_counter()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            visitors = list(pool.map(person, range(PEOPLE)))
        took = time.perf_counter() - started

    answers: Counter[int] = sum((visitor.answers for visitor in visitors), Counter())
    confirmed = list(event.registrations.filter(state="confirmed").order_by("confirmed_at"))
    waiting = list(event.registrations.waiting())
    in_order = [row.queued_at for row in waiting] == sorted(row.queued_at for row in waiting)
    last_given = max((row.confirmed_at for row in confirmed), default=now)
    fair = in_order and all(row.queued_at > last_given for row in waiting)
    letters = Letter.objects.count()
    print(f"\n{database}: {PEOPLE} people, {PLACES} places, {CONNECTIONS} connections, {WORKERS} workers of 4 threads")
    print(f"  places given {len(confirmed)}, on the list {len(waiting)}, in order and after the last place: {fair}")
    print(f"  answers {dict(sorted(answers.items()))}, letters {letters}, {took:.1f} s, {PEOPLE / took:.0f} people/s")
    print(f"  {'page':<14}{'median ms':>10}{'p90 ms':>9}{'max ms':>9}")
    for page in ("open ask", "ask", "open confirm", "confirm", "own page"):
        times = [each for visitor in visitors for each in visitor.times.get(page, [])]
        if len(times) > 1:
            p90 = statistics.quantiles(times, n=10)[-1]
            print(f"  {page:<14}{statistics.median(times):>10.1f}{p90:>9.1f}{max(times):>9.1f}")
    is_exact = (len(confirmed), len(waiting), letters) == (PLACES, PEOPLE - PLACES, 2 * PEOPLE)
    return is_exact and fair and set(answers) == {200, 302}


def beside_a_plain_form(database: str) -> None:
    """How many bookings a second one worker takes, beside a form of bare Django that inserts one row."""
    from django.db import connection

    from events import links

    print(serving.heading(database))
    print(f"{'':<44}{'req/s':>8}{'ratio':>8}{'µs of worker':>14}{'ratio':>8}", flush=True)
    event, numbers = meeting("roomy", ROOMY), count()
    with serving.serve("bench.serving:bare()") as idle, serving.serve("consult.wsgi") as server:
        asked = sender(server.port, event.get_absolute_url() + "book/")
        plain = sender(idle.port, "/form/")

        def ask() -> bytes:
            return asked(PERSON | {"email": f"p{next(numbers)}@example.org"})

        unconfirmed = waiting_to_confirm(event, serving.ROUNDS * SOME + 1)
        paths = [links.path(links.CONFIRM, row) for row in unconfirmed]
        connection.close()
        confirmed = sender(server.port, paths[0])
        targets = [
            Target(PLAIN, idle, lambda: plain({"name": "Ada", "email": f"p{next(numbers)}@example.org"}), status=302),
            Target("asking for a place (POST)", server, ask, status=302),
            Target("confirming it (POST)", server, lambda: confirmed({}, paths.pop()), status=302, most=SOME),
            Target(HELLO, idle, serving.request("/hello/", port=idle.port)),
        ]
        found = serving.measure(targets)
    base = found[PLAIN]
    for name, (rate, spent) in found.items():
        cost = base[1] / spent if spent else 0
        print(f"{name:<44}{rate:>8.0f}{rate / base[0]:>8.2f}{spent:>14.0f}{cost:>8.2f}", flush=True)


def sender(port: int, page: str) -> Callable[..., bytes]:
    """Opens a page with a form. Returns what makes a POST with its cookie and token, to it or to another path."""
    visitor = Visitor(port)
    _, text, _ = visitor.ask("open", page)
    visitor.connection.close()
    token = CSRF.search(text)
    if token is None:
        sys.exit(f"{page} has no form: nothing to measure.")
    cookies = "; ".join(f"{key}={value}" for key, value in visitor.cookies.items())

    def post(typed: dict[str, str], path: str = page) -> bytes:
        return serving.request(path, port=port, form=typed | {"csrfmiddlewaretoken": token[1]}, Cookie=cookies)

    return post


def waiting_to_confirm(event: "Event", number: int) -> "list[Registration]":
    from django.utils import timezone

    from events.models import Registration

    now = timezone.now()
    rows = [
        Registration(event=event, email=f"c{each}@example.org", name="Ada", created_at=now) for each in range(number)
    ]
    return Registration.objects.bulk_create(rows, batch_size=500)


if __name__ == "__main__":
    sys.exit(serving.main(__file__, __doc__, run))
