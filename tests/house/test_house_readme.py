"""The README can be believed: its commands are there, its tables are the program's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.house.house import ROOT, first_block, page, section, table_rows

MOST_PICTURE_BYTES = 400 * 1024
PAGES = [path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]]


@pytest.mark.parametrize(
    ("heading", "lock", "last"),
    [
        ("Start", "requirements.lock", ".venv/bin/python -m bot start"),
        ("Test", "requirements-dev.lock", ".venv/bin/python -m pytest -n logical --dist worksteal"),
    ],
)
def test_the_first_block_is_one_command_that_needs_nothing_but_the_clone(
    heading: str, lock: str, last: str
) -> None:
    (command,) = first_block(section(page("README.md"), heading)).splitlines()
    make, install, run = command.split(" && ")
    assert make == "python3 -m venv .venv"
    assert install == f".venv/bin/python -m pip install -q --require-hashes -r {lock}"
    assert (ROOT / lock).is_file()
    assert run == last


def test_the_ready_line_of_the_readme_is_the_one_that_is_printed() -> None:
    start = section(page("README.md"), "Start")
    assert "`playground ready: http://127.0.0.1:8080/`" in start
    assert Settings.model_fields["playground_port"].default == 8080
    assert 'print(f"playground ready: {world.url}/"' in page("playground/__main__.py")


def test_the_settings_table_has_every_setting_once_with_its_default() -> None:
    rows = {
        row[0].strip("`"): row[1].strip("`") for row in table_rows(section(page("README.md"), "Settings"))
    }
    assert len(rows) == len(table_rows(section(page("README.md"), "Settings")))
    assert rows == {name.upper(): _as_typed(field.default) for name, field in Settings.model_fields.items()}


def _as_typed(default: object) -> str:
    if default is None:
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    return ",".join(default) if isinstance(default, tuple) else str(default)


def test_every_other_job_names_a_module_that_can_be_run() -> None:
    for row in table_rows(section(page("README.md"), "Other jobs")):
        module = row[0].strip("`").split(" -m ")[1].split()[0]
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module


@pytest.mark.parametrize("name", PAGES)
def test_every_link_to_a_file_of_ours_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page(name))
    ours = [link for link in links if "://" not in link]
    assert [link for link in ours if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_pictures_of_the_pages_are_described_and_light() -> None:
    text = page("README.md")
    shown = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text)
    assert shown
    assert all(len(words) > 20 for words, _ in shown)
    heavy = [path.name for path in _pictures() if path.stat().st_size > MOST_PICTURE_BYTES]
    assert heavy == []


def _pictures() -> list[Path]:
    return [path for path in (ROOT / "docs" / "images").iterdir() if path.suffix in {".jpg", ".png"}]
