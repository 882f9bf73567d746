"""Buttons and selects that work for ever.

Every clickable is a :class:`discord.ui.DynamicItem` that holds nothing but the values in its
custom id and reloads the rest, so it works after a restart. The base classes here own the error
boundary: discord.py has none for dynamic items, and an exception in their check vanishes.

Never reuse a view object: editing one so that it loses a dynamic item, or mixing ordinary items
in, unregisters the item for the whole bot (discord.py 2.7.1). Build a fresh view per render.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar

import discord
from discord import ui

from bot.domain.errors import NotFoundError
from cogs.base import custom_ids
from cogs.base.errors import answer_error
from cogs.base.host import Host
from cogs.base.tracing import begins

ItemT = TypeVar("ItemT", bound="ui.Item[Any]")


class DurableItem(ui.DynamicItem[ItemT], Generic[ItemT], template="(?!)"):
    """A clickable whose custom id says what it does and to what.

    A subclass names its ``action`` and ``fields`` as class arguments, and writes ``press``.
    ``values`` has one text per field.
    """

    action: ClassVar[str] = ""
    fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, action: str = "", fields: tuple[str, ...] = (), **kwargs: Any) -> None:
        template = custom_ids.template_of(action, fields) if action else kwargs.pop("template", "(?!)")
        super().__init_subclass__(template=template)
        cls.action = action
        cls.fields = fields

    def __init__(self, item: ItemT, values: dict[str, str]) -> None:
        super().__init__(item)
        self.values = values

    @classmethod
    def id_for(cls, **values: str) -> str:
        """The custom id of this kind of item for these values."""
        return custom_ids.build(cls.action, cls.fields, values)

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Do the work. Acknowledge first; raise a ``DarkroomError`` for anything to be told."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """The error boundary around :meth:`press`."""
        if not begins(interaction):
            return
        try:
            await self.press(interaction)
        except Exception as error:  # noqa: BLE001  the component boundary
            await answer_error(interaction, error)


class DurableButton(DurableItem["ui.Button[Any]"]):
    """A button for ever. ``label``, ``emoji`` and ``style`` are the defaults of its kind."""

    label: ClassVar[str | None] = None
    emoji: ClassVar[str | None] = None
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, **values: str) -> None:
        button: ui.Button[Any] = ui.Button(
            label=self.label, emoji=self.emoji, style=self.style, custom_id=self.id_for(**values)
        )
        super().__init__(button, values)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: Any, /
    ) -> Self:
        """Made anew from the pressed component."""
        del interaction, item
        return cls(**match.groupdict())


class DurableSelect(DurableItem["ui.Select[Any]"]):
    """A select menu for ever; ``press`` reads what was chosen from :attr:`chosen`."""

    def __init__(
        self,
        options: list[discord.SelectOption],
        *,
        placeholder: str | None = None,
        min_values: int = 1,
        max_values: int = 1,
        **values: str,
    ) -> None:
        select: ui.Select[Any] = ui.Select(
            custom_id=self.id_for(**values),
            options=options,
            placeholder=placeholder,
            min_values=min_values,
            max_values=min(max_values, max(len(options), 1)),
        )
        super().__init__(select, values)

    @property
    def chosen(self) -> list[str]:
        """The values that were chosen: as many as asked for, each of them offered on the message.

        What was offered may have changed since: check them.

        Raises:
            NotFoundError: they are forged.
        """
        values, menu = self.item.values, self.item
        offered = {option.value for option in menu.options}
        if not menu.min_values <= len(values) <= menu.max_values or not offered.issuperset(values):
            raise NotFoundError
        return values

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: Any, /
    ) -> Self:
        """Made anew from the used component, with its options."""
        del interaction
        if not isinstance(item, ui.Select):
            raise TypeError(f"{cls.__name__} matched a component that is no select")
        return cls(
            item.options,
            placeholder=item.placeholder,
            min_values=item.min_values,
            max_values=item.max_values,
            **match.groupdict(),
        )


EntitySelectT = TypeVar("EntitySelectT", bound="ui.ChannelSelect[Any] | ui.RoleSelect[Any]")


class _DurableEntitySelect(DurableItem[EntitySelectT], Generic[EntitySelectT]):
    """A select of Discord's own things for ever; what is chosen so far is shown chosen.

    ``placeholder`` and ``most`` are the same for all of its kind. Choosing nothing is possible.
    """

    placeholder: ClassVar[str] = ""
    most: ClassVar[int] = 1

    def __init__(self, chosen_ids: Sequence[int] = (), **values: str) -> None:
        super().__init__(self.make(self.id_for(**values), chosen_ids[: self.most]), values)

    @classmethod
    def make(cls, custom_id: str, chosen_ids: Sequence[int]) -> EntitySelectT:
        """The select itself. Only ids of things that are there: Discord refuses a message with others."""
        raise NotImplementedError

    @property
    def chosen_ids(self) -> list[int]:
        """The ids that were chosen, 0 for what is none. They may be forged: check them."""
        # Where nothing could be resolved (nothing was chosen, or it is gone), discord.py hands over bare texts.
        return [
            custom_ids.number_in(value, custom_ids.ID_DIGITS) if isinstance(value, str) else value.id
            for value in self.item.values
        ]

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: Any, /
    ) -> Self:
        """Made anew from the used component."""
        del interaction
        if not isinstance(item, ui.ChannelSelect | ui.RoleSelect):
            raise TypeError(f"{cls.__name__} matched a component that is no such select")
        return cls([value.id for value in item.default_values], **match.groupdict())


class DurableChannelSelect(_DurableEntitySelect["ui.ChannelSelect[Any]"]):
    """A select of channels of ``channel_types`` for ever."""

    channel_types: ClassVar[tuple[discord.ChannelType, ...]] = (discord.ChannelType.text,)

    @classmethod
    def make(cls, custom_id: str, chosen_ids: Sequence[int]) -> ui.ChannelSelect[Any]:
        """The select."""
        return ui.ChannelSelect(
            custom_id=custom_id,
            channel_types=list(cls.channel_types),
            placeholder=cls.placeholder,
            min_values=0,
            max_values=cls.most,
            default_values=[
                discord.SelectDefaultValue(id=i, type=discord.SelectDefaultValueType.channel)
                for i in chosen_ids
            ],
        )


class DurableRoleSelect(_DurableEntitySelect["ui.RoleSelect[Any]"]):
    """A select of roles for ever."""

    @classmethod
    def make(cls, custom_id: str, chosen_ids: Sequence[int]) -> ui.RoleSelect[Any]:
        """The select."""
        return ui.RoleSelect(
            custom_id=custom_id,
            placeholder=cls.placeholder,
            min_values=0,
            max_values=cls.most,
            default_values=[
                discord.SelectDefaultValue(id=i, type=discord.SelectDefaultValueType.role) for i in chosen_ids
            ],
        )
