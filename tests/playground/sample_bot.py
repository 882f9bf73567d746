"""A small real discord.py bot, run as a process against the stand-in by the tests beside it."""

from __future__ import annotations

import io
import os
import re
import sys

import aiohttp
import discord
import discord.gateway
import discord.http
import yarl
from discord import app_commands, ui
from PIL import Image

discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060"
    "000000050001a5f645400000000049454e44ae426082"
)


def picture() -> bytes:
    """A picture big enough to be clicked on."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((320, 240)).save(out, "PNG")
    return out.getvalue()


class Press(ui.DynamicItem[ui.Button[ui.View]], template=r"press:(?P<what>\w+)"):
    """A button that survives restarts."""

    def __init__(self, what: str) -> None:
        super().__init__(ui.Button(label=f"Press {what}", emoji="📸", custom_id=f"press:{what}"))
        self.what = what

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction, __: ui.Item[ui.View], match: re.Match[str], /
    ) -> Press:
        return cls(match["what"])

    async def callback(self, interaction: discord.Interaction) -> None:
        if self.what == "modal":
            await interaction.response.send_modal(Ask())
        elif self.what == "edit":
            await interaction.response.defer()
            await interaction.edit_original_response(content="edited by a press")
        else:
            await interaction.response.send_message(f"pressed {self.what}", ephemeral=True)


class Ask(ui.Modal, title="Tell me"):
    """A modal with a text and a choice."""

    text = ui.Label(text="Text", component=ui.TextInput(custom_id="text", max_length=40))
    colour = ui.Label(
        text="Colour",
        component=ui.Select(
            custom_id="colour",
            options=[discord.SelectOption(label="Red", value="red"), discord.SelectOption(label="Blue")],
            required=False,
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        colours = self.colour.component.values  # type: ignore[union-attr]
        await interaction.response.send_message(f"you said {self.text.component.value} {colours}")  # type: ignore[union-attr]


class Panel(ui.LayoutView):
    """A Components V2 message with a picture, a select and a button."""

    def __init__(self, file: discord.File) -> None:
        super().__init__(timeout=None)
        row: ui.ActionRow[Panel] = ui.ActionRow()
        row.add_item(Press("edit"))
        menu = ui.ActionRow(
            ui.Select(
                custom_id="menu",
                options=[discord.SelectOption(label=name) for name in ("dawn", "dusk")],
            )
        )
        self.add_item(
            ui.Container(
                ui.TextDisplay("## A panel\nwith **bold** words"),
                ui.MediaGallery(discord.MediaGalleryItem(file, description="one pixel")),
                menu,
                row,
            )
        )


class SampleBot(discord.Client):
    """One command for each capability."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = "--content" in sys.argv
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(group())
        for command in COMMANDS:
            self.tree.add_command(command)
        self.tree.add_command(app_commands.ContextMenu(name="Picture this", callback=picture_this))
        self.add_dynamic_items(Press)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        data = dict(interaction.data or {})
        if interaction.type is discord.InteractionType.component and data["custom_id"] in MENUS:
            await interaction.response.send_message(f"chose {data['values']}", ephemeral=True)

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        if message.content == "ping":
            await message.channel.send("pong", reference=message)
        elif self.user in message.mentions:
            history = [old.author.display_name async for old in message.channel.history(limit=5)]
            await message.channel.send(f"saw {history}")


def group() -> app_commands.Group:
    """``/image instant``: nested names and options."""
    image = app_commands.Group(name="image", description="Pictures")

    @image.command(description="A picture now")
    @app_commands.describe(hint="What to show")
    async def instant(
        interaction: discord.Interaction, hint: str = "", who: discord.Member | None = None
    ) -> None:
        await interaction.response.send_message(f"hint={hint} who={who.display_name if who else None}")

    return image


@app_commands.command(description="Defers, then edits with a file")
async def deferred(interaction: discord.Interaction, size: int = 0, hidden: bool = False) -> None:  # noqa: FBT001, FBT002  options
    await interaction.response.defer(ephemeral=hidden)
    data = PIXEL + bytes(size)
    try:
        message = await interaction.edit_original_response(
            content=f"limit {interaction.filesize_limit}",
            attachments=[discord.File(io.BytesIO(data), "pixel.png", description="one pixel")],
            view=button_view("one"),
        )
    except discord.HTTPException as error:
        await interaction.edit_original_response(content=f"refused {error.status} {error.code}")
        return
    again = await message.attachments[0].read()
    await interaction.followup.send(f"read back {len(again)} bytes", ephemeral=True)


def button_view(*names: str) -> ui.View:
    """Plain rows of dynamic buttons."""
    view = ui.View(timeout=None)
    for name in names:
        view.add_item(Press(name))
    return view


@app_commands.command(description="Answers when told to")
async def slow(interaction: discord.Interaction) -> None:
    await interaction.response.defer()
    try:
        await interaction.edit_original_response(content="done")
    except discord.HTTPException as error:
        await interaction.channel.send(f"fell back after {error.status} {error.code}")  # type: ignore[union-attr]


@app_commands.command(description="Shows a modal")
async def modal(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Ask())


