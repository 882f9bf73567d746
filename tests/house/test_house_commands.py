"""Commands: documented, described, and within Discord's limits."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import app_commands

from bot.client import PERMISSIONS
from bot.services.companion_rules import MAX_NAME
from cogs.help._messages import help_text
from tests.house.conftest import NotingBot
from tests.house.house import page, section, table_rows

MOST_OPTIONS = 25
LONGEST_DESCRIPTION = 100
# https://discord.com/developers/docs/interactions/application-commands#registering-a-command
MOST_CONTEXT_MENUS = 5


def _slash(bot: NotingBot) -> list[app_commands.Command[Any, ..., Any]]:
    return [c for c in bot.tree.walk_commands() if isinstance(c, app_commands.Command)]


def _menus(bot: NotingBot) -> list[app_commands.ContextMenu]:
    kinds = (discord.AppCommandType.message, discord.AppCommandType.user)
    return [menu for kind in kinds for menu in bot.tree.walk_commands(type=kind)]


async def test_every_command_is_in_the_readme_and_every_one_there_exists(loaded_bot: NotingBot) -> None:
    documented = [row[0] for row in table_rows(section(page("README.md"), "Commands"))]
    slash = [f"`/{command.qualified_name}`" for command in _slash(loaded_bot)]
    menus = [f"**{menu.name}** (a message's menu → Apps)" for menu in _menus(loaded_bot)]
    assert sorted(documented) == sorted(slash + menus)


async def test_the_help_of_the_bot_names_only_commands_there_are(loaded_bot: NotingBot) -> None:
    known = {command.qualified_name for command in _slash(loaded_bot)}
    for is_full in (True, False):
        text = help_text(50, reads_messages=is_full, can_talk=is_full)
        named = re.findall(r"`/([a-z ]+?)(?: \w+:)?`", text)
        assert named
        assert set(named) <= known


async def test_every_command_and_option_says_what_it_does(loaded_bot: NotingBot) -> None:
    for command in _slash(loaded_bot):
        described = {command.qualified_name: command.description} | {
            f"{command.qualified_name} {option.name}": str(option.description)
            for option in command.parameters
        }
        for name, words in described.items():
            assert words.strip(" .…"), f"{name} has no description"
            assert len(words) <= LONGEST_DESCRIPTION, name
        assert len(command.parameters) <= MOST_OPTIONS


async def test_context_menus_fit_discords_limit(loaded_bot: NotingBot) -> None:
    for kind in (discord.AppCommandType.message, discord.AppCommandType.user):
        assert len(loaded_bot.tree.get_commands(type=kind)) <= MOST_CONTEXT_MENUS


async def test_what_touches_moments_or_companions_is_for_servers_only(loaded_bot: NotingBot) -> None:
    payload = {c.name: c.to_dict(loaded_bot.tree) for c in loaded_bot.tree.get_commands()}
    sent_anywhere = {name for name, sent in payload.items() if not _is_guild_only(sent)}
    assert sent_anywhere == {"help", "privacy"}, "Discord would offer these in direct messages"
    assert all(menu.guild_only for menu in _menus(loaded_bot))


def _is_guild_only(sent: dict[str, Any]) -> bool:
    return sent.get("dm_permission") is False or sent.get("contexts") == [0]


async def test_a_group_of_commands_is_at_most_ten(loaded_bot: NotingBot) -> None:
    for cog in loaded_bot.cogs.values():
        assert len(list(cog.walk_app_commands())) <= 11, cog.qualified_name  # ten and their group


def test_the_invite_asks_for_what_the_readme_explains() -> None:
    explained = [
        name
        for row in table_rows(section(page("README.md"), "On your own server"))
        for name in row[0].split(", ")
    ]
    asked = {name for name, value in PERMISSIONS if value}
    discords_names = {"View Channels": "view_channel", "Read Message History": "read_message_history"}
    assert {discords_names.get(n, n.lower().replace(" ", "_")) for n in explained} == _canonical(asked)
    assert "administrator" not in asked


def _canonical(names: set[str]) -> set[str]:
    return {"view_channel" if name == "read_messages" else name for name in names}


def test_a_companions_name_fits_into_discords_webhooks() -> None:
    assert MAX_NAME <= 80
