"""Buttons, selects and forms: unique, registered, and their custom ids come back as they went."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, TypeVar, cast

import discord
import pytest
from discord import ui

from cogs.base import custom_ids
from cogs.base.components import DurableChannelSelect, DurableItem, DurableRoleSelect, DurableSelect
from cogs.base.modals import DurableModal
from tests.house.conftest import NotingBot

ULID = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"
LONGEST = {
    "image_id": ULID,
    "request_id": ULID,
    "companion": ULID,
    "among": "deletable-or-longer",
    "page": "9" * 6,
    "draft": "f" * 32,
    "than": "9" * 18,
    "opening": "f" * 12,
    "screen": "or-longer",
    "digest": "f" * 16,
    "to": "advanced",
    "by": "source",
    "owner": "9" * 20,
    "show": "afn",
    "cursor": ULID,
    "turn": "off",
    "number": "4",
    "price": "9" * 9,
    "rest": f"13-{ULID}_7",
    "handed": "9" * 6,
    "step": "overview",
    "channel": "9" * 20,
    "frame": "settings",
    "form": "numbers",
    "role": "9" * 20,
    "case_id": ULID,
    "decision": "refund-remove",
}
"""The longest value that each field of a custom id may get; a new field is added here."""

Kind = TypeVar("Kind", bound=type[Any])


def _kinds_under(base: Kind) -> Iterator[Kind]:
    for kind in base.__subclasses__():
        # A feature that was loaded twice in this process left its former classes behind.
        is_current = getattr(sys.modules.get(kind.__module__), kind.__name__, None) is kind
        if kind.action and kind.__module__.startswith("cogs.") and is_current:
            yield kind
        yield from _kinds_under(kind)


def _items() -> list[type[DurableItem[Any]]]:
    # One that is under two bases is one.
    return list(dict.fromkeys(k for k in _kinds_under(DurableItem) if not k.__name__.startswith("_")))


def _longest(kind: type[DurableItem[Any] | DurableModal]) -> dict[str, str]:
    return {field: LONGEST[field] for field in kind.fields}


async def test_every_durable_component_is_registered_by_its_feature_once(loaded_bot: NotingBot) -> None:
    registered = [kind for kind in loaded_bot.registered if issubclass(kind, DurableItem)]
    assert sorted(k.__qualname__ + k.__module__ for k in registered) == sorted(
        k.__qualname__ + k.__module__ for k in _items()
    )
    assert len(registered) == len(loaded_bot.registered), "only durable components are registered"


async def test_a_feature_takes_back_what_it_registered(loaded_bot: NotingBot) -> None:
    for feature in list(loaded_bot.extensions):
        await loaded_bot.unload_extension(feature)
    assert loaded_bot.registered == []
    kinds = (discord.AppCommandType.chat_input, discord.AppCommandType.message, discord.AppCommandType.user)
    assert [command for kind in kinds for command in loaded_bot.tree.get_commands(type=kind)] == []


async def test_actions_are_unique(loaded_bot: NotingBot) -> None:
    actions = [kind.action for kind in _items()] + list(DurableModal.registry)
    assert loaded_bot.registered
    assert len(actions) == len(set(actions))


async def test_the_longest_custom_ids_fit_and_come_back_whole(loaded_bot: NotingBot) -> None:
    assert loaded_bot.registered
    for kind in _items():
        values = _longest(kind)
        custom_id = kind.id_for(**values)
        assert len(custom_id) <= custom_ids.MAX_LENGTH, custom_id
        match = custom_ids.template_of(kind.action, kind.fields).fullmatch(custom_id)
        assert match is not None
        again = await kind.from_custom_id(cast("Any", None), _pressed(kind, custom_id), match)
        assert (again.custom_id, again.values) == (custom_id, values)
        assert again.template.fullmatch(custom_id), "discord.py dispatches by this pattern"


def _pressed(kind: type[DurableItem[Any]], custom_id: str) -> ui.Item[Any]:
    """The component as discord.py hands it over."""
    if issubclass(kind, DurableSelect):
        return ui.Select(custom_id=custom_id, options=[discord.SelectOption(label="x", value="x")])
    if issubclass(kind, DurableChannelSelect):
        return ui.ChannelSelect(custom_id=custom_id)
    if issubclass(kind, DurableRoleSelect):
        return ui.RoleSelect(custom_id=custom_id)
    return ui.Button(custom_id=custom_id)


async def test_a_custom_id_is_taken_by_one_kind_alone(loaded_bot: NotingBot) -> None:
    templates = {kind: custom_ids.template_of(kind.action, kind.fields) for kind in _items()}
    assert loaded_bot.registered
    for kind in templates:
        custom_id = kind.id_for(**_longest(kind))
        assert [other for other, template in templates.items() if template.fullmatch(custom_id)] == [kind]


async def test_the_longest_custom_ids_of_forms_fit(loaded_bot: NotingBot) -> None:
    assert loaded_bot.registered
    for action, kind in DurableModal.registry.items():
        if not kind.__module__.startswith("cogs."):
            continue
        values = {**_longest(kind)}
        custom_id = custom_ids.build(action, kind.fields, values)
        match = re.fullmatch(custom_ids.template_of(action, kind.fields), custom_id)
        assert match is not None
        assert match.groupdict() == values


@pytest.mark.parametrize(
    "value", ["", "a" * 41, "a.b", "a:b", "ä", "a b", "a\n", "٣", "../x", "'; DROP TABLE account"]
)
def test_only_ids_and_short_words_become_part_of_a_custom_id(value: str) -> None:
    fields = ("one", "two")
    values = {"one": value, "two": "x"}
    if value == "":
        assert custom_ids.build("act", fields, values) == "act:.x"
        return
    with pytest.raises(ValueError, match="not a custom id"):
        custom_ids.build("act", fields, values)


def test_a_custom_id_over_discords_limit_is_never_built() -> None:
    fields = ("one", "two", "three")
    with pytest.raises(ValueError, match="not a custom id"):
        custom_ids.build("act", fields, dict.fromkeys(fields, "a" * 40))


@pytest.mark.parametrize("action", ["", "Upper", "with space", "a:b", "a" * 25, "ümlaut"])
def test_an_action_is_lower_case_letters_and_dashes(action: str) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        custom_ids.template_of(action, ())
