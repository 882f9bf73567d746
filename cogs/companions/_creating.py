"""Making a companion: a draft card, two short forms, and one button that confirms and creates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

import discord
from discord import ui

from bot.domain.errors import DarkroomError
from bot.services import companion_rules as rules
from cogs.base.answers import NO_PINGS, fill, row_of, say, text_view
from cogs.base.components import DurableButton
from cogs.base.errors import words_for
from cogs.base.host import Host, services_of
from cogs.base.modals import DurableModal
from cogs.companions import _messages as messages
from cogs.companions._components import InviteButton
from cogs.companions._drafts import Draft, Drafts
from cogs.companions._settings import SettingsButton

COG_NAME = "Companions"


class _HasDrafts(Protocol):
    drafts: Drafts


def _drafts_of(interaction: discord.Interaction[Host]) -> Drafts:
    return cast("_HasDrafts", interaction.client.get_cog(COG_NAME)).drafts


def _draft(interaction: discord.Interaction[Host], draft_id: str) -> Draft | None:
    return _drafts_of(interaction).get(draft_id, interaction.user.id, interaction.guild_id)


# ---------------------------------------------------------------- forms


class _DraftForm(DurableModal, action="companion-form", fields=("draft",)):
    """What both forms do with their answers."""

    @classmethod
    async def submitted(
        cls, interaction: discord.Interaction[Host], values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Keep the answers, right or wrong, and show the card with what is still to be mended."""
        draft = _draft(interaction, values["draft"])
        if draft is None:
            await say(interaction, messages.DRAFT_GONE)
            return
        draft = draft.with_answers({key: text for key, text in answers.items() if isinstance(text, str)})
        _drafts_of(interaction).keep(draft)
        if interaction.message is not None:
            await interaction.response.edit_message(view=draft_view(draft), allowed_mentions=NO_PINGS)
        else:
            await say(interaction, draft_view(draft))

    def _ask(
        self,
        field: str,
        text: str,
        value: str,
        *,
        limit: int,
        example: str,
        description: str | None = None,
        required: bool = True,
        long: bool = False,
    ) -> None:
        style = discord.TextStyle.paragraph if long else discord.TextStyle.short
        box: ui.TextInput[Any] = ui.TextInput(
            custom_id=field,
            style=style,
            default=value[:limit] or None,
            placeholder=example,
            max_length=limit,
            required=required,
        )
        self.add_item(ui.Label(text=text, description=description, component=box))


class LookForm(_DraftForm, action="companion-look-form", fields=("draft",)):
    """What a companion looks like."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(title=f"How {draft.name} looks"[:45], draft=draft.draft_id)
        limits = rules.LOOK_LIMITS
        self._ask("hair", "Hair", draft.hair, limit=limits["hair"], example="long wavy auburn hair")
        self._ask("eyes", "Eyes", draft.eyes, limit=limits["eyes"], example="green")
        self._ask("skin", "Skin", draft.skin, limit=limits["skin"], example="light brown")
        self._ask("build", "Build", draft.build, limit=limits["build"], example="athletic")
        self._ask(
            "outfit",
            "Usual outfit",
            draft.outfit,
            limit=limits["outfit"],
            example="navy blazer over a white tee",
        )


class MoreForm(_DraftForm, action="companion-more-form", fields=("draft",)):
    """Who a companion is, beyond its looks."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(title=f"More about {draft.name}"[:45], draft=draft.draft_id)
        self._ask("name", "Name", draft.name, limit=rules.MAX_NAME, example="Mira")
        self._ask("age", "Age", draft.age, limit=3, example="27", description="18 or older, always.")
        self._ask(
            "aliases",
            "Other names",
            draft.aliases,
            limit=(rules.MAX_NAME + 2) * rules.MAX_ALIASES,
            example="Miri, Captain",
            description=f"Up to {rules.MAX_ALIASES}, with commas between.",
            required=False,
        )
        self._ask(
            "details",
            "Details that stay",
            draft.details,
            limit=(rules.MAX_DETAIL + 2) * rules.MAX_DETAILS,
            example="freckles, round glasses",
            description=f"Up to {rules.MAX_DETAILS}, with commas between.",
            required=False,
        )
        self._ask(
            "persona",
            "Persona",
            draft.persona,
            limit=rules.MAX_PERSONA,
            example="Who are they, in a sentence or two?",
            required=False,
            long=True,
        )


