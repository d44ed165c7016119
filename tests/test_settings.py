"""The settings: each is documented, the defaults are safe, and what is missing is said in one sentence."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "SECRET_KEY": "k3y-" + "aB9_" * 20,
    "DEBUG": "off",
    "HTTPS": "on",
    "SITE_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "DATABASE_URL": "sqlite://:memory:",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs manage.py in an environment of its own (a .env file does not change what is named here)."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=kept | environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def setting(expression: str, **environment: str) -> object:
    """The value of an expression on `settings`, in an environment of its own."""
    code = f"import json; from django.conf import settings; print(json.dumps({expression}))"
    result = manage("shell", "--no-imports", "-c", code, **PRODUCTION | environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_a_missing_secret_key_is_one_sentence():
    result = manage("check", **PRODUCTION | {"SECRET_KEY": ""})
    assert result.returncode == 1
    assert result.stderr.startswith("SECRET_KEY is not set: ")
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_every_variable_is_in_the_example_and_no_other():
    calls = [n for n in ast.walk(ast.parse((ROOT / "consult/settings.py").read_text())) if isinstance(n, ast.Call)]
    read = {
        str(call.args[0].value)
        for call in calls
        if re.fullmatch(r"env\.[a-z]+", ast.unparse(call.func)) and call.args and isinstance(call.args[0], ast.Constant)
    }
    lines = (ROOT / ".env.example").read_text().splitlines()
    listed = [m[1] for line in lines if (m := re.match(r"(?:# )?([A-Z_]+)=", line))]
    assert len(read) > 10
    assert sorted(listed) == sorted(read)


def test_each_variable_in_the_example_is_explained():
    before = ""
    for line in (ROOT / ".env.example").read_text().splitlines():
        if re.match(r"(# )?[A-Z_]+=", line):
            assert before.startswith("# ")
        before = line


def test_an_unchanged_example_asks_for_a_secret_key():
    assert "\nSECRET_KEY=\n" in (ROOT / ".env.example").read_text()


def test_a_production_environment_is_clean():
    result = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_an_environment_that_says_nothing_is_safe():
    values = setting(
        "[settings.DEBUG, settings.SECURE_SSL_REDIRECT, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE,"
        " settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_NAME, settings.ALLOWED_HOSTS]",
        ALLOWED_HOSTS="localhost,127.0.0.1",
    )
    assert values == [False, True, True, True, True, "__Host-session", ["localhost", "127.0.0.1"]]


def test_a_header_of_the_visitor_is_not_believed_without_a_proxy():
    expression = "settings.SECURE_PROXY_SSL_HEADER"
    assert setting(expression, BEHIND_PROXY="off") is None
    assert setting(expression, BEHIND_PROXY="on") == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_sqlite_is_set_to_keep_what_it_was_told(tmp_path):
    code = (
        "from django.db import connection; c = connection.cursor();"
        "print([c.execute(f'PRAGMA {p}').fetchone()[0] for p in"
        " ('journal_mode', 'foreign_keys', 'busy_timeout', 'synchronous')])"
    )
    environment = PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path}/new/portal.sqlite3"}
    result = manage("shell", "--no-imports", "-c", code, **environment)
    assert result.stdout == "['wal', 1, 20000, 2]\n", result.stderr


def test_sqlite_refuses_a_row_that_points_nowhere(tmp_path):
    environment = PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3"}
    code = (
        "from django.db import connection, IntegrityError\n"
        "c = connection.cursor()\n"
        "c.execute('create table a (id integer primary key)')\n"
        "c.execute('create table b (a integer references a)')\n"
        "try:\n    c.execute('insert into b values (1)')\nexcept IntegrityError as e:\n    print(e)"
    )
    assert manage("shell", "--no-imports", "-c", code, **environment).stdout == "FOREIGN KEY constraint failed\n"


def test_psycopg_3_is_not_installed():
    """Django would take it in place of psycopg2, which is the one we test with."""
    assert importlib.util.find_spec("psycopg") is None
    assert importlib.util.find_spec("psycopg2") is not None


@pytest.mark.django_db
def test_the_tests_run_on_the_database_they_were_given(settings):
    assert connection.vendor == ("postgresql" if os.environ["DATABASE_URL"].startswith("postgres") else "sqlite")
    assert not settings.DEBUG
