"""`python -m tests.postgres`: a server for one command, and nothing left of it afterwards."""

import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

import environ
import psycopg2
import pytest

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
PRINT_URL = [sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'], flush=True)"]
WAIT = [sys.executable, "-c", "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(60)"]


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """A folder of temporary files of our own, to see what is left in it. Short, as a socket's path must be."""
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    folder = Path(postgres.tempfile.mkdtemp(prefix="pt-", dir="/tmp"))
    folder.chmod(0o755)
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    folder.rmdir()  # fails unless everything in it was removed


def start(*command: str, **options) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.postgres", *command],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def finish(*command: str, **options) -> tuple[int, str, str]:
    process = start(*command, **options)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def connect(url: str):
    settings = environ.Env.db_url_config(url)
    return psycopg2.connect(dbname=settings["NAME"], user=settings["USER"], **settings["OPTIONS"])


def test_a_command_gets_a_database_of_its_own(scratch):
    ask = (
        "import environ, psycopg2; s = environ.Env().db('DATABASE_URL');"
        "c = psycopg2.connect(dbname=s['NAME'], user=s['USER'], **s['OPTIONS']).cursor();"
        "c.execute('select current_setting(%s), current_setting(%s), upper(%s)',"
        " ('server_version_num', 'listen_addresses', 'é')); print(*c.fetchone(), sep='|')"
    )
    code, out, err = finish(sys.executable, "-c", ask)
    assert (code, err) == (0, "")
    version, addresses, upper = out.strip().split("|")
    assert (version[:2], addresses, upper) == ("18", "", "É")


def test_the_command_decides_the_exit_code(scratch):
    assert finish(sys.executable, "-c", "raise SystemExit(5)")[0] == 5


def test_a_missing_command_is_one_sentence(scratch):
    code, _, err = finish("no-such-command-here")
    assert (code, err) == (127, "no-such-command-here: no such command.\n")


def test_without_a_command_it_says_how(scratch):
    assert finish()[0] == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_stopped_from_outside_it_leaves_nothing(scratch, number):
    # As a terminal starts it: a job in the background of a script inherits that SIGINT is ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = start(*WAIT, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    connect(url).close()
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == 128 + number
    with pytest.raises(psycopg2.OperationalError):
        connect(url)


def test_a_given_database_is_used_and_nothing_started(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://me@db.example/test")
    monkeypatch.setattr(postgres, "server", None)
    assert postgres.main([sys.executable, "-c", "import os; assert os.environ['DATABASE_URL'][-4:] == 'test'"]) == 0
    assert finish(*PRINT_URL)[1] == "postgres://me@db.example/test\n"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda patch: patch.setattr(postgres, "PACKAGE", "no_such_package"), "PostgreSQL's files are missing"),
        (lambda patch: patch.setattr(postgres, "INSTALLATION", "pginstall99"), "has no PostgreSQL 18 for this system"),
        (lambda patch: patch.setattr(postgres, "THROW_AWAY", {"no_such_setting": "1"}), "did not start: "),
    ],
)
def test_when_it_cannot_start_it_says_why_in_a_line(scratch, monkeypatch, capsys, spoil, sentence):
    monkeypatch.setattr(postgres.tempfile, "tempdir", str(scratch))
    spoil(monkeypatch)
    assert postgres.main(["true"]) == 3
    err = capsys.readouterr().err
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_data_survives_a_hard_stop(scratch, monkeypatch):
    monkeypatch.setattr(postgres.tempfile, "tempdir", str(scratch))
    with postgres.server() as server:
        with connect(server.url) as connection, connection.cursor() as cursor:
            cursor.execute("create table kept as select 1 as n")
        server.stop(hard=True)
        server.start()
        with connect(server.url) as connection, connection.cursor() as cursor:
            cursor.execute("select n from kept")
            assert cursor.fetchone() == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
def test_root_does_not_run_it_as_root(scratch, monkeypatch):
    monkeypatch.setattr(postgres.tempfile, "tempdir", str(scratch))
    with postgres.server() as server:
        assert server.process is not None
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
        assert postgres.package_folder() not in server.binaries.parents
        assert server.data.stat().st_mode & 0o077 == 0


def test_waiting_for_a_server_that_never_answers_ends(scratch, monkeypatch, capsys):
    monkeypatch.setattr(postgres.tempfile, "tempdir", str(scratch))
    monkeypatch.setattr(postgres, "START_SECONDS", 0.2)
    monkeypatch.setattr(postgres.Server, "_is_ready", lambda self: False)
    started = time.monotonic()
    assert postgres.main(["true"]) == 3
    assert time.monotonic() - started < 20
    assert "did not start" in capsys.readouterr().err
