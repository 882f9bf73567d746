"""How a form's answers are read from what Discord sends."""

from __future__ import annotations

from typing import Any

import pytest

from cogs.base.modals import answers_of


def label(component: dict[str, Any]) -> dict[str, Any]:
    return {"type": 18, "id": 1, "component": component}


def text(custom_id: str, value: str) -> dict[str, Any]:
    return {"type": 4, "id": 2, "custom_id": custom_id, "value": value}


def test_answers_are_found_in_labels_and_in_rows() -> None:
    sent = {
        "custom_id": "form:x",
        "components": [
            {"type": 10, "id": 9},
            label(text("name", "Nova")),
            {"type": 1, "components": [text("old", "style")]},
            label({"type": 3, "custom_id": "cast", "values": ["mira", "juno"]}),
        ],
    }
    assert answers_of(sent) == {"name": "Nova", "old": "style", "cast": ["mira", "juno"]}


def test_an_empty_answer_is_empty_and_one_that_was_not_given_is_none() -> None:
    sent = {
        "components": [
            label(text("a", "")),
            label({"type": 3, "custom_id": "b", "values": []}),
            label({"type": 21, "custom_id": "c"}),
        ]
    }
    assert answers_of(sent) == {"a": "", "b": [], "c": None}


@pytest.mark.parametrize("sent", [{}, {"components": []}, {"components": [{"type": 10}]}])
def test_a_form_without_questions_has_no_answers(sent: dict[str, Any]) -> None:
    assert answers_of(sent) == {}


def test_answers_are_found_however_deep() -> None:
    deep: dict[str, Any] = text("bottom", "found")
    for _ in range(1500):
        deep = {"type": 1, "components": [deep]}
    assert answers_of({"components": [deep]}) == {"bottom": "found"}