@app_commands.command(description="A Components V2 panel")
async def panel(interaction: discord.Interaction) -> None:
    await interaction.response.defer()
    file = discord.File(io.BytesIO(picture()), "pixel.png", spoiler=True)
    await interaction.edit_original_response(view=Panel(file), attachments=[file])


@app_commands.command(description="Autocompletes")
async def guess(interaction: discord.Interaction, word: str) -> None:
    await interaction.response.send_message(f"guessed {word}")


@guess.autocomplete("word")
async def guess_word(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    words = ["apple", "apricot", "banana"]
    return [app_commands.Choice(name=word, value=word) for word in words if word.startswith(current)]


@app_commands.command(description="Only where it is age-restricted", nsfw=True)
async def restricted(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(f"nsfw={interaction.channel.is_nsfw()}")  # type: ignore[union-attr]


@app_commands.command(description="Writes to you")
async def dm(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True)
    try:
        await interaction.user.send("hello in private", view=button_view("private"))
    except discord.Forbidden as error:
        await interaction.followup.send(f"cannot: {error.code}")
    else:
        await interaction.followup.send("written")


@app_commands.command(description="Lists what you own")
async def entitled(interaction: discord.Interaction) -> None:
    owned = [entry.sku_id async for entry in interaction.client.entitlements(user=interaction.user)]
    await interaction.response.send_message(f"owned {len(owned)}")


@app_commands.command(description="Posts with the bot's own token and edits it")
async def public(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("posting", ephemeral=True)
    try:
        message = await interaction.channel.send("first", nonce=f"n{interaction.id}")  # type: ignore[union-attr]
        await message.edit(content="second")
        response = await interaction.original_response()
        await interaction.followup.send(f"edited, original {response.id}")
    except discord.HTTPException as error:
        await interaction.followup.send(f"failed {error.status} {error.code}")
    except aiohttp.ClientError:
        await interaction.followup.send("dropped")


@app_commands.command(description="Posts twice with one nonce")
async def nonce(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True)
    one = await interaction.channel.send("only once", nonce="same")  # type: ignore[union-attr]
    two = await interaction.channel.send("only once", nonce="same")  # type: ignore[union-attr]
    await interaction.followup.send(f"same {one.id == two.id}")


@app_commands.command(description="Speaks through a webhook, with a button")
async def hook(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True)
    place = interaction.channel
    thread = place if isinstance(place, discord.Thread) else discord.utils.MISSING
    parent = place.parent if isinstance(place, discord.Thread) else place
    found = [entry for entry in await parent.webhooks() if entry.user == interaction.client.user]  # type: ignore[union-attr]
    webhook = found[0] if found else await parent.create_webhook(name="Companions")  # type: ignore[union-attr]
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("I am *here*."))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    row.add_item(Press("hooked"))
    view.add_item(row)
    message = await webhook.send(
        view=view,
        username="Mira",
        avatar_url="https://example.com/mira.png",
        wait=True,
        thread=thread,
    )
    await interaction.followup.send(f"sent {message.id} as {message.author.display_name}")


@app_commands.command(description="A plain message with buttons")
async def buttons(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("press me", view=button_view("edit", "modal", "quiet"))


@app_commands.command(description="A choice of several, and a choice of people")
async def selects(interaction: discord.Interaction) -> None:
    view = ui.View(timeout=None)
    options = [discord.SelectOption(label=name) for name in ("Mira", "Kaito", "Juno")]
    view.add_item(ui.Select(custom_id="cast", options=options, min_values=1, max_values=3))
    view.add_item(ui.UserSelect(custom_id="people", placeholder="Who?"))
    await interaction.response.send_message("choose", view=view)


@app_commands.command(description="Defers, and edits when someone writes")
async def waits(interaction: discord.Interaction) -> None:
    await interaction.response.defer()
    await interaction.client.wait_for("message", check=lambda message: not message.author.bot)
    await interaction.edit_original_response(content="done at last")


@app_commands.command(description="Defers, and posts to the channel when someone writes")
async def posts(interaction: discord.Interaction) -> None:
    await interaction.response.defer()
    await interaction.client.wait_for("message", check=lambda message: not message.author.bot)
    await interaction.channel.send("done at last")  # type: ignore[union-attr]


@app_commands.command(description="Follows up without an answer")
async def unacked(interaction: discord.Interaction) -> None:
    await interaction.followup.send("too early")


async def picture_this(interaction: discord.Interaction, message: discord.Message) -> None:
    """Message context menu."""
    await interaction.response.send_message(f"picture of {message.content!r}", ephemeral=True)


@app_commands.command(description="Sells film")
async def shop(interaction: discord.Interaction) -> None:
    view = ui.LayoutView(timeout=None)
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for sku in await interaction.client.fetch_skus():
        row.add_item(ui.Button(style=discord.ButtonStyle.premium, sku_id=sku.id))
    view.add_item(row)
    await interaction.response.send_message(view=view, ephemeral=True)


MENUS = ("menu", "cast", "people")
COMMANDS = (
    deferred,
    slow,
    modal,
    panel,
    guess,
    restricted,
    dm,
    entitled,
    public,
    nonce,
    hook,
    buttons,
    selects,
    waits,
    posts,
    unacked,
    shop,
)

if __name__ == "__main__":
    SampleBot().run(os.environ["DISCORD_TOKEN"])
