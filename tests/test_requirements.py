"""The locks fit what they were made from, and `requirements/check.py` notices when they do not."""

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
spec = importlib.util.spec_from_file_location("check_locks", ROOT / "requirements/check.py")
assert spec is not None
assert spec.loader is not None
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)


@pytest.fixture
def copy(tmp_path):
    """A copy of the files that are compared, and a function that replaces text in one of them."""
    (tmp_path / "requirements").mkdir()
    names = ["pyproject.toml", "package.json", "package-lock.json"]
    for name in [*names, *(f"requirements/{lock}.txt" for lock in ("base", "dev", "node"))]:
        shutil.copy(ROOT / name, tmp_path / name)

    def replace(name: str, old: str, new: str) -> list[str]:
        text = (tmp_path / name).read_text()
        assert old in text
        (tmp_path / name).write_text(text.replace(old, new, 1))
        return check.problems(tmp_path)

    return replace


def test_the_locks_fit():
    assert check.problems() == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("pyproject.toml", '"segno>=', '"no-such-thing>=1",\n    "segno>=', "base.txt: no-such-thing is missing"),
        ("pyproject.toml", '"segno>=1.6', '"segno>=1.99', "base.txt: segno is 1."),
        ("pyproject.toml", '    "segno>=', '    # "segno>=', "base.txt: segno is no longer in pyproject.toml"),
        ("pyproject.toml", '    "ruff>=', '    # "ruff>=', "dev.txt: ruff is no longer in pyproject.toml"),
        ("requirements/base.txt", "segno==", "segno==9", "dev.txt: segno differs from base.txt"),
        ("requirements/base.txt", "segno==", "psycopg==", "psycopg 3 stands beside psycopg2"),
        ("package.json", '"sass": "', '"sass": ">', "package-lock.json: devDependencies differ from package.json"),
    ],
)
def test_a_misfit_is_told(copy, name, old, new, expected):
    found = copy(name, old, new)
    assert any(expected in line for line in found), found


def test_a_package_without_a_hash_is_told(copy):
    text = (ROOT / "requirements/base.txt").read_text()
    entry = text[text.index("segno==") : text.index("sqlparse==")]
    assert "base.txt: segno has no hash" in copy("requirements/base.txt", entry, "segno==1.6.6\n")


def test_a_download_address_is_told(copy):
    lock = json.loads((ROOT / "package-lock.json").read_text())
    name = next(name for name in lock["packages"] if name)
    found = copy("package-lock.json", f'"{name}": {{', f'"{name}": {{ "resolved": "https://registry.example/x.tgz",')
    assert found == [f"package-lock.json: {name} names a download address"]
