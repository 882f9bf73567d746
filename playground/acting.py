"""What members do: talk, run commands, press, choose, submit. Checked as Discord's client would.

What a member cannot do (a disabled button, a command that is not synced or not visible, a channel that they
cannot see) raises ``SetupError`` or ``BackendError`` of simcord.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playground._simcord import (
    BackendMessage,
    ChannelHandle,
    InteractionResult,
    MemberActor,
    ResponseMessage,
    RoleHandle,
    SetupError,
    UserHandle,
    autocomplete_as,
    interaction_id,
    submit_modal,
)
from playground.arranging import Arranging, ChannelLike
from playground.backend import LiveBackend
from playground.interaction import Interaction
from playground.places import Channel, Member
from playground.records import Message, view
from playground.seed import WorldPlan

File = tuple[str, bytes]
_SUBCOMMANDS = (1, 2)


def _full_name(data: Mapping[str, Any]) -> str | None:
    """A command's name with its group's and subcommand's, as Discord puts it over the answer."""
    name: str | None = data.get("name")
    options = data.get("options") or ()
    while name is not None and len(options) == 1 and options[0]["type"] in _SUBCOMMANDS:
        name = f"{name} {options[0]['name']}"
        options = options[0].get("options") or ()
    return name


class Acting(Arranging):
    """Members' actions; each interaction is kept with what the bot did about it."""

    def __init__(self, backend: LiveBackend, plan: WorldPlan) -> None:
        super().__init__(backend, plan)
        #: Every interaction so far, by id.
        self.interactions: dict[int, Interaction] = {}
        self.by_token: dict[str, Interaction] = {}
        backend.subscribers.insert(0, self._on_event)

    def _on_event(self, event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE" and int(payload["id"]) not in self.interactions:
            record = self.backend.interactions[int(payload["id"])]
            record.command_name = _full_name(payload["data"])
            interaction = Interaction(self.backend, record, dict(payload))
            self.interactions[record.id] = self.by_token[record.token] = interaction

    # ------------------------------------------------------------------ actors

    def actor(self, member: Member, place: Channel) -> MemberActor | UserHandle:
        """Simcord's handle for a member acting in a place."""
        user = self._user_handle(member)
        return user if place.is_direct else MemberActor(self.env, self._guild_handle, user)

    def _handle(self, place: Channel) -> ChannelHandle:
        guild = None if place.is_direct else self._guild_handle
        return ChannelHandle(self.env, guild, self.backend.get_channel(place.id))

    def _stored(self, message: Message | int) -> BackendMessage:
        wanted = message if isinstance(message, int) else message.id
        for messages in self.backend.messages.values():
            if wanted in messages:
                return messages[wanted]
        raise SetupError("This message is gone: nobody can act on it")

    def _result(self, result: InteractionResult) -> Interaction:
        return self.interactions[interaction_id(result)]

    def _value(self, value: Any) -> Any:
        """Members, channels and role ids in options and selects become simcord's handles."""
        if isinstance(value, Member):
            return MemberActor(self.env, self._guild_handle, self._user_handle(value))
        if isinstance(value, Channel):
            return self._handle(value)
        if isinstance(value, int) and not isinstance(value, bool) and value in self._guild.roles:
            return RoleHandle(self.env, self._guild_handle, self._guild.roles[value])
        return value

    # ------------------------------------------------------------------- talk

    async def say(
        self,
        member: Member,
        channel: ChannelLike,
        text: str = "",
        *,
        reply_to: Message | None = None,
        files: Sequence[File] = (),
    ) -> Message:
        """Send a message as a member."""
        place = self.channel(channel)
        if not place.is_direct:
            permission = "send_messages_in_threads" if place.is_thread else "send_messages"
            self.backend.require_permissions(self.guild_id, member.id, place.id, permission)
        reference = None
        if reply_to is not None:
            reference = {"channel_id": str(place.id), "message_id": str(reply_to.id)}
        attachments = self.backend.store_attachments(place.id, files)
        stored = self.backend.create_message(
            place.id, member.id, text, reference=reference, attachments=attachments
        )
        return view(self.backend, stored)

    async def delete_as(self, member: Member, message: Message | int) -> None:
        """Delete a message as a member: one's own, or anyone's with Manage Messages."""
        stored = self._stored(message)
        if stored.author_id != member.id:
            channel = self.backend.get_channel(stored.channel_id)
            self.backend.require_permissions(channel.guild_id, member.id, channel.id, "manage_messages")
        self.backend.delete_message(stored.channel_id, stored.id)

    # ---------------------------------------------------------------- commands

    async def slash(
        self, member: Member, channel: ChannelLike, command: str, /, **options: Any
    ) -> Interaction:
        """Run a slash command by its full name, e.g. ``"image instant"``.

        Options are plain values; a member, channel or role option takes a ``Member``, ``Channel`` or role id,
        a file option ``(filename, bytes)``.
        """
        place = self.channel(channel)
        self._check_age_gate(command.split(maxsplit=1)[0], place)
        actor = self.actor(member, place)
        values = {name: self._value(value) for name, value in options.items()}
        if isinstance(actor, UserHandle):
            return self._result(await actor.slash(command, **values))
        return self._result(await actor.slash(self._handle(place), command, **values))

    def _check_age_gate(self, name: str, place: Channel) -> None:
        found = self.backend.find_command(name, None if place.is_direct else self.guild_id)
        if found is not None and found.get("nsfw") and not place.age_restricted:
            raise SetupError(f"/{name} is for age-restricted channels only")

    async def autocomplete(
        self, member: Member, channel: ChannelLike, command: str, option: str, typed: str, /, **filled: Any
    ) -> Interaction:
        """Type into an option; await ``choices()`` on the result."""
        place = self.channel(channel)
        actor = self.actor(member, place)
        values = {name: self._value(value) for name, value in filled.items()}
        return self._result(await autocomplete_as(actor, self._handle(place), command, option, typed, values))

    async def context_menu(self, member: Member, command: str, target: Message | Member) -> Interaction:
        """Run a message (or user) context-menu command, e.g. ``"Picture this"``, on a message (or member)."""
        if isinstance(target, Member):
            place = self.channels[0]
            aim: Any = MemberActor(self.env, self._guild_handle, self._user_handle(target))
        else:
            place = self.channel(target.channel_id)
            aim = ResponseMessage(self.env, self._stored(target))
        actor = self.actor(member, place)
        if isinstance(actor, UserHandle):
            raise SetupError("Context menus are not offered in direct messages here")
        return self._result(await actor.context_menu(self._handle(place), command, aim))

    # -------------------------------------------------------------- components

    async def press(
        self,
        member: Member,
        message: Message | int,
        label: str | None = None,
        *,
        custom_id: str | None = None,
    ) -> Interaction:
        """Press the button whose label contains ``label`` (an emoji will do) or whose custom_id is given."""
        stored = self._stored(message)
        if custom_id is None:
            custom_id = view(self.backend, stored).button(label).custom_id
        actor = self.actor(member, self.channel(stored.channel_id))
        aim = ResponseMessage(self.env, stored)
        return self._result(await actor.click(aim, custom_id=custom_id))

    async def choose(
        self,
        member: Member,
        message: Message | int,
        values: Sequence[Any],
        *,
        custom_id: str | None = None,
    ) -> Interaction:
        """Choose values in a select: option values, or members, channels, role ids."""
        stored = self._stored(message)
        actor = self.actor(member, self.channel(stored.channel_id))
        chosen = [self._value(value) for value in values]
        aim = ResponseMessage(self.env, stored)
        return self._result(await actor.select(aim, chosen, custom_id=custom_id))

    async def submit_modal(self, shown: Interaction, values: Mapping[str, Any]) -> Interaction:
        """Fill in and submit the modal that ``shown`` was answered with, as the member who opened it.

        ``values`` by custom_id: text, a list of select values, a bool for a checkbox, ``(filename, bytes)``
        for a file.
        """
        place = self.channel(shown.channel_id)
        actor = self.actor(self.member(shown.member_id), place)
        filled = {
            key: [self._value(item) for item in value] if isinstance(value, list) else self._value(value)
            for key, value in values.items()
        }
        record = self.backend.interactions[shown.id]
        return self._result(await submit_modal(actor, InteractionResult(self.env, record), filled))

    # ------------------------------------------------------------ odd deliveries

    def redeliver(self, interaction: Interaction, times: int = 1) -> None:
        """Send the very same interaction over the gateway again."""
        for _ in range(times):
            self.backend.tell("INTERACTION_CREATE", interaction.payload)

    def expire_interaction_tokens(self) -> None:
        """End the life of every interaction token so far."""
        for interaction in self.interactions.values():
            interaction.expire()