# ---------------------------------------------------------------- the card of a draft


class _DraftButton(DurableButton):
    """A button of a draft's card."""

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Do it to the presser's own draft."""
        draft = _draft(interaction, self.values["draft"])
        if draft is None:
            await say(interaction, messages.DRAFT_GONE)
            return
        await self.press_draft(interaction, draft)

    async def press_draft(self, interaction: discord.Interaction[Host], draft: Draft) -> None:
        """What the button does."""
        raise NotImplementedError


class LookButton(_DraftButton, action="draft-look", fields=("draft",)):
    """Opens the form of looks."""

    label = "Look"
    emoji = "✏️"

    async def press_draft(self, interaction: discord.Interaction[Host], draft: Draft) -> None:
        """Open it, filled in."""
        await interaction.response.send_modal(LookForm(draft))


class MoreButton(_DraftButton, action="draft-more", fields=("draft",)):
    """Opens the form of everything else."""

    label = "Name and more"
    emoji = "✏️"

    async def press_draft(self, interaction: discord.Interaction[Host], draft: Draft) -> None:
        """Open it, filled in."""
        await interaction.response.send_modal(MoreForm(draft))


class DropButton(_DraftButton, action="draft-drop", fields=("draft",)):
    """Throws the draft away."""

    label = "Discard"

    async def press_draft(self, interaction: discord.Interaction[Host], draft: Draft) -> None:
        """Forget it."""
        _drafts_of(interaction).take(draft.draft_id, draft.user_id, draft.guild_id)
        await interaction.response.edit_message(
            view=text_view(messages.DRAFT_DROPPED), allowed_mentions=NO_PINGS
        )


class CreateButton(_DraftButton, action="draft-create", fields=("draft",)):
    """Confirms what a companion has to be, and makes it."""

    label = "Adult and not real: create"
    emoji = "✅"
    style = discord.ButtonStyle.success

    async def press_draft(self, interaction: discord.Interaction[Host], draft: Draft) -> None:
        """Make it; a draft that can't be made stays as it is."""
        await interaction.response.defer()
        drafts = _drafts_of(interaction)
        drafts.take(
            draft.draft_id, draft.user_id, draft.guild_id
        )  # so that a second press makes no second one
        try:
            companion = await services_of(interaction).companions.create(
                draft.guild_id, draft.user_id, draft.described(confirmed=True)
            )
        except BaseException as error:
            drafts.keep(draft)
            if not isinstance(error, DarkroomError):
                raise
            await fill(interaction, draft_view(draft, words_for(error)))
            return
        row = row_of(
            InviteButton(companion=companion.companion_id), SettingsButton(companion=companion.companion_id)
        )
        await fill(interaction, text_view(messages.created(companion), row))


def draft_view(draft: Draft, problem: str | None = None) -> ui.LayoutView:
    """A draft in words, what is still to be mended, and its buttons."""
    new = draft.described(confirmed=True)
    if problem is None:
        try:
            rules.checked(new)
        except DarkroomError as error:
            problem = words_for(error)
    container: ui.Container[Any] = ui.Container(ui.TextDisplay(messages.draft_text(new, draft.age, problem)))
    kinds = (
        (LookButton, MoreButton, DropButton)
        if problem
        else (CreateButton, LookButton, MoreButton, DropButton)
    )
    container.add_item(row_of(*(kind(draft=draft.draft_id) for kind in kinds)))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


ITEMS: Sequence[type[ui.DynamicItem[Any]]] = (LookButton, MoreButton, DropButton, CreateButton)
