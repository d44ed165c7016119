"""Migrations are named, linear, keep data and schema apart, and go back as well as forward, on both databases."""

import re
from collections.abc import Sequence

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations import CreateModel, Migration, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

APPS = ["consult", "events", "submissions"]
DATA = (RunPython, RunSQL)
AUTOMATIC = re.compile(r"_auto_\d{8}_\d{4}|^\d{4}_(alter|rename|remove|add)_\w+_(and_more|more)$|_and_more$")


def ours(loader: MigrationLoader) -> dict[str, list[Migration]]:
    found: dict[str, list[Migration]] = {app: [] for app in APPS}
    for (app, _), migration in sorted(loader.disk_migrations.items()):
        if app in found:
            found[app].append(migration)
    return found


def leaf_problems(loader: MigrationLoader) -> list[str]:
    """An app's migrations form one line, numbered without a gap."""
    problems = []
    for app, migrations in ours(loader).items():
        if len(loader.graph.leaf_nodes(app)) != 1:
            problems.append(f"{app} has several ends: {loader.graph.leaf_nodes(app)}")
        numbers = [migration.name[:4] for migration in migrations]
        if numbers != [f"{n:04}" for n in range(1, len(numbers) + 1)]:
            problems.append(f"{app} is numbered {numbers}")
        problems += [f"{app}.{m.name} is a merge or replaces others" for m in migrations if m.replaces or merges(m)]
    return problems


def merges(migration: Migration) -> bool:
    return len([app for app, _ in migration.dependencies if app == migration.app_label]) > 1


def is_named(name: str) -> bool:
    return re.match(r"\d{4}_[a-z]", name) is not None and not AUTOMATIC.search(name)


def mixes(operations: Sequence[Operation]) -> bool:
    """True where data and schema are changed in one migration: PostgreSQL may refuse it, and half is hard to undo."""
    flat = [inner for o in operations for inner in (_inner(o) if isinstance(o, SeparateDatabaseAndState) else [o])]
    data = [isinstance(operation, DATA) for operation in flat]
    return any(data) and not all(data)


def _inner(operation: SeparateDatabaseAndState) -> list[Operation]:
    return [*operation.database_operations, *operation.state_operations]


@pytest.fixture
def loader() -> MigrationLoader:
    return MigrationLoader(None)


@pytest.mark.parametrize("app", APPS)
def test_every_app_has_migrations(loader, app):
    assert ours(loader)[app]


def test_one_line_per_app(loader):
    assert not leaf_problems(loader)


def test_each_is_named_for_what_it_does(loader):
    assert [f"{app}.{m.name}" for app, all_ in ours(loader).items() for m in all_ if not is_named(m.name)] == []


def test_data_and_schema_stand_apart(loader):
    assert [f"{app}.{m.name}" for app, all_ in ours(loader).items() for m in all_ if mixes(m.operations)] == []


def test_data_migrations_can_be_undone(loader):
    migrations = [migration for app in APPS for migration in ours(loader)[app]]
    assert [m.name for m in migrations if not all(operation.reversible for operation in m.operations)] == []


@pytest.mark.django_db
def test_none_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_from_zero_and_back():
    """Our tables go and come again. Others' tables that point at our user go with them, as `migrate` plans it."""
    everything = set(connection.introspection.table_names())
    tables = {m._meta.db_table for app in APPS for m in all_models(app)}
    assert tables <= everything
    try:
        for app in reversed(APPS):
            call_command("migrate", app, "zero", verbosity=0)
        assert not tables & set(connection.introspection.table_names())
    finally:
        call_command("migrate", verbosity=0)
    assert set(connection.introspection.table_names()) == everything


def all_models(app: str) -> list[type[models.Model]]:

    return [m for m in apps.get_app_config(app).get_models(include_auto_created=True) if m._meta.managed]


# --- the rules themselves -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["0001_initial", "0002_roles", "0003_add_closing_grace", "0010_event_revision"])
def test_good_names(name):
    assert is_named(name)


@pytest.mark.parametrize("name", ["0002_auto_20260101_1200", "0002_alter_user_email_and_more", "0002", "roles"])
def test_bad_names(name):
    assert not is_named(name)


def test_mixed_operations_are_told():
    schema = models_operation()
    data = RunPython(RunPython.noop)
    assert mixes([schema, data])
    assert mixes([SeparateDatabaseAndState(database_operations=[data], state_operations=[schema])])
    assert not mixes([schema, schema])
    assert not mixes([data, data])


def models_operation() -> Operation:

    return CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))])
