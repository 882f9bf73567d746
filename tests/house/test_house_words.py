"""Everything that can go wrong has words for people, and no text shows them our insides."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.errors import DarkroomError
from bot.domain.request import EndReason
from bot.services.requests.ends import error_of
from cogs.base.errors import words_for
from tests.house.house import OURS, ROOT, name_of, python_files, tree_of

LONGEST_TEXT = 2000

INTERNAL = {
    "ArchiveError": "told to the operator by backup and restore",
    "ChartNotDrawnError": "the numbers are shown without it",
    "ConstraintViolationError": "a mistake in the program; the error id is what people get",
    "AwayError": "it is a StorageError, after some seconds of patience",
    "ConflictError": "the unit is run again",
    "RefusalCaughtError": "as above",
    "DeliveryDelayedError": "the driver tries again later",
    "DuplicateEntryError": "services answer a repeated posting as the first one",
    "ExternalAwaitError": "a mistake in the program",
    "LanguageModelError": "rules write the scene, or the companion stays silent",
    "MigrationError": "told to the operator at the start",
    "NoRoomForVoiceError": "cogs.companions has words of its own for it",
    "OverdraftError": "services tell it as NotEnoughMomentsError",
    "PictureNotStoredError": "the driver ends the request, which has words",
    "ShopUnavailableError": "the shop is asked again later",
    "StorageClosedError": "the program is ending",
    "StorageError": "ours to mend; the error id is what people get",
    "UploadTooLargeError": "the deliverer shrinks the picture and tries again",
}
"""Errors that no person reads about, and why not."""


def _error_kinds() -> list[type[DarkroomError]]:
    for path in python_files(*OURS):
        if path.name != "__main__.py":
            importlib.import_module(
                name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            )
    return sorted(set(_under(DarkroomError)), key=lambda kind: kind.__name__)


def _under(kind: type[DarkroomError]) -> Iterator[type[DarkroomError]]:
    for sub in kind.__subclasses__():
        if sub.__module__.partition(".")[0] in OURS:
            yield sub
            yield from _under(sub)


def _sample(kind: type[DarkroomError], *, text: str) -> DarkroomError:
    """One of a kind, with the same value in all its fields of one type."""
    if not dataclasses.is_dataclass(kind):
        return kind()
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        value = text if "str" in str(field.type) else 12_345
        values[field.name] = (value,) if str(field.type).startswith("tuple") else value
    return kind(**values)


def test_every_error_has_words_or_a_reason_to_have_none() -> None:
    wordless = {kind.__name__ for kind in _error_kinds() if words_for(_sample(kind, text="x")) is None}
    assert wordless == set(INTERNAL)


def test_words_are_short_say_what_to_do_and_show_no_insides() -> None:
    for kind in _error_kinds():
        for text in ("Mira", "x" * 3000):
            words = words_for(_sample(kind, text=text))
            if words is None:
                continue
            assert len(words) <= LONGEST_TEXT or len(text) > 100, kind
            assert not re.search(r"\b\w+Error\b|Traceback|None|NULL", words), words
            assert words[-1] in ".!?>" or words.endswith("`."), words


_DETAILS = {EndReason.NOT_ENOUGH_MOMENTS: "100\n50\n0", EndReason.MISSING_PERMISSION: "Attach Files\n5"}


@pytest.mark.parametrize("reason", list(EndReason))
def test_every_end_of_a_request_has_words(reason: EndReason) -> None:
    words = words_for(error_of(reason, _DETAILS.get(reason, "sketch")))
    assert words
    assert not re.search(r"\b\w+Error\b", words)
    assert "charged" in words or "owed" in words, "what happened to the money?"


def _texts(path: Any) -> Iterator[ast.Constant]:
    """Texts in the code that are no docstrings and no arguments of log lines or exceptions."""
    tree = tree_of(path)
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        if isinstance(node, ast.Raise) or _is_log_call(node):
            skipped.update(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node


def _is_log_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
    )


def test_no_text_of_the_surface_is_too_long_or_names_an_exception() -> None:
    for path in python_files("cogs"):
        for node in _texts(path):
            where = f"{name_of(path)}:{node.lineno}"
            assert len(node.value) <= LONGEST_TEXT, where
            assert not re.search(r"\b[A-Z]\w+(Error|Exception)\b|Traceback", node.value), where


def test_no_text_pings_everybody() -> None:
    for path in python_files("cogs"):
        for node in _texts(path):
            assert not re.search(r"@(everyone|here)", node.value), f"{name_of(path)}:{node.lineno}"


def test_the_table_of_words_is_the_only_one() -> None:
    """Elsewhere errors are caught to do something, never to be told by their own name."""
    pattern = re.compile(r"type\(\w+\)\.__name__|str\((error|exc|failure|e)\)")
    for path in python_files("cogs"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                assert "log." in line or "error=" in line, f"{path.relative_to(ROOT)}:{number}"
