"""Says whether the locks still fit what they were made from. Asks no network. Fails with one line for each misfit."""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
OURS = "mopac-consultations"
ENTRY = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?P<rest>.*(?:\n[ \t].*)*)", re.MULTILINE)


def locked(path: Path) -> dict[str, tuple[str, str]]:
    """Returns name -> (version, the lines below it) for a lock."""
    return {canonicalize_name(m["name"]): (m["version"], m["rest"]) for m in ENTRY.finditer(path.read_text())}


def misfits(lock: Path, wanted: list[str]) -> Iterator[str]:
    """Compares a lock with the requirements that it was made from, both ways."""
    entries = locked(lock)
    requirements = {canonicalize_name(r.name): r for r in map(Requirement, wanted)}
    for name, requirement in requirements.items():
        if name not in entries:
            yield f"{lock.name}: {name} is missing"
        elif not requirement.specifier.contains(entries[name][0], prereleases=True):
            yield f"{lock.name}: {name} is {entries[name][0]}, pyproject.toml wants {requirement.specifier}"
    for name, (_, lines) in entries.items():
        if "--hash=sha256:" not in lines:
            yield f"{lock.name}: {name} has no hash"
        if re.search(r"# +(via )?(mopac-consultations )?\(?[^\s]*pyproject\.toml", lines) and name not in requirements:
            yield f"{lock.name}: {name} is no longer in pyproject.toml"
    if "psycopg" in entries:
        yield f"{lock.name}: psycopg 3 stands beside psycopg2, and Django would take it instead"


def front_end_misfits(package: Path, lock: Path) -> Iterator[str]:
    """The npm lock names what package.json names, with checksums and without download addresses."""
    asked, got = json.loads(package.read_text()), json.loads(lock.read_text())
    for kind in ("dependencies", "devDependencies"):
        if asked.get(kind, {}) != got["packages"][""].get(kind, {}):
            yield f"{lock.name}: {kind} differ from {package.name}"
    for name, entry in got["packages"].items():
        if "resolved" in entry:
            yield f"{lock.name}: {name} names a download address"
        if name and "integrity" not in entry:
            yield f"{lock.name}: {name} has no checksum"


def problems(root: Path = ROOT) -> list[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    base, groups, locks = project["project"]["dependencies"], project["dependency-groups"], root / "requirements"
    found = [
        *misfits(locks / "base.txt", base),
        *misfits(locks / "dev.txt", base + groups["dev"]),
        *misfits(locks / "node.txt", groups["node"]),
        *front_end_misfits(root / "package.json", root / "package-lock.json"),
    ]
    development = locked(locks / "dev.txt")
    for name, (version, _) in locked(locks / "base.txt").items():
        if development.get(name, ("missing", ""))[0] != version:
            found.append(f"dev.txt: {name} differs from base.txt")
    return found


if __name__ == "__main__":
    lines = problems()
    for line in lines:
        print(line, file=sys.stderr)
    if lines:
        sys.exit("The locks do not fit: run `make lock`.")
