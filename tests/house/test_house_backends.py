"""docs/backends.md says what the backends say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.backends.registry import BACKENDS
from bot.backends_page import BEGIN, END, main
from tests.house.house import page, table_rows


def test_the_table_is_as_it_would_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAY_REFERENCES", "2")  # settings of this machine change nothing in it
    assert main(["--check"]) == 0, "python -m bot.backends_page"


def test_every_backend_has_a_row() -> None:
    table = page("docs/backends.md").partition(BEGIN)[2].partition(END)[0]
    assert [row[0] for row in table_rows(table) if not row[0].startswith("…")] == [f"`{n}`" for n in BACKENDS]


def test_an_outdated_page_is_noticed_and_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "backends.md"
    copy.write_text(page("docs/backends.md"), "utf-8")
    assert main([], copy) == 0
    written = copy.read_text("utf-8")
    copy.write_text(written.replace("| `horde` | 1K, 2K |", "| `horde` | 4K |"), "utf-8")
    assert main(["--check"], copy) == 1
    assert "python -m bot.backends_page" in capsys.readouterr().err
    assert main([], copy) == 0
    assert copy.read_text("utf-8") == written
    assert main(["--check"], copy) == 0


def test_a_page_without_a_place_for_the_table_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text("# Another page", "utf-8")
    with pytest.raises(ValueError, match="begin"):
        main([], other)
    assert other.read_text("utf-8") == "# Another page"
