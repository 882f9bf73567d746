"""SHARD_COUNT and SHARD_IDS: which shards a process runs, and what can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings
from bot.shards import parse_shard_ids, shards_for

ALONE = (
    "shards in several processes need PostgreSQL (DATABASE_URL): on SQLite leave this empty, "
    "and one process runs them all"
)
POSTGRESQL = "postgresql://darkroom@127.0.0.1:1/darkroom"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", ()),
        (" ", ()),
        ("0", (0,)),
        ("0-3", (0, 1, 2, 3)),
        ("0,2,5", (0, 2, 5)),
        ("5, 0 - 2,9", (0, 1, 2, 5, 9)),
        ("7-7,", (7,)),
    ],
)
def test_ids_are_listed_one_by_one_or_from_one_to_another(text: str, ids: tuple[int, ...]) -> None:
    assert parse_shard_ids(text) == ids


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("8", "a"), "list ids and ranges, such as 0-3 or 0,2,5"),
        (("8", "-1"), "list ids and ranges, such as 0-3 or 0,2,5"),
        (("8", "3-0"), "3-0 is no range: list ids and ranges, such as 0-3 or 0,2,5"),
        (("8", "0-99999"), "0-99999 is no range: list ids and ranges, such as 0-3 or 0,2,5"),
        (("8", "0-3,2"), "2 stands there twice"),
        (("8", "4-8"), "8 is no shard of 8: they are 0 to 7"),
        (("", "0-3"), "set SHARD_COUNT too, to the number of shards of all processes together"),
        (("8", "0-3"), ALONE),
    ],
)
def test_shards_that_cannot_be_are_one_line(
    given: tuple[str, str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    count, ids = given
    database = "sqlite:///data/darkroom.db" if "SQLite" in told else POSTGRESQL
    values = {"DISCORD_TOKEN": "x", "SHARD_COUNT": count, "SHARD_IDS": ids, "DATABASE_URL": database}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert main([]) == 2
    assert capsys.readouterr().err == f"Wrong setting: SHARD_IDS: {told}\n"
    assert list(tmp_path.iterdir()) == []


def settings(**values: object) -> Settings:
    return Settings.model_validate({"database_url": POSTGRESQL, **values})


def test_one_database_on_one_machine_may_have_all_shards_in_one_process() -> None:
    here = settings(shard_count="2", shard_ids="0-1", database_url="sqlite:///x.db")
    assert (here.shard_count, here.shard_ids) == (2, (0, 1))


def test_a_wrong_count_is_told_as_that_and_not_as_wrong_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHARD_COUNT", "many")
    monkeypatch.setenv("SHARD_IDS", "0-3")
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("Wrong setting: SHARD_COUNT: ")


def test_only_the_process_with_shard_0_looks_after_what_there_is_once() -> None:
    assert settings(shard_count=0).has_first_shard
    assert settings(shard_count=8).has_first_shard
    assert settings(shard_count=8, shard_ids="0,7").has_first_shard
    assert not settings(shard_count=8, shard_ids="1-7").has_first_shard


@pytest.mark.parametrize(
    ("guilds", "recommended", "shards"), [(0, 1, 1), (1_999, 2, 1), (2_000, 2, 2), (9_000, 9, 9)]
)
def test_one_process_has_one_shard_until_there_are_too_many_servers(
    guilds: int, recommended: int, shards: int
) -> None:
    assert shards_for(guilds, recommended) == shards
