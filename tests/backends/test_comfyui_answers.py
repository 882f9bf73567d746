"""Whatever a server answers, it is read or refused; nothing else happens."""

from __future__ import annotations

from typing import Any

import pytest

from bot.backends.comfyui.answers import (
    UnreadableAnswerError,
    kinds_of,
    queue_of,
    record_of,
    rejection_of,
    waiting_of,
)


def test_what_waits_comes_in_the_order_of_its_numbers() -> None:
    pending = [[3, "c", {}], [10, "d", {}], [4.5, "x", {}], [-1, "front", {}]]
    queue = queue_of({"queue_running": [[1, "a", {}]], "queue_pending": pending})
    assert (queue.running, queue.pending) == (("a",), ("front", "c", "x", "d"))


@pytest.mark.parametrize("answer", [None, [], "x", 5, {}, {"queue_running": [], "queue_pending": [["x"]]}])
def test_what_is_no_queue_is_refused(answer: Any) -> None:
    with pytest.raises(UnreadableAnswerError):
        queue_of(answer)
    with pytest.raises(UnreadableAnswerError):
        waiting_of(answer)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {},
        {"outputs": []},
        {"outputs": {}, "status": 5},
        {"outputs": {}, "status": {"status_str": "error"}},
    ],
)
def test_what_is_no_record_is_refused(entry: Any) -> None:
    with pytest.raises(UnreadableAnswerError):
        record_of({"id": entry}, "id")


def test_a_record_is_read_past_what_is_odd_in_it() -> None:
    images = [{"filename": "a.png", "subfolder": "", "type": "output"}, {"filename": 5}, "b.png", None]
    outputs = {"1": {"images": images}, "2": {"text": ["hm"]}, "3": None, "4": {"images": "x"}}
    record = record_of({"id": {"outputs": outputs, "status": None}}, "id")
    assert record is not None
    assert record.ended == "made"
    assert [file.filename for files in record.files.values() for file in files] == ["a.png"]
    assert record_of({}, "id") is None


def test_an_error_without_details_is_still_a_failure() -> None:
    status = {"status_str": "error", "messages": ["x", ["execution_error", 5], [1, 2], ["y"]]}
    record = record_of({"id": {"outputs": {}, "status": status}}, "id")
    assert record is not None
    assert (record.ended, record.failed_at) == ("failed", None)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("<html>", "rejected"),
        ({"error": {"message": "No prompt provided"}, "node_errors": {}}, "No prompt provided"),
        ({"error": "no prompt", "node_errors": []}, "no prompt"),
        ({"error": {}, "node_errors": {"5": {"errors": "x"}, "6": None}}, "None"),
        (
            {"node_errors": {"5": {"class_type": "A", "errors": [None, {"message": "M", "details": "D"}]}}},
            "A): M (D)",
        ),
        ({"error": "x" * 5000}, "x" * 300),
    ],
)
def test_why_a_prompt_was_rejected_is_one_short_line(answer: Any, words: str) -> None:
    said = rejection_of(answer)
    assert words in said
    assert len(said) <= 300


def test_inputs_of_all_forms_are_read() -> None:
    spec = {
        "required": {
            "a": [["x", "y"], {}],
            "b": ["COMBO", {"options": ["z"]}],
            "c": ["INT"],
            "d": None,
            "e": [],
        },
        "optional": {"f": [[], {"image_upload": True}]},
    }
    kind = kinds_of({"Node": {"input": spec, "output": ["IMAGE", 5]}, "Bare": {}})["Node"]
    assert [(k.type, k.options) for k in kind.required.values()] == [
        ("COMBO", ("x", "y")),
        ("COMBO", ("z",)),
        ("INT", None),
        ("", None),
        ("", None),
    ]
    assert kind.optional["f"].uploads
    assert kind.outputs == ("IMAGE", "5")
    assert kind.type_of("nothing") is None
