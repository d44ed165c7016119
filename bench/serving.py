"""What the benchmarks share: servers, requests over real connections, rounds in turns, and bare Django to compare with.

`bench.serving:bare()` is that for gunicorn: no app and no middleware, a view that says hello, and a form whose POST
checks its CSRF token and its two fields and inserts one row in the database of the portal, opened the same way.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 8
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "1.5"))  # for each figure of a round
TICKS = os.sysconf("SC_CLK_TCK")
HELLO = "hello of bare Django"

# --- bare Django ----------------------------------------------------------------------------------


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [path("hello/", hello)]


def bare() -> Callable[..., object]:
    """The WSGI application. Its table is made if it is not there."""
    from consult.settings import DATABASES

    settings.configure(
        SECRET_KEY="x" * 50,
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["127.0.0.1"],
        MIDDLEWARE=[],
        DATABASES=DATABASES,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    )
    application = get_wsgi_application()

    from django.db import connection, models
    from django.forms import modelform_factory
    from django.shortcuts import redirect
    from django.template import engines
    from django.views.decorators.csrf import csrf_protect

    class Row(models.Model):
        name = models.CharField(max_length=120)
        email = models.EmailField()

        class Meta:
            app_label = "bench"

        def __str__(self) -> str:
            return self.name

    if Row._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Row)
    connection.close()
    form_class = modelform_factory(Row, fields=["name", "email"])
    page = engines["django"].from_string("<form method=post>{% csrf_token %}{{ form }}<button>Send</button></form>")

    @csrf_protect
    def form(request: HttpRequest) -> HttpResponse:
        filled = form_class(request.POST or None)
        if request.method == "POST" and filled.is_valid():
            filled.save()
            return redirect("/hello/")
        return HttpResponse(page.render({"form": filled}, request))

    urlpatterns.append(path("form/", form))
    return application


# --- servers and requests -------------------------------------------------------------------------


@dataclass
class Server:
    """One gunicorn."""

    port: int
    worker: int  # the process of its first worker

    def spent(self) -> float:
        """Seconds of processor time of that worker so far; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.worker}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass
class Target:
    name: str
    server: Server
    request: bytes | Callable[[], bytes]  # the same each time, or another one
    status: int = 200
    most: int | None = None  # requests of a round, where each takes long

    def next_request(self) -> bytes:
        return self.request if isinstance(self.request, bytes) else self.request()

    def once(self) -> tuple[int, dict[str, str], bytes]:
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=60) as connection:
            connection.sendall(self.next_request())
            chunks = []
            while chunk := connection.recv(1 << 20):
                chunks.append(chunk)
        head, _, body = b"".join(chunks).partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        return int(first.split()[1]), headers, body


def request(path: str, *, port: int, form: dict[str, str] | None = None, **headers: str) -> bytes:
    """A GET, or a POST of a form."""
    body = "" if form is None else urlencode(form)
    lines = [f"{'GET' if form is None else 'POST'} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        lines.append(f"Origin: http://127.0.0.1:{port}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", body]).encode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(application: str, *options: str) -> Iterator[Server]:
    """A gunicorn that is ready, with the settings of this process and one sync worker; ended afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["--log-level", "error", "--no-control-socket", "--timeout", "120", *options]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    sys.exit("gunicorn did not start")
                time.sleep(0.1)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while children.exists() and not children.read_text().split():
            time.sleep(0.05)
        yield Server(port, int(children.read_text().split()[0]) if children.exists() else 0)
    finally:
        process.terminate()
        process.wait(timeout=30)


# --- rounds ---------------------------------------------------------------------------------------


def round_of(target: Target) -> tuple[float, float]:
    """Requests a second over eight connections, and microseconds of the worker's processor for each."""
    counts = [0] * CONNECTIONS
    until = time.monotonic() + SECONDS
    expected = f"HTTP/1.1 {target.status} ".encode()
    address = ("127.0.0.1", target.server.port)
    most = None if target.most is None else max(1, target.most // CONNECTIONS)
    wrong: list[str] = []

    def ask(number: int) -> None:
        while not wrong and (time.monotonic() < until if most is None else counts[number] < most):
            with socket.create_connection(address, timeout=120) as connection:
                connection.sendall(target.next_request())
                first = chunk = connection.recv(1 << 20)
                while chunk:
                    chunk = connection.recv(1 << 20)
            if not first.startswith(expected):
                wrong.append(f"{target.name} answered {first[:60]!r}")
            counts[number] += 1

    before, started = target.server.spent(), time.monotonic()
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        sys.exit(wrong[0])
    done = sum(counts)
    return done / (time.monotonic() - started), (target.server.spent() - before) / done * 1e6


def measure(targets: list[Target]) -> dict[str, tuple[float, float]]:
    """Name -> medians of requests a second and of microseconds of processor. In turns, so that noise falls on all."""
    for target in targets:
        status, _, _ = target.once()
        if status != target.status:
            sys.exit(f"{target.name} answered {status}: nothing to measure.")
    found: dict[str, list[tuple[float, float]]] = {target.name: [] for target in targets}
    for _ in range(ROUNDS):
        for target in targets:
            found[target.name].append(round_of(target))
    return {
        name: (statistics.median(each[0] for each in rounds), statistics.median(each[1] for each in rounds))
        for name, rounds in found.items()
    }


# --- both databases -------------------------------------------------------------------------------


def environment(folder: str, url: str) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "consult.settings",
        "SECRET_KEY": "for-the-benchmark-" + "x" * 40,
        "DATABASE_URL": url,
        "DEBUG": "off",
        "HTTPS": "off",
        "TASKS": "database",
        "EMAIL_URL": "dummymail://",
        "ALLOWED_HOSTS": "127.0.0.1",
        "CALENDAR_MARKER": f"{folder}/calendar-changed",
        "MEDIA_ROOT": f"{folder}/media",
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }


def begin() -> str:
    """Django is set up on DATABASE_URL, migrated. Returns what the database is called."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]


def heading(database: str) -> str:
    return f"\n{database}: {ROUNDS} rounds of {SECONDS:g} s, {CONNECTIONS} connections, one sync worker\n"


def main(script: str, about: str | None, run: Callable[[], bool | None]) -> int:
    """Runs `script` on SQLite and on PostgreSQL, or `run` here. Returns 1 where a run returned False or failed."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("where", nargs="?", choices=["here"], help="measure on the database of DATABASE_URL alone")
    here = parser.parse_args().where is not None
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        if here:
            os.environ |= environment(folder, os.environ["DATABASE_URL"])
            return 1 if run() is False else 0
        again = [sys.executable, script, "here"]
        sqlite = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3"}
        ended = [
            subprocess.run(again, cwd=ROOT, env=sqlite, check=False),
            subprocess.run([sys.executable, "-m", "tests.postgres", *again], cwd=ROOT, check=False),
        ]
        return 1 if any(each.returncode for each in ended) else 0
