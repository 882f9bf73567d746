"""What a worker says when it can't work: one line."""

from __future__ import annotations

import pytest

from bot.__main__ import main


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("DATABASE_URL", "sqlite:///data/darkroom.db", "a worker needs PostgreSQL"),
        ("DISCORD_TOKEN", "", "a worker posts its pictures as the bot"),
    ],
)
def test_a_worker_that_can_not_work_says_why_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], setting: str, value: str, words: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    monkeypatch.setenv("DISCORD_TOKEN", "token")
    monkeypatch.setenv(setting, value)
    assert main(["worker"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith(f"Wrong setting: {setting}")
    assert words in said[0]
