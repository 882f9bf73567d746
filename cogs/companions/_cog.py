"""Commands of companions: parse, call one service method, render."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.companion import ADULT_AGE, Companion, Gender, Style
from bot.domain.errors import NotFoundError, NotYoursError
from bot.services.companion_rules import MAX_AGE, MAX_NAME, suggested
from bot.services.companion_speech import MAX_TEXT
from bot.services.companions import Among
from bot.services.ports.chat import SeenMessage
from bot.services.ports.speaking import NoRoomForVoiceError
from cogs.base.answers import ack, fill, say
from cogs.base.candidates import MakeCandidatesButton, PickButton
from cogs.base.host import Host
from cogs.companions import _components as components
from cogs.companions import _creating as creating
from cogs.companions import _messages as messages
from cogs.companions import _settings as settings
from cogs.companions._drafts import Drafts, split_list
from cogs.companions._place import is_moderator, place_of
from cogs.companions._webhooks import voice_of

ITEMS = (*components.ITEMS, *creating.ITEMS, *settings.ITEMS)
MAX_CHOICES = 25
_Choices = list[app_commands.Choice[str]]
_Interaction = discord.Interaction[Host]


@app_commands.guild_only()
class Companions(commands.GroupCog, name=creating.COG_NAME, group_name="companion"):
    """Companions: who they are, where they are, and speaking as them."""

    def __init__(self, bot: Host) -> None:
        self.bot = bot
        self.companions = bot.services.companions
        self.references = bot.services.references
        self.drafts = Drafts()
        self.voice = voice_of(bot, self.companions)
        self._who_is_this = app_commands.ContextMenu(name="Who is this?", callback=self.who_is_this)
        self._who_is_this.guild_only = True
        PickButton.on_press = staticmethod(settings.picked)
        MakeCandidatesButton.on_press = staticmethod(settings.make_candidates)

    async def cog_load(self) -> None:
        """Let every button work, and add the context menu."""
        self.bot.add_dynamic_items(*ITEMS)
        self.bot.tree.add_command(self._who_is_this)

    async def cog_unload(self) -> None:
        """Take the context menu away, and see what is being said to its end."""
        self.bot.tree.remove_command(self._who_is_this.name, type=self._who_is_this.type)
        self.bot.remove_dynamic_items(*ITEMS)
        await self.companions.speech.finish_sending()

    # ------------------------------------------------------------ commands

    @app_commands.command()
    @app_commands.describe(
        name="What it is called",
        gender="Which pronouns it goes by",
        style="How it is drawn",
        age="In years, 18 or older",
        aliases="Other names, with commas between",
    )
    @app_commands.choices(
        gender=[
            app_commands.Choice(name=words, value=gender.value) for gender, words in messages.GENDERS.items()
        ],
        style=[app_commands.Choice(name=style.value, value=style.value) for style in Style],
    )
    async def create(  # noqa: PLR0917  a command's options
        self,
        interaction: _Interaction,
        name: app_commands.Range[str, 1, MAX_NAME],
        gender: str,
        style: str,
        age: app_commands.Range[int, ADULT_AGE, MAX_AGE],
        aliases: app_commands.Range[str, 0, 200] = "",
    ) -> None:
        """Make a companion of your own: name it here, then say how it looks."""
        place = place_of(interaction)
        # One local read before the form, so that nobody fills it in for a name that is taken.
        name = await self.companions.check_new(place.guild_id, interaction.user.id, name, split_list(aliases))
        draft = self.drafts.open(
            interaction.user.id,
            place.guild_id,
            name=name,
            style=Style(style),
            gender=Gender(gender),
            age=age,
            aliases=aliases,
        )
        await interaction.response.send_modal(creating.LookForm(draft))

    @app_commands.command(name="list")
    @app_commands.describe(which="Which ones; all when left out")
    @app_commands.choices(
        which=[app_commands.Choice(name=text, value=among.value) for among, text in messages.LISTS.items()]
    )
    async def list_(self, interaction: _Interaction, which: str = Among.ALL.value) -> None:
        """See which companions there are."""
        await ack(interaction)
        await fill(interaction, await components.list_view(interaction, which, 0))

    @app_commands.command()
    @app_commands.describe(companion="Which companion")
    async def show(self, interaction: _Interaction, companion: str) -> None:
        """See a companion: how it looks and whose it is."""
        await ack(interaction)
        found = await self._found(interaction, companion)
        if found is not None:
            await components.show_card(interaction, found)

    @app_commands.command(name="settings")
    @app_commands.describe(companion="Which of your companions")
    async def settings_(self, interaction: _Interaction, companion: str) -> None:
        """Enable Advanced for a companion of yours, give it a new reference, or share it."""
        await ack(interaction)
        found = await self._found(interaction, companion)
        if found is None:
            return
        guild_id, user_id = place_of(interaction).guild_id, interaction.user.id
        try:
            state = await self.references.state(guild_id, user_id, found.companion_id)
        except NotYoursError:
            await fill(interaction, messages.not_yours_to_set(found))
        else:
            await settings.show_panel(interaction, state)

    @app_commands.command()
    @app_commands.describe(companion="Which companion")
    async def delete(self, interaction: _Interaction, companion: str) -> None:
        """Delete a companion of yours, after one question."""
        await ack(interaction)
        found = await self._found(interaction, companion)
        if found is not None:
            await components.ask_delete(interaction, found)

    @app_commands.command()
    @app_commands.describe(companion="Which companion")
    async def invite(self, interaction: _Interaction, companion: str) -> None:
        """Bring a companion into this channel or thread."""
        await components.invite(interaction, companion)

    @app_commands.command()
    @app_commands.describe(companion="Which companion")
    async def dismiss(self, interaction: _Interaction, companion: str) -> None:
        """Take a companion out of this channel or thread."""
        await ack(interaction)
        found = await self._found(interaction, companion)
        if found is None:
            return
        place = place_of(interaction)
        try:
            gone = await self.companions.dismiss(
                place, interaction.user.id, found.companion_id, is_moderator=is_moderator(interaction)
            )
        except NotYoursError:
            await fill(interaction, messages.NOT_YOURS_TO_DISMISS)
            return
        if gone is None:
            await fill(interaction, messages.not_here(found, in_thread=place.parent_id is not None))
            return
        await fill(interaction, messages.dismissed(found))
        await say(interaction, messages.left(found), private=False)

    @app_commands.command()
    @app_commands.describe(companion="Which companion", text="What it says")
    async def speak(
        self, interaction: _Interaction, companion: str, text: app_commands.Range[str, 1, MAX_TEXT]
    ) -> None:
        """Say something as a companion of yours, or as one that you invited."""
        await ack(interaction)
        found = await self._found(interaction, companion)
        if found is None:
            return
        try:
            await self.companions.speech.speak(
                self.voice,
                place_of(interaction),
                interaction.user.id,
                found,
                text,
                is_moderator=is_moderator(interaction),
            )
        except NotYoursError:
            await fill(interaction, messages.may_not_speak(found))
        except NoRoomForVoiceError as error:
            await fill(interaction, messages.no_room(error.channel_id))
        else:
            await fill(interaction, messages.said(found))

    async def _found(self, interaction: _Interaction, text: str) -> Companion | None:
        """The companion that is meant; where there is none, the member has been told."""
        try:
            return await self.companions.find(place_of(interaction).guild_id, text)
        except NotFoundError:
            await fill(interaction, messages.unknown_name(text))
            return None

    # ------------------------------------------------------------ who is this?

    async def who_is_this(self, interaction: _Interaction, message: discord.Message) -> None:
        """Tell who is behind a message."""
        await ack(interaction)
        await fill(interaction, await self._who_words(interaction, message))

    async def _who_words(self, interaction: _Interaction, message: discord.Message) -> str:
        try:
            return messages.who_is(await self.companions.speech.who_spoke(message.id))
        except NotFoundError:
            pass
        if self.bot.application_id is not None and message.webhook_id == self.bot.application_id:
            return messages.OURSELVES  # an answer to an interaction
        if message.webhook_id is not None:
            place = place_of(interaction)
            seen = SeenMessage(message.id, message.author.id, message.author.name, "", message.webhook_id)
            named = await self.companions.resolve(place.guild_id, place.channel_id, place.parent_id, [seen])
            return messages.unrecorded(named[message.id]) if named else messages.FOREIGN_WEBHOOK
        if message.author == self.bot.user:
            return messages.OURSELVES
        return (
            messages.an_app(message.author.id) if message.author.bot else messages.a_member(message.author.id)
        )

    # ------------------------------------------------------------ autocomplete

    @show.autocomplete("companion")
    async def _all(self, interaction: _Interaction, typed: str) -> _Choices:
        return await self._choices(interaction, typed, Among.ALL)

    @settings_.autocomplete("companion")
    async def _mine(self, interaction: _Interaction, typed: str) -> _Choices:
        return await self._choices(interaction, typed, Among.MINE)

    @delete.autocomplete("companion")
    async def _deletable(self, interaction: _Interaction, typed: str) -> _Choices:
        return await self._choices(interaction, typed, Among.DELETABLE)

    @invite.autocomplete("companion")
    async def _invitable(self, interaction: _Interaction, typed: str) -> _Choices:
        return await self._choices(interaction, typed, Among.INVITABLE)

    @dismiss.autocomplete("companion")
    async def _present(self, interaction: _Interaction, typed: str) -> _Choices:
        return _as_choices(typed, await self.companions.present(place_of(interaction)))

    @speak.autocomplete("companion")
    async def _speakable(self, interaction: _Interaction, typed: str) -> _Choices:
        place, user_id = place_of(interaction), interaction.user.id
        here = await self.companions.present(place)
        mine = await self.companions.among(place.guild_id, user_id, Among.MINE)
        everybody = tuple({companion.companion_id: companion for companion in (*here, *mine)}.values())
        moderates = is_moderator(interaction)
        may = await self.companions.speech.speakable(place, user_id, everybody, is_moderator=moderates)
        return _as_choices(typed, may)

    async def _choices(self, interaction: _Interaction, typed: str, among: Among) -> _Choices:
        companions = await self.companions.among(
            place_of(interaction).guild_id,
            interaction.user.id,
            among,
            is_moderator=is_moderator(interaction),
        )
        return _as_choices(typed, companions)


def _as_choices(typed: str, companions: tuple[Companion, ...]) -> _Choices:
    return [
        app_commands.Choice[Any](name=f"{c.name} ({messages.kind_words_of(c)})", value=c.companion_id)
        for c in suggested(typed, companions, MAX_CHOICES)
    ]
