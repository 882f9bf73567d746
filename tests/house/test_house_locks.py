"""The lock files hold everything that the project says it needs, at versions it allows, with hashes."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.house import page

LOCKS = ("requirements.lock", "requirements-dev.lock")


def _project() -> dict[str, Any]:
    return tomllib.loads(page("pyproject.toml"))["project"]


def _entries(name: str) -> dict[str, tuple[str, str]]:
    """Version and the rest (markers, hashes) of each locked package."""
    found = re.findall(r"^([\w.-]+)==([^\s;\\]+)(.*(?:\n[ \t].*)*)", page(name), re.MULTILINE)
    return {canonicalize_name(package): (version, rest) for package, version, rest in found}


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ["playground", "openai", "gemini"]),
        ("requirements-dev.lock", ["playground", "openai", "gemini", "dev"]),
    ],
)
def test_a_lock_holds_every_dependency_at_a_version_that_is_allowed(lock: str, extras: list[str]) -> None:
    project, entries = _project(), _entries(lock)
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += [
            line for line in project["optional-dependencies"][extra] if not line.startswith("darkroom[")
        ]
    for line in wanted:
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        assert name in entries, f"{lock} lacks {line}"
        assert requirement.specifier.contains(entries[name][0]), (
            f"{lock}: {name} {entries[name][0]} is not {line}"
        )


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock: str) -> None:
    entries = _entries(lock)
    assert len(entries) > 20
    assert [name for name, (_, rest) in entries.items() if "--hash=sha256:" not in rest] == []


def test_what_runs_is_what_was_tested() -> None:
    run, tested = (_entries(lock) for lock in LOCKS)
    assert {
        name: version for name, (version, _) in run.items() if tested.get(name, ("",))[0] != version
    } == {}
