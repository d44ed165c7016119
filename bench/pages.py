"""Times pages beside a view that only says hello, in turns, in one run. `make bench` calls it; see README.md here."""

import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
scratch = tempfile.TemporaryDirectory(prefix="portal-bench-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "consult.settings",
    "SECRET_KEY": "for-the-benchmark-" + "x" * 40,
    "DATABASE_URL": f"sqlite:///{scratch.name}/portal.sqlite3",
    "DEBUG": "off",
    "HTTPS": "off",
    "TASKS": "immediate",
    "ALLOWED_HOSTS": "testserver",
    "LOG_LEVEL": "ERROR",
}

import django  # noqa: E402  (the environment stands first)

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import path  # noqa: E402

from consult import urls  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "100"))
PAGES = ["/", "/consultations/", "/events/", "/calendar.ics", "/updates.atom"]
HELLO = "/bench/hello/"


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def milliseconds(client: Client, page: str) -> float:
    started = time.perf_counter()
    client.get(page).content  # noqa: B018  (read to the last byte)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    urls.urlpatterns.append(path(HELLO[1:], hello))
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0, stdout=io.StringIO())
    client = Client()

    sizes, queries = {}, {}
    for page in [HELLO, *PAGES]:  # the first request to each compiles its templates and is not counted
        with CaptureQueriesContext(connection) as captured:
            response = client.get(page)
        if response.status_code != 200:
            sys.exit(f"{page} answered {response.status_code}: nothing to measure.")
        sizes[page], queries[page] = len(response.content), len(captured)

    times: dict[str, list[float]] = {page: [] for page in [HELLO, *PAGES]}
    for _ in range(ROUNDS):
        for page, taken in times.items():
            taken.append(milliseconds(client, page))

    base = statistics.median(times[HELLO])
    print(f"{ROUNDS} rounds, Python {sys.version.split()[0]}, Django {django.get_version()}, SQLite\n")
    print(f"{'page':<18}{'ms':>8}{'p90 ms':>9}{'ratio':>8}{'queries':>9}{'kB':>8}")
    for page, taken in times.items():
        median, p90 = statistics.median(taken), statistics.quantiles(taken, n=10)[-1]
        print(f"{page:<18}{median:>8.2f}{p90:>9.2f}{median / base:>8.1f}{queries[page]:>9}{sizes[page] / 1000:>8.1f}")
    connection.close()


if __name__ == "__main__":
    main()
