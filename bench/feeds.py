"""Feeds beside views that do less, over real connections, in turns, in one run. See README.md here.

    python bench/feeds.py            SQLite, then PostgreSQL
    python bench/feeds.py here       the database of DATABASE_URL alone

One sync worker of gunicorn on 127.0.0.1 for the portal and one for bare Django, eight connections, five rounds, the
median. It prints figures and never passes or fails.
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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 8
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "1.5"))  # for each figure of a round
SIZES = [int(size) for size in os.environ.get("SIZES", "20 200 2000 20000").split()]
FULL = 2000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """One gunicorn with one sync worker."""

    port: int
    worker: int  # its process

    def spent(self) -> float:
        """Seconds of processor time so far; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.worker}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass
class Target:
    name: str
    server: Server
    request: bytes
    status: int = 200
    most: int | None = None  # requests of a round, where each takes long

    def once(self) -> tuple[int, dict[str, str], bytes]:
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=60) as connection:
            connection.sendall(self.request)
            chunks = []
            while chunk := connection.recv(1 << 20):
                chunks.append(chunk)
        head, _, body = b"".join(chunks).partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        return int(first.split()[1]), headers, body


def request(path: str, *, port: int, **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(environment: dict[str, str], module: str = "bench.feeds_server") -> Iterator[Server]:
    """A gunicorn that is ready; ended afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", module, "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["--log-level", "error", "--no-control-socket", "--timeout", "120"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
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


def round_of(target: Target) -> tuple[float, float]:
    """Requests a second over eight connections, and microseconds of the worker's processor for each."""
    counts = [0] * CONNECTIONS
    until = time.monotonic() + SECONDS
    expected = f"HTTP/1.1 {target.status} ".encode()
    address = ("127.0.0.1", target.server.port)
    most = None if target.most is None else max(1, target.most // CONNECTIONS)

    def ask(number: int) -> None:
        while time.monotonic() < until if most is None else counts[number] < most:
            with socket.create_connection(address, timeout=120) as connection:
                connection.sendall(target.request)
                first = chunk = connection.recv(1 << 20)
                while chunk:
                    chunk = connection.recv(1 << 20)
            if not first.startswith(expected):
                raise SystemExit(f"{target.name} answered {first[:60]!r}")
            counts[number] += 1

    before, started = target.server.spent(), time.monotonic()
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
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


def environment(folder: str, url: str) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "consult.settings",
        "SECRET_KEY": "for-the-benchmark-" + "x" * 40,
        "DATABASE_URL": url,
        "DEBUG": "off",
        "HTTPS": "off",
        "TASKS": "immediate",
        "ALLOWED_HOSTS": "127.0.0.1",
        "CALENDAR_MARKER": f"{folder}/calendar-changed",
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }


def run(url: str, folder: str) -> None:
    os.environ |= environment(folder, url)
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    print(f"\n{name}: {ROUNDS} rounds of {SECONDS:g} s, {CONNECTIONS} connections, one sync worker\n", flush=True)
    print(f"{'':<34}{'meetings':>9}{'req/s':>9}{'ratio':>8}{'µs of worker':>14}{'ratio':>8}", flush=True)
    portal, bare = dict(os.environ), os.environ | {"BENCH_BARE": "1"}
    with serve(bare) as hello_server, serve(portal) as server:
        hello = Target("hello of bare Django", hello_server, request("/hello/", port=hello_server.port))
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
            report(measure(targets), hello.name, size)
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
    report(measure(targets), targets[0].name, FULL)
    print(f"  full feed, gzip, first one after a change: {first_after_a_change(targets[2]) * 1000:.0f} ms", flush=True)


def first_after_a_change(target: Target) -> float:
    """Seconds, the median: the body is joined and compressed anew."""
    from django.db import connection

    from events import calendar_version

    times = []
    for _ in range(ROUNDS):
        calendar_version.rise()
        connection.close()
        started = time.perf_counter()
        target.once()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("where", nargs="?", choices=["here"], help="measure on the database of DATABASE_URL alone")
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        if parser.parse_args().where:
            run(os.environ["DATABASE_URL"], folder)
            return
        scripts = [[sys.executable, __file__, "here"]]
        subprocess.run(scripts[0], env=os.environ | {"DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3"}, check=True)
        subprocess.run([sys.executable, "-m", "tests.postgres", *scripts[0]], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
