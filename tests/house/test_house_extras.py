"""The heavy extras are locked beside the others: the same versions, nothing for one kind of GPU."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.house import page

LOCK = "requirements-extras.lock"


def _entries(name: str) -> dict[str, list[tuple[str, str]]]:
    """Version and the rest (markers, hashes) of each locked package; some have one for each Python."""
    entries: dict[str, list[tuple[str, str]]] = {}
    for package, version, rest in re.findall(
        r"^([\w.-]+)==([^\s;\\]+)(.*(?:\n[ \t].*)*)", page(name), re.MULTILINE
    ):
        entries.setdefault(canonicalize_name(package), []).append((version, rest))
    return entries


def _wanted() -> list[Requirement]:
    extras = tomllib.loads(page("pyproject.toml"))["project"]["optional-dependencies"]
    lines = [line for extra in ("diffusers", "ray") for line in extras[extra]]
    return [Requirement(line) for line in lines if not line.startswith("darkroom[")]


def test_the_lock_holds_what_the_extras_need_but_torch() -> None:
    entries = _entries(LOCK)
    for requirement in _wanted():
        name = canonicalize_name(requirement.name)
        if name == "torch":
            assert name not in entries
        else:
            assert all(requirement.specifier.contains(version) for version, _ in entries[name]), name


def test_every_package_of_it_has_hashes_and_none_is_for_one_kind_of_gpu() -> None:
    entries = _entries(LOCK)
    assert len(entries) > 80
    assert [n for n, found in entries.items() for _, rest in found if "--hash=sha256:" not in rest] == []
    assert [n for n in entries if n.startswith(("torch", "nvidia-", "cuda-", "triton"))] == []


def test_installing_both_locks_one_after_the_other_changes_no_version() -> None:
    extras, dev = _entries(LOCK), _entries("requirements-dev.lock")
    both = extras.keys() & dev.keys()
    assert {"numpy", "pydantic", "aiohttp"} <= both
    differing = {
        name: (extras[name], dev[name])
        for name in both
        if {version for version, _ in extras[name]} != {version for version, _ in dev[name]}
    }
    assert differing == {}


def test_the_gate_and_the_pages_install_a_torch_that_the_extra_allows() -> None:
    (torch,) = [requirement for requirement in _wanted() if requirement.name == "torch"]
    for name in (".ci/run", "docs/own-gpu.md", "tests/backends/diffusers_parts.py"):
        told = re.findall(r"torch==([\d.]+\d)", page(name))
        assert told, name
        assert all(torch.specifier.contains(version) for version in told), name
