"""The omnipotent half of a world: people, channels, permissions, money, and looking at messages."""

from __future__ import annotations

import discord

from playground._simcord import (
    BackendChannel,
    BackendGuild,
    GuildHandle,
    LiveEnv,
    Overwrite,
    OverwriteType,
    Role,
    SetupError,
    UserHandle,
)
from playground.backend import Limits, LiveBackend
from playground.places import Channel, Member, Sku
from playground.records import Message, view
from playground.seed import ChannelPlan, WorldPlan

MODERATOR_PERMISSIONS = discord.Permissions(
    manage_messages=True,
    moderate_members=True,
    kick_members=True,
    ban_members=True,
    manage_guild=True,
    manage_channels=True,
    manage_threads=True,
    manage_webhooks=True,
    manage_roles=True,
    view_audit_log=True,
    mention_everyone=True,
)

ChannelLike = Channel | Member | str | int


class Arranging:
    """Builds and changes the world without asking anyone's permission."""

    def __init__(self, backend: LiveBackend, plan: WorldPlan) -> None:
        self.backend = backend
        #: What this world began as.
        self.plan = plan
        self.env = LiveEnv(backend)
        self._settled: dict[int, tuple[BackendGuild, GuildHandle, Role]] = {}
        owner = next((member for member in plan.members if member.moderator), None)
        owner_user = backend.make_user(owner.name) if owner is not None else None
        self._settle(backend.create_guild(plan.guild, owner_id=owner_user.id if owner_user else None))
        for member in plan.members:
            if member is owner and owner_user is not None:
                self._guild.members[owner_user.id].role_ids.append(self._moderator_role.id)
            else:
                self.create_member(member.name, moderator=member.moderator)
        for channel in plan.channels:
            self.create_channel(channel)
        self._prices: dict[int, str] = {}
        for sku in plan.skus:
            self.create_sku(sku.name, sku_id=sku.id, price_text=sku.price_text)

    @property
    def guild_id(self) -> int:
        """The guild's id."""
        return self._guild.id

    @property
    def guild_name(self) -> str:
        """The guild's name."""
        return self._guild.name

    @property
    def roles(self) -> dict[int, str]:
        """Names of the roles that people have, by id."""
        return {role.id: role.name for role in self._guild.roles.values() if role.id != self._guild.id}

    @property
    def private_channels(self) -> set[str]:
        """Names of the channels that not everyone sees."""
        hidden = discord.Permissions(view_channel=True).value
        return {
            channel.name or ""
            for channel_id in self._guild.channel_ids
            for channel in [self.backend.channels[channel_id]]
            if any(rule.target_id == self._guild.id and rule.deny & hidden for rule in channel.overwrites)
        }

    @property
    def bot_id(self) -> int:
        """The bot's user id."""
        return self.backend.bot_user.id

    def found_guild(self, name: str, *, shard: int = 0, of: int = 1) -> int:
        """Another guild, with a moderator of its own, which one of so many shards has; its id.

        From now on the world is seen from within it (:meth:`be_in`). Found it before a bot connects.
        """
        owner = self.backend.make_user(f"Mod of {name}")
        guild = self.backend.create_guild(name, owner_id=owner.id, shard_id=shard, shard_count=of)
        self._settle(guild)
        guild.members[owner.id].role_ids.append(self._moderator_role.id)
        return guild.id

    def be_in(self, guild_id: int) -> None:
        """See the world from within this guild: its channels, members and roles are meant from now on."""
        self._guild, self._guild_handle, self._moderator_role = self._settled[guild_id]

    def _settle(self, guild: BackendGuild) -> None:
        role = Role(
            id=self.backend.snowflake(),
            name="Moderator",
            permissions=MODERATOR_PERMISSIONS.value,
            position=2,
            color=0xE0A458,
            hoist=True,
        )
        guild.roles[role.id] = role
        self._settled[guild.id] = (guild, GuildHandle(self.env, guild), role)
        self.be_in(guild.id)

    @property
    def limits(self) -> Limits:
        """Upload limits, deadlines and lifetimes; assign to its fields to change them."""
        return self.backend.limits

    # ------------------------------------------------------------------ people

    @property
    def members(self) -> list[Member]:
        """Everyone in the guild but bots; moderators last."""
        people = [
            self._member(user_id) for user_id in self._guild.members if not self.backend.users[user_id].bot
        ]
        return sorted(people, key=lambda member: member.moderator)

    def _member(self, user_id: int) -> Member:
        roles = tuple(self._guild.members[user_id].role_ids)
        moderator = self._moderator_role.id in roles
        return Member(user_id, self.backend.users[user_id].name, moderator, roles)

    def member(self, who: str | int | Member) -> Member:
        """A member by name or id.

        Raises:
            LookupError: there is none.
        """
        wanted = who.id if isinstance(who, Member) else who
        for member in self.members:
            if wanted in (member.name, member.id):
                return member
        raise LookupError(f"no member {who!r}; there are {[member.name for member in self.members]}")

    def create_member(self, name: str, *, moderator: bool = False) -> Member:
        """Let a new person join."""
        user = self.backend.make_user(name)
        roles = [self._moderator_role.id] if moderator else []
        self.backend.add_member(self._guild.id, user.id, roles=roles, announce=True)
        return self._member(user.id)

    def create_role(self, name: str) -> int:
        """Make a role that nobody has yet; returns its id."""
        return self.backend.create_role(self._guild.id, name).id

    def give_role(self, member: Member, role_id: int) -> None:
        """Give a member a role."""
        self.backend.add_member_role(self._guild.id, member.id, role_id)

    def take_role(self, member: Member, role_id: int) -> None:
        """Take a role from a member."""
        self.backend.remove_member_role(self._guild.id, member.id, role_id)

    # ---------------------------------------------------------------- channels

    @property
    def channels(self) -> list[Channel]:
        """The guild's text channels, each followed by its threads, then the direct messages."""
        rows: list[Channel] = []
        for channel_id in self._guild.channel_ids:
            rows.append(self._channel(self.backend.channels[channel_id]))
            rows += [
                self._channel(self.backend.channels[thread_id])
                for thread_id in self._guild.thread_ids
                if self.backend.channels[thread_id].parent_id == channel_id
            ]
        rows += [self._channel(self.backend.channels[key]) for key in self.backend.dm_channels.values()]
        return rows

    def _channel(self, channel: BackendChannel) -> Channel:
        recipient = next((user for user in channel.recipient_ids if user != self.bot_id), None)
        return Channel(
            id=channel.id,
            name=channel.name or self.backend.bot_user.name,
            age_restricted=self.backend.is_age_restricted(channel.id),
            parent_id=channel.parent_id if channel.is_thread else None,
            recipient_id=recipient if channel.guild_id is None else None,
            topic=channel.topic or "",
        )

    def channel(self, which: ChannelLike) -> Channel:
        """A channel or thread by name or id; a member stands for the bot's direct messages with them.

        Raises:
            LookupError: there is none.
        """
        if isinstance(which, Member):
            return self._channel(self.backend.get_dm_channel(which.id))
        wanted = which.id if isinstance(which, Channel) else which
        for channel in self.channels:
            if channel.id == wanted or (channel.name == wanted and not channel.is_direct):
                return channel
        raise LookupError(f"no channel {which!r}; there are {[channel.name for channel in self.channels]}")

    def create_channel(self, plan: ChannelPlan | str) -> Channel:
        """Make a text channel (a name is enough) with its threads."""
        if isinstance(plan, str):
            plan = ChannelPlan(plan)
        overwrites: list[Overwrite] = []
        if plan.moderators_only:
            view_channel = discord.Permissions(view_channel=True).value
            overwrites = [
                Overwrite(self._guild.id, OverwriteType.ROLE, deny=view_channel),
                Overwrite(self._moderator_role.id, OverwriteType.ROLE, allow=view_channel),
                Overwrite(self.bot_id, OverwriteType.MEMBER, allow=view_channel),
            ]
        channel = self.backend.create_channel(
            self._guild.id, plan.name, overwrites=overwrites, topic=plan.topic or None
        )
        if plan.age_restricted:
            self.backend.set_age_restricted(channel.id, restricted=True)
        for name in plan.threads:
            self.create_thread(self._channel(channel), name)
        return self._channel(channel)

    def create_thread(self, channel: ChannelLike, name: str, *, owner: Member | None = None) -> Channel:
        """Open a public thread in a channel."""
        owner_id = owner.id if owner is not None else self._guild.owner_id
        thread = self.backend.create_thread(self.channel(channel).id, name, owner_id)
        return self._channel(thread)

    def delete_channel(self, channel: ChannelLike) -> None:
        """Delete a channel or thread with its messages."""
        self.backend.delete_channel(self.channel(channel).id)

    def archive_thread(self, thread: ChannelLike, *, locked: bool = False) -> None:
        """Archive a thread; a locked one refuses the bot's messages with 50083."""
        changes = {"archived": True, "locked": locked}
        self.backend.edit_channel(self.channel(thread).id, {}, thread_metadata=changes)

    def set_age_restricted(self, channel: ChannelLike, *, restricted: bool = True) -> None:
        """Turn a channel's age restriction on or off."""
        self.backend.set_age_restricted(self.channel(channel).id, restricted=restricted)

    def set_bot_permissions(self, channel: ChannelLike, **permissions: bool | None) -> None:
        """Overwrite what the bot may do in a channel, e.g. ``send_messages=False``; ``None`` inherits.

        Call it with no permission at all to take the overwrite away.
        """
        channel_id = self.channel(channel).id
        if not permissions:
            self.backend.delete_overwrite(channel_id, self.bot_id)
            return
        allow, deny = discord.PermissionOverwrite(**permissions).pair()
        overwrite = Overwrite(self.bot_id, OverwriteType.MEMBER, allow=allow.value, deny=deny.value)
        self.backend.set_overwrite(channel_id, overwrite)

    def close_dms(self, member: Member, *, closed: bool = True) -> None:
        """Let the bot's direct messages to this member fail with 50007."""
        if closed:
            self.backend.closed_dms.add(member.id)
        else:
            self.backend.closed_dms.discard(member.id)

    # ---------------------------------------------------------------- messages

    def messages(self, channel: ChannelLike, *, as_seen_by: Member | None = None) -> list[Message]:
        """What is in a channel, oldest first. Ephemeral messages too, unless ``as_seen_by`` cannot see them."""
        stored = self.backend.messages.get(self.channel(channel).id, {})
        return [
            view(self.backend, message)
            for _, message in sorted(stored.items())
            if as_seen_by is None or message.visible_to(as_seen_by.id)
        ]

    def message(self, message: Message | int) -> Message | None:
        """A message as it stands now, or None when it is gone."""
        wanted = message if isinstance(message, int) else message.id
        for stored in self.backend.messages.values():
            if wanted in stored:
                return view(self.backend, stored[wanted])
        return None

    def delete_message(self, message: Message | int) -> None:
        """Delete a message, whosever it is.

        Raises:
            LookupError: it is gone already.
        """
        found = self.message(message)
        if found is None:
            raise LookupError(f"no message {message!r}")
        self.backend.delete_message(found.channel_id, found.id)

    # ------------------------------------------------------------------- money

    def create_sku(
        self,
        name: str,
        *,
        kind: discord.SKUType = discord.SKUType.consumable,
        sku_id: int | None = None,
        price_text: str = "€1.00",
    ) -> int:
        """Offer something for sale; returns the SKU's id."""
        flags = discord.SKUFlags(available=True).value
        made = self.backend.create_sku(name, type=kind.value, flags=flags, id=sku_id, slug=None)
        self._prices[made.id] = price_text
        return made.id

    @property
    def skus(self) -> list[Sku]:
        """What is for sale."""
        return [Sku(sku.id, sku.name, self._prices.get(sku.id, "")) for sku in self.backend.skus.values()]

    def sku(self, which: str | int | Sku) -> Sku:
        """A SKU by name or id.

        Raises:
            LookupError: there is none.
        """
        wanted = which.id if isinstance(which, Sku) else which
        for sku in self.skus:
            if wanted in (sku.id, sku.name):
                return sku
        raise LookupError(f"no SKU {which!r}; there are {[sku.name for sku in self.skus]}")

    def buy(self, member: Member, sku: str | int | Sku, *, announced: bool = True) -> int:
        """Let a member buy something; unless ``announced``, the bot's event of it is lost.

        Returns the entitlement's id.

        Raises:
            SetupError: Discord sells nobody a consumable again before the bot has consumed the last one.
        """
        sku_id = self.sku(sku).id
        for standing in self.backend.entitlements.values():
            is_theirs = (standing.user_id, standing.sku_id) == (member.id, sku_id)
            if is_theirs and not standing.deleted and not standing.consumed:
                raise SetupError("You have this already; it is not used up yet")
        sell = self.backend.grant_entitlement if announced else self.backend.seed_entitlement
        return sell(sku_id, user_id=member.id).id

    def take_back(self, entitlement_id: int, *, announced: bool = True) -> None:
        """Refund a purchase, as Discord does; unless ``announced``, the bot's event of it is lost."""
        if announced:
            self.backend.revoke_entitlement(entitlement_id)
        else:
            self.backend.get_entitlement(entitlement_id).deleted = True

    def announce_again(self, entitlement_id: int) -> None:
        """Deliver the event of a purchase once more, as it was."""
        self.backend.replay_entitlement_create(entitlement_id)

    def is_consumed(self, entitlement_id: int) -> bool:
        """Whether the bot has used an entitlement up."""
        return bool(self.backend.get_entitlement(entitlement_id).consumed)

    def grant_entitlement(self, sku_id: int, member: Member) -> int:
        """Let a member have bought a SKU; the bot is told. Returns the entitlement's id."""
        return self.backend.grant_entitlement(sku_id, user_id=member.id).id

    def _user_handle(self, member: Member) -> UserHandle:
        return UserHandle(self.env, self.backend.get_user(member.id))
