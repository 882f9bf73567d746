"""Records in, answers out; and the command around it."""

import io
import json
from pathlib import Path

import pytest

from bot.domain.errors import NoCastError
from bot.writers.command import BAD_INPUT, OK, run
from bot.writers.evaluation import BadRecordError, scene_lines
from bot.writers.rules.writer import RulesWriter
from tests.writers.talk import talk

RECORD = {
    "id": "a",
    "companions": [{"name": "Zoë", "aliases": ["Zo"], "gender": "female"}],
    "messages": [
        {"speaker": "zoe", "is_companion": True, "text": "*leans on the railing of the lighthouse at dusk*"}
    ],
    "requester": "sam",
    "hint": "",
}


def test_an_answer_has_the_contracts_fields():
    (answer,) = scene_lines([RECORD])
    assert answer["id"] == "a"
    assert answer["cast"] == ["Zoë"]
    assert answer["setting"] == "lighthouse"
    assert answer["time"] == "dusk"
    assert set(answer) == {"id", "cast", "text", "setting", "time", "weather", "per_companion"}
    assert answer["per_companion"] == [
        {"name": "Zoë", "outfit": "", "action": "leaning on the railing of the lighthouse"}
    ]


def test_no_companions_give_no_cast_here_and_an_error_in_the_bot():
    (answer,) = scene_lines([{**RECORD, "companions": []}])
    assert (answer["cast"], answer["text"]) == ([], "")
    with pytest.raises(NoCastError):
        RulesWriter().scene(talk(who=()))


def test_empty_messages_with_several_companions_give_the_first():
    companions = [{"name": "A"}, {"name": "B"}]
    (answer,) = scene_lines([{**RECORD, "companions": companions, "messages": []}])
    assert answer["cast"] == ["A"]


def test_a_companion_who_is_not_listed_narrates():
    messages = [{"speaker": "Bot", "is_companion": True, "text": "Zoë sits in the old chapel."}]
    (answer,) = scene_lines([{**RECORD, "messages": messages}])
    assert (answer["cast"], answer["setting"]) == (["Zoë"], "old chapel")


def test_a_member_may_share_a_companions_name():
    messages = [{"speaker": "Zoë", "is_companion": False, "text": "*I put on my red coat*"}]
    (answer,) = scene_lines([{**RECORD, "messages": messages}])
    assert "red coat" not in str(answer["text"])


def test_a_wrong_field_is_named():
    with pytest.raises(BadRecordError, match=r"record 2: messages\.0\.text"):
        list(scene_lines([RECORD, {**RECORD, "messages": [{"speaker": "x"}]}]))


def test_the_command_prints_one_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "in.jsonl"
    path.write_text(
        json.dumps(RECORD, ensure_ascii=False) + "\n\n" + json.dumps({**RECORD, "id": 2}) + "\n",
        encoding="utf-8",
    )
    assert run(str(path)) == OK
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a", 2]
    assert "Zoë" in lines[0]


def test_the_command_reads_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(RECORD)))
    assert run("-") == OK
    assert json.loads(capsys.readouterr().out)["cast"] == ["Zoë"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{}", "record 1: id"),
        (b"\n{nope", "line 2: not JSON"),
        (b"[1]", "line 1: not a JSON object"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, told: str
):
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)
    assert run(str(path)) == BAD_INPUT
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_a_missing_file_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(str(tmp_path / "none.jsonl")) == BAD_INPUT
    assert "none.jsonl" in capsys.readouterr().err


async def test_the_writer_keeps_the_ports_protocol():
    from bot.services.ports.writing import SceneWriter  # noqa: PLC0415

    writer: SceneWriter = RulesWriter()
    assert (await writer.write(talk("Mira: *waves*"))).cast == ("mira",)
