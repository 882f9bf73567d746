"""``/image instant`` and **Picture this**."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.request import RequestKind, RequestOptions
from cogs.base.host import Host, require_guild, services_of
from cogs.base.instant import InstantButton
from cogs.base.plain import as_typed
from cogs.base.reuse import ReuseButton
from cogs.images import (
    _again,
    _batch_components,
    _editing,
    _picture_components,
    _request_components,
)
from cogs.images._notices import tell_notices
from cogs.images._posted import take_out
from cogs.images._press import begin, parent_of

ITEMS = (
    InstantButton,
    _again.AgainButton,
    _again.AgainBatchButton,
    ReuseButton,
    _editing.EditButton,
    _batch_components.PictureSelect,
    _picture_components.DownloadButton,
    _picture_components.DeleteButton,
    _picture_components.ReallyDeleteButton,
    _request_components.CancelButton,
    _request_components.ConfirmButton,
    _request_components.ChangeCastButton,
    _request_components.CastSelect,
)


@app_commands.guild_only()  # of the group: Discord ignores it on a subcommand
class ImagesCog(commands.GroupCog, group_name="image", group_description="Pictures of the companions here"):
    """Make pictures of the conversation."""

    def __init__(self, bot: Host) -> None:
        self._bot = bot
        self._picture_this = app_commands.ContextMenu(name="Picture this", callback=self.picture_this)
        self._picture_this.guild_only = True
        self._edit_image = app_commands.ContextMenu(name="Edit image", callback=self.edit_image)
        self._edit_image.guild_only = True
        InstantButton.on_press = staticmethod(instant_pressed)
        _picture_components.ReallyDeleteButton.on_delete = staticmethod(take_out)

    async def cog_load(self) -> None:
        """Register what works for ever."""
        self._bot.add_dynamic_items(*ITEMS)
        self._bot.tree.add_command(self._picture_this)
        self._bot.tree.add_command(self._edit_image)

    async def cog_unload(self) -> None:
        """Take it back."""
        self._bot.remove_dynamic_items(*ITEMS)
        for menu in (self._picture_this, self._edit_image):
            self._bot.tree.remove_command(menu.name, type=menu.type)

    @app_commands.command(name="instant")
    @app_commands.describe(
        companion="Who to picture; left out, I see who is in the scene",
        hint="What it should show, such as “at the beach, laughing”",
    )
    async def instant(
        self,
        interaction: discord.Interaction[Host],
        companion: str | None = None,
        hint: app_commands.Range[str, 0, 1000] = "",
    ) -> None:
        """A picture of the conversation as it is now."""
        options = RequestOptions(hint=as_typed(hint), parent_channel_id=parent_of(interaction))
        await begin(
            interaction,
            RequestKind.INSTANT,
            f"command:{interaction.id}",
            options,
            companion_names=() if companion is None else (companion,),
        )

    @instant.autocomplete("companion")
    async def _companion_choices(
        self, interaction: discord.Interaction[Host], current: str
    ) -> list[app_commands.Choice[str]]:
        found = await services_of(interaction).requests.companion_choices(
            require_guild(interaction),
            interaction.channel_id or 0,
            parent_of(interaction),
            interaction.user.id,
            current,
        )
        return [app_commands.Choice(name=c.name[:100], value=c.companion_id) for c in found]

    @commands.Cog.listener()
    async def on_app_command_completion(
        self, interaction: discord.Interaction[Host], _command: app_commands.AppCommand
    ) -> None:
        """After any command: hand over pictures that could not be posted."""
        await tell_notices(interaction)

    async def picture_this(self, interaction: discord.Interaction[Host], message: discord.Message) -> None:
        """A picture of the conversation up to one message."""
        await _picture_message(interaction, message)

    async def edit_image(self, interaction: discord.Interaction[Host], message: discord.Message) -> None:
        """A new picture that is one of this message's with a change."""
        await _editing.edit_message(interaction, message)


async def instant_pressed(interaction: discord.Interaction[Host]) -> None:
    """📸 on a message: the moment it belongs to; on a picture of ours, the moment now."""
    message = interaction.message
    if message is None:
        return
    talk = _talk(interaction, message)
    options = RequestOptions(
        moment_of_message_id=talk.id if talk else None, parent_channel_id=parent_of(interaction)
    )
    await begin(interaction, RequestKind.INSTANT, f"instant:{message.id}", options, carried=talk)


async def _picture_message(interaction: discord.Interaction[Host], message: discord.Message) -> None:
    options = RequestOptions(upto_message_id=message.id, parent_channel_id=parent_of(interaction))
    talk = _talk(interaction, message)
    await begin(interaction, RequestKind.INSTANT, f"instant:{message.id}", options, carried=talk)


def _talk(interaction: discord.Interaction[Host], message: discord.Message) -> discord.Message | None:
    """The message, unless it is one of our own pictures or notices: these are no talk."""
    own = interaction.client.user
    return None if own is not None and message.author.id == own.id else message
