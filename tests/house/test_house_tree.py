"""The tree keeps its shape: names, sizes, layers, and pages that speak of this project alone."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.house.house import OURS, PACKAGES, ROOT, name_of, python_files, tree_of

MOST_LINES = 400
LONGER = {
    "tests/services/request_parts.py": "the fakes of one request's life, which belong together",
    "tests/cogs/test_companions_commands.py": "one stage for all commands of one feature",
}
"""Tests that are longer, and why."""

TO_BE_SPLIT = {"bot/writers/rules/foreign.py"}
"""Files that are too long and known to be. Nothing is added here."""

TEXT_KINDS = {
    f".{kind}" for kind in ("py", "md", "toml", "sql", "js", "css", "html", "svg", "jsonl", "example", "lock")
}
NOT_OURS = {
    ".git",
    ".venv",
    "data",
    "__pycache__",
    ".hypothesis",
    ".pytest_cache",
    ".ruff_cache",
    "build",
    "dist",
}


def test_every_feature_has_the_same_shape() -> None:
    features = [path for path in (ROOT / "cogs").iterdir() if path.is_dir() and path.name not in NOT_OURS]
    for feature in features:
        if feature.name == "base":
            continue
        names = {path.name for path in feature.glob("*.py")}
        assert {"__init__.py", "_cog.py", "_messages.py"} <= names, feature.name
        setup = [n for n in tree_of(feature / "__init__.py").body if isinstance(n, ast.AsyncFunctionDef)]
        assert [function.name for function in setup] == ["setup"], feature.name
        assert not [n for n in tree_of(feature / "__init__.py").body if isinstance(n, ast.ClassDef)]


def test_what_a_feature_shows_is_worked_out_without_discord_or_waiting() -> None:
    for path in (ROOT / "cogs").glob("*/_messages.py"):
        waits = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.AsyncFunctionDef | ast.Await)]
        assert waits == [], name_of(path)


def test_nothing_has_a_name_that_says_nothing() -> None:
    empty = re.compile(r"_?(utils?|helpers?|managers?|misc|common|stuff)")
    paths = [*python_files(), *[p for package in PACKAGES for p in (ROOT / package).rglob("*") if p.is_dir()]]
    assert [name_of(path) for path in paths if empty.fullmatch(path.stem)] == []


def test_no_file_is_longer_than_one_can_read() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    known = {*LONGER, *TO_BE_SPLIT}
    assert {n: k for n, k in lengths.items() if k > MOST_LINES and n not in known} == {}
    assert all(name.startswith("tests/") for name in LONGER)


def _pages() -> list[Path]:
    found = [path for path in ROOT.rglob("*") if path.is_file() and path.suffix in TEXT_KINDS]
    found += [ROOT / "LICENSE", ROOT / ".ci" / "run"]
    return [path for path in found if not NOT_OURS & set(path.relative_to(ROOT).parts)]


def test_nothing_is_left_to_do_and_nothing_speaks_of_another_place() -> None:
    marks = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X:"))
    elsewhere = "|".join(
        ("DES" + r"IGN\.md", "ENG" + r"INE\.md", "PEE" + r"RS\.md", "STY" + r"LE\.md", "DIS" + r"CORD\.md")
    )
    machine = "|".join((r"/wo" + r"rk/", r"/tm" + r"p/v\b", r"/ro" + r"ot/", r"--ind" + "ex-url"))
    pattern = re.compile(rf"\b(?:{marks})\b|{elsewhere}|{machine}")
    found = [
        f"{name_of(path)}: {match.group()}"
        for path in _pages()
        if path.name != "pyproject.toml"  # names the rule about such marks
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_only_the_program_and_its_container_know_adapters() -> None:
    adapters = (
        "db",
        "cogs",
        "bot.backends",
        "bot.language",
        "bot.writers",
        "bot.rendering",
        "bot.stores",
        "bot.safety",
        "bot.engines",
        "bot.metrics",
        "bot.archives",
    )
    may = {"bot.__main__", "bot.client", "bot.asset_pictures", "bot.backends_page"}
    for path in python_files("bot"):
        module = name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if module in may or module.startswith(("bot.container", "bot.jobs", *adapters)):
            continue
        known = [name for name in _imported(path) if name.startswith(adapters)]
        assert known == [], module


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


def test_the_import_contracts_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True) == 0


def test_everything_imported_is_locked() -> None:
    known = packages_distributions()
    locked = _locked("requirements.lock")
    ours = {*OURS, "playground", "tests", "benchmarks"}
    for path in python_files(*OURS, "playground"):
        for name in sorted(_imported(path)):
            top = name.partition(".")[0]
            if top in ours or top in sys.stdlib_module_names:
                continue
            distributions = {re.sub(r"[-_.]+", "-", d).lower() for d in known.get(top, [])}
            assert distributions & locked, (
                f"{name_of(path)} imports {top}, which requirements.lock does not have"
            )


def _locked(name: str) -> set[str]:
    return {
        match.group(1).lower()
        for match in re.finditer(r"^([\w.-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    }
