"""The rooms of docs/adr/0001-rooms.md, and who may import whom. Reads the source with `ast`; imports nothing of it."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINES = 400

# Which other apps an app may import.
MAY_IMPORT: dict[str, set[str]] = {"consult": set(), "events": {"consult"}, "submissions": {"consult"}}

# Inside and between apps: a module imports its own column and those to the left of it.
COLUMNS = ["models and pure modules", "actions", "views, forms, feeds, admin, commands", "urls"]
MODELS, ACTIONS, EDGE, URLS = range(len(COLUMNS))
EDGE_MODULES = {
    "admin", "api", "apps", "context_processors", "demo", "feeds", "forms", "management", "middleware", "sitemaps",
    "templatetags", "tidying", "views", "widgets",
}  # fmt: skip
# Named like its neighbours, yet to the left of them, with the reason.
FURTHER_LEFT = {"consult.forms_govuk": "kinds of fields and no form: a survey builds its forms from them"}
# These turn objects into a calendar, a table or a text, and know no HTTP.
PURE = {"dates", "emails", "exports", "ics", "invitations", "markup", "survey"}
HTTP = ("django.http", "django.shortcuts", "django.views", "django.urls", "django.contrib.messages")
URL_NAMES = {"reverse", "reverse_lazy"}  # an address is data: a letter and a calendar may write one down

# A broken rule that stands: (importer, imported) with the reason. Remove the line when the reason is gone.
EXCEPTIONS: dict[tuple[str, str], str] = {}


@dataclass(frozen=True)
class Import:
    """One imported module, as the importer sees it."""

    importer: str
    imported: str
    name: str  # the name taken from it, or ""
    line: int
    local: bool  # inside a function
    typing: bool  # only for type checkers
    commented: bool


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(root: Path) -> dict[str, Path]:
    """Returns module name -> file, for the modules of the apps except migrations."""
    return {
        module_name(path, root): path
        for app in MAY_IMPORT
        for path in sorted((root / app).rglob("*.py"))
        if "migrations" not in path.parts
    }


def comment_lines(text: str) -> set[int]:
    """Returns the lines with a comment that says something: `noqa` and `type: ignore` are not reasons."""
    said = re.compile(r"(noqa|type:\s*ignore|pragma|fmt)(:\s*|\s+)?[\w\s,\[\]-]*")
    return {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and said.sub("", token.string).strip("# ()")
    }


def imports(root: Path) -> list[Import]:
    """Every import in the apps, with `from package import module` resolved to that module."""
    files = sources(root)
    return [found for module, path in files.items() for found in _imports_of(module, path, files)]


def _imports_of(module: str, path: Path, files: dict[str, Path]) -> Iterator[Import]:
    text = path.read_text()
    commented = comment_lines(text)

    def walk(node: ast.AST, local: bool, typing: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import | ast.ImportFrom):
                reason = child.lineno in commented or child.lineno - 1 in commented
                for imported, name in _targets(child, module, path, files):
                    yield Import(module, imported, name, child.lineno, local, typing, reason)
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                yield from walk(child, local, True)
            else:
                inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from walk(child, local or inside, typing)

    yield from walk(ast.parse(text), local=False, typing=False)


def _targets(
    node: ast.Import | ast.ImportFrom, module: str, path: Path, files: dict[str, Path]
) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, "") for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
        base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
    for alias in node.names:
        whole = f"{base}.{alias.name}"
        yield (whole, "") if whole in files else (base, alias.name)


def app_of(module: str) -> str:
    return module.split(".")[0]


def column(module: str) -> int:
    """Where a module stands. `forms_sign_in` stands with `forms`, `history_admin` with `admin`."""
    parts = module.split(".")
    room = parts[1] if len(parts) > 1 else ""
    if module in FURTHER_LEFT:
        return MODELS
    if room == "urls" or room in ("wsgi", "asgi"):
        return URLS
    if room.split("_")[0] == "actions":
        return ACTIONS
    if EDGE_MODULES & {room, room.split("_")[0], room.split("_")[-1]}:
        return EDGE
    return MODELS


def _is(module: str, room: str) -> bool:
    parts = module.split(".")
    return len(parts) > 1 and parts[1].split("_")[0] == room


def broken_rules(root: Path) -> list[str]:
    """Returns one line for each broken rule, exceptions aside."""
    found = imports(root)
    inside = [i for i in found if app_of(i.imported) in MAY_IMPORT]
    lines = [
        *_between_apps(inside),
        *_leftward(inside),
        *_pure(found),
        *_cycles(inside),
        *_local_without_reason(found),
        *_from_elsewhere(found),
        *_too_long(root),
    ]
    return sorted(set(lines))


def _allowed(i: Import) -> bool:
    return (i.importer, i.imported) in EXCEPTIONS


def _between_apps(found: list[Import]) -> Iterator[str]:
    for i in found:
        here, there = app_of(i.importer), app_of(i.imported)
        if here != there and there not in MAY_IMPORT[here] and not _allowed(i):
            yield f"{i.importer}:{i.line} imports {i.imported}: {here} may not import {there}"


def _leftward(found: list[Import]) -> Iterator[str]:
    for i in found:
        if _allowed(i):
            continue
        here, there = column(i.importer), column(i.imported)
        if there > here:
            yield f"{i.importer}:{i.line} imports {i.imported}: {COLUMNS[here]} may not import {COLUMNS[there]}"
        for one, other in (("forms", "actions"), ("actions", "forms")):
            if _is(i.importer, one) and _is(i.imported, other):
                yield f"{i.importer}:{i.line} imports {i.imported}: forms and actions never import each other"


def _pure(found: list[Import]) -> Iterator[str]:
    for i in found:
        pure = any(_is(i.importer, room) for room in PURE)
        if pure and i.imported.startswith(HTTP) and i.name not in URL_NAMES and not _allowed(i):
            yield f"{i.importer}:{i.line} imports {i.imported}: a pure module knows no HTTP"


def _cycles(found: list[Import]) -> Iterator[str]:
    graph: dict[str, set[str]] = {}
    for i in found:
        if not i.typing and not _allowed(i):
            graph.setdefault(i.importer, set()).add(i.imported)
    done: set[str] = set()

    def visit(module: str, trail: list[str]) -> Iterator[str]:
        if module in trail:
            cycle = trail[trail.index(module) :]
            start = cycle.index(min(cycle))  # the same cycle reads the same wherever it was entered
            yield "import cycle: " + " -> ".join([*cycle[start:], *cycle[: start + 1]])
        elif module not in done:
            for imported in sorted(graph.get(module, ())):
                yield from visit(imported, [*trail, module])
            done.add(module)

    for module in sorted(graph):
        yield from visit(module, [])


def _local_without_reason(found: list[Import]) -> Iterator[str]:
    for i in found:
        if i.local and not i.commented:
            yield f"{i.importer}:{i.line} imports {i.imported} inside a function without a comment saying why"


def _from_elsewhere(found: list[Import]) -> Iterator[str]:
    for i in found:
        if app_of(i.imported) in ("tests", "bench"):
            yield f"{i.importer}:{i.line} imports {i.imported}: the portal runs without its tests"


def _too_long(root: Path) -> Iterator[str]:
    for module, path in sources(root).items():
        length = len(path.read_text().splitlines())
        if length > LINES:
            yield f"{module} has {length} lines, {LINES} at most: make it a package"


def test_the_rooms_are_kept():
    assert not broken_rules(ROOT), "\n".join(broken_rules(ROOT))


def test_the_apps_are_there():
    """Otherwise the test above would pass on nothing."""
    assert {app_of(module) for module in sources(ROOT)} == set(MAY_IMPORT)
    assert imports(ROOT)


def test_exceptions_are_in_use_and_have_a_reason():
    used = {(i.importer, i.imported) for i in imports(ROOT)}
    for pair, reason in EXCEPTIONS.items():
        assert pair in used, f"{pair} is no longer imported: remove the exception"
        assert len(reason) > 10


# --- the reader itself: small trees that break one rule each --------------------------------------


@pytest.fixture
def tree(tmp_path):
    """Returns a function that writes modules (name -> source) into a small tree and reads it."""

    def read(**modules: str) -> list[str]:
        for app in MAY_IMPORT:
            (tmp_path / app).mkdir(exist_ok=True)
            (tmp_path / app / "__init__.py").touch()
        for name, source in modules.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(source)
        return broken_rules(tmp_path)

    return read


def test_a_tree_in_order_passes(tree):
    assert not tree(
        consult__dates="",
        consult__models__user="from django.db import models\n",
        consult__models__consultation="from consult import dates\nfrom consult.models.user import User\n",
        consult__actions="from consult.models.consultation import Consultation\n",
        consult__urls="from consult.views import home\n",
        consult__views__home="from consult.forms import F\nfrom consult.actions import publish\n",
        consult__forms="from consult.models import user\n",
        events__models="from consult.models.consultation import Consultation\n",
        events__emails="from django.urls import reverse\nfrom events.models import Event\n",
        submissions__views="from submissions import models\nfrom django.http import HttpResponse\n",
        submissions__models="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from submissions.keys import K\n",
        submissions__keys="from submissions.models import Submission\n",
    )


@pytest.mark.parametrize(
    ("modules", "expected"),
    [
        (
            {"consult__views": "from events.models import Event\n", "events__models": ""},
            "consult may not import events",
        ),
        ({"consult__models": "import submissions.models\n"}, "consult may not import submissions"),
        ({"events__ics": "from submissions import models\n"}, "events may not import submissions"),
        ({"submissions__views": "from events.models import Event\n"}, "submissions may not import events"),
        ({"events__models": "from events.actions import move\n"}, "may not import actions"),
        ({"events__models": "from events.templatetags.tags import t\n"}, "may not import views, forms"),
        ({"events__models": "from consult.views.home import h\n"}, "may not import views, forms"),
        ({"events__models": "from . import views\n", "events__views": ""}, "may not import views, forms"),
        ({"events__emails": "from events.actions import move\n"}, "may not import actions"),
        ({"events__actions": "from events.admin_screens import S\n"}, "actions may not import views, forms"),
        ({"events__actions": "from events.history_admin import H\n"}, "actions may not import views, forms"),
        ({"events__actions": "from events.urls import u\n"}, "actions may not import urls"),
        ({"events__views": "import events.urls\n"}, "may not import urls"),
        ({"events__forms": "from events.actions import move\n"}, "forms and actions never"),
        ({"events__forms_booking": "from consult.actions import move\n"}, "forms and actions never"),
        ({"events__actions": "from events.forms import F\n"}, "forms and actions never"),
        ({"events__ics": "from django.http import HttpResponse\n"}, "a pure module knows no HTTP"),
        ({"events__exports": "from django.urls import resolve\n"}, "a pure module knows no HTTP"),
        (
            {"events__a": "import events.b\n", "events__b": "import events.a\n"},
            "cycle: events.a -> events.b -> events.a",
        ),
        (
            {"events__c": "from events import a\n", "events__a": "import events.b\n", "events__b": "import events.c\n"},
            "import cycle: events.a -> events.b -> events.c -> events.a",
        ),
        ({"events__a": "def f():\n    import json\n"}, "without a comment saying why"),
        ({"events__a": "class A:\n    def f(self):\n        import json  # noqa: PLC0415\n"}, "without a comment"),
        ({"events__a": "from tests import factories\n"}, "runs without its tests"),
        ({"events__a": "x = 1\n" * (LINES + 1)}, "has 401 lines"),
    ],
)
def test_a_broken_rule_is_told(tree, modules, expected):
    found = tree(**modules)
    assert any(expected in line for line in found), found


def test_a_local_import_may_give_its_reason(tree):
    assert not tree(events__a="def f():\n    # heavy, and wanted once a year\n    import json\n")
    assert not tree(events__a="def f():\n    import json  # noqa: PLC0415 (heavy, wanted once a year)\n")


def test_migrations_are_not_read(tree):
    assert not tree(consult__migrations__m="from events.models import Event\n")


def test_an_exception_lets_one_import_stand(tree, monkeypatch):
    monkeypatch.setitem(EXCEPTIONS, ("consult.views", "events.models"), "a reason that is long enough")
    assert not tree(consult__views="from events.models import Event\n", events__models="")
