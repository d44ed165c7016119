"""200 people for 50 places over 16 connections, against gunicorn, on SQLite and on PostgreSQL.

    python bench/registration.py            # both databases
    python bench/registration.py sqlite     # one of them

Each person opens the form, asks for a place, opens the link of the letter and presses the button, as a browser would:
with cookies, CSRF tokens and redirects. Prints what came of it and how long it took; exits with 1 where a place was
given twice or not at all, the list is out of order, or any page was an error. Listens on 127.0.0.1 only.
"""

import contextlib
import http.client
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PEOPLE, PLACES, CONNECTIONS, WORKERS = 200, 50, 16, 4
LIMIT = 300  # seconds for one database, then it is given up
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


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


def environment(database: str, folder: str, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "consult.settings",
        "SECRET_KEY": "for-the-benchmark-" + secrets.token_urlsafe(40),
        "DATABASE_URL": database,
        "DEBUG": "off",
        "HTTPS": "off",
        "TASKS": "database",
        "EMAIL_URL": "dummymail://",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR",
        "CALENDAR_MARKER": f"{folder}/calendar-changed",
        "MEDIA_ROOT": f"{folder}/media",
    }


@contextlib.contextmanager
def gunicorn(settings: dict[str, str], port: int) -> Iterator[None]:
    """A server of its own, in its own group of processes, stopped whatever happens."""
    command = [
        sys.executable, "-m", "gunicorn", "consult.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS),
        "--worker-class", "gthread", "--threads", "4", "--log-level", "error", "--no-control-socket",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=settings, start_new_session=True)
    try:
        until = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("gunicorn did not start.")
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def measure(name: str, database: str) -> bool:
    """Runs everything for one database in a process of its own: settings are read once in a process."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        port = free_port()
        settings = environment(database or f"sqlite:///{folder}/portal.sqlite3", folder, port)
        command = [sys.executable, __file__, "--one", name, str(port)]
        done = subprocess.run(command, cwd=ROOT, env=settings, timeout=LIMIT, check=False)
        return done.returncode == 0


def one(name: str, port: int) -> bool:
    import django

    django.setup()
    from datetime import timedelta

    from django.core.management import call_command
    from django.utils import timezone

    from consult.models import Consultation, Letter
    from events import links
    from events.models import Event, Registration

    call_command("migrate", verbosity=0)
    now = timezone.now()
    consultation = Consultation.objects.create(
        title="C", slug="c", summary="S", publish_at=now, opens_at=now, closes_at=now + timedelta(days=30)
    )
    event = Event.objects.create(
        consultation=consultation, title="Workshop", slug="workshop", summary="S", format="online", publish_at=now,
        starts_at=now + timedelta(days=9), takes_registrations=True, capacity=PLACES,
    )  # fmt: skip

    def person(number: int) -> Visitor:
        visitor = Visitor(port)
        typed = {"name": "Ada", "email": f"p{number}@example.org", "places": "1", "access_needs": "", "consent": "on"}
        status, _, _ = visitor.press("ask", "/events/workshop/book/", typed)
        if status == 302:
            row = Registration.objects.select_related("event").get(email=typed["email"])
            _, _, then = visitor.press("confirm", links.path(links.CONFIRM, row), {})
            if then:
                visitor.ask("own page", then)
        visitor.connection.close()
        return visitor

    with gunicorn(dict(os.environ), port):
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
    print(f"\n{name}: {PEOPLE} people, {PLACES} places, {CONNECTIONS} connections, {WORKERS} workers of 4 threads")
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


def main(wanted: list[str]) -> int:
    from tests.postgres import server

    results = []
    if "sqlite" in wanted:
        results.append(measure("SQLite", ""))
    if "postgresql" in wanted:
        with server() as instance:
            results.append(measure("PostgreSQL", instance.url))
    print("\nExactly as promised." if all(results) else "\nNOT as promised: see above.")
    return 0 if all(results) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.exit(0 if one(sys.argv[2], int(sys.argv[3])) else 1)
    sys.exit(main(sys.argv[1:] or ["sqlite", "postgresql"]))
